"""The body of an answer, decompressed piece by piece, so that a small answer cannot grow into more memory than is allowed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
STEP = 1 << 18  # bytes decompressed at a time


class TooLarge(Exception):
    """The body is larger than allowed."""


class Garbled(Exception):
    """The body is compressed in a way that was not asked for, or is not what it says."""


def body(response: httpx.Response, limit: int) -> bytes:
    """The body's bytes, at most `limit` of them; raises TooLarge or Garbled."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise Garbled(f"compressed as {coding}, which was not asked for")
    pieces = response.iter_raw()
    data = bytearray()
    for piece in pieces if coding in ("", "identity") else _inflated(pieces):
        data += piece
        if len(data) > limit:
            raise TooLarge
    return bytes(data)


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpack = zlib.decompressobj(GZIP_OR_ZLIB)
    begun = False
    try:
        for piece in pieces:
            begun = begun or bool(piece)
            while piece and not unpack.eof:
                yield unpack.decompress(piece, STEP)
                piece = unpack.unconsumed_tail
    except zlib.error as error:
        raise Garbled("compressed, but cannot be decompressed") from error
    if begun and not unpack.eof:
        raise Garbled("compressed, and cut short")
