"""One exchange with a decent server: what is asked, what comes back, what is written down, and by which way it goes."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import brotli
import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.model import Exchange, FailureKind, Purpose
from caveat.sources.wire import Broken, Terms, Wire
from caveat.sources.wire.written import content_type, head, location
from conftest import environment
from wire_servers import OK, Names, ask, authority, bomb, finish, for_ever, refused, request, saying, serving

PAGE = b"<p>We open at nine.</p>"
HELLO = saying(OK + b"Content-Type: Text/HTML; charset=ISO-8859-1\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 23\r\n\r\n" + PAGE)
HOST = "clinic.example"


def test_what_was_said_is_written_down_as_it_was_said() -> None:
    kept: list[Exchange] = []
    with serving(HELLO) as server:
        answer = ask(server.url("/lupus?q=ü#top"), record=kept.append, agent="caveat/1 (+desk@paper.example)")
    assert (answer.url, answer.status, answer.data) == (server.url("/lupus?q=%C3%BC"), 200, PAGE)
    assert (answer.media_type, answer.charset, answer.location) == ("text/html", "iso-8859-1", "")
    assert answer.headers.get_list("X-A") == ["1", "2"]
    assert kept == [answer.exchange]
    (exchange,) = kept
    lines = exchange.request.split(b"\r\n")
    assert lines[:2] == [b"GET /lupus?q=%C3%BC HTTP/1.1", b"Host: 127.0.0.1:%d" % server.port]
    assert b"User-Agent: caveat/1 (+desk@paper.example)" in lines and lines[-2:] == [b"", b""]
    assert exchange.head == OK + b"Content-Type: Text/HTML; charset=ISO-8859-1\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 23\r\n\r\n"
    assert (exchange.body, exchange.purpose, exchange.peer) == (PAGE, Purpose.PAGE, f"127.0.0.1:{server.port}")
    assert (exchange.tls, exchange.certificate, exchange.truncated, exchange.protocol, exchange.proxy) == ("", b"", "", "http/1.1", "")
    assert exchange.started <= answer.fetched and len(answer.fetched) == len("2025-01-31T09:00:00Z")


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_the_body_is_kept_as_sent_and_given_unpacked(coding: str) -> None:
    packed = {"gzip": gzip.compress, "br": brotli.compress}[coding](PAGE * 100)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(packed[at : at + 7]), packed[at : at + 7]) for at in range(0, len(packed), 7))
    head = OK + f"Content-Encoding: {coding}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with serving(saying(head + chunks + b"0\r\n\r\n")) as server:
        answer = ask(server.url())
    assert answer.data == PAGE * 100
    assert (answer.exchange.head, answer.exchange.body) == (head, packed)


def test_interim_answers_do_not_stand_in_the_head() -> None:
    with serving(saying(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n")) as server:
        assert ask(server.url()).exchange.head == OK + b"Content-Length: 0\r\n\r\n"


def test_headers_of_ones_own_and_the_word_on_robots_go_with_the_request() -> None:
    async def asked(url: str) -> Exchange:
        async with Wire(Terms(allow_private=True)) as wire:
            answer = await wire.ask(url, Purpose.ROBOTS, {"If-None-Match": '"a"', "Accept": "text/plain"}, robots="none there")
        return answer.exchange

    with serving(saying(b"HTTP/1.1 304 Not Modified\r\n\r\n")) as server:
        exchange = asyncio.run(asked(server.url("/robots.txt")))
    assert b'\r\nIf-None-Match: "a"\r\n' in exchange.request and exchange.request.count(b"Accept:") == 1
    assert (exchange.purpose, exchange.robots) == (Purpose.ROBOTS, "none there")


def test_no_cookie_and_no_password_is_carried_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login desk password secret\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    asked: list[bytes] = []

    def act(connection: socket.socket) -> None:
        asked.append(request(connection))
        connection.sendall(b"HTTP/1.1 401 Unauthorized\r\nSet-Cookie: a=b; Path=/\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
        finish(connection)

    async def twice(url: str) -> None:
        async with Wire(Terms(allow_private=True)) as wire:
            for _ in range(2):
                assert (await wire.ask(url)).status == 401

    with serving(act) as server:
        asyncio.run(twice(server.url()))
        assert server.met == 2  # a connection for each
    assert asked[0] == asked[1] and b"cookie" not in asked[1].lower() and b"authorization" not in asked[1].lower()


@pytest.mark.parametrize(
    ("location", "leads"),
    [
        (b"/newer", "http://clinic.example/newer"),
        (b"?page=2", "http://clinic.example/a/b?page=2"),
        (b"//other.example/x#top", "http://other.example/x"),
        (b"https://other.example/a b", "https://other.example/a%20b"),
        ("/größe".encode(), "http://clinic.example/gr%C3%B6%C3%9Fe"),
        ("/größe".encode("latin-1"), "http://clinic.example/gr%C3%B6%C3%9Fe"),
        (b"http://169.254.169.254/latest", "http://169.254.169.254/latest"),
        (b"file:///etc/passwd", "file:/etc/passwd"),
        (b"javascript:alert(1)", "javascript:alert(1)"),
        (b"http://desk:secret@other.example/", "http://desk:secret@other.example/"),
        (b"http://[::1", "http://[::1"),
        (b"http://2130706433/", "http://2130706433/"),
        (b"", ""),
    ],
)
def test_a_redirect_is_named_and_not_followed(location: bytes, leads: str) -> None:
    with serving(saying(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")) as server:
        answer = ask("http://clinic.example/a/b", resolve={HOST: f"127.0.0.1:{server.port}"})
        assert (answer.status, answer.location, server.met) == (302, leads, 1)


@pytest.mark.parametrize(
    "leads", ["http://127.0.0.1/", "file:///etc/passwd", "http://[::1", "http://2130706433/", "//a@b/", "http://a.example:25/"]
)
def test_where_a_redirect_leads_is_checked_when_it_is_asked(leads: str) -> None:
    with serving(saying(b"HTTP/1.1 307 Moved\r\nLocation: " + leads.encode() + b"\r\nContent-Length: 0\r\n\r\n")) as server:
        location = ask("http://clinic.example/", resolve={HOST: f"127.0.0.1:{server.port}"}).location
        assert refused(location, allow_private=False).kind in (FailureKind.ADDRESS, FailureKind.REFUSED)
        assert server.met == 1


def test_an_answer_that_is_no_redirect_leads_nowhere() -> None:
    with serving(saying(b"HTTP/1.1 201 Created\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n")) as server:
        assert ask(server.url()).location == ""


@pytest.mark.parametrize(
    ("given", "media_type", "charset"),
    [
        (b"text/html", "text/html", ""),
        (b'TEXT/html;charset="UTF-8"', "text/html", "utf-8"),
        (b"text/html; charset=klingon", "text/html", "klingon"),
        (b"text/html; charset*=x'y'z%ff", "text/html", None),
        (b"", "", ""),
        (b";;;", "", ""),
        (b"text/html" + b';"' * 30_000, "text/html", ""),
        (b"\xff\xfe; charset=\xff", None, None),
    ],
)
def test_what_a_server_says_of_its_answer(given: bytes, media_type: str | None, charset: str | None) -> None:
    with serving(saying(OK + b"Content-Type: " + given + b"\r\nContent-Length: 0\r\n\r\n")) as server:
        answer = ask(server.url())
    assert answer.media_type == (answer.media_type if media_type is None else media_type)
    assert answer.charset == (answer.charset if charset is None else charset)


def test_hosts_are_given_addresses_as_with_curl() -> None:
    names = Names({})
    with serving(HELLO) as server:
        for resolve in ({HOST: "127.0.0.1"}, {f"{HOST}:{server.port}": "127.0.0.1", HOST: "::1"}, {HOST: f"127.0.0.1:{server.port}"}):
            assert ask(server.url(host=HOST), look_up=names, resolve=resolve).data == PAGE
        assert ask("http://clinic.example/", look_up=names, resolve={HOST: f"127.0.0.1:{server.port}"}).data == PAGE
        assert refused("http://clinic.example/", resolve={HOST: "inside"}).kind is FailureKind.UNKNOWN_HOST
    assert not names.asked


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found = refused(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert (found.kind, found.reason, found.retry) == (FailureKind.UNREACHABLE, "the host refuses the connection", True)


def test_an_error_that_was_being_dealt_with_is_not_taken_for_the_cause() -> None:
    async def twice(first: str, second: str) -> Broken:
        async with Wire(Terms(allow_private=True, proxies={})) as wire:
            try:
                await wire.ask(first)
            except Broken as broken:
                assert broken.reason == "the host refuses the connection"
                try:
                    raise ConnectionRefusedError
                except ConnectionRefusedError:
                    with pytest.raises(Broken) as again:
                        await wire.ask(second)
                return again.value
            raise AssertionError("an answer came from where nobody listens")

    with socket.socket() as taken, serving(saying()) as server:
        taken.bind(("127.0.0.1", 0))
        found = asyncio.run(twice(f"http://127.0.0.1:{taken.getsockname()[1]}/", server.url()))
    assert found.reason == "the host hangs up without an answer"


def test_what_cannot_be_written_down_is_not_passed_over() -> None:
    def record(exchange: Exchange) -> None:
        raise OSError(28, "No space left on device")

    with serving(HELLO) as server, pytest.raises(OSError, match="No space left"):
        ask(server.url(), record=record)
    with serving(saying(OK + b"Content-Length: 9\r\n\r\n")) as server, pytest.raises(OSError, match="No space left"):
        ask(server.url(), record=record)


def test_one_slow_server_holds_back_no_other() -> None:
    async def together(slow: str, quick: str) -> list[Any]:
        async with Wire(Terms(allow_private=True, proxies={})) as wire:
            waiting = [asyncio.create_task(wire.ask(slow)) for _ in range(20)]
            answers = [await wire.ask(f"{quick}?{number}") for number in range(20)]
            assert not any(task.done() for task in waiting)
            for task in waiting:
                task.cancel()
            return [*answers, *await asyncio.gather(*waiting, return_exceptions=True)]

    with serving(for_ever(OK + b"\r\n", b"<p>", 0.05)) as slow, serving(HELLO) as quick:
        ends = asyncio.run(together(slow.url(), quick.url()))
    assert [end.data for end in ends[:20]] == [PAGE] * 20
    assert [type(end) for end in ends[20:]] == [asyncio.CancelledError] * 20


def test_a_run_that_is_stopped_leaves_no_connection_behind() -> None:
    gone = threading.Event()

    def act(connection: socket.socket) -> None:
        try:
            request(connection)
            connection.sendall(OK)
            connection.recv(1)
        finally:  # the other side has gone, sooner or later
            gone.set()

    async def stopped(url: str) -> None:
        async with Wire(Terms(allow_private=True)) as wire:
            task = asyncio.create_task(wire.ask(url))
            while not server.met:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with serving(act) as server:
        asyncio.run(stopped(server.url()))
        assert gone.wait(5)


# proxies


def proxy(seen: list[bytes], port: int) -> Any:
    """Forwards every request to a port of this machine; a CONNECT opens a tunnel to it."""

    def act(connection: socket.socket) -> None:
        head = request(connection)
        seen.append(head)
        with socket.create_connection(("127.0.0.1", port)) as there:
            if head.startswith(b"CONNECT "):
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                threading.Thread(target=pour, args=(connection, there), daemon=True).start()
            else:
                there.sendall(head)
            pour(there, connection)

    return act


def pour(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65_536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_a_page_comes_through_the_proxy_of_the_environment_and_its_password_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    names = Names({HOST: [["93.184.215.14"]]})
    with serving(HELLO) as server, serving(proxy(seen, server.port)) as way:
        monkeypatch.setenv("http_proxy", f"http://desk:secret@127.0.0.1:{way.port}")
        exchange = ask("http://clinic.example/lupus", allow_private=False, proxies=None, look_up=names).exchange
        monkeypatch.setenv("no_proxy", "clinic.example")
        found = refused("http://clinic.example/lupus", allow_private=False, proxies=None, look_up=Names({HOST: [["127.0.0.1"]]}))
    assert seen[0].startswith(b"GET http://clinic.example/lupus HTTP/1.1\r\n") and b"\r\nProxy-Authorization: Basic " in seen[0]
    assert exchange.request == seen[0].replace(next(line for line in seen[0].splitlines(True) if line.startswith(b"Proxy-")), b"")
    assert (exchange.proxy, exchange.peer) == (f"http://127.0.0.1:{way.port}", f"127.0.0.1:{way.port}")
    assert found.kind is FailureKind.REFUSED and len(seen) == 1


def test_through_a_tunnel_the_certificate_is_that_of_the_host(tmp_path: Path) -> None:
    signer, seen = authority(tmp_path), list[bytes]()
    with serving(HELLO, signer.context()) as server, serving(proxy(seen, server.port)) as way:
        proxies = {"https": f"http://127.0.0.1:{way.port}"}
        names = Names({HOST: [["93.184.215.14"]]})
        exchange = ask("https://clinic.example/", proxies=proxies, look_up=names, trust=str(signer.path), allow_private=False).exchange
        found = refused("https://other.example/", proxies=proxies, trust=str(signer.path))
    assert seen[0].startswith(b"CONNECT clinic.example:443 HTTP/1.1\r\n")
    assert exchange.request.startswith(b"GET / HTTP/1.1\r\nHost: clinic.example\r\n") and exchange.head.startswith(OK + b"Content-Type")
    assert exchange.certificate and exchange.tls and exchange.proxy
    assert found.kind is FailureKind.TLS


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https://10.0.0.1/", "http://inside.example/", "http://169.254.169.254/"])
def test_what_is_refused_is_refused_through_a_proxy_too(url: str) -> None:
    seen: list[bytes] = []
    with serving(proxy(seen, 1)) as way:
        proxies = {"all": f"127.0.0.1:{way.port}"}
        found = refused(url, proxies=proxies, allow_private=False, look_up=Names({"inside.example": [["10.0.0.1"]]}))
        assert found.kind is FailureKind.REFUSED and way.met == 0


def test_the_proxy_itself_is_no_page() -> None:
    with serving(HELLO) as way:
        found = refused(way.url(), proxies={"http": way.url()}, allow_private=False)
        assert found.kind is FailureKind.REFUSED and way.met == 0


def test_a_name_that_only_the_proxy_knows_is_left_to_it() -> None:
    seen: list[bytes] = []
    with serving(HELLO) as server, serving(proxy(seen, server.port)) as way:
        assert ask("http://clinic.example/", proxies={"http": f"http://127.0.0.1:{way.port}"}, look_up=Names({})).data == PAGE


@pytest.mark.parametrize("text", ["socks5://127.0.0.1:9050", "http://", "http://[::1", "ftp://127.0.0.1"])
def test_a_proxy_that_cannot_be_used_is_not_gone_round(text: str) -> None:
    with serving(HELLO) as server:
        found = refused(server.url(), proxies={"http": text})
        assert found.kind is FailureKind.UNREACHABLE and "proxy" in found.reason and "HTTP_PROXY" in found.hint
        assert server.met == 0


@pytest.mark.parametrize(
    ("scheme", "reason"), [("https", "the proxy does not connect: 407"), ("http", "the proxy asks for a name and password")]
)
def test_a_proxy_that_turns_away(scheme: str, reason: str) -> None:
    with serving(saying(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) as way:
        found = refused(f"{scheme}://clinic.example/", proxies={scheme: f"http://127.0.0.1:{way.port}"}, look_up=Names({}))
    assert found.kind is FailureKind.UNREACHABLE and reason in found.reason


def test_a_proxy_that_nobody_knows() -> None:
    found = refused("https://clinic.example/", proxies={"all": "http://proxy.example:3128"}, look_up=Names({}))
    assert (found.kind, found.reason) == (FailureKind.UNREACHABLE, "the proxy cannot be found: unknown host")


# what is made of hostile headers


@given(st.binary(max_size=200))
def test_any_header_says_something_or_nothing(value: bytes) -> None:
    media_type, charset = content_type(httpx.Headers([(b"content-type", value)]))
    assert media_type == media_type.lower() and charset == charset.lower()
    leads = location(httpcore.Response(302, headers=[(b"location", value)]), "https://clinic.example/a")
    assert bool(leads) == bool(value.strip())


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=20), st.binary(max_size=50))))
def test_a_header_of_http_2_is_written_one_line_each(fields: list[tuple[bytes, bytes]]) -> None:
    written = head("HTTP/1.1 200 OK", fields)
    assert written.count(b"\n") == written.count(b"\r") == len(fields) + 2 and b"\0" not in written


# memory

CHILD = """
import asyncio, json, resource, sys
from caveat.sources.wire import Broken, Terms, Wire

