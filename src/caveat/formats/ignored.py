"""Sets what a decision keeps from counting: the findings of a page, and the decisions that have gone stale or expired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from caveat.formats.claims import spot
from caveat.formats.clean import clean
from caveat.formats.typeset import DIM, hung, labelled, marked
from caveat.formats.wording import counted
from caveat.model import Finding, Ignore, Ignored

_GIST = 2  # indent of the places in a list


def decided(console: Console, findings: Iterable[Finding]) -> Iterator[Text]:
    """The ignored findings of a page in a line or two each, dimmed, in the order they stand."""
    for number, found in enumerate(sorted((found for found in findings if found.ignored), key=lambda one: (one.line, one.column))):
        if not number:
            yield Text("Decided on and not counted", "bold")
        if found.ignored:
            yield from _finding(console, found, found.ignored)


def _finding(console: Console, found: Finding, entry: Ignore) -> Iterator[Text]:
    text, _ = marked(console, found.quote, found.match) if found.quote else (Text(clean(found.message)), [])
    text.stylize(DIM)
    what = " · ".join(filter(None, (found.severity, clean(found.rule), found.outcome)))
    yield from hung(console, " " * _GIST + spot(found.line, found.column), text)
    yield from labelled(console, "", Text(f"{what} · {_said(entry)}", DIM))


def _said(entry: Ignore) -> str:
    until = f", until {entry.expires}" if entry.expires else ""
    return f"{entry.decision}: {clean(entry.reason)} ({clean(entry.who)}, {entry.date}{until})"


def run_row(run: Ignored) -> str:
    """How many findings of the run do not count, and why."""
    files = ", ".join(map(clean, run.ignores.files))
    return f"{counted(run.findings, 'finding')} not counted, as decided in {files} (expiry as of {run.ignores.today})"


def lapsed(run: Ignored) -> Iterator[str]:
    """A sentence, as yet not cleaned, for each decision that is stale or expired."""
    for entry in run.stale:
        yield f"{_named(entry, run)} is stale: {entry.page} was audited and no finding has this id any more; take the entry out"
    for entry in run.expired:
        was = f"{entry.decision}: {entry.reason}"
        yield f"{_named(entry, run)} expired after {entry.expires}: its finding counts again; decide anew ({was})"


def _named(entry: Ignore, run: Ignored) -> str:
    about = ", ".join(filter(None, (entry.rule, f"“{entry.quote}”" if entry.quote else "")))
    return f"{run.ignores.homes[entry.id]}: {entry.id}{f' ({about})' if about else ''}"
