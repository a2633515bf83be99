"""A page made to keep a parser busy is read in bounded time, and its text is kept."""

import time

import pytest

from caveat.model import Capture, Page
from caveat.reading import read

SAYS = "Our cells cure lupus in ten days."
HOSTILE = {
    "a million <div>": "<div>" * 1_000_000 + SAYS + "</div>" * 1_000_000,
    "with attributes": '<DIV class="a b">' * 100_000 + SAYS,
    "inline": "<span>" * 100_000 + SAYS,
    "of any name": "<x-y>" * 100_000 + SAYS,
    "in turns": "<div><section>" * 60_000 + SAYS,
    "in tables": "<table><tr><td>" * 40_000 + SAYS,
    "in lists": "<ul><li>" * 60_000 + SAYS,
    "end tags that end nothing": "<b><div></b>" * 50_000 + SAYS,
    "end tags in attributes": '<div x="</div>">' * 60_000 + SAYS,
    "end tags in comments": "<div><!-- </div> -->" * 60_000 + SAYS,
    "formatting made anew": "".join(f"<b id={at}><p>" for at in range(30_000)) + SAYS,
    "links left open": "<a href=x><p>" * 60_000 + SAYS,
    "attributes": "<div " + " ".join(f"a{at}" for at in range(200_000)) + ">" + SAYS,
    "attributes with brackets": "<div " + " ".join(f'a{at}="<b>"' for at in range(100_000)) + ">" + SAYS,
    "options": "<select>" + "<option>a" * 20_000 + "</select>" + SAYS,
    "comments never closed": SAYS + "<!--" * 300_000,
    "tags never closed": SAYS + "<p " * 300_000,
    "white space in linked data": '<script type=application/ld+json>{"name": "a' + " " * 300_000 + 'b"}</script>' + SAYS,
    "linked data": "<script type=application/ld+json>" + "[" * 300_000 + "</script>" + SAYS,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_text_is_kept_within_seconds(name: str) -> None:
    start = time.process_time()
    page = read(Capture("x.html", HOSTILE[name].encode()))
    assert isinstance(page, Page)
    assert SAYS in page.text
    assert time.process_time() - start < 20  # without bounds these take minutes to hours


def test_what_was_flattened_is_said() -> None:
    page = read(Capture("x.html", ("<div>" * 2_000 + SAYS + "</div>" * 2_000).encode()))
    assert isinstance(page, Page)
    assert "nested deeper" in " ".join(page.notes)


def test_ends_before_any_start_do_not_hide_what_is_left_open() -> None:
    html = "</a>" * 4_000 + "".join(f"<b id={at}>" for at in range(4_000)) + "<p>x" * 4_000 + SAYS
    page = read(Capture("x.html", html.encode()))
    assert isinstance(page, Page)
    assert any("flattened" in note for note in page.notes)
    assert SAYS in page.text


def test_texts_on_both_sides_of_a_dropped_tag_stay_apart() -> None:
    page = read(Capture("x.html", ("<div>" * 2_000 + "skin<div>Read more</div>now").encode()))
    assert isinstance(page, Page)
    assert page.text == "skin\nRead more\nnow"


def test_a_page_of_common_depth_is_left_as_it_is() -> None:
    row = "<li><a href=x><span>knee</span></a><p>treated"
    page = read(Capture("x.html", ("<div>" * 60 + "<ul>" + row * 3_000).encode()))
    assert isinstance(page, Page)
    assert page.notes == ()
    assert len(page.blocks) == 6_000
