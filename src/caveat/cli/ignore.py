"""`caveat ignore`: adds decisions on findings to a file, the findings described as a report shows them."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from caveat.cli.decisions import text_of
from caveat.cli.output import opened, printed
from caveat.cli.say import counted
from caveat.errors import Exit, IgnoreError, UsageError
from caveat.formats.clean import clean
from caveat.ignoring import entries, written
from caveat.model import Decision, Ignore
from caveat.rulebook.spelling import likely

Shown = Mapping[str, tuple[str, str, str]]  # id of a finding → its page, its rule, its quote


def run(new: list[Ignore], report: Path | None, file: Path) -> Exit:
    """
    Adds the entries at the end of the file, which is replaced as a whole or, where anything is wrong, left as it is.

    Raises UsageError for a finding that the report does not have or that is decided on already, IgnoreError for a file that is wrong.
    """
    if report:
        shown = _shown(report)
        for entry in new:
            if entry.id not in shown:
                raise UsageError(f"{report}: has no finding {entry.id!r}", likely(entry.id, shown))
        new = [_described(entry, shown) for entry in new]
    before = text_of(file) if os.path.lexists(file) else ""
    there = {entry.id: entry for entry in entries(str(file), before)}
    for entry in new:
        if entry.id in there:
            raise UsageError(f"{entry.id!r} is decided on already ({there[entry.id].decision})", f"change its entry in {file}")
    ended = before if not before or before.endswith("\n") else f"{before}\n"
    after = "\n".join(filter(None, (ended, *map(written, new))))
    if list(entries(str(file), after)) != [*there.values(), *new]:
        raise IgnoreError(f"{file}: cannot be added to", "write the entry by hand, as the others are")
    with opened(file, whole=True) as write:
        write(after)
    return printed(f"{file}: {counted(len(new), 'decision')} added, {len(there) + len(new)} in all\n")


def decided(
    names: Iterable[str], decision: Decision, reason: str, who: str, date: datetime.date, expires: datetime.date | None
) -> list[Ignore]:
    """An entry for each id, once. What is wrong with it is found when it is read back."""
    for option, text in (("--reason", reason), ("--who", who)):
        if not text.isprintable():
            raise UsageError(f"{option}: holds what cannot be printed", "write it on one line")
    return [Ignore(name, decision, reason, who, date, expires) for name in dict.fromkeys(names)]


def _described(entry: Ignore, shown: Shown) -> Ignore:
    """The entry with the page, the rule and the quote of its finding."""
    where, rule, quote = shown[entry.id]
    return replace(entry, page=where if where.isprintable() else "", rule=rule, quote=clean(quote))


def _shown(report: Path) -> Shown:
    """The findings of a report in either form of JSON."""
    try:
        pages = _pages(report.read_text(encoding="utf-8"))
        return {str(one["id"]): (str(page["url"] or page["target"]), str(one["rule"]), str(one["quote"]))
                for page in pages for one in page["findings"]}  # fmt: skip
    except OSError as error:
        raise UsageError(f"--from: {report}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"--from: {report}: is no report", "it takes what `caveat audit` wrote with --format json or jsonl") from None


def _pages(text: str) -> list[Any]:
    try:
        whole = json.loads(text)
        records = [whole] if "type" in whole else [{"type": "page", **page} for page in whole["pages"]]
    except json.JSONDecodeError:
        records = [json.loads(line) for line in text.split("\n") if line]
    return [record for record in records if record["type"] == "page"]
