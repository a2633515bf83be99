"""What a crawl has found of a site and not yet asked for, and the accounts of all that it found."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from caveat.model import Crawled, FailureKind, Left, Unreported
from caveat.sources.access import Crawl
from caveat.sources.site import Site, Spot, is_endless, is_no_page, matches

MOST = 20_000  # addresses of one site that are remembered, or as many again as ten times the pages that are asked for
ALIKE = 50  # addresses that differ in numbers or values alone and take their turn; more of them come last, for they may be a calendar


PATIENCE = 10  # addresses in a row that fail in ways that are the site's, before the rest is left
# Failures that are no page's own: the next would fare no better.
_SITE = (
    FailureKind.BLOCKED, FailureKind.REFUSED, FailureKind.UNKNOWN_HOST, FailureKind.UNREACHABLE, FailureKind.TLS, FailureKind.TIME,
)  # fmt: skip


@dataclass(slots=True)
class Step:
    """One address that was asked for, and what came of it: all that the crawl must know to go on as if it had asked."""

    asked: str
    at: str = ""  # where it led in the end; empty: nowhere
    text: str = ""  # the digest of what it says
    unreported: Unreported | None = None
    new: list[str] = field(default_factory=list)  # addresses of the site that were found here first
    full: int = 0  # those that could not be remembered
    nofollow: bool = False
    sitemaps: int = 0
    notes: list[str] = field(default_factory=list)
    turned_away: bool = False  # it failed, and not for its own sake

    def failed(self, kind: FailureKind) -> None:
        self.turned_away = kind in _SITE


class Frontier:
    """
    The addresses of one site, nearest to the start first, each once; of many that are alike the most come last, so that no calendar and no
    filter of a shop takes the place of pages. Memory is bounded by MOST addresses.

    Raises Broken for a start that is no address.
    """

    def __init__(self, start: str, limits: Crawl) -> None:
        self.site, self._start, self._limits = Site(start), start, limits
        self._most = max(MOST, 10 * limits.pages)
        first = self.site.spot(start)
        self._seen = {first.key} if first else set()
        self._read, self._texts = set[str](), set[str]()
        self._shapes = Counter[str]()
        self._queue, self._last = deque([(start, 0)]), deque[tuple[str, int]]()
        self._found, self._fetched, self._reported = 1, 0, 0
        self._left, self._unreported = Counter[Left](), Counter[Unreported]()
        self._turned_away = 0  # times in a row
        self._nofollow, self._sitemaps, self._notes = 0, 0, list[str]()

    def next(self) -> tuple[str, int] | None:
        """The next address and how many links it is away from the start; None: there is none that may be asked for."""
        if self._fetched >= self._limits.pages:
            self._leave_all(Left.PAGES)
        elif self._turned_away >= PATIENCE:
            self._leave_all(Left.TURNED_AWAY)
        while queue := self._queue or self._last:
            address, depth = queue.popleft()
            if self.has_read(address):
                self._left[Left.READ] += 1
            else:
                return address, depth
        return None

    def _leave_all(self, why: Left) -> None:
        self._left[why] += len(self._queue) + len(self._last)
        self._queue.clear()
        self._last.clear()

    def find(self) -> None:
        """Counts an address that was found by other ways."""
        self._found += 1

    def leave(self, why: Left) -> None:
        """The address that came last is not asked for."""
        self._left[why] += 1

    def offer(self, step: Step, addresses: Iterable[str], depth: int) -> None:
        """Takes the addresses that a step leads to, and notes in it those that are new."""
        for address in addresses:
            found = self.site.spot(address)
            if found is None or found.key in self._seen:
                continue
            if len(self._seen) >= self._most:
                step.full += 1
                continue
            step.new.append(found.address)
            self._take(found, depth)

    def took(self, step: Step, depth: int) -> None:
        """Takes what a step of an earlier session found."""
        for address in step.new:
            found = self.site.spot(address)
            if found and found.key not in self._seen:
                self._take(found, depth)
        self.close(step)

    def close(self, step: Step) -> None:
        """A step is done."""
        self._fetched += 1
        self._turned_away = self._turned_away + 1 if step.turned_away else 0
        for address in (step.asked, step.at):
            if address and (found := self.site.spot(address)):
                self._read.add(found.key)
                self._seen.add(found.key)
        if step.text:
            self._texts.add(step.text)
        if step.unreported:
            self._unreported[step.unreported] += 1
        else:
            self._reported += 1
        self._found += step.full
        self._left[Left.FULL] += step.full
        self._nofollow += step.nofollow
        self._sitemaps += step.sitemaps
        self._notes += step.notes

    def has_read(self, address: str) -> bool:
        found = self.site.spot(address)
        return found is not None and found.key in self._read

    def has_said(self, text: str) -> bool:
        return bool(text) and text in self._texts

    def wants(self, address: str) -> bool:
        """Whether --include and --exclude let an address of the site through."""
        found = self.site.spot(address)
        return found is not None and self._wants(found)

    @property
    def crawled(self) -> Crawled:
        left, unreported = ({why: count for why, count in counts.items() if count} for counts in (self._left, self._unreported))
        return Crawled(
            self._start, self._found, self._fetched, self._reported, {why: left[why] for why in Left if why in left},
            {why: unreported[why] for why in Unreported if why in unreported}, self._nofollow, self._sitemaps, tuple(self._notes),
        )  # fmt: skip

    def _take(self, found: Spot, depth: int) -> None:
        self._seen.add(found.key)
        self._found += 1
        if why := self._against(found, depth):
            self._left[why] += 1
            return
        self._shapes[found.shape] += 1
        queue = self._last if found.shape and self._shapes[found.shape] > ALIKE else self._queue
        queue.append((found.address, depth))

    def _against(self, found: Spot, depth: int) -> Left | None:
        if is_no_page(found):
            return Left.NO_PAGE
        if not self._wants(found):
            return Left.PATTERNS
        if depth > self._limits.depth:
            return Left.DEPTH
        return Left.TRAP if is_endless(found) else None

    def _wants(self, found: Spot) -> bool:
        limits = self._limits
        return not matches(found, limits.exclude) and (not limits.include or matches(found, limits.include))
