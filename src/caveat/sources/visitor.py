"""Asks sites for pages as their owners would have it: as robots.txt says, at a host's pace, again only where that is safe."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import stamina

from caveat.model import Capture, Check, CheckState, Failure, FailureKind, Purpose, Redirect, Stage
from caveat.sources import robots
from caveat.sources.access import Access, terms
from caveat.sources.answers import page, retry_after
from caveat.sources.kept import Folder, Kept
from caveat.sources.pacing import LONGEST, Paces, Resting
from caveat.sources.robots import Robots
from caveat.sources.wire import Answer, Broken, Wire
from caveat.sources.wire.address import checked

REDIRECTS = 10
BUSY = (429, 502, 503, 504)  # statuses by which a site says that the same request may go better later
BACK_OFF = 2.0  # delays before a request is repeated, doubled each time
_MOST = 1_000  # robots.txt files remembered
_LONG = 200  # characters of an address in a message
_SEE = "open it in a browser to see where it leads"
_LATER = "try again later"
DISALLOWED = "its robots.txt asks robots not to read it"
_IGNORE = "--ignore-robots with --reason reads it all the same, and says so in the report"
logging.getLogger("stamina").addHandler(logging.NullHandler())  # it tells of each repetition, on stderr where nobody else listens


@asynccontextmanager
async def visiting(access: Access) -> AsyncIterator[Visitor]:
    """A visitor for one run, in the running event loop."""
    async with Wire(terms(access)) as wire:
        yield Visitor(access, wire)


class Led(Exception):
    """A redirect leads where the caller does not follow."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class _Later(Exception):
    """The site asks for another time. `wait`: the seconds it names."""

    def __init__(self, answer: Answer, wait: float | None) -> None:
        super().__init__(str(answer.status))
        self.answer = answer
        self.wait = wait


class Visitor:
    """What a run remembers of the sites it asks: the pace of each host, what each robots.txt says, and the pages kept from before."""

    def __init__(self, access: Access, wire: Wire) -> None:
        self.access, self._wire = access, wire
        self._kept = Folder(access.keep, access.size) if access.keep else None
        self._paces = Paces(access.delay)
        self._robots: dict[str, asyncio.Future[Robots]] = {}  # by origin, the oldest first

    async def fetch(self, target: str, purpose: Purpose = Purpose.PAGE, follow: Callable[[str], bool] | None = None) -> Capture | Failure:
        """
        One page, kept or fetched, redirects followed one by one. Whatever goes wrong on the way is a failure that says what.
        Raises Led for a redirect that `follow` does not want followed.
        """
        kept = self._kept.get(target) if self._kept else None
        if kept and self._is_young(kept):
            return _from_kept(kept)
        try:
            answer, redirects = await self.followed(target, purpose, kept, follow)
        except Broken as broken:
            return Failure(target, Stage.FETCH, broken.reason, broken.hint, broken.kind)
        if answer.status == 304 and kept:
            return self._unchanged(kept, answer)
        found = page(target, answer, redirects, self._checks(answer))
        if isinstance(found, Capture):
            self._keep(Kept(found, found.fetched, answer.headers.get("etag", ""), answer.headers.get("last-modified", "")))
        return found

    def kept(self, target: str) -> Kept | None:
        """The page kept for an address that need not be asked for again."""
        kept = self._kept.get(target) if self._kept else None
        return kept if kept and self._is_young(kept) else None

    def _is_young(self, kept: Kept) -> bool:
        return kept.is_young(self.access.max_age, datetime.now(UTC))

    async def followed(
        self, target: str, purpose: Purpose, kept: Kept | None = None, follow: Callable[[str], bool] | None = None
    ) -> tuple[Answer, tuple[Redirect, ...]]:
        """
        The answer to which an address leads, and the redirects on the way. Each is asked for as if it were the first: its robots.txt,
        its host's pace, its place on the network. Raises Broken, and Led.
        """
        url, redirects = target, list[Redirect]()
        while True:
            try:
                answer = await self.ask(url, purpose, _conditions(kept, url))
            except Broken as broken:
                raise _after(broken, url) if redirects else broken from None
            if not answer.location:
                return answer, tuple(redirects)
            redirects.append(Redirect(answer.status, answer.url))
            url = _next(answer.location, redirects)
            if follow and not follow(url):
                raise Led(url)

    async def ask(self, url: str, purpose: Purpose, headers: Mapping[str, str] | None = None) -> Answer:
        """What one address answers, if its site allows it to be asked for; a redirect is an answer. Raises Broken."""
        if reason := self.access.ignoring_robots:
            return await self._tried(url, purpose, headers, f"not asked: {reason}")
        rules = await self.robots(url)
        if not rules.allows(url):
            raise Broken(rules.kind, rules.closed or DISALLOWED, rules.hint or _IGNORE)
        return await self._tried(url, purpose, headers, rules.words)

    async def robots(self, url: str) -> Robots:
        """The rules of an address's site, asked for once a run. Raises Broken for what is no address."""
        address = checked(url)
        origin = f"{address.scheme}://{address.authority}"
        known = self._robots.get(origin)
        if known is None:
            known = self._robots[origin] = asyncio.get_running_loop().create_future()
            if len(self._robots) > _MOST:
                del self._robots[next(iter(self._robots))]
            try:
                found = await self._robots_of(origin)
            except BaseException:
                known.cancel()
                raise
            self._paces.slow(host_of(url), found.crawl_delay)
            known.set_result(found)
        return await asyncio.shield(known)  # whoever no longer waits must not take it from the others

    async def _robots_of(self, origin: str) -> Robots:
        address = url = f"{origin}/robots.txt"
        for hop in range(robots.REDIRECTS + 1):
            try:
                answer = await self._tried(url, Purpose.ROBOTS)
            except Broken as broken:
                return robots.unreachable(address, broken if hop == 0 else _after(broken, url))
            if not answer.location:
                return robots.told(address, answer)
            url = answer.location
        return robots.absent(address, f"redirects more than {robots.REDIRECTS} times")

    async def _tried(self, url: str, purpose: Purpose, headers: Mapping[str, str] | None = None, words: str = "") -> Answer:
        """The answer of one address, asked for a few times at most, each time at its host's pace. Raises Broken."""
        host, delay, tried = host_of(checked(url).url), self.access.delay, 0
        attempts = stamina.retry_context(_again, self.access.retries + 1, None, BACK_OFF * delay, LONGEST, delay)
        try:
            async for attempt in attempts:
                tried = attempt.num
                with attempt:
                    async with self._paces.turn(host):
                        answer = await self._wire.ask(url, purpose, headers, words)
                    self._heed(host, answer)
        except _Later as later:
            return later.answer
        except Resting as resting:
            left = f"was not asked: its host wants to be left alone for {resting.seconds:.0f} s"
            raise Broken(FailureKind.BLOCKED, left, _LATER) from None
        except Broken as broken:
            raise _because(broken, f"{broken.reason} (tried {tried} times)") if tried > 1 else broken from None
        return answer

    def _heed(self, host: str, answer: Answer) -> None:
        """Raises _Later for a site that is busy, and Broken where it asks for more patience than there is."""
        if answer.status not in BUSY:
            return
        wait = retry_after(answer, datetime.now(UTC))
        if wait is not None:
            self._paces.rest(host, wait)
            if wait > LONGEST:
                kind = FailureKind.BLOCKED if answer.status == 429 else FailureKind.STATUS
                asks = f"the site answers {answer.status} and asks to be left alone for {wait:.0f} s"
                raise Broken(kind, f"{asks}; {LONGEST:.0f} s are waited at most", _LATER)
        raise _Later(answer, wait)

    def _unchanged(self, kept: Kept, answer: Answer) -> Capture:
        renewed = replace(kept, checked=answer.fetched)
        self._keep(renewed)
        return _from_kept(renewed)

    def _keep(self, kept: Kept) -> None:
        if self._kept and (trouble := self._kept.put(kept)):
            self._kept = None  # what went wrong once goes wrong for each page
            if self.access.warn:
                self.access.warn(f"pages cannot be kept in {trouble}; --keep names another folder")

    def _checks(self, answer: Answer) -> tuple[Check, ...]:
        """What a reader of the report has to know of how the page was come by."""
        found = []
        if self.access.ignoring_robots:
            found.append(Check("robots.txt", CheckState.NOT_ASKED, f"ignored: {self.access.ignoring_robots}"))
        if not answer.exchange.verified:
            found.append(Check("certificate", CheckState.NOT_CHECKED, "the site was not asked to prove that it is the site (--insecure)"))
        return tuple(found)


