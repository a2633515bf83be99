"""What `caveat audit` keeps as evidence, and what it says of it: the places at which a run is watched, none of which changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from caveat import __version__
from caveat.cli import decisions, options
from caveat.cli.output import Write
from caveat.cli.say import counted, say
from caveat.errors import Exit
from caveat.formats import jsonl
from caveat.judging import Options
from caveat.model import Capture, Failure, LookedUp, Page, PageReport, Skipped
from caveat.rulebook import Rulebook
from caveat.shipped import shipped
from caveat.sources import Access

if TYPE_CHECKING:
    from caveat.evidence import Keeper, Order

Ask = Callable[[Iterable[str]], Mapping[str, tuple[LookedUp, ...]]]
NAMES = {options.Format.TERMINAL: "report.txt", options.Format.JSON: "report.json", options.Format.JSONL: "summary.jsonl"}


class Keeping:
    """Hands what a run sends, reads, finds and writes to the keeper, if there is one, in the order of the results."""

    def __init__(self, keeper: Keeper | None, timestamp: str = "", seconds: float = 0.0) -> None:
        self._keeper, self._timestamp, self._seconds = keeper, timestamp, seconds
        self._page: tuple[Capture, str] | None = None  # whose result comes next, with its reading copy; None: it had come as a failure
        self._skipped: list[Skipped] = []
        self._written = ("", "")  # name and text of the report

    def access(self, reached: Access) -> Access:
        return replace(reached, record=self._keeper.exchange if self._keeper else None, skipped=self._passed_over)

    def _passed_over(self, passed: Skipped) -> None:
        self._skipped.append(passed)
        if self._keeper:
            self._keeper.skipped(passed)

    def asking(self, ask: Ask | None) -> Ask | None:
        if ask is None or self._keeper is None:
            return ask
        keeper, asked = self._keeper, ask

        def keeping(ids: Iterable[str]) -> Mapping[str, tuple[LookedUp, ...]]:
            found = asked(ids)
            keeper.answers(found)
            return found

        return keeping

    def page(self, capture: Capture, page: Page | Failure) -> None:
        self._page = capture, page.text if isinstance(page, Page) else ""

    def watching(self, results: Iterable[PageReport | Failure]) -> Iterator[PageReport | Failure]:
        """The same results, each kept as it passes."""
        for number, result in enumerate(results):
            capture, text = self._page or (None, "")
            self._page = None
            self.done((number,), capture, text, result)
            yield result

    def done(self, order: Order, capture: Capture | None, text: str, result: PageReport | Failure) -> None:
        """Keeps one result, marked as the report has it, with its place in the run, its capture and its reading copy."""
        if self._keeper is None:
            return
        if capture:
            self._keeper.page(capture, text, order)
        elif isinstance(result, Failure):
            self._keeper.failure(result, order)
        record = jsonl.failure(result) if isinstance(result, Failure) else jsonl.page(result)
        self._keeper.result(result.target, record, order)

    def writing(self, write: Write, format: options.Format) -> Write:
        """The same, with a copy of the report put by. Of JSON Lines only the last line, for the others are kept as they come."""

        def keeping(text: str) -> None:
            write(text)
            self._written = NAMES[format], text

        return keeping if self._keeper else write

    def ended(self, code: Exit, why: str) -> tuple[Exit, str]:
        """Seals the evidence of a run that came to its end; the exit code and its reason, which a stamp that was not got makes 3."""
        for passed in self._skipped:
            kinds = ", ".join(f"{kind} ({number:,})" for kind, number in passed.kinds)
            found = f"{counted(passed.pages, 'page')} in {counted(passed.records, 'record')}"
            say(f"caveat: {passed.target}: {found}; passed over: {kinds or 'none'}")
        if self._keeper is None:
            return code, why
        self._keeper.report(*self._written)
        head = self._keeper.seal(code)
        missing = ""
        if self._timestamp:
            from caveat.evidence.stamp import Unstamped, stamped

            try:
                head = stamped(self._keeper, self._timestamp, self._seconds)
            except Unstamped as error:
                missing = f"the evidence has no time stamp: {error}"
        self._keeper.close()
        say(f"caveat: evidence in {self._keeper.folder}; note down elsewhere, so that no other can be put in its place: {head}")
        return (Exit.INCOMPLETE, "; ".join(filter(None, (missing, why)))) if missing else (code, why)


def keeping(order: options.Order, book: Rulebook, judged_by: Options, resume: bool = False) -> Keeping:
    """What watches a run, with a keeper if evidence was asked for. Raises UsageError, OutputError."""
    if order.evidence is None:
        return Keeping(None)
    from caveat.evidence import Run, kept

    if order.timestamp:
        from caveat.evidence.stamp import available

        available()
    run = Run(
        version=__version__,
        digest=book.digest,
        options=_told(order, judged_by),
        rules=[shipped(), *order.rules],
        decisions={str(file): decisions.text_of(file) for file in decisions.files(order)},
        operator=order.access.contact,
    )
    return Keeping(kept(order.evidence, run, resume), order.timestamp, order.access.seconds)


def _told(order: options.Order, judged_by: Options) -> dict[str, object]:
    """The options of a run, as plain values."""
    return {
        "targets": list(order.targets),
        "lists": list(order.lists),
        "format": order.format.value,
        "stance": judged_by.stance.value if judged_by.stance else "auto",
        "jurisdictions": list(judged_by.jurisdictions),
        "fail_on": order.fail_on.value,
        "rules": [str(Path(folder)) for folder in order.rules],
        "only": list(order.only),
        "skip": list(order.skip),
        "show_held_back": order.show_held_back,
        "today": order.today.isoformat(),
        "look_up": order.look_up is not None,
        "max_size": order.access.size,
        "timeout": order.access.seconds,
        "contact": order.access.contact,
    }


