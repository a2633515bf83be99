"""Where a page leads, and by what two pages are told to be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.model import Capture
from caveat.reading import links
from caveat.reading.links import MOST

WORDS = b"Our rooms are open on weekdays from nine to five, and a nurse will see you without an appointment. " * 3


def page(html: str | bytes, url: str = "https://clinic.example/a/b", media_type: str = "text/html") -> Capture:
    return Capture(url, html.encode() if isinstance(html, str) else html, url=url, media_type=media_type)


def test_links_maps_frames_and_a_refresh_lead_on_in_their_order() -> None:
    found = links(
        page(
            '<meta http-equiv="Refresh" content="0; URL=\'/moved\'"><a href="c">c</a><area href="//other.example/d">'
            '<iframe src="/e?x=1&amp;y=2"></iframe><a href="#top">top</a><a href="c">again</a><a name="x">no link</a>'
            '<form action="/f"></form><img src="/g">'
            "<script>location = '/h'</script>"
        )
    )
    assert found.addresses == (
        "https://clinic.example/moved", "https://clinic.example/a/c", "https://other.example/d", "https://clinic.example/e?x=1&y=2",
        "https://clinic.example/a/b#top",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("href", "leads"),
    [
        ("  /a\n/b ", "https://clinic.example/a/b"), ("pages\\about.htm?x=\\", "https://clinic.example/a/pages/about.htm?x=\\"),
        ("mailto:desk@clinic.example", ""), ("javascript:void(0)", ""), ("tel:1", ""), ("http://[::1/", ""), ("", ""), ("   ", ""),
        ("?page=2", "https://clinic.example/a/b?page=2"), ("../../../x", "https://clinic.example/x"), ("HTTPS://b.example", "https://b.example"),
    ],
)  # fmt: skip
def test_a_link_leads_where_a_browser_would_go(href: str, leads: str) -> None:
    assert links(page(f'<a href="{href}">x</a>')).addresses == ((leads,) if leads else ())


def test_the_base_of_a_page_counts_wherever_it_stands() -> None:
    found = links(page('<a href="c">c</a><base href="/x/"><base href="/y/">'))
    assert found.addresses == ("https://clinic.example/x/c",)


def test_the_canonical_address_is_told_and_is_no_link() -> None:
    found = links(page('<link rel="Canonical" href="/a/b?x=1"><link rel="stylesheet" href="/s.css">'))
    assert (found.canonical, found.addresses) == ("https://clinic.example/a/b?x=1", ())


@pytest.mark.parametrize(
    ("meta", "follow"),
    [
        ('name="robots" content="noindex, NOFOLLOW"', False), ('name="Caveat" content="none"', False),
        ('name="robots" content="noindex"', True), ('name="otherbot" content="nofollow"', True), ('name="robots" content="follow"', True),
    ],
)  # fmt: skip
def test_a_page_can_ask_robots_not_to_follow_its_links(meta: str, follow: bool) -> None:
    found = links(page(f'<meta {meta}><a href="/a" rel="nofollow">a</a>'))
    assert found.follow is follow and found.addresses == ("https://clinic.example/a",)


def test_two_pages_are_told_by_all_that_they_say() -> None:
    def text(html: bytes) -> str:
        return links(page(html)).text

    whole = text(b"<title>A</title><p>" + WORDS)
    assert whole and whole == text(b"<title>A</title><script>nonce()</script><div><p class=x>" + WORDS.replace(b" ", b"\n "))
    assert whole != text(b"<title>B</title><p>" + WORDS)
    assert whole != text(b"<title>A</title><p>" + WORDS + b"<img alt='Cures lupus'>")
    assert whole != text(b"<title>A</title><meta name=description content='Cures lupus'><p>" + WORDS)
    assert not text(b"<title>A</title><div id=root></div>")  # shells and stubs say nothing to be told by


@pytest.mark.parametrize(
    ("data", "media_type"), [(b"%PDF-1.7 <a href=/a>", "text/html"), (b"see <a href=/a>", "text/plain"), (b"", "text/html")]
)
def test_what_is_no_page_leads_nowhere(data: bytes, media_type: str) -> None:
    assert links(page(data, media_type=media_type)).addresses == ()


def test_the_links_of_a_page_are_bounded() -> None:
    assert len(links(page("".join(f"<a href=/{number}>x</a>" for number in range(MOST + 50)))).addresses) == MOST


@given(st.binary(max_size=300), st.sampled_from(["text/html", ""]))
def test_no_bytes_break_the_reading_of_links(data: bytes, media_type: str) -> None:
    for url in ("https://clinic.example/a", ""):
        links(Capture("x", b"<html><a href='" + data, url=url, media_type=media_type))
