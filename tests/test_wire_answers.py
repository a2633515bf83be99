"""Servers that lie, flood, drip and never end: each ends within its limits, under its own name, and never as half an answer."""

from __future__ import annotations

import gzip
import random
import socket
import zlib
from typing import Any, NamedTuple

import brotli
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.model import Exchange, FailureKind
from caveat.sources.wire import Broken, Terms
from caveat.sources.wire.body import Body
from caveat.sources.wire.unpack import STEP, Garbled, unpacker
from wire_servers import OK, Act, ask, bomb, for_ever, refused, request, saying, serving, silent

GARBLED, LARGE, TIME, GONE = FailureKind.GARBLED, FailureKind.TOO_LARGE, FailureKind.TIME, FailureKind.UNREACHABLE
PAGE = b"<p>We open at nine.</p>" * 40
SHORT = {"seconds": 1.0}  # in which a machine with much to do still reads a header
SMALL = {"size": 1_000_000}
NOISE = random.Random(0).randbytes(5000)
CUT, LONG, LATE, WHOLE = "disconnect", "length", "time", ""
EMPTY = OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10]  # to be followed by blocks of nothing
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def packed(coding: str, data: bytes, length: int | None = None) -> Act:
    head = OK + f"Content-Encoding: {coding}\r\nContent-Length: {len(data) if length is None else length}\r\n\r\n".encode()
    return saying(head + data)


def reset(connection: socket.socket) -> None:
    """Hangs up rudely in the middle of a body."""
    request(connection)
    connection.sendall(OK + b"Content-Length: 900\r\n\r\n" + b"x" * 100)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def deaf(connection: socket.socket) -> None:
    request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


class Row(NamedTuple):
    name: str
    act: Act
    kind: FailureKind
    reason: str
    kept: str | None = None  # why the body that is kept is not whole; None: no header came, so there is nothing to keep
    terms: dict[str, Any] = {}  # noqa: RUF012 (a tuple's default, never changed)