def _from_kept(kept: Kept) -> Capture:
    asked = "" if kept.checked == kept.capture.fetched else f"; unchanged when the site was asked on {kept.checked}"
    said = Check("kept page", CheckState.DONE, f"fetched on {kept.capture.fetched} and kept since{asked}")
    return replace(kept.capture, checks=(*kept.capture.checks, said))


def host_of(url: str) -> str:
    """The host whose pace an address is asked for at: `www.` is the same machine nearly always. Empty for what is no address."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _again(error: Exception) -> bool | float:
    """For stamina: whether a request may be repeated, or in how many seconds. A GET asks for nothing but an answer (RFC 9110, 9.2.1)."""
    if isinstance(error, _Later):
        return True if error.wait is None else error.wait
    return isinstance(error, Broken) and error.retry


def _conditions(kept: Kept | None, url: str) -> dict[str, str]:
    """The headers by which a site need not send what it sent before (RFC 9110, 13.1)."""
    if kept is None or kept.capture.url != url:
        return {}
    return {name: value for name, value in (("If-None-Match", kept.etag), ("If-Modified-Since", kept.modified)) if value}


def _next(location: str, redirects: list[Redirect]) -> str:
    """Where a redirect leads. Raises Broken for one that leads round in a circle, or too far."""
    if len(redirects) > REDIRECTS:
        raise Broken(FailureKind.REDIRECTS, f"redirects more than {REDIRECTS} times", _SEE)
    try:
        url = checked(location).url
    except Broken as broken:
        raise _after(broken, location) from None
    if url in {hop.url for hop in redirects}:
        raise Broken(FailureKind.REDIRECTS, f"redirects in a circle, back to {shortened(url)}", _SEE)
    return url


def _after(broken: Broken, url: str) -> Broken:
    return _because(broken, f"{broken.reason} (after a redirect to {shortened(url)})")


def _because(broken: Broken, reason: str) -> Broken:
    return Broken(broken.kind, reason, broken.hint, exchange=broken.exchange)


def shortened(url: str) -> str:
    return url if len(url) <= _LONG else f"{url[:_LONG]}…"
