"""Repetition: a form that stands again and again is one form, counted, with mark-up and without."""

from __future__ import annotations

import pytest

from caveat.model import Page, Role
from caveat.roles import stripped
from labelled_pages import PROSE, labelled, role_of

FORM = ("Ask for our joint map", "Tell us where it hurts and we'll post you a map of what we can do.", "Thanks, your map is in the mail!")


def plain(times: int, cut: int) -> Page:
    """A page of plain text with the form so many times, and of a last one the first `cut` lines."""
    return labelled("\n".join([PROSE, PROSE[:120], *FORM * times, *FORM[:cut]]) + "\n", "page.txt")


def marked(times: int, cut: int) -> Page:
    forms = "".join(f'<div class="box"><h3>{a}</h3><p>{b}</p><p>{c}</p></div>' for a, b, c in [FORM] * times)
    last = "".join(f"<p>{line}</p>" for line in FORM[:cut])
    return labelled(f"<h1>Knees</h1><p>{PROSE}</p>{forms}<div>{last}</div>")


@pytest.mark.parametrize("page_with", [plain, marked])
@pytest.mark.parametrize(("times", "cut"), [(3, 0), (11, 0), (11, 1), (11, 2)])
def test_a_run_is_one_form_counted_with_the_last_cut_short(page_with, times: int, cut: int) -> None:  # type: ignore[no-untyped-def]
    page = page_with(times, cut)
    form = [block for block in page.blocks if page.quote(block) in FORM]
    assert len(form) == 3 * times + cut
    assert {(block.role, block.repeats) for block in form} == {(Role.LEAD_FORM, times)}
    found = [each for each in stripped(page) if each.role is Role.LEAD_FORM]
    assert [(each.blocks, each.repeats, each.sample) for each in found] == [(3 * times + cut, times, FORM[0])]


def test_a_last_line_that_breaks_off_belongs_to_its_run() -> None:
    text = "\n".join([PROSE, *FORM * 4, FORM[0], FORM[1][:31]])
    page = labelled(text, "page.txt")
    assert page.blocks[-1].role is Role.LEAD_FORM
    assert page.blocks[-1].repeats == 4


def test_repetition_alone_takes_nothing_out() -> None:
    rows = "".join(f"<tr><td>Visit {n}</td><td>Included</td><td>Thirty minutes</td></tr>" for n in range(6))
    page = labelled(f"<main><h1>Prices</h1><p>{PROSE}</p><table>{rows}</table></main>")
    assert role_of(page, "Included") is Role.CONTENT
    assert {block.repeats for block in page.blocks if page.quote(block) == "Included"} == {6}


def test_a_word_of_a_form_does_not_take_the_same_word_out_of_the_text() -> None:
    choices = "".join(f"<option>{name}</option>" for name in ("Autism", "Lupus"))
    form = f'<form class="contact-form"><label>Diagnosis</label><select>{choices}</select><input type="email"><button>Send</button></form>'
    heads = "".join(f"<h2>{name}</h2><p>{PROSE[:90]}</p>" for name in ("Autism", "Lupus", "Autism", "Lupus"))
    page = labelled(f"<main><h1>Conditions</h1>{heads}<p>{PROSE}</p></main>{form}")
    roles = [block.role for block in page.blocks if page.quote(block) == "Autism"]
    assert roles == [Role.CONTENT, Role.CONTENT, Role.LEAD_FORM]


def test_long_text_is_never_taken_out_for_standing_thrice() -> None:
    long = "Call us and we will tell you how exosomes calm a joint, " * 6
    page = labelled("\n".join([PROSE, *("Get your free guide", long.strip()) * 3]), "page.txt")
    assert role_of(page, "calm a joint") is Role.CONTENT
