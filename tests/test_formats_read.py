"""`caveat read`: every block with its role and the reason, as text and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from rich.cells import cell_len

from caveat.formats import read_json, read_terminal, schema
from caveat.model import Block, Kind, Page, Place, Role
from test_formats_clean import HOSTILE

SCHEMA = Draft202012Validator(json.loads(schema("read")))

COOKIES = "signature “we bake cookies”"
LEAD = "stands 11 times"
ROWS: list[tuple[Kind, Role, str, str, Place, int]] = [
    (Kind.HEADING, Role.CONTENT, "", "Cells for sore knees, and what our patients ask before they start with them", Place.BODY, 1),
    (Kind.PARAGRAPH, Role.CONTENT, "", "Our cells end lupus.", Place.BODY, 1),
    (Kind.PARAGRAPH, Role.CONTENT, "", "Vials on a tray", Place.ALT, 1),
    *[(Kind.PARAGRAPH, Role.COOKIE, COOKIES, f"We bake cookies, part {n}.", Place.BODY, 1) for n in range(6)],
    *[(Kind.HEADING, Role.LEAD_FORM, LEAD, "Send me the free guide", Place.BODY, 11) for _ in range(11)],
    *[(Kind.PARAGRAPH, Role.LEAD_FORM, LEAD, "It explains each step.", Place.BODY, 10) for _ in range(10)],
    (Kind.PARAGRAPH, Role.DISCLAIMER, "names the FDA", "These statements were not evaluated by the FDA.", Place.BODY, 1),
]


def page(rows: list[tuple[Kind, Role, str, str, Place, int]]) -> Page:
    blocks, text = [], ""
    for kind, role, reason, words, place, repeats in rows:
        blocks.append(Block(kind, len(text), len(text) + len(words), (), place=place, role=role, reason=reason, repeats=repeats))
        text += words + "\n"
    return Page("larkspur.html", text, tuple(blocks), title="Larkspur [b]cells[/b]", notes=("tags were nested too deep",))


def blocks(value: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(read_json(value))["blocks"]
    return found


def test_json_keeps_to_its_schema_and_holds_every_block() -> None:
    value = json.loads(read_json(page(ROWS)))
    SCHEMA.validate(value)
    assert value["schema"] == "caveat-read/1" and len(value["blocks"]) == len(ROWS)
    assert list(value["blocks"][0]) == ["line", "kind", "role", "reason", "place", "language", "text", "repeats"]


def test_json_gives_line_role_reason_and_place() -> None:
    found = blocks(page(ROWS))
    assert found[2] == {
        "line": 3, "kind": "paragraph", "role": "content", "reason": None, "place": "alt", "language": None,
        "text": "Vials on a tray", "repeats": 1,
    }  # fmt: skip
    assert (found[9]["role"], found[9]["reason"], found[9]["repeats"]) == ("lead-form", LEAD, 11)


def test_each_block_has_a_line_with_number_kind_role_and_text() -> None:
    report = read_terminal(page(ROWS))
    assert "   2  paragraph  content        Our cells end lupus.\n" in report
    assert "  10  heading    lead form ×11  Send me the free guide\n" in report
    assert sum(line.startswith("  ") and line.split()[0].isdigit() for line in report.splitlines()) == len(ROWS)


def test_text_is_cut_to_the_line_and_says_so() -> None:
    report = read_terminal(page(ROWS))
    assert "Cells for sore knees" in report and "before they start" not in report
    assert report.splitlines()[2].endswith("…")
    assert max(map(cell_len, report.splitlines())) <= 80


def test_neighbours_with_one_reason_have_it_said_once_and_counted() -> None:
    report = read_terminal(page(ROWS))
    assert report.count(COOKIES) == 1
    assert f"↳ {COOKIES} (also the 5 blocks below)\n" in report
    assert "↳ names the FDA\n" in report


def test_text_outside_the_visible_page_says_so() -> None:
    assert "outside the visible text: alternative text of an image" in read_terminal(page(ROWS))


def test_the_tally_counts_a_repeated_form_once() -> None:
    tally = " ".join(read_terminal(page(ROWS)).split())
    assert tally.endswith("31 blocks: content 3, cookie 6, lead form ×11 (21 blocks), disclaimer 1")


@pytest.mark.parametrize(
    ("rows", "tally"),
    [
        ([], "0 blocks"),
        (ROWS[:1], "1 block: content 1"),
        (ROWS[9:20], "11 blocks: lead form ×11"),
        ([(Kind.ITEM, Role.NAVIGATION, "", "Home", Place.BODY, n) for n in (2, 2, 1, 1, 1)], "5 blocks: navigation 5"),
        ([(Kind.HEADING, Role.CONTENT, "", "FAQ", Place.BODY, 3)] * 3, "3 blocks: content 3"),
    ],
)
def test_the_tally(rows: list[tuple[Kind, Role, str, str, Place, int]], tally: str) -> None:
    assert read_terminal(page(rows)).splitlines()[-1] == tally


def test_what_reading_had_to_repair_is_noted() -> None:
    assert "note: tags were nested too deep\n" in read_terminal(page(ROWS))


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_hostile_pages_are_read_back_whole_and_shown_safely(text: str) -> None:
    value = page([(Kind.PARAGRAPH, Role.COOKIE, text, text, Place.BODY, 1)])
    assert blocks(value)[0]["text"] == json.loads(json.dumps(" ".join(text.split())))
    shown = read_terminal(value)
    shown.encode("utf-8")
    assert not set(shown) & set("\x00\x1b\x7f\x85\x9b\u202e\u2066")
