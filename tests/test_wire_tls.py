"""TLS as it should be and as it should not, and HTTP/2 spoken for real, by servers that keep to it and by servers that do not."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h2.connection
import h2.errors
import pytest
from cryptography import x509

from caveat.errors import UsageError
from caveat.model import Exchange, FailureKind
from caveat.sources.wire import Terms, Wire
from wire_servers import OK, Authority, ask, authority, finish, refused, request, saying, serving, silent, speaking_h2

TLS, GARBLED = FailureKind.TLS, FailureKind.GARBLED
PAGE = b"<p>We open at nine.</p>"
PACKED = gzip.compress(PAGE)
HELLO = saying(OK + b"Content-Type: text/html\r\nContent-Length: 23\r\n\r\n" + PAGE)
HOST = {"clinic.example": "127.0.0.1"}


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("tls"))


def test_the_certificate_is_checked_for_the_name_and_kept(signer: Authority) -> None:
    names: list[str | None] = []
    context = signer.context()
    context.sni_callback = lambda connection, name, own: names.append(name)
    with serving(HELLO, context) as server:
        exchange = ask(server.url(scheme="https", host="clinic.example"), resolve=HOST, trust=str(signer.path)).exchange
    assert names == ["clinic.example"]
    assert exchange.tls.startswith("TLSv1.3 TLS_") and exchange.verified and exchange.protocol == "http/1.1"
    assert exchange.peer == f"127.0.0.1:{server.port}"
    found = x509.load_der_x509_certificate(exchange.certificate)
    assert found.subject.rfc4514_string() == "CN=clinic.example"


BAD_TLS: list[tuple[str, Callable[[Authority], ssl.SSLContext], str]] = [
    ("signed by itself", lambda signer: signer.context(signed=False), "self-signed"),
    ("expired", lambda signer: signer.context(days=-1), "expired"),
    ("not yet valid", lambda signer: signer.context(days=50), "not yet valid"),
    ("for another name", lambda signer: signer.context("other.example"), "Hostname mismatch"),
    ("for a name above", lambda signer: signer.context("example"), "Hostname mismatch"),
    ("for the address and not the name", lambda signer: signer.context("127.0.0.1"), "Hostname mismatch"),
]


@pytest.mark.parametrize(("make", "reason"), [row[1:] for row in BAD_TLS], ids=[row[0] for row in BAD_TLS])
def test_a_certificate_that_cannot_be_trusted(signer: Authority, make: Callable[[Authority], ssl.SSLContext], reason: str) -> None:
    said: list[bytes] = []

    def act(connection: Any) -> None:
        said.append(request(connection))

    with serving(act, make(signer)) as server:
        url = server.url(scheme="https", host="clinic.example")
        found = refused(url, resolve=HOST, trust=str(signer.path))
        assert found.kind is TLS and reason in found.reason and "browser" in found.hint
        assert found.exchange is None and not found.retry
        assert not said  # nothing is asked of a host that is not who it says


def test_an_authority_nobody_knows(signer: Authority) -> None:
    with serving(HELLO, signer.context()) as server:
        found = refused(server.url(scheme="https", host="clinic.example"), resolve=HOST)
    assert found.kind is TLS and "certificate cannot be trusted" in found.reason


def test_a_certificate_that_is_not_checked_is_kept_and_said_to_be_unchecked(signer: Authority) -> None:
    with serving(HELLO, signer.context("other.example", days=-1, signed=False)) as server:
        answer = ask(server.url(scheme="https", host="clinic.example"), resolve=HOST, insecure=True)
    assert answer.data == PAGE and not answer.exchange.verified and answer.exchange.certificate
    with serving(HELLO) as server:
        assert ask(server.url(), insecure=True).exchange.verified  # there was none to check


def complaining(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    finish(connection)


@pytest.mark.parametrize(("act", "reason"), [(complaining, "no secure connection"), (finish, "hangs up while a secure connection is made")])
def test_a_server_that_speaks_no_tls(act: Any, reason: str) -> None:
    with serving(act) as server:
        found = refused(server.url(scheme="https"))
    assert found.kind is TLS and reason in found.reason and found.exchange is None


def test_a_handshake_that_does_not_end_is_given_up() -> None:
    with serving(silent) as server:
        assert refused(server.url(scheme="https"), seconds=0.4).kind is FailureKind.TIME
        found = refused(server.url(scheme="https"), connect=0.3)
    assert found.reason == "the host does not answer (time-out while connecting)" and found.retry


def test_old_tls_is_not_spoken(signer: Authority) -> None:
    context = signer.context()
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(HELLO, context) as server:
        assert refused(server.url(scheme="https", host="clinic.example"), resolve=HOST, trust=str(signer.path)).kind is TLS


def test_a_file_of_authorities_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("", encoding="utf-8")
    for path in (tmp_path / "empty.pem", tmp_path / "none.pem"):
        with pytest.raises(UsageError, match="holds no certificates that can be read"):
            ask("https://clinic.example/", trust=str(path))


# HTTP/2


def plain(talk: h2.connection.H2Connection, stream: int, headers: Any) -> None:
    path = dict(headers)[b":path"]
    talk.send_headers(stream, [(":status", "200"), ("content-type", "text/html; charset=utf-8"), ("x-path", path.decode())])
    talk.send_data(stream, PAGE, end_stream=True)


def over_h2(signer: Authority, answer: Any, act: Callable[[str], Any] | None = None, **terms: Any) -> Any:
    with serving(speaking_h2(answer), signer.context(protocols=("h2", "http/1.1"))) as server:
        url = server.url("/lupus?q=1", "https", "clinic.example")
        return (act or ask)(url, **{"resolve": HOST, "trust": str(signer.path)} | terms)


def test_http_2_is_spoken_where_a_server_does_and_written_down_as_http_1_1(signer: Authority) -> None:
    kept: list[Exchange] = []
    answer = over_h2(signer, plain, record=kept.append)
    assert (answer.status, answer.data, answer.media_type, answer.charset) == (200, PAGE, "text/html", "utf-8")
    (exchange,) = kept
    assert exchange.protocol == "h2" and exchange.body == PAGE and not exchange.truncated
    assert exchange.request.startswith(b"GET /lupus?q=1 HTTP/1.1\r\nHost: clinic.example:")
    assert b"\r\nUser-Agent: caveat/" in exchange.request and exchange.request.endswith(b"\r\n\r\n")
    assert exchange.head == b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\nx-path: /lupus?q=1\r\n\r\n"


def headed(*headers: tuple[str, str], data: bytes | None = PAGE) -> Any:
    def answer(talk: h2.connection.H2Connection, stream: int, asked: Any) -> None:
        talk.send_headers(stream, list(headers), end_stream=data is None)
        if data is not None:
            talk.send_data(stream, data, end_stream=True)

    return answer


def interim(talk: h2.connection.H2Connection, stream: int, asked: Any) -> None:
    talk.send_headers(stream, [(":status", "103"), ("link", "</a>")])
    plain(talk, stream, asked)


def torn(talk: h2.connection.H2Connection, stream: int, asked: Any) -> None:
    talk.send_headers(stream, [(":status", "200")])
    talk.send_data(stream, PAGE)
    talk.reset_stream(stream, h2.errors.ErrorCodes.INTERNAL_ERROR)


def closed(talk: h2.connection.H2Connection, stream: int, asked: Any) -> None:
    talk.close_connection(h2.errors.ErrorCodes.ENHANCE_YOUR_CALM)


def nothing(talk: h2.connection.H2Connection, stream: int, asked: Any) -> None:
    pass


def half(talk: h2.connection.H2Connection, stream: int, asked: Any) -> None:
    talk.send_headers(stream, [(":status", "200")])
    talk.send_data(stream, PAGE)


HOSTILE: list[tuple[str, Any, FailureKind, str, bool | None, dict[str, Any]]] = [
    ("a status that is no number", headed((":status", "abc")), GARBLED, "not HTTP", False, {}),
    ("a status below all", headed((":status", "-5")), GARBLED, "status -5", True, {}),
    ("a line break in a header", headed((":status", "200"), ("x-a", "b\r\nset-cookie: c")), GARBLED, "line break", True, {}),
    ("a header over the limit", headed((":status", "200"), ("x-a", "b" * 70_000)), GARBLED, "not HTTP", False, {}),
    ("300 headers", headed((":status", "200"), *[("x-a", "b")] * 300), FailureKind.TOO_LARGE, "more than 256 lines", True, {}),
    ("shorter than announced", headed((":status", "200"), ("content-length", "900")), GARBLED, "not as long as it says", None, {}),
    ("longer than announced", headed((":status", "200"), ("content-length", "3")), GARBLED, "not as long as it says", None, {}),
    ("too large", headed((":status", "200")), FailureKind.TOO_LARGE, "larger than 10 bytes", True, {"size": 10}),
    ("gzip cut short", headed((":status", "200"), ("content-encoding", "gzip"), data=PACKED[:-4]), GARBLED, "cut short", True, {}),
    ("a stream that is torn", torn, FailureKind.UNREACHABLE, "breaks off", True, {}),
    ("a connection that is closed", closed, FailureKind.UNREACHABLE, "breaks off|connection broke", False, {}),  # read, or reset before
    ("silence", nothing, FailureKind.TIME, "no answer within 0.4 s", False, {"seconds": 0.4}),
    ("half a body", half, FailureKind.TIME, "no whole answer within 2 s", True, {"seconds": 2.0}),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "kind", "reason", "came", "terms"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_answer_over_http_2(
    signer: Authority, answer: Any, kind: FailureKind, reason: str, came: bool | None, terms: dict[str, Any]
) -> None:
    found = over_h2(signer, answer, refused, **terms)
    assert found.kind is kind, found.reason
    assert came in (bool(found.exchange), None)  # None: it depends on whether header and body come in one piece
    assert re.search(reason, found.reason) and found.reason.isprintable()
    assert found.exchange is None or b"\nset-cookie" not in found.exchange.head  # a line that was forged


def test_interim_answers_over_http_2_are_passed_over(signer: Authority) -> None:
    assert over_h2(signer, interim).data == PAGE


def test_many_pages_come_over_http_2_at_once(signer: Authority) -> None:
    async def together(base: str, **terms: Any) -> list[str]:
        async with Wire(Terms(allow_private=True, proxies={}, **terms)) as wire:
            answers = await asyncio.gather(*(wire.ask(f"{base}&page={page}") for page in range(20)))
        return [answer.headers["x-path"] for answer in answers]

    paths = over_h2(signer, plain, lambda url, **terms: asyncio.run(together(url, **terms)))
    assert paths == [f"/lupus?q=1&page={page}" for page in range(20)]
