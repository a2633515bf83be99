"""Asks a server for one address: one connection, one request, one answer."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Self

from caveat.errors import UsageError
from caveat.model import Purpose
from caveat.sources.wire.terms import Answer, Terms

if TYPE_CHECKING:
    import httpcore

    from caveat.sources.wire.names import LookUp

LOOK_UPS = 16  # threads in which names are looked up


class Wire:
    """
    Makes exchanges, as many at once as are asked for. Each has a connection of its own, to an address that was looked up and checked for
    it: no answer can leave anything behind for the next, and a server that is asked at a polite pace would have closed it in between.

    `look_up` and `network` stand in for the machine's names and its sockets.
    """

    def __init__(self, terms: Terms, look_up: LookUp | None = None, network: httpcore.AsyncNetworkBackend | None = None) -> None:
        self.terms = terms
        self._look_up = look_up
        self._network = network
        self._threads = ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="names")
        self._trusted: ssl.SSLContext | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def ask(self, url: str, purpose: Purpose = Purpose.PAGE, headers: Mapping[str, str] | None = None, robots: str = "") -> Answer:
        """
        The answer to a GET, whatever its status. No redirect is followed, nothing is tried twice, nothing comes from a cache, no cookie or
        password goes out. `robots` goes into the Exchange as it is. Raises Broken where no whole answer came.
        """
        import httpcore  # here, for a run over files needs no HTTP client

        from caveat.sources.wire.address import checked
        from caveat.sources.wire.names import system
        from caveat.sources.wire.talk import Talk

        address = checked(url)
        talk = Talk(self.terms, address, purpose, robots, dict(headers or {}))
        context = self._context() if address.scheme == "https" else None
        return await talk.held(self._look_up or system(self._threads), self._network or httpcore.AnyIOBackend(), context)

    def _context(self) -> ssl.SSLContext:
        """The authorities that are trusted, read once: reading them takes longer than asking."""
        import httpx

        if self._trusted is None:
            given = self.terms.trust and not self.terms.insecure
            self._trusted = _authorities(self.terms.trust) if given else httpx.create_ssl_context(verify=not self.terms.insecure)
        return self._trusted


def _authorities(path: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=path)
    except OSError as error:  # of which SSLError is one
        raise UsageError(f"{path} holds no certificates that can be read: {error.strerror or error}", "give a file in PEM form") from None
