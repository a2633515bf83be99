"""The summary of a run in partitions: what became of every record of every archive, and of every archive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from caveat import __version__
from caveat.audit import begun, counted
from caveat.dask.partition import Partition
from caveat.formats import wire
from caveat.model import Failure, Ignored, Ignores
from caveat.rulebook import Rulebook

_ADDED = ("targets", "pages", "failures", "findings", "pages_with_findings", "not_checked", "accounts")


def summary(done: Iterable[Partition | Failure], book: Rulebook, ignores: Ignores | None = None) -> dict[str, Any]:
    """
    The summary as plain values, with `partitions` by the names of their archives. An archive that could not be audited is a failure among
    the targets. Of the rest `records` are pages, failures, pages that name no therapy, and what is no page (`passed_over`).
    """
    made = sorted(done, key=lambda each: each.target if isinstance(each, Failure) else each.archive)
    total: Any = {name: wire.summary(begun(None))[name] for name in _ADDED} | {"records": 0, "passed_over": {}}
    for each in made:
        total = _sum(total, _counts(each))
    decided = ignored(made, ignores) if ignores else None
    return {
        "type": "summary", **total, "ignored": wire.ignored(decided) if decided else None,
        "schema": wire.SCHEMA, "version": __version__, "rules": book.digest, "approved_lists": wire.lists(book.lists),
        "as_of": book.as_of.isoformat() if book.as_of else None,
        "partitions": [_entry(each) for each in made],
    }  # fmt: skip


def ignored(done: Iterable[Partition | Failure], ignores: Ignores) -> Ignored:
    """What became of the decisions in all partitions together."""
    made = [each.summary for each in done if isinstance(each, Partition)]
    told = [each["partition"]["decisions"] for each in made]
    found = sum(each["ignored"]["findings"] for each in made)
    seen, pages = (frozenset(name for each in told for name in each[key]) for key in ("seen", "pages"))
    return Ignored(ignores, found, seen, pages)


def _counts(made: Partition | Failure) -> dict[str, Any]:
    if isinstance(made, Failure):
        run = wire.summary(counted(begun(None), made))
        return {name: run[name] for name in _ADDED}
    own = made.summary["partition"]
    return {name: made.summary[name] for name in _ADDED} | {"records": own["records"], "passed_over": own["passed_over"]}


def _sum(one: Any, other: Any) -> Any:
    """Numbers added; records key by key."""
    if isinstance(one, Mapping):
        return {**one, **other, **{key: _sum(one[key], other[key]) for key in one if key in other}}
    return one + other


def _entry(made: Partition | Failure) -> dict[str, Any]:
    if isinstance(made, Failure):
        return {"archive": made.target, "file": None, "failure": wire.failure(made)}
    counts = {name: made.summary[name] for name in ("targets", "pages", "failures")}
    return {"archive": made.archive, "file": made.file, "records": made.summary["partition"]["records"], **counts, "failure": None}
