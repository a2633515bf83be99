"""What `caveat audit` keeps as evidence, and what it says of it: the places at which a run is watched, none of which changes it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from caveat import __version__
from caveat.audit import Ask
from caveat.batch import Journal, Keep
from caveat.cli import decisions, options
from caveat.cli.output import Write
from caveat.cli.say import counted, say
from caveat.cli.session import FREE
from caveat.errors import Exit
from caveat.formats import jsonl
from caveat.ignoring import marked
from caveat.judging import Answers
from caveat.lookup import Desk
from caveat.model import Capture, Failure, Ignores, PageReport, Skipped
from caveat.rulebook import Rulebook
from caveat.shipped import shipped
from caveat.sources import Access

if TYPE_CHECKING:
    from caveat.evidence import Keeper, Order, Run

NAMES = {options.Format.TERMINAL: "report.txt", options.Format.JSON: "report.json", options.Format.JSONL: "summary.jsonl"}


class Nothing:
    """What watches a run of which no evidence is kept."""

    done: Keep | None = None

    def access(self, reached: Access) -> Access:
        return reached

    def asking(self, desk: Desk | None) -> Ask | None:
        return desk.ask if desk else None

    def writing(self, write: Write, format: options.Format) -> Write:
        return write

    def ended(self, order: options.Order, code: Exit, why: str) -> tuple[Exit, str]:
        return code, why


class Keeping:
    """Hands what a run sends, reads, finds and writes to the keeper, as it comes. `answers`: what was looked up before the run went on."""

    def __init__(self, keeper: Keeper, ignores: Ignores | None, answers: Answers) -> None:
        self._keeper, self._ignores = keeper, ignores
        self._answers = dict(answers)
        self._written = ("", "")  # name and text of the report

    def access(self, reached: Access) -> Access:
        def skipped(passed: Skipped) -> None:
            self._keeper.skipped(passed)
            if reached.skipped:
                reached.skipped(passed)

        return replace(reached, record=self._keeper.exchange, skipped=skipped)

    def asking(self, desk: Desk | None) -> Ask | None:
        """What was answered before the run went on is answered alike again, so that all pages of a run have one answer."""
        if desk is None:
            return None
        desk.known.update(self._answers)

        def keeping(ids: Iterable[str]) -> Answers:
            found = desk.ask(ids)
            if new := {name: desk.known[name] for name in found if name in desk.known and name not in self._answers}:
                self._keeper.answers(new)
                self._answers |= new
            return found

        return keeping

    def done(self, order: Order, capture: Capture | None, text: str, result: PageReport | Failure) -> None:
        """Keeps one result, marked as the report has it, with its place in the run, its capture and its reading copy."""
        if capture:
            self._keeper.page(capture, text, order)
        elif isinstance(result, Failure):
            self._keeper.failure(result, order)
        if isinstance(result, PageReport) and self._ignores:
            result = marked(result, self._ignores)
        record = jsonl.failure(result) if isinstance(result, Failure) else jsonl.page(result)
        self._keeper.result(result.target, record, order)

    def writing(self, write: Write, format: options.Format) -> Write:
        """The same, with a copy of the report put by. Of JSON Lines only the last line, for the others are kept as they come."""

        def keeping(text: str) -> None:
            write(text)
            self._written = NAMES[format], text

        return keeping

    def ended(self, order: options.Order, code: Exit, why: str) -> tuple[Exit, str]:
        """Seals the evidence of a run that came to its end; the exit code and its reason, which a stamp that was not got makes 3."""
        head, untouched = self._keeper.head, self._keeper.untouched
        if not untouched:
            self._keeper.report(*self._written)
            head = self._keeper.seal(code)
        missing = ""
        if order.timestamp and not (untouched and self._keeper.stamped):
            from caveat.evidence.stamp import Unstamped, stamped

            try:
                head = stamped(self._keeper, order.timestamp, order.access.seconds)
            except Unstamped as error:
                missing = f"the evidence has no time stamp: {error}"
        say(f"caveat: evidence in {self._keeper.folder}; note down elsewhere, so that no other can be put in its place: {head}")
        return (Exit.INCOMPLETE, "; ".join(filter(None, (missing, why)))) if missing else (code, why)


def check(order: options.Order) -> None:
    """Raises UsageError where evidence cannot be kept as it was asked for, before a run begins."""
    if order.timestamp:
        from caveat.evidence.stamp import available

        available()
    if order.evidence and not order.resumed:
        from caveat.evidence import must_be_new

        must_be_new(order.evidence)


@contextmanager
def keeping(order: options.Order, book: Rulebook, ignores: Ignores | None, journal: Journal) -> Iterator[Keeping | Nothing]:
    """What watches a run. Raises UsageError, OutputError."""
    if order.evidence is None:
        yield Nothing()
        return
    from caveat.evidence import MANIFEST, begun, resumed, stored

    answers: Answers = {}
    if order.resumed and ((order.evidence / MANIFEST).exists() or journal.has_results):
        keeper = resumed(order.evidence, _run(order, book))
        before = stored(order.evidence)
        answers = before.answers
        # What a power cut took from the evidence and not from the journal is done once more, as is what the journal has not.
        again = [place for place, target in journal.done() if (place, target) not in before.results]
        journal.forget(again)
        if again:
            say(f"caveat: {order.evidence}: {counted(len(again), 'page')} that the journal has and the evidence lost: audited again")
    else:
        keeper = begun(order.evidence, _run(order, book))
    try:
        yield Keeping(keeper, ignores, answers)
    finally:
        keeper.close()


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
