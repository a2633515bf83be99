"""`caveat rules`: the words of its commands; what they do stands in `rule_work`, imported when it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from caveat.cli import flags, options
from caveat.errors import Exit

rules = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List, show, prove and write rules.")


@rules.command("list")
def _list(rules: flags.Rules = None, law: flags.Law = False, measured: flags.Measured = False) -> Callable[[], Exit]:
    """
    List the rules: id, category, severity, whose law, title; or since when that is law; or how often each was right.

    \b
    Example: caveat rules list --measured
    """

    def job() -> Exit:
        if measured:
            from caveat.cli.measured import listing as figures

            return figures(tuple(rules or ()))
        from caveat.cli.rule_work import law as dates
        from caveat.cli.rule_work import listing

        return (dates if law else listing)(tuple(rules or ()))

    return job


@rules.command("show")
def _show(id: flags.RuleId, rules: flags.Rules = None) -> Callable[[], Exit]:
    """
    Show all of one rule: why it is there, its authority, its patterns and its proof.

    \b
    Example: caveat rules show fda-status
    """

    def job() -> Exit:
        from caveat.cli.rule_work import show

        return show(id, tuple(rules or ()))

    return job


@rules.command("products")
def _products(name: flags.ProductName = "", rules: flags.Rules = None, as_of: flags.AsOf = "") -> Callable[[], Exit]:
    """
    Show the dated list of approved cell and gene therapies, each with the uses it is approved for.

    \b
    Example: caveat rules products ryoncil
    """

    day = options.as_of(as_of)

    def job() -> Exit:
        from caveat.cli.rule_work import products

        return products(name, tuple(rules or ()), day)

    return job


@rules.command("test")
def _test(folder: flags.Pack = None) -> Callable[[], Exit]:
    """
    Prove every rule: what it must flag is flagged, what it must pass is passed.

    \b
    Exit code 2 when a proof fails.
    Example: caveat rules test my-rules/
    """

    def job() -> Exit:
        from caveat.cli.rule_work import test

        return test(folder)

    return job


@rules.command("new")
def _new(
    id: flags.NewId, kind: flags.Kind = options.Draft.CLAIM, folder: flags.Folder = Path(), language: flags.Language = None
) -> Callable[[], Exit]:
    """
    Write a rule file to fill in. It fails its own test until that is done; an existing file is never overwritten.

    \b
    Example: caveat rules new regrows-hair --dir my-rules/
    """

    def job() -> Exit:
        from caveat.cli.rule_work import new, translate

        return new(id, kind, folder) if language is None else translate(id, language, folder)

    return job
