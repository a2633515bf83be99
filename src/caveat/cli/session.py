"""The journal of a run on the command line: what is noted when a run begins, and what has to be the same when it goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from caveat import __version__
from caveat.batch.journal import Journal
from caveat.cli import decisions, options
from caveat.errors import JournalError, UsageError
from caveat.rulebook import Rulebook
from caveat.sources import Target, listed, named

# What may be said anew when a run goes on: where and how its report is written, and how fast. All else decides what is found.
FREE = {
    "targets", "lists", "column", "id_column", "dry_run", "words", "journal", "resumed",  # these stand in the journal
    "format", "output", "fail_on", "show_held_back", "color", "width", "jobs", "log", "progress", "timestamp",
}  # fmt: skip
_WHAT = {"version": "the version of caveat", "rules": "the digest of the rules", "decisions": "the decisions on findings"}


def words(path: Path) -> list[str]:
    """The words with which the run of a journal was begun. Raises JournalError, UsageError."""
    if not path.is_file():
        raise UsageError(f"--resume {path}: no such file", "name the file that --journal was given")
    journal = Journal(path)
    try:
        facts = journal.facts
    finally:
        journal.close()
    if not facts:
        raise JournalError(f"{path}: no run has begun in it", "begin it with --journal, and the targets")
    folder = Path(facts["folder"])
    if folder != Path.cwd():
        raise UsageError(f"--resume {path}: the run was begun in {folder}", "go on with it from there, for its paths start there")
    return [str(word) for word in json.loads(facts["words"])]


@contextmanager
def journal(order: options.Order, book: Rulebook) -> Iterator[Journal]:
    """The journal that was asked for, its run begun or ready to go on; else a private one. Raises JournalError, OutputError, UsageError."""
    opened = Journal(order.journal)
    try:
        if order.journal:
            _go_on(opened, order, book) if order.resumed else _begin(opened, order, book)
        yield opened
    finally:
        opened.close()


def targets(order: options.Order) -> Iterator[Target]:
    """What was named on the command line, then what stands in lists."""
    return chain(order.targets, *(listed(path, order.column, order.id_column) for path in order.lists))


def _begin(opened: Journal, order: options.Order, book: Rulebook) -> None:
    if opened.facts:
        hint = f"--resume {order.journal} goes on with it; for a new run name another file"
        raise JournalError(f"{order.journal}: holds a run already", hint)
    said = {
        "words": json.dumps(with_words(list(order.words), _days(order))),
        "folder": str(Path.cwd()),
        "begun": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    opened.begin({**_facts(order, book), **said}, named(targets(order)))


def _days(order: options.Order) -> list[str]:
    """The days by which decisions expire and law holds: a run that goes on after midnight is still the run of the day before."""
    return [f"--today={order.today}", *([f"--as-of={order.as_of}"] if order.as_of else [])]


def with_words(before: list[str], more: list[str]) -> list[str]:
    """The words of a command with more options at their end, but before a `--`, after which all words are targets."""
    at = before.index("--") if "--" in before else len(before)
    return [*before[:at], *more, *before[at:]]


def _go_on(opened: Journal, order: options.Order, book: Rulebook) -> None:
    before, now = opened.facts, _facts(order, book)
    if differs := [name for name in now if before.get(name) != now[name]]:
        what = "; ".join(f"{_WHAT.get(name, name)} was {before.get(name)} and is {now[name]}" for name in differs)
        hint = "go on with what it was, or begin a new run with another --journal"
        raise JournalError(f"{order.journal}: cannot go on, for the report would not be of one piece: {what}", hint)


def _facts(order: options.Order, book: Rulebook) -> dict[str, str]:
    """What decides the results of a run, by names that a message can use."""
    texts = "\0".join(f"{file}\0{decisions.text_of(file)}" for file in decisions.files(order)).encode("utf-8", "surrogatepass")
    made_with = {"version": __version__, "rules": book.digest, "decisions": hashlib.sha256(texts).hexdigest()[:12]}
    return made_with | _settings(order, FREE)


def _settings(given: Any, free: Collection[str] = ()) -> dict[str, str]:
    """The options of a run as text, those of its parts too."""
    found: dict[str, str] = {}
    for field in fields(given):
        value = getattr(given, field.name)
        if is_dataclass(value):
            found |= {f"{field.name}.{name}": text for name, text in _settings(value).items()}
        elif field.name not in free and not callable(value):  # who is told of it decides nothing
            found[field.name] = repr(value)
    return found
