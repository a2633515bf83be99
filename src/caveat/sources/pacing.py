"""Keeps each host's pace: one request at a time, a pause after it, and quiet for as long as the host asks for it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

JITTER = 0.25  # share of the delay by which a pause is longer or shorter: no site is asked to the beat of a clock
LONGEST = 60.0  # seconds of quiet that are waited for; a host that asks for more is left alone until they are over
SLOWEST = 30.0  # seconds between two requests: the most that a Crawl-delay is heeded for
_MOST = 10_000  # hosts remembered, those at rest beyond them are forgotten


class Resting(Exception):
    """The host asked for more quiet than is waited for. `seconds`: what is left of it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s")
        self.seconds = seconds


@dataclass(slots=True)
class _Host:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0  # that hold the turn or wait for it
    free: float = 0.0  # when the next request may begin, by our own pace
    quiet: float = 0.0  # until when the host asks to be left alone
    crawl_delay: float = 0.0  # what robots.txt asks for


class Paces:
    """The paces of all hosts of a run. Belongs to one event loop; `now` is its clock."""

    def __init__(self, delay: float, now: Callable[[], float] | None = None) -> None:
        self.delay = delay
        self._now = now or asyncio.get_running_loop().time
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """One request's time with a host, which begins when the pause after the last is over. Raises Resting."""
        here = self._hosts.setdefault(host, _Host())
        here.users += 1
        try:
            async with here.turn:
                while (wait := max(here.free, here.quiet) - self._now()) > 0:
                    if here.quiet - self._now() > LONGEST:
                        raise Resting(here.quiet - self._now())
                    await asyncio.sleep(wait)
                try:
                    yield
                finally:
                    here.free = self._now() + self._pause(here)
        finally:
            here.users -= 1
            if len(self._hosts) > _MOST:
                self._forget()

    def rest(self, host: str, seconds: float) -> None:
        """Nothing is asked of the host for so long."""
        here = self._hosts.setdefault(host, _Host())
        here.quiet = max(here.quiet, self._now() + seconds)

    def slow(self, host: str, crawl_delay: float) -> None:
        """From now on so many seconds, SLOWEST at most, pass between two requests to the host."""
        self._hosts.setdefault(host, _Host()).crawl_delay = min(crawl_delay, SLOWEST)

    def _pause(self, here: _Host) -> float:
        return max(self.delay * random.uniform(1 - JITTER, 1 + JITTER), here.crawl_delay)

    def _forget(self) -> None:
        now = self._now()
        self._hosts = {
            name: here for name, here in self._hosts.items() if here.users or max(here.free, here.quiet) > now or here.crawl_delay
        }
