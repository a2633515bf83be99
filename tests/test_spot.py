"""Where a line stands behind a target, and where what looks like one belongs to the target."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from caveat.cli.spot import Spot, place, spot
from caveat.errors import UsageError


@pytest.mark.parametrize(
    ("given_", "meant"),
    [
        ("page.html", Spot("page.html")),
        ("page.html:12", Spot("page.html", 12)),
        ("page.html:12:3", Spot("page.html", 12, 3)),
        ("page.html:x", Spot("page.html:x")),
        ("page.html:", Spot("page.html:")),
        ("page.html:1234567890", Spot("page.html:1234567890")),
        ("-", Spot("-")),
        ("-:12", Spot("-", 12)),
        ("-:12:3", Spot("-", 12, 3)),
        ("https://clinic.example", Spot("https://clinic.example")),
        ("https://clinic.example:8080", Spot("https://clinic.example:8080")),
        ("https://clinic.example:8080:12", Spot("https://clinic.example:8080", 12)),
        ("https://clinic.example:8080/lupus", Spot("https://clinic.example:8080/lupus")),
        ("https://clinic.example:8080/lupus:12", Spot("https://clinic.example:8080/lupus", 12)),
        ("https://clinic.example/lupus:12", Spot("https://clinic.example/lupus", 12)),
        ("https://clinic.example/lupus:12:3", Spot("https://clinic.example/lupus", 12, 3)),
        ("https://clinic.example/:12", Spot("https://clinic.example/", 12)),
        ("http://user:pw@clinic.example:8080", Spot("http://user:pw@clinic.example:8080")),
        ("http://[::1]:8080", Spot("http://[::1]:8080")),
        ("http://[2001:db8::1]:8080:12", Spot("http://[2001:db8::1]:8080", 12)),
        ("HTTPS://CLINIC.EXAMPLE:443", Spot("HTTPS://CLINIC.EXAMPLE:443")),
        (r"C:\pages\a.html", Spot(r"C:\pages\a.html")),
        (r"C:\pages\a.html:12", Spot(r"C:\pages\a.html", 12)),
        ("C:12", Spot("C:12")),
        ("C:page.html:12", Spot("C:page.html", 12)),
    ],
)
def test_a_line_is_told_from_a_port_and_a_drive(given_: str, meant: Spot) -> None:
    assert spot(given_) == meant


def test_a_file_of_that_very_name_wins(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("a")
    assert spot(f"{tmp_path}/notes:12") == Spot(f"{tmp_path}/notes", 12)
    (tmp_path / "notes:12").write_text("a")
    assert spot(f"{tmp_path}/notes:12") == Spot(f"{tmp_path}/notes:12")
    assert spot(f"{tmp_path}/notes:12:3") == Spot(f"{tmp_path}/notes:12", 3)
    assert spot(f"{tmp_path}/notes:13") == Spot(f"{tmp_path}/notes", 13)


def test_a_line_given_apart_leaves_the_target_as_it_is() -> None:
    assert place("https://wiki.example/Talk:12", 4) == Spot("https://wiki.example/Talk:12", 4)
    assert place(None, None, "12") == Spot("-", 12)
    assert place(None, None, "12:3") == Spot("-", 12, 3)


@pytest.mark.parametrize(
    "words", [(None,), ("page.html:0",), ("page.html:4:0",), ("a", None, "12"), (None, 3, "12"), (None, None, "x"), (None, None, "0")]
)
def test_what_names_no_place_is_a_mistake_of_the_command_line(words: tuple[str]) -> None:
    with pytest.raises(UsageError):
        place(*words)


@given(st.text(st.sampled_from("a:/.-12[]@\0"), min_size=1), st.integers(1, 999))
def test_nothing_of_a_target_is_lost(target: str, line: int) -> None:
    assume("://" not in f"{target}/x")  # an address, whose port is no line
    found = spot(f"{target}/x:{line}")
    assert (found.target, found.line) == (f"{target}/x", line)
