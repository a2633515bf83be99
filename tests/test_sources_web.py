"""Addresses: what comes over the network, from a real server on this machine, and what is said when nothing usable comes."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat import __version__
from caveat.model import Capture, Failure, FailureKind, Redirect, Stage
from caveat.sources import Access, captures
from caveat.sources.body import TooLarge, body
from caveat.sources.wire.reach import refusal
from conftest import Answer, Site

PUBLIC = "127.0.0.1"  # taken for an address of the public internet where a test needs one
PAGE = "<p>Wir öffnen um neun.</p>".encode()


OURS = Access(allow_private=True, delay=0, retries=0)


def fetched(url: str, access: Access = OURS) -> Capture:
    (found,) = captures([url], access)
    assert isinstance(found, Capture), found
    return found


def failed(url: str, access: Access = OURS) -> Failure:
    (found,) = captures([url], access)
    assert isinstance(found, Failure)
    return found


def test_a_page_comes_with_what_its_headers_say(site: Site) -> None:
    url = site.put("/lupus", Answer("<p>Bücher</p>".encode("latin-1"), type="Text/HTML; charset=ISO-8859-1"))
    page = fetched(url)
    assert (page.target, page.url, page.data) == (url, url, "<p>Bücher</p>".encode("latin-1"))
    assert (page.media_type, page.charset.lower()) == ("text/html", "iso-8859-1")
    assert len(page.fetched) == len("2025-01-31T09:00:00Z") and page.fetched.endswith("Z")


def test_a_charset_the_server_made_up_is_passed_on_for_reading_to_judge(site: Site) -> None:
    assert fetched(site.put("/", Answer(PAGE, type="text/html; charset=klingon"))).data == PAGE


def test_the_agent_is_named_and_says_whom_to_write_to(site: Site) -> None:
    url = site.put("/", Answer(PAGE))
    fetched(url)
    fetched(url, replace(OURS, contact="desk@paper.example"))
    assert site.asked[0]["user-agent"].startswith(f"caveat/{__version__} (")
    assert site.asked[-1]["user-agent"] == f"caveat/{__version__} (+desk@paper.example)"


def test_redirects_are_followed_and_recorded(site: Site) -> None:
    first = site.put("/old", Answer(status=301, headers={"Location": "/newer"}))
    second = site.put("/newer", Answer(status=302, headers={"Location": site.url("/lupus")}))
    last = site.put("/lupus", Answer(PAGE))
    page = fetched(first)
    assert (page.target, page.url, page.redirects) == (first, last, (Redirect(301, first), Redirect(302, second)))


def test_ten_redirects_are_followed_and_eleven_are_not(site: Site) -> None:
    for hop in range(11):
        site.put(f"/{hop}", Answer(status=307, headers={"Location": f"/{hop + 1}"}))
    site.put("/11", Answer(PAGE))
    assert len(fetched(site.url("/1")).redirects) == 10
    found = failed(site.url("/0"))
    assert (found.reason, found.kind) == ("redirects more than 10 times", FailureKind.REDIRECTS)


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_redirects_in_a_circle_are_named_as_such(site: Site, hops: int) -> None:
    for hop in range(hops):
        site.put(f"/{hop}", Answer(status=302, headers={"Location": f"/{(hop + 1) % hops}#top"}))
    found = failed(site.url("/0"))
    assert (found.reason, found.kind) == (f"redirects in a circle, back to {site.url('/0')}", FailureKind.REDIRECTS)
    assert len(site.paths()) == hops


def test_a_redirect_out_of_the_web_is_not_followed(site: Site) -> None:
    url = site.put("/", Answer(status=302, headers={"Location": "ftp://clinic.example/a"}))
    found = failed(url)
    assert found.kind is FailureKind.ADDRESS
    assert "http" in found.reason and found.reason.endswith("(after a redirect to ftp://clinic.example/a)")


def test_a_redirect_without_a_place_is_no_page(site: Site) -> None:
    assert failed(site.put("/", Answer(b"moved", status=301))).reason == "the site answers 301 Moved Permanently"


@pytest.mark.parametrize(
    "inner", ["http://127.0.0.2:{port}/secrets", "http://[::1]:{port}/", "http://10.0.0.8/", "http://169.254.169.254/latest"]
)
def test_a_public_page_cannot_lead_into_a_private_network(site: Site, inner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("caveat.sources.wire.names.refusal", lambda text, allow_private=False: "" if text == PUBLIC else refusal(text))
    to = inner.format(port=site.root.rpartition(":")[2])
    site.put("/secrets", Answer(PAGE))
    site.put("/", Answer(status=302, headers={"Location": to}))
    found = failed("http://clinic.example/", replace(site.access("clinic.example"), allow_private=False))
    assert found.kind is FailureKind.REFUSED
    assert found.reason.endswith(f"(after a redirect to {to})")
    assert site.paths() == ["/"]


def test_this_machine_is_not_asked_unless_that_is_allowed(site: Site) -> None:
    found = failed(site.put("/", Answer(PAGE)), Access())
    assert found.kind is FailureKind.REFUSED and "--allow-private" in found.hint
    assert site.visits == []


@pytest.mark.parametrize(
    ("status", "kind", "reason", "hint"),
    [
        (401, FailureKind.LOGIN, "the site answers 401 Unauthorized", "behind a login"),
        (403, FailureKind.BLOCKED, "the site answers 403 Forbidden", "save the page in a browser"),
        (404, FailureKind.NOT_FOUND, "the site answers 404 Not Found", "check the address"),
        (410, FailureKind.NOT_FOUND, "the site answers 410 Gone", "archived copy"),
        (429, FailureKind.BLOCKED, "the site answers 429 Too Many Requests", "fewer requests"),
        (500, FailureKind.STATUS, "the site answers 500 Internal Server Error", "try again later"),
        (503, FailureKind.STATUS, "the site answers 503 Service Unavailable", "try again later"),
        (799, FailureKind.STATUS, "the site answers 799", "try again later"),
    ],
)
def test_an_error_of_the_site(site: Site, status: int, kind: FailureKind, reason: str, hint: str) -> None:
    found = failed(site.put("/", Answer(b"<h1>Sorry</h1>", status=status)))
    assert (found.stage, found.kind, found.reason) == (Stage.FETCH, kind, reason)
    assert hint in found.hint


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<h1>Larkmere</h1>", status=403, headers={"Cf-Mitigated": "challenge"}),
        Answer(b"<p>Wait</p>", status=202, headers={"x-amzn-waf-action": "challenge"}),
        Answer(b"<p>Wait</p>", status=429, headers={"X-Vercel-Mitigated": "challenge"}),
        Answer(b"<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1'></script>", status=503),
        Answer(b"<script>window._cf_chl_opt={}</script>", status=403),
    ],
)
def test_a_test_for_robots_is_told_from_other_errors(site: Site, answer: Answer) -> None:
    found = failed(site.put("/", answer))
    assert found.kind is FailureKind.BLOCKED and found.reason.startswith("asks readers to prove that they are no robots")


@pytest.mark.parametrize(
    ("type", "reason"),
    [
        ("application/pdf", "is a PDF (application/pdf), not a page"),
        ("image/png", "is an image (image/png), not a page"),
        ("application/zip", "is something else (application/zip), not a page"),
    ],
)
def test_an_answer_that_is_no_text_is_no_page(site: Site, type: str, reason: str) -> None:
    found = failed(site.put("/", Answer(b"%PDF-1.7", type=type)))
    assert (found.stage, found.kind, found.reason) == (Stage.READ, FailureKind.NO_PAGE, reason)


def test_an_answer_that_does_not_say_what_it_is_is_left_to_reading(site: Site) -> None:
    assert fetched(site.put("/", Answer(PAGE, type=""))).media_type == ""


def test_an_answer_above_the_limit(site: Site) -> None:
    url = site.put("/", Answer(b"x" * 1001))
    assert failed(url, replace(OURS, size=1000)).reason == "is larger than 1000 bytes"
    assert len(fetched(url, replace(OURS, size=1001)).data) == 1001


def test_a_compressed_page_is_unpacked(site: Site) -> None:
    assert fetched(site.put("/", Answer(gzip.compress(PAGE), headers={"Content-Encoding": "gzip"}))).data == PAGE


def test_a_small_answer_cannot_grow_without_bound(site: Site) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(50)) + packer.flush()
    url = site.put("/", Answer(bomb, headers={"Content-Encoding": "gzip"}))
    assert failed(url, replace(OURS, size=1_000_000)).reason == "is larger than 1 MB"


@pytest.mark.parametrize(
    ("coding", "data", "reason"),
    [
        ("gzip", PAGE, "the answer is compressed, but cannot be decompressed"),
        ("gzip", gzip.compress(PAGE)[:-9], "the answer is compressed, and cut short"),
        ("br", PAGE, "the answer is compressed, but cannot be decompressed"),
        ("zstd", PAGE, "the answer is compressed as 'zstd', which was not asked for"),
    ],
)
def test_a_garbled_answer(site: Site, coding: str, data: bytes, reason: str) -> None:
    assert failed(site.put("/", Answer(data, headers={"Content-Encoding": coding}))).reason == reason


def test_an_answer_that_stops_half_way_is_no_page(site: Site) -> None:
    found = failed(site.put("/", Answer(PAGE, headers={"Content-Length": "5000"})))
    assert found.kind is FailureKind.GARBLED and found.reason == "the answer is cut short"


def silent(handler: BaseHTTPRequestHandler) -> None:
    handler.rfile.read(1)  # until the reader goes


def dripping_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    drip(handler, b"X-Wait: a\r\n")


def dripping_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    drip(handler, b"<p>")


def drip(handler: BaseHTTPRequestHandler, piece: bytes) -> None:
    """Never quiet for long, and never done."""
    try:
        for _ in range(400):
            handler.wfile.write(piece)
            time.sleep(0.05)
    except OSError:
        pass


@pytest.mark.parametrize("act", [silent, dripping_headers, dripping_body])
def test_a_site_that_does_not_come_to_an_end_is_given_up(site: Site, act: Any) -> None:
    found = failed(site.put("/", Answer(act=act)), replace(OURS, seconds=0.4))
    assert found.stage is Stage.FETCH
    assert found.reason in ("no answer within 0.4 s", "no whole answer within 0.4 s")
    assert "--timeout" in found.hint


def test_a_host_that_nobody_knows() -> None:
    found = failed("https://clinic.example/lupus")
    assert (found.reason, found.kind) == ("unknown host", FailureKind.UNKNOWN_HOST)


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    found = failed(f"http://127.0.0.1:{port}/")
    assert (found.reason, found.kind) == ("the host refuses the connection", FailureKind.UNREACHABLE)


def test_a_site_without_tls(site: Site) -> None:
    found = failed(site.url("/").replace("http://", "https://"))
    assert found.reason.startswith("no secure connection") and found.kind is FailureKind.TLS


@pytest.mark.parametrize("url", ["http://", "http://[::1", "http://a.example:99999/", "http://a\x1b[2Jb.example/"])
def test_what_is_no_address(url: str) -> None:
    found = failed(url)
    assert (found.stage, found.kind) == (Stage.FETCH, FailureKind.ADDRESS)


@settings(deadline=None)
@given(st.binary(max_size=2000), st.integers(1, 700), st.sampled_from(["gzip", "deflate"]), st.integers(0, 2500))
def test_unpacking_gives_the_whole_body_or_says_it_is_too_large(data: bytes, step: int, coding: str, limit: int) -> None:
    packed = gzip.compress(data) if coding == "gzip" else zlib.compress(data)
    pieces = (packed[at : at + step] for at in range(0, len(packed), step))
    answer = httpx.Response(200, headers={"Content-Encoding": coding}, content=pieces)
    if len(data) <= limit:
        assert body(answer, limit) == data
    else:
        with pytest.raises(TooLarge):
            body(answer, limit)
