"""What has come of a body so far, as sent and unpacked, neither of it larger than allowed."""

from __future__ import annotations

import httpx

from caveat.model import FailureKind
from caveat.sources.access import megabytes
from caveat.sources.wire.terms import Broken, Terms
from caveat.sources.wire.unpack import Plain, unpacker

BODILESS = (204, 304)  # whose Content-Length is not that of a body (RFC 9110, 8.6)


class Body:
    """Raises Broken for one that is too large, Garbled for one that cannot be unpacked."""

    def __init__(self, terms: Terms) -> None:
        self.whole = False
        self.packed = bytearray()
        self._unpacked = bytearray()
        self._plain = True
        self._terms = terms

    def announced(self, status: int, headers: httpx.Headers) -> None:
        """What the header says of the body to come."""
        self._unpack = unpacker(headers.get("content-encoding", ""))
        self._plain = isinstance(self._unpack, Plain)
        length = headers.get("content-length", "")
        if status not in BODILESS and length.isascii() and length.isdecimal() and int(length[:20]) > self._limit:
            raise self._too_large()

    def take(self, piece: bytes) -> None:
        room = self._limit - len(self.packed)
        self.packed += piece[:room]
        if len(piece) > room:
            raise self._too_large()
        if self._plain or not piece:
            return
        for part in self._unpack.feed(piece):
            self._unpacked += part
            if len(self._unpacked) > self._terms.size:
                raise self._too_large()

    def end(self) -> None:
        self.whole = True
        if self.packed:
            self._unpack.end()

    def both(self) -> tuple[bytes, bytes]:
        """As sent and unpacked: one and the same where nothing is packed."""
        sent = bytes(self.packed)
        return sent, sent if self._plain else bytes(self._unpacked)

    @property
    def _limit(self) -> int:
        return min(self._terms.packed, self._terms.size) if self._plain else self._terms.packed

    def _too_large(self) -> Broken:
        return Broken(FailureKind.TOO_LARGE, f"is larger than {megabytes(self._terms.size)}", "raise the limit with --max-size")
