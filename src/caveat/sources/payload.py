"""An HTTP answer as it was sent, taken apart: its head, and its body with the codings of transfer and content undone, within limits."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

HEAD, FIELDS = 262_144, 1_000  # bytes and fields of a head; browsers and servers stop at less
STEP = 1 << 18  # bytes decompressed at a time
CODINGS = 3  # compressions laid over each other; more are an attack
MEMBERS = 100  # gzip members of one body
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(?P<status>\d{3})(?: |\r?\n|$)", re.IGNORECASE)
_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")


class Garbled(Exception):
    """It is not what it says; the words say in which way."""


class TooLarge(Exception):
    """Undone, it is larger than allowed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; `headers` have their names in small letters, of several fields with one name the last."""

    status: int
    headers: Mapping[str, str]
    body: bytes  # as sent


def answer(block: bytes) -> Answer:
    """The answer in the block of a WARC response record. Raises Garbled."""
    if not (status := _STATUS.match(block)):
        raise Garbled("holds no HTTP answer")
    end = _END.search(block, 0, HEAD)
    if not end:
        raise Garbled(f"the head of its HTTP answer has no end within {HEAD} bytes")
    lines = block[: end.start()].splitlines()[1:]
    if len(lines) > FIELDS:
        raise Garbled(f"the head of its HTTP answer has more than {FIELDS} fields")
    fields = (line.decode("utf-8", "replace").partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    return Answer(int(status["status"]), headers, block[end.end() :])


def undone(given: Answer, limit: int) -> bytes:
    """The body without its codings (RFC 9110, 8.4; RFC 9112, 7). What was undone before it was stored is left. Raises Garbled, TooLarge."""
    data = given.body
    if "chunked" in given.headers.get("transfer-encoding", "").lower():
        data = _unchunked(data)
    named = given.headers.get("content-encoding", "").lower().replace(" ", "").split(",")
    codings = [each for each in named if each not in ("", "identity")]
    if len(codings) > CODINGS:
        raise Garbled(f"compressed {len(codings)} times over")
    for coding in reversed(codings):
        data = _decompressed(data, coding, limit)
    if not codings and len(data) < _length(given.headers):
        raise Garbled(f"the answer was to have {_length(given.headers)} bytes, and {len(data)} are there")
    if len(data) > limit:
        raise TooLarge
    return data


def _length(headers: Mapping[str, str]) -> int:
    claimed = headers.get("content-length", "")
    return int(claimed) if claimed.isascii() and claimed.isdigit() and len(claimed) < 19 else 0


def _unchunked(data: bytes) -> bytes:
    if not _CHUNK.match(data):
        return data  # many tools store the body without its chunks, and leave the head as it was
    whole, at = bytearray(), 0
    while found := _CHUNK.match(data, at):
        size, at = int(found[1], 16), found.end()
        if not size:
            return bytes(whole)
        if len(data) - at < size:
            raise Garbled("its chunks are cut short")
        whole += data[at : at + size]
        at += size
        at += 2 if data[at : at + 2] == b"\r\n" else data[at : at + 1] == b"\n"
    raise Garbled("its chunks are cut short or garbled")


def _decompressed(data: bytes, coding: str, limit: int) -> bytes:
    match coding:
        case "gzip" | "x-gzip":
            if not data.startswith(b"\x1f\x8b"):
                return data  # undone before it was stored
            pieces = _inflated(data, zlib.MAX_WBITS | 16)
        case "deflate":
            zlibbed = len(data) > 1 and data[0] & 15 == 8 and not (data[0] << 8 | data[1]) % 31  # RFC 1950; else the bare stream
            pieces = _inflated(data, zlib.MAX_WBITS if zlibbed else -zlib.MAX_WBITS)
        case "br":
            pieces = _expanded(data)
        case _:
            raise Garbled(f"compressed as {coding[:20]}, which cannot be undone here")
    whole = bytearray()
    try:
        for piece in pieces:
            whole += piece
            if len(whole) > limit:
                raise TooLarge
    except Garbled:
        if data.lstrip()[:1] == b"<":  # undone before it was stored, by a tool that left the head as it was
            return data
        raise
    return bytes(whole)


def _inflated(data: bytes, window: int) -> Iterator[bytes]:
    unpack, members = zlib.decompressobj(window), 1
    try:
        while data and not unpack.eof:
            yield unpack.decompress(data, STEP)
            data = unpack.unconsumed_tail
            if unpack.eof and unpack.unused_data.startswith(b"\x1f\x8b"):  # RFC 1952, 2.2: members may follow each other
                data, unpack, members = unpack.unused_data, zlib.decompressobj(window), members + 1
                if members > MEMBERS:
                    raise Garbled(f"compressed in more than {MEMBERS} pieces")
    except zlib.error:
        raise Garbled("compressed, but cannot be decompressed") from None
    if not unpack.eof:
        raise Garbled("compressed, and cut short")


def _expanded(data: bytes) -> Iterator[bytes]:
    import brotli  # here, for few archives need it

    unpack = brotli.Decompressor()
    process: Callable[..., Any] = unpack.process
    try:
        yield process(data, output_buffer_limit=STEP)
        while not unpack.is_finished() and not unpack.can_accept_more_data():
            yield process(b"", output_buffer_limit=STEP)
    except brotli.error:
        raise Garbled("compressed, but cannot be decompressed") from None
    if not unpack.is_finished():
        raise Garbled("compressed, and cut short")
