"""What `caveat audit` keeps as evidence, and what it says of it: the places at which a run is watched, none of which changes it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caveat import __version__
from caveat.audit import Ask
from caveat.batch import Journal, Keep
from caveat.cli import decisions, options
from caveat.cli.output import Write, uninterrupted
from caveat.cli.say import counted, say
from caveat.cli.session import FREE
from caveat.errors import Exit
from caveat.formats import jsonl
from caveat.ignoring import marked
from caveat.judging import Answers
from caveat.lookup import Desk
from caveat.model import Capture, Failure, Ignores, LookedUp, PageReport, Skipped
from caveat.rulebook import Rulebook
from caveat.shipped import shipped
from caveat.sources import Access

if TYPE_CHECKING:
    from caveat.evidence import Keeper, Run

Place = tuple[int, ...]
RESULTS = ('{"type": "page"', '{"type": "failure"')  # how records begin that are no part of the summary
NAMES = {options.Format.TERMINAL: "report.txt", options.Format.JSON: "report.json", options.Format.JSONL: "summary.jsonl"}


class Nothing:
    """What watches a run of which no evidence is kept."""

    done: Keep | None = None

    def access(self, reached: Access) -> Access:
        return reached

    @contextmanager
    def begun(self, book: Rulebook, journal: Journal) -> Iterator[None]:
        yield

    def asking(self, desk: Desk | None) -> Ask | None:
        return desk.ask if desk else None

    def writing(self, write: Write, format: options.Format) -> Write:
        return write

    def ended(self, code: Exit, why: str) -> tuple[Exit, str]:
        return code, why


class Keeping:
    """Hands what a run sends, reads, finds and writes to a keeper, as it comes; `begun` opens the folder, before which nothing may come."""

    _keeper: Keeper

    def __init__(self, order: options.Order, folder: Path, ignores: Ignores | None) -> None:
        self._order, self._folder, self._ignores = order, folder, ignores
        self._answers: dict[str, tuple[LookedUp, ...]] = {}  # what was looked up, before the run went on too
        self._written = ("", "")  # name and text of the report

    def access(self, reached: Access) -> Access:
        def skipped(passed: Skipped) -> None:
            with uninterrupted():
                self._keeper.skipped(passed)
            if reached.skipped:
                reached.skipped(passed)

        return replace(reached, record=lambda made: self._keeper.exchange(made), skipped=skipped)

    @contextmanager
    def begun(self, book: Rulebook, journal: Journal) -> Iterator[None]:
        """Opens the folder: a new one, or that of the run that goes on. Raises UsageError, OutputError."""
        from caveat.evidence import MANIFEST, begun

        goes_on = self._order.resumed and ((self._folder / MANIFEST).exists() or journal.has_results)
        if goes_on:
            self._go_on(book, journal)
        else:
            self._keeper = begun(self._folder, _run(self._order, book))
        try:
            yield
        finally:
            self._keeper.close()

    def _go_on(self, book: Rulebook, journal: Journal) -> None:
        from caveat.evidence import resumed, stored

        self._keeper = resumed(self._folder, _run(self._order, book))
        before = stored(self._folder)
        self._answers |= before.answers
        # What a power cut took from the evidence and not from the journal is done once more, as is what the journal has not.
        again = [place for place, target in journal.done() if (place, target) not in before.results]
        journal.forget(again)
        if again:
            say(f"caveat: {self._folder}: {counted(len(again), 'page')} that the journal has and the evidence lost: audited again")

    def asking(self, desk: Desk | None) -> Ask | None:
        """What was answered before the run went on is answered alike again, so that all pages of a run have one answer."""
        if desk is None:
            return None
        desk.known.update(self._answers)

        def keeping(ids: Iterable[str]) -> Answers:
            found = desk.ask(ids)
            if new := {name: desk.known[name] for name in found if name in desk.known and name not in self._answers}:
                with uninterrupted():
                    self._keeper.answers(new)
                self._answers |= new
            return found

        return keeping

    def done(self, order: Place, capture: Capture | None, text: str, result: PageReport | Failure) -> None:
        """Keeps one result, marked as the report has it, with its place in the run, its capture and its reading copy."""
        if isinstance(result, PageReport) and self._ignores:
            result = marked(result, self._ignores)
        record = jsonl.failure(result) if isinstance(result, Failure) else jsonl.page(result)
        with uninterrupted():  # half a part in the middle could not be told from an added one
            if capture:
                self._keeper.page(capture, text, order)
            elif isinstance(result, Failure):
                self._keeper.failure(result, order)
            self._keeper.result(result.target, record, order)

    def writing(self, write: Write, format: options.Format) -> Write:
        """The same, with a copy of the report put by. Of JSON Lines only the last ones, for the results are kept as they come."""

        def keeping(text: str) -> None:
            write(text)
            if not (format is options.Format.JSONL and text.startswith(RESULTS)):
                self._written = NAMES[format], self._written[1] + text

        return keeping

    def ended(self, code: Exit, why: str) -> tuple[Exit, str]:
        """Seals the evidence of a run that came to its end; the exit code and its reason, which a stamp that was not got makes 3."""
        head, untouched = self._keeper.head, self._keeper.untouched
        if not untouched:
            with uninterrupted():
                self._keeper.report(*self._written)
                head = self._keeper.seal(code)
        missing = ""
        if self._order.timestamp and not (untouched and self._keeper.stamped):
            from caveat.evidence.stamp import Unstamped, stamped

            try:
                head = stamped(self._keeper, self._order.timestamp, self._order.access.seconds)
            except Unstamped as error:
                missing = f"the evidence has no time stamp: {error}"
        say(f"caveat: evidence in {self._folder}; note down elsewhere, so that no other can be put in its place: {head}")
        return (Exit.INCOMPLETE, "; ".join(filter(None, (missing, why)))) if missing else (code, why)


def watching(order: options.Order, ignores: Ignores | None) -> Keeping | Nothing:
    """What watches a run, by what was asked for."""
    return Keeping(order, order.evidence, ignores) if order.evidence else Nothing()


def check(order: options.Order) -> None:
    """Raises UsageError where evidence cannot be kept as it was asked for, before a run begins."""
    if order.timestamp:
        from caveat.evidence.stamp import available

        available()
    if order.evidence and not order.resumed:
        from caveat.evidence import must_be_new

        must_be_new(order.evidence)


def _run(order: options.Order, book: Rulebook) -> Run:
    from caveat.evidence import Run

    told = {field.name: _plain(getattr(order, field.name)) for field in fields(order)}
    return Run(
        version=__version__,
        digest=book.digest,
        options={name: value for name, value in told.items() if name not in FREE},
        shown={name: value for name, value in told.items() if name in FREE},
        rules=[shipped(), *order.rules],
        decisions={str(file): decisions.text_of(file) for file in decisions.files(order)},
        operator=order.access.contact,
    )


def _plain(value: Any) -> Any:
    """An option as JSON has it; those who are only told of the run are left out."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if not callable(getattr(value, field.name))}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
