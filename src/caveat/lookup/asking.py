"""Asks a service over http, politely: one request at a time and at its pace, a few tries, and within limits of time and size."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from caveat.lookup.terms import Terms
from caveat.sources.access import CONNECT, agent, megabytes

if TYPE_CHECKING:
    import ssl

    import httpx

REDIRECTS = 5
LONGEST_WAIT = 60.0  # seconds; a service that asks for more is left alone for the rest of the run
PATIENCE = 3  # failures in a row after which a service is not asked again in this run
_LATER = (429, 500, 502, 503, 504)


class NoAnswer(Exception):
    """There is no answer, for the reason given. `down`: the service, and not what was asked for, is the trouble."""

    def __init__(self, reason: str, *, down: bool = False) -> None:
        super().__init__(reason)
        self.down = down


class Missing(NoAnswer):
    """The service says that it has nothing there."""


class _TryLater(Exception):
    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass
class Asker:
    """Asks, and remembers when it last asked each host and which of them do not answer."""

    terms: Terms
    wait: Callable[[float], None] = time.sleep
    ticks: Callable[[], float] = time.monotonic
    _next: dict[str, float] = field(default_factory=dict)
    _failed: dict[str, int] = field(default_factory=dict)
    _closed: dict[str, str] = field(default_factory=dict)

    def ask(self, address: str, pace: float, manners: Mapping[str, str]) -> object:
        """The JSON that stands at an address. Raises NoAnswer, and Missing for a 404."""
        host = urlsplit(address).netloc
        if host in self._closed:
            raise NoAnswer(self._closed[host], down=True)
        try:
            answer = self._tried(address, host, pace, manners)
        except NoAnswer as failure:
            self._failed[host] = self._failed.get(host, 0) + 1 if failure.down else 0
            if self._failed[host] >= PATIENCE:
                self._closed[host] = f"{failure}, {PATIENCE} times in a row; it was not asked again in this run"
            raise
        self._failed[host] = 0
        return answer

    def _tried(self, address: str, host: str, pace: float, manners: Mapping[str, str]) -> object:
        for attempt in range(1, self.terms.tries + 1):
            self.wait(max(0.0, self._next.get(host, 0.0) - self.ticks()))
            try:
                return _asked(address, manners, self.terms)
            except _TryLater as later:
                pause = later.wait if later.wait is not None else float(2 ** (attempt - 1))
                if pause > LONGEST_WAIT:
                    self._closed[host] = f"{later}, and to wait {pause:.0f} s; it was not asked again in this run"
                    raise NoAnswer(self._closed[host], down=True) from None
                if attempt == self.terms.tries:
                    raise NoAnswer(f"{later} (tried {attempt} times)" if attempt > 1 else str(later), down=True) from None
                self._next[host] = self.ticks() + max(pause, pace)
            finally:
                self._next[host] = max(self._next.get(host, 0.0), self.ticks() + pace)
        raise NoAnswer("no try was allowed")


def _asked(address: str, manners: Mapping[str, str], terms: Terms) -> object:
    import httpx  # here, for a run that finds all it asks for in the cache needs no HTTP client

    from caveat.sources.deadline import Deadline
    from caveat.sources.trouble import said

    contact = f"mailto:{terms.contact}" if "@" in terms.contact else terms.contact  # as Crossref asks for it
    headers = {"User-Agent": agent(contact), "Accept": "application/json", "Accept-Encoding": "gzip"}
    timeout = httpx.Timeout(terms.seconds, connect=min(CONNECT, terms.seconds))
    with Deadline(terms.seconds) as deadline:
        try:
            with httpx.Client(headers=headers, timeout=timeout, verify=_trusted()) as client:
                url = httpx.URL(address).copy_merge_params(manners) if manners else httpx.URL(address)
                data = _followed(client, client.build_request("GET", url, extensions={"trace": deadline.trace}), terms.size)
                deadline.check()
        except (NoAnswer, _TryLater):
            raise
        except Exception as error:
            if not (reason := said(error, deadline, terms.seconds)):
                raise
            raise _TryLater(reason[0]) from None
    return _json(data)


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted, read once: reading them takes longer than asking."""
    import httpx

    return httpx.create_ssl_context()


def _followed(client: httpx.Client, request: httpx.Request, limit: int) -> bytes:
    """The body of the answer; redirects lead within the host, and never from https to http."""
    from caveat.sources.body import TooLarge, body

    asked = request.url
    for _ in range(REDIRECTS + 1):
        response = client.send(request, stream=True)
        try:
            if response.next_request is None:
                _check(response)
                return body(response, limit)
            request = response.next_request
            if request.url.host != asked.host or (asked.scheme == "https" and request.url.scheme != "https"):
                raise NoAnswer(f"it redirects to {request.url.scheme}://{request.url.host}, which is not followed")
        except TooLarge:
            raise NoAnswer(f"the answer is larger than {megabytes(limit)}") from None
        finally:
            response.close()
    raise NoAnswer(f"it redirects more than {REDIRECTS} times")


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status in (404, 410):
        raise Missing(f"it has nothing under this number ({status})")
    if status == 429:
        raise _TryLater("it asks for fewer requests (429)", _retry_after(response))
    if status in _LATER:
        raise _TryLater(f"it answers {status}", _retry_after(response))
    if not response.is_success:
        raise NoAnswer(f"it answers {status}")


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait, given as such or as a date (RFC 9110, 10.2.3); None where nothing is said that can be read."""
    given = response.headers.get("retry-after", "").strip()
    if given.isascii() and given.isdecimal():
        return float(given[:9])
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _json(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise NoAnswer("the answer is no JSON") from None