async def main(quiet, *loud):
    async with Wire(Terms(allow_private=True, proxies={})) as wire:
        await wire.ask(quiet)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ends = []
        for url in loud:
            try:
                await wire.ask(url)
            except Broken as broken:
                ends.append(broken.kind.value)
            broken = None
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps([ends, grown * (1 if sys.platform == "darwin" else 1024)]))

asyncio.run(main(*sys.argv[1:]))
"""


def test_no_answer_takes_more_memory_than_its_limits() -> None:
    """A page of 300 MB, sent in full, and bombs of 100 MB: kept as sent and unpacked, each to 25 MB, and some for copies."""
    large = saying(*[OK + b"\r\n"] + [bytes(1_000_000)] * 300)
    packed = [saying(OK + f"Content-Encoding: {coding}\r\n\r\n".encode() + bomb(coding, 100_000_000)) for coding in ("gzip", "br")]
    flood = for_ever(OK, b"X-A: b\r\n" * 1000)
    with serving(HELLO) as quiet, serving(large) as page, serving(packed[0]) as one, serving(packed[1]) as two, serving(flood) as head:
        urls = [server.url() for server in (quiet, page, one, two, head)]
        done = subprocess.run([sys.executable, "-c", CHILD, *urls], capture_output=True, check=True, env=environment())
    ends, grown = json.loads(done.stdout)
    assert ends == ["too-large"] * 4
    assert grown < 150_000_000


def test_the_terms_can_be_had_without_an_http_client() -> None:
    code = "import sys; from caveat.sources.wire import Terms, Wire; Wire(Terms()); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment())
    assert not {"httpx", "httpcore", "h2", "brotli", "anyio"} & {name.split(".")[0] for name in done.stdout.split()}


def test_broken_says_its_reason() -> None:
    assert str(Broken(FailureKind.TIME, "no answer within 3 s")) == "no answer within 3 s"
