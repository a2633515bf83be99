"""Reads what analysts have decided of findings, strictly, and marks the findings that a decision keeps from counting."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from caveat.errors import IgnoreError
from caveat.judging import Options
from caveat.judging.asking import binds
from caveat.model import Ignore, Ignored, Ignores, PageReport
from caveat.rulebook import CaveatRule, Rulebook, strict

_TABLE = "ignore"
_ID = re.compile("[0-9a-f]{16}")
_NEVER_BLANK = ("reason", "who")


def entries(name: str, text: str) -> tuple[Ignore, ...]:
    """The entries of one file, in their order. `name` is what an error calls the file. Raises IgnoreError."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise IgnoreError(f"{name}: not TOML: {error}", "strings with backslashes are best written in single quotes") from None
    strict.no_others(raw, {_TABLE: ...}, name, IgnoreError)
    tables = raw.get(_TABLE, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise IgnoreError(f"{name}: key {_TABLE!r}: expected a list of tables", f"each entry stands below a line [[{_TABLE}]]")
    return tuple(_entry(f"{name}: entry {number} ({table.get('id', '?')!r})", table) for number, table in enumerate(tables, 1))


def _entry(label: str, raw: dict[str, Any]) -> Ignore:
    entry = strict.record(Ignore, raw, label, IgnoreError)
    if not _ID.fullmatch(entry.id):
        raise IgnoreError(f"{label}, key 'id': expected 16 digits of 0-9 and a-f", "the JSON report has the id of each finding")
    for key in _NEVER_BLANK:
        if not getattr(entry, key).strip():
            raise IgnoreError(f"{label}, key {key!r}: is empty", "whoever reads the report will ask")
    if entry.expires and entry.expires < entry.date:
        raise IgnoreError(f"{label}, key 'expires': {entry.expires} is before its date, {entry.date}")
    return entry


def ignores(texts: Mapping[str, str], today: datetime.date, book: Rulebook, options: Options, whole: bool = True) -> Ignores:
    """
    The decisions of some files, given as name → text. `whole`: the run judges by all rules, so that what it does not find is not there.

    Raises IgnoreError, for a finding that is decided on twice too.
    """
    known: dict[str, Ignore] = {}
    homes: dict[str, str] = {}
    for name, text in texts.items():
        for entry in entries(name, text):
            if entry.id in known:
                raise IgnoreError(f"{name}: {entry.id!r} is decided on already, in {homes[entry.id]}", "keep one of the entries")
            known[entry.id], homes[entry.id] = entry, name
    told = whole and options.stance is None
    sought = frozenset(entry.id for entry in known.values() if told and _sought(entry, book, options))
    return Ignores(known, homes, tuple(texts), today, sought)


def _sought(entry: Ignore, book: Rulebook, options: Options) -> bool:
    """Whether a run would find what the entry is about. What a rule found that is no longer there is not found again."""
    rule = book.rules.get(entry.rule)
    if not entry.rule or entry.rule in book.elsewhere or entry.rule in book.set_aside:
        return False
    return not isinstance(rule, CaveatRule) or binds(rule, options.jurisdictions or book.places)


def marked(report: PageReport, ignores: Ignores) -> PageReport:
    """The page's report, each finding with the decision that keeps it from counting."""
    if ignores.entries.keys().isdisjoint(found.id for found in report.findings):
        return report
    return replace(report, findings=tuple(replace(found, ignored=_holding(ignores, found.id)) for found in report.findings))


def _holding(ignores: Ignores, name: str) -> Ignore | None:
    entry = ignores.entries.get(name)
    return None if entry is None or (entry.expires and entry.expires < ignores.today) else entry


def seen(so_far: Ignored, report: PageReport) -> Ignored:
    """What a run has made of the decisions, with one more page in it."""
    ids = so_far.ignores.entries.keys() & {found.id for found in report.findings}
    pages = so_far.ignores.pages & {report.target, report.url}
    ignored = sum(found.ignored is not None for found in report.findings)
    if not ids and not pages:
        return so_far
    return replace(so_far, findings=so_far.findings + ignored, seen=so_far.seen | ids, pages=so_far.pages | pages)


def written(entry: Ignore) -> str:
    """An entry as it stands in a file: what is empty is left out. Reading gives it back as it was."""
    return f"[[{_TABLE}]]\n" + "".join(f"{line}\n" for line in _lines(entry))


def _lines(entry: Ignore) -> Iterator[str]:
    for field in fields(entry):
        match getattr(entry, field.name):
            case None | "":
                pass
            case datetime.date() as day:
                yield f"{field.name} = {day.isoformat()}"
            case text:  # a basic string of TOML is one of JSON but for the character that JSON leaves as it is
                yield f"{field.name} = {json.dumps(text, ensure_ascii=False)}".replace("\x7f", "\\u007f")
