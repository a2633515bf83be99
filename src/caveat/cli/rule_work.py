"""What `caveat rules` does: lists, shows, proves and drafts rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path

from caveat.cli.output import printed
from caveat.errors import Exit, UsageError
from caveat.rulebook import Rule, load

LABELS = {"flags": "flags (must be found)", "passes": "passes (must not be found)"}


def listing(packs: Sequence[Path]) -> Exit:
    rows = [_row(rule) for rule in load(packs).rules.values()]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return printed("".join(f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]:{widths[2]}}  {row[3]}\n" for row in sorted(rows)))


def _row(rule: Rule) -> tuple[str, str, str, str]:
    """Id, category (for what is no claim and no caveat: its kind), severity, title."""
    title = getattr(rule, "title", "") or getattr(rule, "about", "")
    return rule.id, getattr(rule, "category", rule.kind), getattr(rule, "severity", "-"), title


def show(name: str, packs: Sequence[Path]) -> Exit:
    rules = load(packs).rules
    if name not in rules:
        near = get_close_matches(name, rules, n=1)
        raise UsageError(f"no rule {name!r}", f"did you mean {near[0]!r}?" if near else "`caveat rules list` shows them all")
    rule = rules[name]
    return printed("".join(f"{line}\n" for field in fields(rule) for line in _shown(field.name, getattr(rule, field.name))))


def _shown(key: str, value: object) -> Iterator[str]:
    label = LABELS.get(key, key)
    match value:
        case () | {} | "":
            return
        case tuple():
            yield f"{label}:"
            yield from (f"    {item}" for item in value)
        case dict():
            yield f"{label}:"
            for name, inner in value.items():
                yield from (f"    {line}" for line in _shown(name, inner))
        case _:
            yield f"{label}: {value}"


def test(folder: Path | None) -> Exit:
    raise NotImplementedError


def new(name: str, kind: str, folder: Path) -> Exit:
    raise NotImplementedError
