"""Files, folders, lists and standard input: what is read, in which order, and what is said of the rest."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from caveat.model import Capture, Failure, Stage
from caveat.sources import Access, captures, listed

PAGE = b"<p>Open on weekdays.</p>"


def one(target: str | Path, access: Access | None = None) -> Capture | Failure:
    (found,) = captures([str(target)], access)
    return found


def failed(target: str | Path, access: Access | None = None) -> Failure:
    found = one(target, access)
    assert isinstance(found, Failure)
    assert found.target == str(target)
    return found


def names(folder: Path) -> list[str]:
    return [Path(found.target).relative_to(folder).as_posix() for found in captures([str(folder)])]


def write(folder: Path, *paths: str, data: bytes = PAGE) -> Path:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder / paths[0]


@pytest.fixture
def become_nobody() -> Iterator[Callable[[], None]]:
    """Permissions bind even where the tests run as root."""
    before = os.geteuid()
    yield lambda: os.seteuid(65534) if before == 0 else None
    os.seteuid(before)


def test_a_file_comes_with_its_bytes_and_what_its_name_says(tmp_path: Path) -> None:
    found = one(write(tmp_path, "lupus.HTM"))
    assert isinstance(found, Capture)
    assert (found.data, found.media_type, found.url, found.fetched) == (PAGE, "text/html", "", "")


def test_a_saved_address_with_a_query_is_html(tmp_path: Path) -> None:
    found = one(write(tmp_path, "page.html?id=3"))
    assert isinstance(found, Capture) and found.media_type == "text/html"


def test_a_misspelt_file_gets_the_likely_name(tmp_path: Path) -> None:
    page = write(tmp_path, "lupus.html")
    missing = failed(tmp_path / "lupsu.html")
    assert (missing.stage, missing.reason) == (Stage.OPEN, "no such file or folder")
    assert missing.hint == f"did you mean {page}?"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert failed(tmp_path / "gone" / "lupus.html").hint == f"there is no folder {tmp_path / 'gone'}"


@pytest.mark.parametrize("word", ["clinic.example", "www.clinic.example/lupus", "clinic.example:8080/a?b=c"])
def test_a_host_without_scheme_gets_the_whole_address(word: str) -> None:
    assert failed(word).hint == f"did you mean https://{word}?"


@pytest.mark.parametrize("word", ["lupus.html", "notes.txt", "lupus", "saved/clinic.example", ".example"])
def test_a_missing_path_is_not_taken_for_a_host(word: str) -> None:
    assert "https" not in failed(word).hint


@pytest.mark.parametrize("target", ["", "a\0b", "x" * 5000])
def test_an_impossible_name_is_a_failure(target: str) -> None:
    assert failed(target).stage is Stage.OPEN


def test_an_empty_name_is_not_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "page.html")
    monkeypatch.chdir(tmp_path)
    assert failed("").reason == "is an empty name"


def test_a_file_that_may_not_be_read(tmp_path: Path, become_nobody: Callable[[], None]) -> None:
    page = write(tmp_path, "page.html")
    page.chmod(0)
    become_nobody()
    assert "permission denied" in failed(page).reason


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    page = write(tmp_path, "page.html", data=b"x" * 101)
    assert failed(page, Access(size=100)).reason == "is larger than 100 bytes"
    assert isinstance(one(page, Access(size=101)), Capture)


def test_a_device_without_end_is_too_large() -> None:
    assert failed("/dev/zero", Access(size=100_000)).reason == "is larger than 0.1 MB"


def test_a_link_to_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "page.html").symlink_to(tmp_path / "gone.html")
    assert failed(tmp_path / "page.html").reason == "is a link to nothing"


def test_a_folder_gives_its_pages_in_the_order_of_their_names(tmp_path: Path) -> None:
    write(tmp_path, "b/z.html", "b/a.TXT", "a.htm", "c.xhtml", "d", "style.css", "data.json", ".hidden.html", ".git/x.html")
    assert names(tmp_path) == ["a.htm", "b/a.TXT", "b/z.html", "c.xhtml", "d"]


def test_a_file_without_ending_is_read_if_it_is_text(tmp_path: Path) -> None:
    write(tmp_path, "program", data=b"\x7fELF\x00\x01")
    write(tmp_path, "nothing", data=b"")
    write(tmp_path, "utf16", data="<p>Open on weekdays.".encode("utf-16"))
    write(tmp_path, "windows", data="Ärzte".encode("cp1252"))
    assert names(tmp_path) == ["utf16", "windows"]


def test_links_that_lead_back_end_the_walk(tmp_path: Path) -> None:
    write(tmp_path, "a/page.html")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self.html").symlink_to(tmp_path / "a" / "self.html")
    assert names(tmp_path) == ["a/page.html", "a/self.html"]


def test_a_pipe_with_the_name_of_a_page_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "link.html").symlink_to(tmp_path / "pipe.html")
    write(tmp_path, "page.html")
    assert names(tmp_path) == ["page.html"]


def test_a_folder_without_pages_is_a_failure(tmp_path: Path) -> None:
    write(tmp_path, "style.css")
    assert failed(tmp_path).reason == "holds no page"


def test_a_folder_that_may_not_be_entered_is_a_failure_among_its_pages(tmp_path: Path, become_nobody: Callable[[], None]) -> None:
    write(tmp_path, "locked/page.html", "z.html")
    for folder in (tmp_path, *tmp_path.parents[:2]):  # pytest keeps them to their owner
        folder.chmod(0o755)
    (tmp_path / "locked").chmod(0)
    become_nobody()
    locked, page = captures([str(tmp_path)])
    assert isinstance(locked, Failure) and "permission denied" in locked.reason
    assert isinstance(page, Capture)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE)))
    found = one("-")
    assert isinstance(found, Capture) and (found.target, found.data) == ("-", PAGE)


def test_standard_input_above_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x" * 101)))
    assert failed("-", Access(size=100)).reason == "is larger than 100 bytes"


@pytest.mark.parametrize("target", ["ftp://clinic.example/a", "mailto://x@clinic.example", "file:///etc/hosts", "x://"])
def test_other_schemes_are_not_read(target: str) -> None:
    assert "addresses are not read" in failed(target).reason


def test_a_list_leaves_out_blank_lines_and_comments(tmp_path: Path) -> None:
    targets = write(tmp_path, "list", data="\ufeffa.html\n\n  # later\n https://clinic.example/ü \r\nb#1.html".encode())
    assert list(listed(str(targets))) == ["a.html", "https://clinic.example/ü", "b#1.html"]


def test_a_list_names_files_whose_names_are_not_utf8(tmp_path: Path) -> None:
    page = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.html"))
    page.write_bytes(PAGE)
    targets = write(tmp_path, "list", data=os.fsencode(page) + b"\n")
    (found,) = captures(listed(str(targets)))
    assert isinstance(found, Capture) and found.data == PAGE


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "names no target"), (b"# a\n\n", "names no target"), (b"\x00\x01", "is no list of targets: it holds binary data")],
)
def test_a_list_that_is_none(tmp_path: Path, data: bytes, reason: str) -> None:
    targets = write(tmp_path, "list", data=data)
    (found,) = captures(listed(str(targets)))
    assert isinstance(found, Failure) and found.reason == reason


def test_a_folder_given_as_list(tmp_path: Path) -> None:
    (found,) = captures(listed(str(tmp_path)))
    assert found == Failure(str(tmp_path), Stage.OPEN, "is a folder, not a list of targets", "give the folder itself as a target")


def test_a_list_that_is_missing(tmp_path: Path) -> None:
    (found,) = captures(listed(str(tmp_path / "list")))
    assert isinstance(found, Failure) and found.reason == "no such file or folder"


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1)))
@example(["https://a.example/", "\ufeffhttps://b.example/", "\ufeff"])
def test_every_line_of_a_list_that_says_something_is_a_target(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    targets = tmp_path_factory.mktemp("lists") / "list"
    targets.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    said = [line.removeprefix("\ufeff").strip() for line in lines]  # where several lists were joined, a byte-order mark stands within
    wanted = [line for line in said if line and not line.startswith("#")]
    found = list(listed(str(targets)))
    assert found == wanted or (not wanted and isinstance(found[0], Failure))


def test_captures_come_one_at_a_time(tmp_path: Path) -> None:
    taken = []

    def targets() -> Iterator[str]:
        for name in ("a.html", "b.html"):
            taken.append(name)
            yield str(write(tmp_path, name))

    found = captures(targets())
    next(found)
    assert taken == ["a.html"]
