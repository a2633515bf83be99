"""The report for a reader at a terminal: a page's worst findings first, each with its words, and what was left out said plainly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby

from rich.console import Console
from rich.text import Text

from caveat.formats.claims import caveats, claims, said, spot
from caveat.formats.clean import clean
from caveat.formats.ignored import decided, lapsed, run_row
from caveat.formats.typeset import DIM, hung, labelled, marked, printed, sheet, together
from caveat.formats.wording import LIMITS, STANCE, boilerplate, counted, crawl, standing, whereabouts
from caveat.model import Check, CheckState, Failure, HeldBack, Outcome, PageReport, Report, Severity, SiteCaveat, Spread, Stance, Summary

SHORT = 12  # characters of a digest: enough to tell two pages apart by eye, the JSON has the rest
HOME = ("US",)  # what is said only where another law was asked for too
FOOT = (
    ((CheckState.SATISFIED, CheckState.STANDS), "present"),
    ((CheckState.NOT_CHECKED,), "not checked"),
    ((CheckState.NOT_ASKED,), "not asked"),
)
FEW = 3  # cues of the stance that are named


def render(report: Report, *, width: int = 80, color: bool = False, show_held_back: bool = False) -> str:
    """The report in lines of at most `width` cells (held between 40 and 100). The same report gives the same text."""
    console = sheet(width, color)
    pages = (_page(console, each, number, report, show_held_back) for number, each in enumerate(report.pages, 1))
    return printed(
        console,
        chain(chain.from_iterable(pages), _failures(console, report.failures), _sites(console, report.sites), _run(console, report)),
    )


def _page(console: Console, report: PageReport, number: int, run: Report, show_held_back: bool) -> Iterator[Text]:
    if len(run.pages) > 1:
        yield Text(f"── page {number} of {len(run.pages)} ".ljust(console.width, "─"), DIM)
    yield from _head(console, report)
    yield Text()
    counting = [found for found in report.findings if not found.ignored]
    lacking = caveats(console, counting, whose=report.jurisdictions != HOME)
    for section in (list(lacking), list(claims(console, counting)), list(decided(console, report.findings))):
        if section:
            yield from section
            yield Text()
    if not report.findings:
        yield from hung(console, "", _nothing(report), 0)
        yield Text()
    foot = list(_foot(console, report, show_held_back))
    yield from foot
    if foot:
        yield Text()


def _head(console: Console, report: PageReport) -> Iterator[Text]:
    yield from hung(console, "", Text(clean(report.title) or "(no title)", "bold"), 0)
    address = clean(report.url or report.target)
    yield from _row(console, "page", address + "".join(f", after {hop.status} from {clean(hop.url)}" for hop in report.redirects))
    if report.list_id:
        yield from _row(console, "list id", clean(report.list_id))
    yield from _row(console, "read", " · ".join(filter(None, _capture(report))))
    yield from _row(console, "stance", _stance(report.stance))
    if report.jurisdictions not in ((), HOME):
        yield from _row(console, "law", ", ".join(map(clean, report.jurisdictions)))
    yield from _counts(console, report)


def _capture(report: PageReport) -> Iterator[str]:
    yield clean(report.fetched)
    parts = ", ".join(f"{clean(part.language)} {part.share:.0%}" for part in report.languages)
    yield f"languages {parts}" if parts else f"language {clean(report.language)}" if report.language else "language unknown"
    yield counted(report.blocks, "block")
    yield f"sha256 {report.sha256[:SHORT]}" if report.sha256 else ""
    yield f"rendered by {clean(report.browser.name)}, {report.browser.width} × {report.browser.height} px" if report.browser else ""


def _stance(stance: Stance) -> str:
    more = len(stance.cues) - FEW
    because = "; " + said(stance.cues[:FEW]) if stance.cues else ""
    return STANCE[stance.value] + because + (f" and {more} more" if more > 0 else "")


def _counts(console: Console, report: PageReport) -> Iterator[Text]:
    counting = [found for found in report.findings if not found.ignored]
    claimed = [found.severity for found in counting if found.kind != "caveat"]
    lacking = [found.outcome for found in counting if found.kind == "caveat"]
    levels = [together(f"{claimed.count(severity)} {severity}") for severity in Severity if severity in claimed]
    outcomes = [together(f"{lacking.count(outcome)} {outcome}") for outcome in Outcome if outcome in lacking]
    for label, counts in (("claims", levels), ("caveats", outcomes)):
        if counts:
            yield from _row(console, label, ", ".join(counts))
    if len(counting) < len(report.findings):
        yield from _row(console, "ignored", counted(len(report.findings) - len(counting), "finding"))


def _nothing(report: PageReport) -> str:
    if not report.blocks:
        return "No text was found on this page, so nothing could be judged; this is not clearance."
    made = sum(check.state in (CheckState.DONE, CheckState.SATISFIED) for check in report.checks)
    by = f" by {counted(made, 'check')}" if made else ""
    return f"Nothing found at any level{by}; this is not clearance."


def _foot(console: Console, report: PageReport, show_held_back: bool) -> Iterator[Text]:
    if report.stripped:
        yield from _row(console, "stripped", ", ".join(boilerplate(each.role, each.blocks, each.repeats) for each in report.stripped))
    for states, label in FOOT:
        yield from _checks(console, label, [check for check in report.checks if check.state in states])
    if report.held_back:
        sentences = counted(len(report.held_back), "sentence")
        where = ":" if show_held_back else "; --show-held-back lists them"
        yield from _row(console, "held back", f"{sentences} that matched a rule, let off by the words around{where}")
    for held in report.held_back if show_held_back else ():
        yield from _held_back(console, held)


def _checks(console: Console, label: str, checks: list[Check]) -> Iterator[Text]:
    """One row for a state; checks that share a reason share its words."""
    parts = []
    for reason, group in groupby(sorted(checks, key=lambda check: (_why(check), check.check)), key=_why):
        names = ", ".join(clean(check.check) for check in group)
        parts.append(f"{names}: {clean(reason)}" if reason else names)
    if parts:
        yield from _row(console, label, "; ".join(parts))


def _why(check: Check) -> str:
    return check.reason + "".join(f"; {part}" for part in standing(check.prominence))


def _held_back(console: Console, held: HeldBack) -> Iterator[Text]:
    text, _ = marked(console, held.quote, held.match)
    yield from hung(console, f"  {spot(held.line, held.column)}", text)
    reason = f"{clean(held.rule)}, let off by {said([held.cue])}"
    yield from labelled(console, "", Text(" · ".join([reason, *whereabouts(held)]), DIM))


def _failures(console: Console, failures: Iterable[Failure]) -> Iterator[Text]:
    for number, failed in enumerate(failures):
        if not number:
            yield Text("Could not be read", "bold")
        yield from hung(console, "", clean(failed.target), 2)
        yield from labelled(console, failed.stage, f"{failed.kind}: {clean(failed.reason)}")
        if failed.hint:
            yield from labelled(console, "hint", clean(failed.hint))
    if failures:
        yield Text()


def _sites(console: Console, sites: Iterable[SiteCaveat]) -> Iterator[Text]:
    """What no page says by itself; once for each site."""
    host = ""
    for told in sites:
        if told.host != host:
            host = told.host
            yield Text("Whole sites", "bold") if told is next(iter(sites)) else Text()
            yield from hung(console, "", clean(host), 2)
        yield from labelled(console, "caveat", f"{told.rule}: {clean(told.message)}")
        for label, pages in (("not found", told.missing), ("shown", told.shown), ("apart", told.apart)):
            if pages.count and told.spread is not Spread.NOWHERE:
                more = f" and {pages.count - len(pages.first):,} more" if pages.count > len(pages.first) else ""
                yield from labelled(console, label, ", ".join(map(clean, pages.first)) + more)
    if host:
        yield Text()


def _run(console: Console, report: Report) -> Iterator[Text]:
    run = report.summary
    yield from _row(console, "run", f"{counted(run.targets, 'target')}: {run.pages} read, {run.failures} not read{_shares(run)}")
    levels = ", ".join(f"{run.findings.get(severity, 0)} {severity}" for severity in Severity)
    yield from _row(console, "findings", f"{levels}, caveats included")
    for crawled in report.crawls:
        yield from _row(console, "crawl", f"{clean(crawled.target)}: {clean(crawl(crawled))}")
    if run.ignored:
        yield from _row(console, "ignored", run_row(run.ignored))
        for sentence in lapsed(run.ignored):
            yield from _row(console, "", clean(sentence))
    day = f", law as of {report.as_of}" if report.as_of else ""
    lists = "".join(f", approved products by the list {name} of {day}" for name, day in report.lists)
    yield from _row(console, "made with", f"caveat {report.version}, rules {report.rules_digest[:SHORT]}{day}{lists}")
    marks = "Underlined are" if console.is_terminal else "«» marks"
    how = f"{marks} the words that made a rule fire; 12:3 is line and column of the text as read."
    yield from _row(console, "how to read", f"{how} {LIMITS}")


def _shares(run: Summary) -> str:
    found = f"; findings on {counted(run.pages_with_findings, 'page')}" if run.pages_with_findings else ""
    return found + (f"; {counted(run.not_checked, 'page')} not checked in full" if run.not_checked else "")


def _row(console: Console, label: str, body: str) -> Iterator[Text]:
    return hung(console, Text(label, DIM), body)
