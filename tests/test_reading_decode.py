"""Bytes become the characters their author meant, without guessing; what is no page is said to be none."""

import sys

import pytest

from caveat.model import Capture, Failure, Page
from caveat.reading import read

SAYS = "<html><head>{head}</head><body><p>We don’t cut: café – knees heal.</p></body></html>"


def first(data: bytes, charset: str = "", target: str = "page.html") -> str:
    page = read(Capture(target, data, charset=charset))
    assert isinstance(page, Page), page
    return page.quote(page.blocks[0])


def notes(data: bytes, charset: str = "") -> str:
    page = read(Capture("page.html", data, charset=charset))
    assert isinstance(page, Page), page
    return " ".join(page.notes)


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (SAYS.format(head="").encode(), ""),
        (SAYS.format(head="").encode("utf-8-sig"), "iso-8859-1"),
        (SAYS.format(head="").encode("utf-16"), ""),
        (SAYS.format(head="<meta charset=utf-16>").encode("utf-16-le"), ""),
        (SAYS.format(head="").encode("utf-16-be"), ""),
        (SAYS.format(head="").encode("utf-16-le"), "utf-16"),
        (SAYS.format(head="").encode("utf-16-be"), "UTF-16BE"),
        (SAYS.format(head="").encode("utf-32-le"), ""),
        (SAYS.format(head="").encode("cp1252"), ""),
        (SAYS.format(head="").encode("cp1252"), "latin-1"),
        (SAYS.format(head="<meta charset=iso-8859-1>").encode("cp1252"), ""),
        (SAYS.format(head='<meta http-equiv="Content-Type" content="text/html; charset=us-ascii">').encode("cp1252"), ""),
        (SAYS.format(head="<meta charset=utf-16>").encode(), ""),
        (SAYS.format(head="<meta charset=no-such-charset>").encode("cp1252"), ""),
        (SAYS.format(head="<meta charset=utf-7>").encode(), ""),
        (SAYS.format(head="<meta charset=iso-8859-1>").encode(), ""),
        (SAYS.format(head="<meta charset=utf-8>").encode("cp1252"), "windows-1252"),
    ],
)
def test_each_way_of_saying_an_encoding_gives_the_same_words(data: bytes, charset: str) -> None:
    assert first(data, charset) == "We don’t cut: café – knees heal."


def test_the_header_goes_before_the_page() -> None:
    assert first("<meta charset=windows-1251><p>Лечим колени.".encode("koi8-r"), "koi8-r") == "Лечим колени."
    assert first("<meta charset=windows-1251><p>Лечим колени.".encode("cp1251")) == "Лечим колени."


def test_utf8_with_a_broken_byte_stays_utf8() -> None:
    page = "<meta charset=utf-8><p>Café knees – \xff heal.".encode().replace("\xff".encode(), b"\xff")
    assert first(page) == "Café knees – \ufffd heal."
    assert "not UTF-8" in notes(page)
    assert first(page.replace(b"<meta charset=utf-8>", b"")) == "Café knees – \ufffd heal."


def test_old_typography_in_a_page_that_says_utf8_is_read_as_meant() -> None:
    page = b"<meta charset=utf-8><p>We don\x92t cut."
    assert first(page) == "We don’t cut."
    assert "windows-1252" in notes(page)


def test_no_library_that_guesses_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    import bs4.dammit

    monkeypatch.setattr(bs4.dammit, "_chardet_dammit", lambda data: pytest.fail("a guess was asked for"))
    assert first(b"<p>na\xefve \x93knees\x94") == "naïve “knees”"
    assert "caveat.reading" in sys.modules


@pytest.mark.parametrize(
    ("data", "says", "hint"),
    [
        (b"", "empty", "saved whole"),
        (b" \n\t ", "white space", "saved whole"),
        (b"%PDF-1.7\n1 0 obj", "a PDF", ".txt"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG", ".txt"),
        (b"PK\x03\x04\x14\0", "ZIP", "HTML"),
        (b"\x1f\x8b\x08\0\0", "gzip", "unpack"),
        (bytes(range(256)) * 8, "binary", ".txt"),
        (b"text\0\0\0\0\1\2\3" * 40, "binary", ".txt"),
        (b"<html><body><script>build()</script></body></html>", "no text", "browser"),
        (b"<html><body><noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>", "no text", "browser"),
        (b"<!-- nothing --><title>Knees</title>", "no text", "browser"),
        (b"<p>" * 2_600_000, "tags", "smaller"),
        (b"<p>a" * 600_000, "tags", "smaller"),
    ],
)
def test_what_is_no_page_is_a_failure_that_says_so(data: bytes, says: str, hint: str) -> None:
    failure = read(Capture("page.html", data))
    assert isinstance(failure, Failure)
    assert failure.target == "page.html"
    assert says in failure.reason
    assert hint in failure.hint


def test_a_stray_zero_byte_does_not_make_a_page_binary() -> None:
    assert first(b"<p>We tr\0eat knees.\0</p>") == "We treat knees."


@pytest.mark.parametrize(
    ("target", "media_type", "blocks"),
    [
        ("page.html", "", 1),
        ("page.txt", "", 2),
        ("page", "text/html; charset=utf-8", 1),
        ("page.html", "text/plain", 2),
        ("https://clinic.example/knees.php?page=2", "", 1),
    ],
)
def test_media_type_then_name_say_what_a_page_is(target: str, media_type: str, blocks: int) -> None:
    page = read(Capture(target, b"<p>We treat\nsome <b>knees</b>.", media_type=media_type))
    assert isinstance(page, Page)
    assert len(page.blocks) == blocks


def test_a_page_without_a_name_shows_what_it_is() -> None:
    assert first(b"<!-- saved -->\n<!DOCTYPE html><p>Knees", target="saved-page") == "Knees"
    assert first(b"<div><p>Knees</p></div>", target="-") == "Knees"
    assert first(b"Pain < 3 and x <y> z.", target="-") == "Pain < 3 and x <y> z."
