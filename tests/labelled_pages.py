"""Pages for the tests of roles: read and labelled as the program does it, with the shipped rules."""

from __future__ import annotations

from functools import cache

from caveat.model import Capture, Page, Place, Role
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import Rulebook, load, scan

PROSE = (
    "Osteoarthritis wears down the cartilage that lines a joint, and the knee is where most people feel it first. "
    "Walking, climbing stairs and kneeling become harder year by year. "
    "Our surgeons draw fat from the belly, spin it, and inject what is left into the joint on the same day. "
    "Most patients go home within two hours and are asked to rest the leg for a week. "
    "Braces, weight loss and exercise remain the first things to try, and some people never need more than these."
)


@cache
def book() -> Rulebook:
    return load()


def labelled(text: str, name: str = "page.html") -> Page:
    page = read(Capture(name, text.encode()))
    assert isinstance(page, Page)
    return label(page, scan(book(), page), book())


def html(inner: str, *, title: str = "Knee pain", before: str = "", body: str = "") -> Page:
    """A page with an article of running text, and something else on it."""
    article = f"<article><h1>{title}</h1><p>{PROSE}</p><p>Ask your insurer what it pays for.</p></article>"
    return labelled(f"<!DOCTYPE html><html><head><title>{title}</title></head><body {body}>{before}{article}{inner}</body></html>")


def role_of(page: Page, words: str) -> Role:
    found = {block.role for block in page.blocks if words in page.quote(block) and block.place in (Place.BODY, Place.HIDDEN, Place.DETAILS)}
    assert len(found) == 1, f"{words!r} stands in {found or 'no block'}"
    return found.pop()
