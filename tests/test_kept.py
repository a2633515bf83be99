"""Pages kept from an earlier run: used while they are young, asked for again when they are not, and never used when they are damaged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.model import Capture, Check, CheckState, Failure, Redirect
from caveat.sources import Access, captures
from caveat.sources.kept import Folder, Kept
from conftest import Answer, Site

PAGE = b"<p>Open on weekdays.</p>"
OLD = timedelta(0)  # an age that no page is under


def one(target: str, access: Access) -> Capture | Failure:
    (found,) = captures([target], access)
    return found


def had(target: str, access: Access) -> Capture:
    found = one(target, access)
    assert isinstance(found, Capture), found
    return found


@pytest.fixture
def access(site: Site, tmp_path: Path) -> Access:
    return site.access(keep=tmp_path / "kept")


def said(page: Capture) -> str:
    (check,) = page.checks
    assert (check.check, check.state) == ("kept page", CheckState.DONE)
    return check.reason


def test_a_young_page_is_not_asked_for_again_and_says_when_it_was_fetched(site: Site, access: Access) -> None:
    site.put("/old", Answer(status=301, headers={"Location": "/lupus"}))
    site.put("/lupus", Answer(PAGE, type="text/html; charset=utf-8"))
    first = had(site.url("/old"), access)
    asked = len(site.visits)
    again = had(site.url("/old"), access)
    assert len(site.visits) == asked
    assert first.checks == () and replace(again, checks=()) == first
    assert said(again) == f"fetched on {first.fetched} and kept since"


def test_an_old_page_that_is_unchanged_is_not_sent_again(site: Site, access: Access) -> None:
    url = site.put("/", Answer(PAGE, headers={"ETag": '"v1"', "Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}))
    first = had(url, access)
    site.put("/", Answer(b"", 304))
    again = had(url, replace(access, max_age=OLD))
    assert (site.asked[-1]["if-none-match"], site.asked[-1]["if-modified-since"]) == ('"v1"', "Mon, 02 Nov 2026 10:00:00 GMT")
    assert again.data == PAGE and again.fetched == first.fetched
    assert said(again).startswith(f"fetched on {first.fetched} and kept since")
    asked = len(site.visits)
    assert had(url, access).data == PAGE and len(site.visits) == asked  # it is young again


def test_an_old_page_that_has_changed_is_replaced(site: Site, access: Access) -> None:
    url = site.put("/", Answer(PAGE, headers={"ETag": '"v1"'}))
    had(url, access)
    site.put("/", Answer(b"<p>Closed.</p>", headers={"ETag": '"v2"'}))
    again = had(url, replace(access, max_age=OLD))
    assert again.data == b"<p>Closed.</p>" and again.checks == ()
    assert had(url, access).data == b"<p>Closed.</p>"


def test_an_old_page_that_moved_is_asked_for_without_conditions(site: Site, access: Access) -> None:
    url = site.put("/", Answer(PAGE, headers={"ETag": '"v1"'}))
    had(url, access)
    site.put("/", Answer(status=302, headers={"Location": "/new"}))
    site.put("/new", Answer(b"<p>New.</p>"))
    again = had(url, replace(access, max_age=OLD))
    assert again.data == b"<p>New.</p>" and again.redirects == (Redirect(302, url),)
    assert "if-none-match" not in site.asked[-1]


def test_a_page_that_cannot_be_had_again_is_a_failure_and_not_the_old_page(site: Site, access: Access) -> None:
    url = site.put("/", Answer(PAGE))
    had(url, access)
    site.put("/", Answer(b"", 410))
    assert isinstance(one(url, replace(access, max_age=OLD)), Failure)
    assert isinstance(one(url, access), Capture)  # within its age it counts


def test_a_site_that_says_unchanged_of_a_page_nobody_has_is_not_believed(site: Site, access: Access) -> None:
    found = one(site.put("/", Answer(b"", 304)), access)
    assert isinstance(found, Failure) and found.reason == "the site answers 304 Not Modified"


def test_failures_are_not_kept(site: Site, access: Access) -> None:
    url = site.url("/")
    assert isinstance(one(url, access), Failure)
    site.put("/", Answer(PAGE))
    assert had(url, access).checks == ()


def test_a_page_kept_in_the_future_is_not_young(site: Site, access: Access) -> None:
    folder = Folder(access.keep or Path(), access.size)
    ahead = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    url = site.put("/", Answer(b"<p>New.</p>"))
    folder.put(Kept(Capture(url, PAGE, url, ahead), ahead))
    assert had(url, access).data == b"<p>New.</p>"


@pytest.mark.parametrize("how", ["flip", "cut", "empty", "add"])
def test_a_damaged_file_is_fetched_anew(site: Site, access: Access, how: str) -> None:
    url = site.put("/", Answer(PAGE))
    had(url, access)
    (file,) = (access.keep or Path()).iterdir()
    whole = file.read_bytes()
    file.write_bytes({"flip": whole[:-3] + b"X" + whole[-2:], "cut": whole[:-1], "empty": b"", "add": whole + b" "}[how])
    assert had(url, access).checks == ()  # fetched
    assert file.read_bytes() != b"" and "kept since" in said(had(url, access))


@settings(deadline=None, max_examples=60)
@given(at=st.integers(0, 2000), bit=st.integers(0, 7))
def test_no_flipped_bit_goes_unseen(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    folder = Folder(tmp_path_factory.mktemp("kept"), 1000)
    fetched = "2026-11-20T09:00:00Z"
    kept = Kept(Capture("http://clinic.example/", PAGE, "http://clinic.example/", fetched, "text/html", "utf-8"), fetched, '"v1"')
    assert folder.put(kept) == ""
    (file,) = folder.path.iterdir()
    data = bytearray(file.read_bytes())
    data[at % len(data)] ^= 1 << bit
    file.write_bytes(data)
    assert folder.get("http://clinic.example/") is None


@given(
    st.binary(max_size=300),
    st.text(max_size=20),
    st.text(max_size=20),
    st.lists(st.tuples(st.integers(300, 399), st.text(max_size=9)), max_size=3),
)
@settings(deadline=None, max_examples=50)
def test_what_is_kept_comes_back_whole(tmp_path_factory: pytest.TempPathFactory, data: bytes, kind: str, etag: str, hops: Any) -> None:
    folder = Folder(tmp_path_factory.mktemp("kept"), 1000)
    fetched = "2026-11-20T09:00:00Z"
    checks = (Check("robots.txt", CheckState.NOT_ASKED, "ignored: \udc80"),)
    page = Capture("http://ä.example/", data, "http://x/", fetched, kind, "", tuple(Redirect(*hop) for hop in hops), checks)
    assert folder.put(Kept(page, fetched, etag)) == ""
    assert folder.get("http://ä.example/") == Kept(page, fetched, etag)
    assert folder.get("http://other.example/") is None


def test_a_folder_that_cannot_be_written_to_stops_nothing_and_is_told_once(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told: list[str] = []
    pages = [site.put(f"/{number}", Answer(PAGE)) for number in range(3)]
    found = list(captures(pages, site.access(keep=tmp_path / "file" / "kept", warn=told.append)))
    assert all(isinstance(page, Capture) for page in found)
    (line,) = told
    assert str(tmp_path / "file" / "kept") in line and "--keep" in line


def test_a_file_is_never_half_written(site: Site, access: Access) -> None:
    had(site.put("/", Answer(PAGE)), access)
    assert [file.suffix for file in (access.keep or Path()).iterdir()] == [".page"]
