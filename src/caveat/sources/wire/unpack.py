"""A body unpacked piece by piece, so that a small answer cannot grow into more memory than is allowed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

ACCEPTED = "gzip, deflate, br"
STEP = 1 << 17  # bytes unpacked at a time


class Garbled(Exception):
    """The body is packed in a way that was not asked for, or is not what it says."""


class Unpacker(Protocol):
    """
    Takes a body in pieces that are not empty and gives it unpacked in pieces of about STEP.
    `end`, for a body that had any piece, raises Garbled if it was cut short.
    """

    def feed(self, piece: bytes) -> Iterator[bytes]: ...

    def end(self) -> None: ...


def unpacker(coding: str) -> Unpacker:
    """For the value of a Content-Encoding header. Raises Garbled for several codings, and for one that was not asked for."""
    match coding.strip().lower():
        case "" | "identity":
            return Plain()
        case "gzip" | "x-gzip":
            return Inflated(zlib.MAX_WBITS | 16)
        case "deflate":
            return Inflated(0)
        case "br":
            return Brotli()
        case other:
            raise Garbled(f"compressed as {other[:40]!a}, which was not asked for")


class Plain:
    def feed(self, piece: bytes) -> Iterator[bytes]:
        yield piece

    def end(self) -> None:
        pass


class Inflated:
    """
    gzip (RFC 1952), and deflate with or without the wrapping of RFC 1950, as servers send both.
    What stands after the end is passed over, as browsers do.
    """

    def __init__(self, window: int) -> None:
        self._head = b""
        self._unpack = zlib.decompressobj(window) if window else None

    def feed(self, piece: bytes) -> Iterator[bytes]:
        if self._unpack is None:
            self._head += piece
            if len(self._head) < 2:
                return
            wrapped = self._head[0] & 0x0F == 8 and int.from_bytes(self._head[:2]) % 31 == 0
            self._unpack, piece = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS), self._head
        try:
            while not self._unpack.eof:
                made = self._unpack.decompress(piece, STEP)
                piece = self._unpack.unconsumed_tail
                yield made
                if not piece and len(made) < STEP:  # a full step may have left more inside
                    return
        except zlib.error:
            raise Garbled("compressed, but cannot be decompressed") from None

    def end(self) -> None:
        if self._unpack is None or not self._unpack.eof:
            raise Garbled("compressed, and cut short")


class Brotli:
    """RFC 7932. brotli takes what stands after the end for a fault, and so it is one here, in whatever piece it comes."""

    def __init__(self) -> None:
        self._unpack = brotli.Decompressor()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        if self._unpack.is_finished():
            raise Garbled("compressed, but cannot be decompressed")
        try:
            while not self._unpack.is_finished():
                if piece and self._unpack.can_accept_more_data():
                    given, piece = piece, b""
                else:
                    given = b""
                made = self._unpack.process(given, output_buffer_limit=STEP)
                yield made
                if not made and not piece:
                    return
        except brotli.error:
            raise Garbled("compressed, but cannot be decompressed") from None

    def end(self) -> None:
        if not self._unpack.is_finished():
            raise Garbled("compressed, and cut short")
