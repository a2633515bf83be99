"""Whatever a server says, piece by piece, over HTTP/1.1 and over HTTP/2: an exchange gives a whole answer or says why there is none."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import brotli
import hpack
import httpcore
from hyperframe.frame import ContinuationFrame, DataFrame, GoAwayFrame, HeadersFrame, PingFrame, RstStreamFrame, SettingsFrame
from hyperframe.frame import WindowUpdateFrame as Window
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.model import Exchange
from caveat.sources.wire import Answer, Broken, Terms, Wire

LIMITS = Terms(size=3000, packed=2000, seconds=5.0, head=1000, fields=20, allow_private=True, proxies={}, insecure=True)


class Tls:
    """What is asked of a connection's TLS."""

    def selected_alpn_protocol(self) -> str:
        return "h2"

    def version(self) -> str:
        return "TLSv1.3"

    def cipher(self) -> tuple[str, str, int]:
        return ("TLS_AES_128_GCM_SHA256", "TLSv1.3", 128)

    def getpeercert(self, binary_form: bool) -> bytes:
        return b"certificate"


class Said(httpcore.AsyncNetworkStream):
    """A server that says what it says, whatever it is asked, and hangs up."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = list(pieces)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        pass

    async def aclose(self) -> None:
        pass

    async def start_tls(self, *given: Any, **more: Any) -> httpcore.AsyncNetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return {"ssl_object": Tls(), "server_addr": ("127.0.0.1", 443)}.get(info)


class Network(httpcore.AsyncNetworkBackend):
    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    async def connect_tcp(self, *given: Any, **more: Any) -> httpcore.AsyncNetworkStream:
        return Said(self._pieces)


def ended(url: str, pieces: list[bytes]) -> tuple[Answer | Broken, list[Exchange]]:
    kept: list[Exchange] = []

    async def asked() -> Answer:
        terms = {name: getattr(LIMITS, name) for name in LIMITS.__slots__} | {"record": kept.append}
        async with Wire(Terms(**terms), network=Network(list(filter(None, pieces)))) as wire:
            return await wire.ask(url)

    try:
        return asyncio.run(asked()), kept
    except Broken as broken:
        return broken, kept


def check(end: Answer | Broken, kept: list[Exchange]) -> None:
    assert kept == ([end.exchange] if end.exchange else [])
    for exchange in kept:
        assert exchange.head.startswith(b"HTTP/") and exchange.head.endswith(b"\n") and len(exchange.body) <= LIMITS.packed
        assert exchange.request.startswith(b"GET /page HTTP/1.1\r\n")
    if isinstance(end, Answer):
        assert 200 <= end.status <= 999 and len(end.data) <= LIMITS.size and len(end.headers.raw) <= LIMITS.fields
        assert not end.exchange.truncated
    else:
        assert end.reason and end.reason.isprintable()


NUMBERS = st.sampled_from(["0", "1", "3", "12", "5000", "-1", "+3", "0x3", "3 3", "3, 3", "99999999999999999999", ""])
LINES = st.one_of(
    st.sampled_from(
        [b"HTTP/1.1 200 OK", b"HTTP/1.0 200", b"HTTP/1.1 100 Continue", b"HTTP/1.1 304 No", b"HTTP/2 200", b"HTTP/1.1 999 \xff"]
    ),
    NUMBERS.map(lambda number: f"Content-Length: {number}".encode()),
    st.sampled_from(
        [b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"content-encoding: br", b"Location: /a", b" folded", b": x"]
    ),
    st.sampled_from(
        [b"Content-Type: text/html; charset=utf-8", b"Connection: keep-alive", b"", b"", b"3", b"0", b"abc", b"5;x=y", b"0\r\n"]
    ),
    st.binary(max_size=30),
)
DATA = st.binary(max_size=100)
BODIES = st.one_of(DATA, DATA.map(gzip.compress), DATA.map(brotli.compress))
HEADS = st.builds(lambda lines: b"\r\n".join([b"HTTP/1.1 200 OK", *lines, b"", b""]), st.lists(LINES, max_size=4))
TEXT = st.lists(st.one_of(LINES.map(lambda line: line + b"\r\n"), HEADS, BODIES), max_size=8)
LONG = st.builds(lambda piece, times: [piece * times], st.one_of(LINES.map(lambda line: line + b"\r\n"), BODIES), st.integers(1, 500))


@settings(deadline=None, max_examples=150)
@given(st.one_of(TEXT, st.builds(lambda one, two: one + two, TEXT, LONG)), st.integers(1, 400))
def test_whatever_is_said_over_http_1(pieces: list[bytes], step: int) -> None:
    whole = b"".join(pieces)
    check(*ended("http://127.0.0.1/page", [whole[at : at + step] for at in range(0, len(whole), step)]))


FIELDS = st.one_of(
    st.sampled_from([(b":status", b"200"), (b":status", b"abc"), (b":status", b"103"), (b":status", b""), (b":path", b"/")]),
    st.sampled_from(
        [(b"content-length", b"3"), (b"content-length", b"x"), (b"content-encoding", b"gzip"), (b"x", b"a\r\nb: c"), (b"", b"")]
    ),
    st.tuples(st.binary(max_size=10), st.binary(max_size=20)),
    st.sampled_from([(b"x", b"y" * 3000), (b"X-UPPER", b"\xff"), (b"transfer-encoding", b"chunked"), (b"location", b"/a")]),
)
FLAGS = st.sets(st.sampled_from(["END_STREAM", "END_HEADERS"]))
STREAMS = st.sampled_from([1, 1, 1, 1, 2, 3])


def headers(stream: int, fields: list[tuple[bytes, bytes]], flags: set[str]) -> bytes:
    return HeadersFrame(stream, hpack.Encoder().encode(fields), flags=list(flags)).serialize()


FRAMES = st.one_of(
    st.builds(headers, STREAMS, st.lists(FIELDS, max_size=5).map(lambda fields: [(b":status", b"200"), *fields]), FLAGS),
    st.builds(headers, STREAMS, st.lists(FIELDS, max_size=30), FLAGS),
    st.builds(lambda stream, data, flags: DataFrame(stream, data, flags=list(flags - {"END_HEADERS"})).serialize(), STREAMS, BODIES, FLAGS),
    st.builds(lambda stream, data: ContinuationFrame(stream, data, flags=["END_HEADERS"]).serialize(), STREAMS, st.binary(max_size=40)),
    st.builds(lambda stream, code: RstStreamFrame(stream, code).serialize(), STREAMS, st.integers(0, 20)),
    st.builds(lambda last, code, data: GoAwayFrame(0, last, code, data).serialize(), st.integers(0, 3), st.integers(0, 20), DATA),
    st.builds(lambda values: SettingsFrame(0, values).serialize(), st.dictionaries(st.integers(1, 9), st.integers(0, 2**32 - 1))),
    st.builds(lambda size: Window(0, size).serialize(), st.integers(1, 2**31 - 1)),
    st.just(PingFrame(0, b"12345678").serialize()),
    st.binary(max_size=40),
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(FRAMES, max_size=8), st.booleans(), st.integers(1, 400))
def test_whatever_is_said_over_http_2(frames: list[bytes], greets: bool, step: int) -> None:
    whole = (SettingsFrame(0).serialize() if greets else b"") + b"".join(frames)
    check(*ended("https://127.0.0.1/page", [whole[at : at + step] for at in range(0, len(whole), step)]))
