"""`caveat audit --dry-run`: says what would be fetched and read, and fetches no page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress

from caveat.cli import options, session
from caveat.cli.output import ReaderGone, opened
from caveat.cli.say import counted, ended, say
from caveat.errors import Exit, UsageError
from caveat.formats import plan as formats
from caveat.model import Action, Planned
from caveat.sources import named
from caveat.sources.plan import plan

AMISS = (Action.ROBOTS, Action.FAIL)


def run(order: options.Order) -> Exit:
    """The plan of a run. Raises CaveatError for what ends it before it is written."""
    if order.journal:
        raise UsageError("--dry-run: a plan has no journal", "leave out --journal and --resume")
    if order.evidence:
        raise UsageError("--dry-run: a plan has no evidence", "leave out --evidence")
    counts, lost = Counter[Action](), Counter[str]()
    whole = order.format is options.Format.JSON
    with suppress(ReaderGone), opened(order.output, whole=whole) as write:
        found = _counted(plan(named(session.targets(order)), order.access), counts, lost)
        if whole:
            write(formats.json(found))
        else:
            for each in found:
                write(formats.jsonl(each) if order.format is options.Format.JSONL else formats.line(each))
    say(
        f"caveat: nothing was fetched but robots.txt and sitemaps; {', '.join(f'{counts[each]} {each}' for each in Action if counts[each])}"
    )
    if order.access.crawl:
        say("caveat: of a crawl this is its start and what sitemaps name; what pages lead to is known when they are read")
    if lost:
        return ended(Exit.INCOMPLETE, f"{counted(lost.total(), 'target')} could not be read")
    return Exit.CLEAN


def _counted(found: Iterable[Planned], counts: Counter[Action], lost: Counter[str]) -> Iterator[Planned]:
    for each in found:
        counts[each.action] += 1
        if each.action in AMISS and not each.start:
            lost[each.target] += 1
        yield each
