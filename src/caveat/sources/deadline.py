"""A limit on the whole time of a fetch: when it has passed the connection is cut, whatever it was waiting for."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Timer
from types import TracebackType
from typing import Any, Self

OPENED = ("connect_tcp.complete", "start_tls.complete")  # httpx's trace events that bring a connection


class Deadline:
    """
    httpx limits the wait for each piece, so a server that sends a byte now and then holds on for ever.
    Shutting the socket wakes the reader from any wait, in the headers or in the body.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._timer = Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """The `trace` extension of a request."""
        if event.endswith(OPENED):
            self._sockets.append(info["return_value"].get_extra_info("socket"))
            if self.passed:
                self._cut()

    def check(self) -> None:
        if self.passed:
            raise TimeoutError

    def _pass(self) -> None:
        self.passed = True
        self._cut()

    def _cut(self) -> None:
        for opened in self._sockets:
            with suppress(OSError):  # it may be closed already
                socket.socket.shutdown(opened, socket.SHUT_RDWR)  # not SSLSocket's own, which takes the reader's state away
