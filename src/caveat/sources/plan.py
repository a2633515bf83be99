"""What a run would fetch, and what robots.txt says to it, without asking for a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from caveat.model import Action, Failure, Listed, Planned
from caveat.sources import Target, arrivals, web
from caveat.sources.access import Access, Crawl
from caveat.sources.frontier import Frontier, Step
from caveat.sources.sitemaps import Sitemaps
from caveat.sources.visitor import DISALLOWED, Visitor
from caveat.sources.wire import Broken


def plan(targets: Iterable[Target], access: Access) -> Iterator[Planned]:
    """
    What a run over these targets would do, in their order. Of a site nothing is asked for but robots.txt and, for a crawl, sitemaps: where
    the links of its pages lead nobody can tell before they are read.
    """
    ids: dict[int, str] = {}
    waiting: dict[int, tuple[Planned, ...]] = {}
    number = 0
    for arrival in arrivals(_noted(targets, ids), replace(access, dry=True)):
        waiting[arrival.order[0]] = arrival.planned
        while number in waiting:
            list_id = ids.pop(number, "")
            yield from (replace(each, list_id=each.list_id or list_id) for each in waiting.pop(number))
            number += 1


def _noted(targets: Iterable[Target], ids: dict[int, str]) -> Iterator[Target]:
    for number, target in enumerate(targets):
        if isinstance(target, Listed):
            ids[number] = target.id
        yield target


async def addresses(target: str, visitor: Visitor) -> list[Planned]:
    """What would be done with an address and, in a crawl, with those that the sitemaps of its site name."""
    if failure := web.unread(target):
        return [_failed(failure)]
    first = await _one(target, visitor)
    limits = visitor.access.crawl
    if not limits or first.action not in (Action.FETCH, Action.KEPT):
        return [first]
    return [first, *await _listed(target, visitor, limits)]


async def _one(address: str, visitor: Visitor, start: str = "") -> Planned:
    if kept := visitor.kept(address):
        return Planned(address, Action.KEPT, f"fetched on {kept.capture.fetched}", start=start)
    if reason := visitor.access.ignoring_robots:
        return Planned(address, Action.FETCH, f"robots.txt is not asked for: {reason}", start=start)
    try:
        rules = await visitor.robots(address)
    except Broken as broken:
        return Planned(address, Action.FAIL, broken.reason, start=start)
    if rules.allows(address):
        return Planned(address, Action.FETCH, rules.words, start=start)
    return Planned(address, Action.FAIL if rules.closed else Action.ROBOTS, rules.closed or DISALLOWED, start=start)


async def _listed(start: str, visitor: Visitor, limits: Crawl) -> list[Planned]:
    """The addresses that sitemaps name, chosen as a crawl would choose them if no page led anywhere."""
    frontier, found = Frontier(start, limits), list[Planned]()
    step = Step(start)
    frontier.next()
    frontier.offer(step, await Sitemaps(visitor, frontier.site).read(start) if limits.sitemaps else (), 1)
    frontier.close(step)
    while (ahead := frontier.next()) is not None:
        found.append(await _one(ahead[0], visitor, start))
        if found[-1].action is not Action.ROBOTS:
            frontier.close(Step(ahead[0]))
    return found


def _failed(failure: Failure) -> Planned:
    return Planned(failure.target, Action.FAIL, failure.reason, list_id=failure.list_id)


def here(names: Iterable[str | Failure]) -> tuple[Planned, ...]:
    """The same for what is on this machine."""
    from caveat.sources import file, stdin

    found = []
    for name in names:
        missing = name if isinstance(name, Failure) else None if stdin.claims(name) else file.missing(name)
        found.append(_failed(missing) if missing else Planned(str(name), Action.READ))
    return tuple(found)
