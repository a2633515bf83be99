"""Goes from an address to those it leads to on the same site, nearest first: none twice, and every one accounted for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from itertools import count, filterfalse

from caveat.model import Capture, Crawled, Failure, Left, Links, Stage, Unreported
from caveat.sources import trail
from caveat.sources.access import Crawl
from caveat.sources.arrival import Arrival, Past
from caveat.sources.frontier import Frontier, Step
from caveat.sources.site import same_but_query
from caveat.sources.sitemaps import Sitemaps
from caveat.sources.visitor import Led, Visitor, shortened
from caveat.sources.wire import Broken


async def crawl(order: tuple[int, ...], start: str, visitor: Visitor, limits: Crawl, past: Past) -> AsyncGenerator[Arrival, None]:
    """
    The pages of a site and what failed of it, each with the steps that led to it as its links, and an end that accounts for the whole.
    What is past is neither asked for nor given again: a crawl that goes on takes what it knew then, and comes to the same end.
    """
    try:
        frontier = Frontier(start, limits)
    except Broken as broken:
        yield Arrival((*order, 0), Failure(start, Stage.FETCH, broken.reason, broken.hint, broken.kind))
        yield Arrival(order, None, crawled=Crawled(start, 1, 1, 1))
        return
    walk = _Walk(start, visitor, limits, frontier)
    parts = _unused(past)
    known = {step.asked: step for _, lines in past.parts.values() for step in trail.read(lines)}
    stranded = {name: known[name] for name, _ in past.parts.values() if name in known}  # reported, and not come to again so far
    steps: list[Step] = []  # since the last arrival
    while ahead := frontier.next() or _stranded(frontier, stranded):
        address, depth = ahead
        if step := known.get(address):
            stranded.pop(address, None)
            frontier.took(step, depth + 1)
            continue
        if address != start and not await walk.may(address):
            frontier.leave(Left.ROBOTS)
            continue
        step = Step(address)
        steps.append(step)
        found = await walk.visit(step, depth)
        frontier.close(step)
        if found and not step.unreported:
            yield Arrival((*order, next(parts)), found, trail.written(steps))
            steps = []
    yield Arrival(order, None, crawled=frontier.crawled)


def _unused(past: Past) -> Iterator[int]:
    """Numbers for what comes; as a crawl that goes on finds what it found before, those of what was lost are used for the same again."""
    return filterfalse(past.parts.__contains__, count())


def _stranded(frontier: Frontier, stranded: dict[str, Step]) -> tuple[str, int] | None:
    """A page of the report that nothing leads to any more, for the site has changed between two sessions; None: there is none."""
    if not stranded:
        return None
    frontier.find()
    return next(iter(stranded)), 1


class _Walk:
    def __init__(self, start: str, visitor: Visitor, limits: Crawl, frontier: Frontier) -> None:
        self._start, self._visitor, self._limits, self._frontier = start, visitor, limits, frontier

    async def may(self, address: str) -> bool:
        """Whether robots.txt lets an address be asked for. Where it could not be had, that is a failure of the address, to be reported."""
        if self._visitor.access.ignoring_robots:
            return True
        rules = await self._visitor.robots(address)
        return rules.allows(address) or bool(rules.closed)

    async def visit(self, step: Step, depth: int) -> Capture | Failure | None:
        """Asks for one address, and notes in the step what comes of it."""
        first = step.asked == self._start
        try:
            found = await self._visitor.fetch(step.asked, follow=None if first else lambda url: self._follows(step, url))
        except Led as led:
            step.unreported = self._why_not(step, led.url)
            return None
        if isinstance(found, Failure):
            step.failed(found.kind)
            return found
        step.at = found.url
        if not first and not self._follows(step, found.url):  # it was kept, and had been led there
            step.unreported = self._why_not(step, found.url)
            return None
        links = await asyncio.to_thread(self._limits.links, found)
        if not first and self._is_known(found, links):
            step.unreported = Unreported.SAME
        await self._go_on(step, links, depth, first)
        return found

    async def _go_on(self, step: Step, links: Links, depth: int, first: bool) -> None:
        """Takes what a page leads to; of the first also what its site's maps list."""
        step.text = links.text
        step.nofollow = not (links.follow or self._visitor.access.ignoring_robots)
        leads = [*(() if step.nofollow else links.addresses), *filter(None, [links.canonical])]
        await asyncio.to_thread(self._frontier.offer, step, leads, depth + 1)
        if not first:
            return
        if not self._frontier.site.has(step.at):
            step.notes.append(f"it leads to another site ({shortened(step.at)}), which was not crawled")
        if self._limits.sitemaps:
            maps = Sitemaps(self._visitor, self._frontier.site)
            listed = await maps.read(self._start)
            await asyncio.to_thread(self._frontier.offer, step, listed, 1)  # tens of thousands take seconds
            step.sitemaps = maps.count
            step.notes += maps.notes

    def _follows(self, step: Step, url: str) -> bool:
        """Whether a redirect leads to what is to be read here, and was not yet."""
        return self._frontier.site.has(url) and not self._frontier.has_read(url) and self._frontier.wants(url)

    def _why_not(self, step: Step, url: str) -> Unreported:
        if not self._frontier.site.has(url):
            return Unreported.ELSEWHERE
        return Unreported.SAME if self._frontier.has_read(url) else Unreported.PATTERNS

    def _is_known(self, found: Capture, links: Links) -> bool:
        """
        Whether a page was read before under another address: word for word, or one that differs in its query alone and that the page says
        it is. A canonical address elsewhere is not taken at its word: sites often name their start page on every page by mistake.
        """
        site, frontier = self._frontier.site, self._frontier
        here, there = site.spot(found.url), site.spot(links.canonical) if links.canonical else None
        if here and there and here.key != there.key and same_but_query(here.key, there.key) and frontier.has_read(there.address):
            return True
        return frontier.has_said(links.text)