ROWS = [
    # what is not HTTP
    Row("HTTP/0.9", saying(b"<html>We open at nine.</html>\n"), GARBLED, "not HTTP"),
    Row("another protocol", saying(b"SSH-2.0-OpenSSH_9.6\r\n"), GARBLED, "not HTTP"),
    Row("terminal escapes", saying(b"\x1b[2J\x1b]0;owned\x07\r\n\r\n"), GARBLED, "not HTTP"),
    Row("random bytes", saying(NOISE), GARBLED, "not HTTP"),
    Row("a status that is no number", saying(b"HTTP/1.1 abc OK\r\n\r\n"), GARBLED, "not HTTP"),
    Row("a status of four digits", saying(b"HTTP/1.1 2000 OK\r\n\r\n"), GARBLED, "not HTTP"),
    Row("a version that is none", saying(b"HTTP/9.9 200 OK\r\n\r\n"), GARBLED, "version of HTTP", CUT),
    Row("NUL in a header", saying(OK + b"X-A: a\0b\r\n\r\n"), GARBLED, "not HTTP"),
    Row("a header without a name", saying(OK + b": value\r\n\r\n"), GARBLED, "not HTTP"),
    Row("a header with a space in its name", saying(OK + b"Content Length: 3\r\n\r\nabc"), GARBLED, "not HTTP"),
    Row("a change of protocol", saying(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"), GARBLED, "not HTTP"),
    Row("nothing at all", saying(), GONE, "hangs up without an answer"),
    Row("half a header", saying(OK + b"Content-Ty"), GONE, "hangs up|connection broke|cut short|not HTTP"),
    Row("a reset before the header", deaf, GONE, "connection broke|hangs up"),
    # headers without end
    Row("a header of one long line", for_ever(OK + b"X-A: ", b"a" * 4096), LARGE, "header larger than 65536 bytes"),
    Row("a header of many lines", for_ever(OK, b"X-A: b\r\n" * 500), LARGE, "header larger than 65536 bytes"),
    Row("interim answers without end", for_ever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50), LARGE, "header larger than"),
    Row("300 lines of header", saying(OK + b"X-A: b\r\n" * 300 + b"Content-Length: 0\r\n\r\n"), LARGE, "more than 256 lines", LONG),
    Row("a long header in one piece", saying(OK + b"X-A: " + b"a" * 2000 + b"\r\n\r\n"), LARGE, "header larger than", LONG, {"head": 1000}),
    Row("line feeds without end", for_ever(b"", b"\n" * 4096), GARBLED, "not HTTP"),
    # lengths that are wrong
    Row("shorter than announced", saying(OK + b"Content-Length: 900\r\n\r\nabc"), GARBLED, "cut short", CUT),
    Row("a length that is negative", saying(OK + b"Content-Length: -1\r\n\r\nabc"), GARBLED, "not HTTP"),
    Row("a length that is no number", saying(OK + b"Content-Length: 0x10\r\n\r\nabc"), GARBLED, "not HTTP"),
    Row("two lengths", saying(OK + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde"), GARBLED, "not HTTP"),
    Row("a length of 300 MB", saying(OK + b"Content-Length: 300000000\r\n\r\nabc"), LARGE, "larger than 25 MB", LONG),
    Row("a length beyond all numbers", saying(OK + b"Content-Length: " + b"9" * 19 + b"\r\n\r\nabc"), LARGE, "larger than 25 MB", LONG),
    Row("a length of 5000 digits", saying(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nabc"), GARBLED, "not HTTP"),
    Row("chunks cut short", saying(CHUNKED + b"5\r\nabc"), GARBLED, "cut short", CUT),
    Row("chunks without the last", saying(CHUNKED + b"3\r\nabc\r\n"), GARBLED, "cut short", CUT),
    Row("a chunk's length that is none", saying(CHUNKED + b"xyz\r\nabc\r\n"), GARBLED, "not HTTP", CUT),
    Row("a chunk's length beyond all numbers", saying(CHUNKED + b"F" * 40 + b"\r\nabc"), GARBLED, "not HTTP", CUT),
    Row("a chunk's extension without end", for_ever(CHUNKED + b"3;", b"a" * 4096), GARBLED, "not HTTP", CUT),
    Row("trailers without end", for_ever(CHUNKED + b"0\r\n", b"X-A: b\r\n" * 500), GARBLED, "not HTTP", CUT),
    Row("a coding of transfer that is unknown", saying(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), GARBLED, "not HTTP"),
    Row("a reset in the body", reset, GONE, "connection broke", CUT),
    # bodies without end
    Row("a body without end", for_ever(OK + b"\r\n", bytes(65_536)), LARGE, "larger than 1 MB", LONG, SMALL),
    Row("chunks without end", for_ever(CHUNKED, b"10000\r\n" + bytes(65_536) + b"\r\n"), LARGE, "larger than 1 MB", LONG, SMALL),
    Row("chunks of one byte without end", for_ever(CHUNKED, b"1\r\na\r\n" * 2000), LARGE, "larger than", LONG, {"size": 20_000}),
    Row("one byte too many", saying(OK + b"\r\n" + b"x" * 1001), LARGE, "larger than 1000 bytes", LONG, {"size": 1000}),
    # time
    Row("silence", silent, TIME, "no answer within", terms=SHORT),
    Row("a header that drips", for_ever(OK, b"X-A: b\r\n", 0.05), TIME, "no answer within", terms=SHORT),
    Row("a body that drips", for_ever(OK + b"\r\n", b"<p>", 0.05), TIME, "no whole answer", LATE, SHORT),
    Row("chunks that drip", for_ever(CHUNKED, b"1\r\na\r\n", 0.05), TIME, "no whole answer", LATE, SHORT),
    Row("a packed body that drips", for_ever(EMPTY, b"\0\0\0\xff\xff", 0.05), TIME, "no whole answer", LATE, SHORT),
    Row("interim answers that drip", for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05), TIME, "no answer within", terms=SHORT),
    # bodies that are packed
    Row("a gzip bomb", packed("gzip", bomb("gzip")), LARGE, "larger than 25 MB", LONG),
    Row("a deflate bomb", packed("deflate", bomb("deflate")), LARGE, "larger than 25 MB", LONG),
    Row("a bomb of bare deflate", packed("deflate", bomb("raw")), LARGE, "larger than 25 MB", LONG),
    Row("a brotli bomb", packed("br", bomb("br")), LARGE, "larger than 25 MB", LONG),
    Row("a bomb in a bomb", packed("gzip, gzip", gzip.compress(bomb("gzip"))), GARBLED, "compressed as 'gzip, gzip'", CUT),
    Row("two lines of coding", packed("br\r\nContent-Encoding: gzip", b"a"), GARBLED, "compressed as 'br, gzip'", CUT),
    Row("gzip that is none", packed("gzip", PAGE), GARBLED, "cannot be decompressed", CUT),
    Row("deflate that is none", packed("deflate", b"\xff" * 500), GARBLED, "cannot be decompressed", CUT),
    Row("brotli that is none", packed("br", b"\xff" * 500), GARBLED, "cannot be decompressed", CUT),
    Row("gzip cut short", packed("gzip", gzip.compress(PAGE)[:-9]), GARBLED, "compressed, and cut short", WHOLE),
    Row("gzip with a wrong sum", packed("gzip", gzip.compress(PAGE)[:-8] + bytes(8)), GARBLED, "cannot be decompressed", CUT),
    Row("deflate cut short", packed("deflate", zlib.compress(PAGE)[:1]), GARBLED, "compressed, and cut short", WHOLE),
    Row("brotli cut short", packed("br", brotli.compress(PAGE)[:-2]), GARBLED, "compressed, and cut short", WHOLE),
    Row("something behind the brotli", packed("br", brotli.compress(PAGE) + b"\0more"), GARBLED, "cannot be decompressed", CUT),
    Row("gzip shorter than announced", packed("gzip", gzip.compress(PAGE), 5000), GARBLED, "cut short", CUT),
    Row("a coding that was not asked for", packed("zstd", b"\x28\xb5\x2f\xfd"), GARBLED, "compressed as 'zstd'", CUT),
    Row("a coding with escapes", saying(OK + b"Content-Encoding: \xff\x80evil\r\n\r\n"), GARBLED, "compressed as '", CUT),
    Row("more sent than may be sent", packed("gzip", gzip.compress(NOISE)), LARGE, "larger than", LONG, {"packed": 2000}),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_hostile_answer_ends_under_its_own_name(row: Row) -> None:
    kept: list[Exchange] = []
    with serving(row.act) as server:
        found = refused(server.url(), **{"record": kept.append} | row.terms)
    assert found.kind is row.kind, found.reason
    assert any(part in found.reason for part in row.reason.split("|")), found.reason
    assert found.reason.isprintable() and len(found.reason) < 250
    assert ([found.exchange] if found.exchange else []) == kept
    assert len(kept) == (row.kept is not None)
    for exchange in kept:
        assert exchange.head.startswith(b"HTTP/") and exchange.head.endswith(b"\r\n\r\n")
        assert exchange.truncated == row.kept
        assert len(exchange.body) <= Terms().packed


def test_what_is_tried_again_is_what_may_go_better() -> None:
    again = {row.name for row in ROWS if row.kind is GONE} | {"silence", "shorter than announced", "chunks cut short"}
    for row in ROWS:
        if row.name in again or row.name in ("a gzip bomb", "HTTP/0.9", "a body that drips", "a header of many lines"):
            with serving(row.act) as server:
                assert refused(server.url(), **row.terms).retry == (row.name in again), row.name


HARMLESS = [
    ("bare line feeds", b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", b"hi"),
    ("no reason phrase", b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
    ("HTTP/1.0 until the end", b"HTTP/1.0 200 OK\r\n\r\nhi", b"hi"),
    ("some interim answers", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hi\r\nX: y\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nhi", b"hi"),
    ("more than announced", OK + b"Content-Length: 2\r\n\r\nhi there", b"hi"),
    ("another answer behind", OK + b"Content-Length: 2\r\n\r\nhi" + OK + b"Content-Length: 2\r\n\r\nho", b"hi"),
    ("the same length twice", OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
    ("chunks with trailers", OK + b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n0\r\nX-A: b\r\n\r\n", b"hi"),
    ("a body with 204", b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi", b""),
    ("a body with 304", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 30000000\r\nContent-Encoding: gzip\r\n\r\nhi", b""),
    ("nothing, packed", OK + b"Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", b""),
    ("something behind the gzip", OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"hi") + b"\0\0and more", b"hi"),
    ("bare deflate", OK + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(PAGE, wbits=-15), PAGE),
    ("deflate", OK + b"Content-Encoding: Deflate\r\n\r\n" + zlib.compress(PAGE), PAGE),
    ("brotli", OK + b"Content-Encoding: br\r\n\r\n" + brotli.compress(PAGE), PAGE),
    ("x-gzip", OK + b"Content-Encoding: x-gzip\r\n\r\n" + gzip.compress(PAGE), PAGE),
]  # fmt: skip


@pytest.mark.parametrize(("said", "data"), [row[1:] for row in HARMLESS], ids=[row[0] for row in HARMLESS])
def test_an_odd_answer_that_is_whole_is_read_as_a_browser_reads_it(said: bytes, data: bytes) -> None:
    with serving(saying(said)) as server:
        assert ask(server.url()).data == data


PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "identity": bytes,
}
DATA = st.one_of(st.binary(max_size=3000), st.builds(lambda piece, times: piece * times, st.binary(max_size=40), st.integers(0, 30_000)))


@settings(deadline=None)
@given(DATA, st.integers(1, 5000), st.sampled_from(sorted(PACKERS)))
def test_unpacking_gives_the_whole_back_whatever_the_pieces(data: bytes, step: int, coding: str) -> None:
    packed = PACKERS[coding](data)
    unpack = unpacker(coding)
    made = b"".join(part for at in range(0, len(packed), step) for part in unpack.feed(packed[at : at + step]))
    if packed:
        unpack.end()
    assert made == data


def test_what_is_left_inside_at_the_edge_of_a_step_comes_out() -> None:
    for size in range(STEP + 20, STEP + 40):
        unpack = unpacker("deflate")
        assert len(b"".join(unpack.feed(zlib.compress(b"a" * size, wbits=-15)))) == size
        unpack.end()


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=2000), st.integers(1, 300), st.sampled_from(["gzip", "deflate", "br"]), st.data())
def test_a_body_that_stops_before_its_end_is_never_taken_for_whole(data: bytes, step: int, coding: str, draw: st.DataObject) -> None:
    packed = PACKERS[coding](data)
    cut = packed[: draw.draw(st.integers(1, len(packed) - 1))]
    unpack = unpacker(coding)
    with pytest.raises(Garbled):
        for at in range(0, len(cut), step):
            list(unpack.feed(cut[at : at + step]))
        unpack.end()


@settings(deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["gzip", "deflate", "br", "", "gzip;q=1", "é"]), st.integers(1, 500))
def test_any_bytes_of_any_coding_are_unpacked_or_refused(data: bytes, coding: str, size: int) -> None:
    body, name = Body(Terms(size=size)), b"content-encoding"
    try:
        body.announced(200, httpx.Headers([(name, coding.encode("utf-8"))]))
        body.take(data)
        body.end()
    except (Broken, Garbled):
        return
    assert len(body.both()[1]) <= size
