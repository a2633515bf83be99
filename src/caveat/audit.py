"""The whole run: captures in, one page report or failure out for each, and the report they add up to."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from caveat import __version__, ignoring
from caveat.errors import CaveatError
from caveat.judging import Answers, Options, cited_by, explain, judge, judged
from caveat.model import (
    Capture,
    Check,
    CheckState,
    Failure,
    Ignored,
    Ignores,
    LookedUp,
    Page,
    PageExplained,
    PageReport,
    Report,
    Severity,
    Summary,
)
from caveat.reading import read
from caveat.roles import label, wall
from caveat.rulebook import Rulebook, Scan, scan
from caveat.sites import Sites

NOTHING_YET = Summary(targets=0, pages=0, failures=0, findings=dict.fromkeys(Severity, 0), pages_with_findings=0, not_checked=0)


Ask = Callable[[Iterable[str]], Answers]  # identifiers of studies → what services say of each
Keep = Callable[[Capture, Page | Failure], None]  # is handed what was made of each capture, before it is judged


def results(
    captures: Iterable[Capture | Failure],
    book: Rulebook,
    options: Options,
    ask: Ask | None = None,
    ignores: Ignores | None = None,
    keep: Keep | None = None,
) -> Iterator[PageReport | Failure]:
    """
    Reads and judges each capture as it comes; holds one page at a time. `ask` looks up what claims cite; None: nothing is.
    `ignores` are decisions on findings: those that hold are marked. `keep` is handed each page as it was read, for the evidence.
    """
    for capture in captures:
        result = capture if isinstance(capture, Failure) else _result(capture, book, options, ask, keep)
        yield ignoring.marked(result, ignores) if ignores and isinstance(result, PageReport) else result


@contextmanager
def undisturbed() -> Iterator[None]:
    """
    Holds the garbage collector off for a while, as it was before afterwards.

    A page makes tens of thousands of objects, and loading the rules a million; hardly any are in cycles. Python looks for cycles after
    each few hundred, which costs a sixth of an audit and finds nothing: it may look when the page is done.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _result(capture: Capture, book: Rulebook, options: Options, ask: Ask | None, keep: Keep | None) -> PageReport | Failure:
    try:
        with undisturbed():
            return _audited(capture, book, options, ask, keep)
    except CaveatError:
        raise
    except Exception as error:
        error.add_note(f"while auditing {capture.target!r}")  # a crash in a run over thousands must name its page
        raise


def _audited(capture: Capture, book: Rulebook, options: Options, ask: Ask | None, keep: Keep | None) -> PageReport | Failure:
    """A function of its own, so that the page is gone, and need not be looked through, when the collector comes back."""
    prepared = _labelled(capture, book, keep)
    if isinstance(prepared, Failure):
        return prepared
    page, seen = prepared
    return _looked_up(page, seen, book, options, ask) if ask else judge(page, seen, book, options)


def _labelled(capture: Capture, book: Rulebook, keep: Keep | None = None) -> tuple[Page, Scan] | Failure:
    """The page of a capture, its blocks with their roles, and what of the rulebook stands in it; a wall is no page."""
    page = read(capture)
    if keep:
        keep(capture, page)
    if isinstance(page, Failure):
        return page
    seen = scan(book, page)
    labelled = label(page, seen, book)
    return wall(labelled, capture.data, seen, book) or (labelled, seen)


def audited(
    capture: Capture, book: Rulebook, options: Options, answers: Answers | None, keep: Keep | None = None
) -> tuple[PageReport | Failure, tuple[str, ...]]:
    """
    One capture by the answers that there are, None: nothing is looked up; and the identifiers it cites that have none yet. For whoever
    asks elsewhere than here: with their answers too it is judged again, until there are none left.
    """
    prepared = _labelled(capture, book, keep)
    if isinstance(prepared, Failure):
        return prepared, ()
    page, seen = prepared
    found = judge(page, seen, book, options) if answers is None else judge(page, seen, book, options, answers)
    return found, () if answers is None else _unanswered(found, answers)


def _unanswered(found: PageReport, answers: Answers) -> tuple[str, ...]:
    return tuple(name for each in cited_by(found.findings) for name in each.ids if name not in answers)


def _looked_up(page: Page, seen: Scan, book: Rulebook, options: Options, ask: Ask) -> PageReport:
    """Judged by the page first, to know what it cites, then by the answers too; these may bring other citations to the fore."""
    answers: dict[str, tuple[LookedUp, ...]] = {}
    found = judge(page, seen, book, options, answers)
    while new := _unanswered(found, answers):
        answers |= {**dict.fromkeys(new, ()), **ask(new)}
        found = judge(page, seen, book, options, answers)
    return found


def explained(
    capture: Capture, book: Rulebook, options: Options, line: int = 0, column: int = 0, every: bool = False
) -> PageExplained | Failure:
    """What the audit of a page rests on, for the sentences of a line or for those of the page that matter; see `judging.explain`."""
    prepared = _labelled(capture, book)
    if isinstance(prepared, Failure):
        return prepared
    page, seen = prepared
    return explain(page, seen, book, judged(page, seen, book, options), line, column, every)


def begun(ignores: Ignores | None) -> Summary:
    """The summary of a run that has seen nothing yet."""
    return replace(NOTHING_YET, ignored=Ignored(ignores) if ignores else None)


def counted(summary: Summary, result: PageReport | Failure) -> Summary:
    """The summary with one more result in it."""
    if isinstance(result, Failure):
        kind = result.kind.value
        failed = {**summary.failed, kind: summary.failed.get(kind, 0) + 1}
        return replace(summary, targets=summary.targets + 1, failures=summary.failures + 1, failed=failed)
    levels: list[str] = [finding.severity for finding in result.findings if not finding.ignored]
    return replace(
        summary,
        targets=summary.targets + 1,
        pages=summary.pages + 1,
        findings={level: count + levels.count(level) for level, count in summary.findings.items()},
        pages_with_findings=summary.pages_with_findings + bool(levels),
        not_checked=summary.not_checked + any(check.state is CheckState.NOT_CHECKED for check in result.checks),
        unspoken=summary.unspoken + any(unspoken(check) for check in result.checks),
        ignored=ignoring.seen(summary.ignored, result) if summary.ignored else None,
    )


def passed_over(summary: Summary) -> Summary:
    """The summary with one more page in it whose bytes name no therapy; see `prefilter`."""
    return replace(summary, targets=summary.targets + 1, unparsed=summary.unparsed + 1)


def unspoken(check: Check) -> bool:
    """Whether a check says that the page was read but is in a language that no rule speaks."""
    return check.check == "language" and check.state is CheckState.NOT_CHECKED


def report(found: Iterable[PageReport | Failure], book: Rulebook, ignores: Ignores | None = None) -> Report:
    """All results of a run as one value, in their order; `ignores` as they were given to `results`."""
    pages, failures, summary, sites = [], [], begun(ignores), Sites()
    for result in found:
        sites.see(result)
        summary = counted(summary, result)
        if isinstance(result, Failure):
            failures.append(result)
        else:
            pages.append(result)
    return Report(__version__, book.digest, tuple(pages), tuple(failures), summary, book.lists, book.as_of, sites.told())
