"""The connection of one exchange: made to a checked address and to no other, and listened to from the first byte."""

from __future__ import annotations

import re
import ssl
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from time import monotonic
from typing import Any

import httpcore

from caveat.sources.wire.names import Place

HEAD_END = re.compile(rb"\n\r?\n")  # as h11 finds it
INTERIM = re.compile(rb"HTTP/1\.[01] 1\d\d")
SECRET = re.compile(rb"(?im)^proxy-authorization:.*\r\n")


class LongHead(Exception):
    """More came than may come before the header of an answer is whole."""


class Tape:
    """What goes over a connection until the answer's header is whole, at most `limit` bytes and the last piece that was read."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.running = True
        self.sent = bytearray()
        self.heard = bytearray()
        self.stream: httpcore.AsyncNetworkStream | None = None  # the last that was opened

    def clear(self, stream: httpcore.AsyncNetworkStream) -> None:
        """A new layer begins: TCP, or TLS in it; what was said before belonged to the way there (a proxy's CONNECT)."""
        self.stream = stream
        self.sent.clear()
        self.heard.clear()

    def request(self) -> bytes:
        """The head of the request as sent, without the password of a proxy."""
        return SECRET.sub(b"", bytes(self.sent))

    def head(self) -> bytes:
        """The head of the answer as received, interim answers left out."""
        at, data = 0, bytes(self.heard)
        while found := HEAD_END.search(data, at):
            if not INTERIM.match(data, at):
                return data[at : found.end()]
            at = found.end()
        return b""


class Tap(httpcore.AsyncNetworkStream):
    """A stream with a tape running."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, tape: Tape) -> None:
        self._inner, self._tape = inner, tape
        tape.clear(self)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        tape = self._tape
        if tape.running and len(tape.heard) >= tape.limit:
            raise LongHead
        data = await self._inner.read(max_bytes, timeout)
        if tape.running:
            tape.heard += data
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._tape.running:
            self._tape.sent += buffer
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        return Tap(await self._inner.start_tls(ssl_context, server_hostname, timeout), self._tape)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Line(httpcore.AsyncNetworkBackend):
    """Connects to the places that `find` gives for a host and port, one after the other; httpcore looks nothing up itself."""

    def __init__(self, tape: Tape, find: Callable[[str, int], Awaitable[list[Place]]], network: httpcore.AsyncNetworkBackend) -> None:
        self._tape, self._find, self._network = tape, find, network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await self._find(host, port)
        until = monotonic() + (timeout or 0.0)
        for place in found[:-1]:
            left = max(until - monotonic(), 0.0) / 2 if timeout else None  # those that follow need time too
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return Tap(await self._network.connect_tcp(*place, left, local_address, socket_options), self._tape)
        left = max(until - monotonic(), 0.0) if timeout else None
        return Tap(await self._network.connect_tcp(*found[-1], left, local_address, socket_options), self._tape)

    async def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("no socket of this machine is asked")

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)
