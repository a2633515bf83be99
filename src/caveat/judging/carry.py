"""Says who acts in each sentence: the therapy sold, standard care or the disease, carried over from what stands before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from caveat.model import Kind, Page, Place, Span
from caveat.rulebook import Scan, Sighting

FRAGMENTS = (Kind.ITEM, Kind.CELL, Kind.HEADING, Kind.CAPTION, Kind.BUTTON)
_OPENING = 25  # characters: a disease named so early is what the sentence is about
_SLOGAN_WORDS = 6  # so short a sentence leaves out whom it speaks of
_DIGRESSION = 1  # blocks: what is said of standard care reaches no farther than the next one
_GAPS = ((0, "in this block"), (1, "in the block before"), (4, "close before"), (12, "some way before"))  # blocks since a therapy was named


class Agent(StrEnum):
    THERAPY = "therapy"  # the therapy that the page sells
    STANDARD = "standard care"
    OTHER = "no therapy"  # the disease, or nothing yet


class Link(StrEnum):
    """What ties a sentence to the therapy carried over to it, or keeps it from it."""

    PROVIDER = "names-who-treats"
    REFERS = "names-the-treatment"
    POINTS_BACK = "points-back"
    FRAGMENT = "item-cell-or-heading"
    CALLS = "calls-to-act"
    SHORT = "too-short-to-name-it"
    FOLLOWS = "same-block"
    STANDARD = "after-standard-care"
    OTHER = "after-something-else"
    NOTHING = "points-nowhere"


CARRIED_BY = frozenset(Link) - {Link.STANDARD, Link.OTHER, Link.NOTHING}


@dataclass(frozen=True, slots=True)
class Carried:
    """What the text before a sentence was about, and the therapy last named in it."""

    agent: Agent
    therapy: str = ""
    block: int = -1  # where the therapy was last named
    turned: int = -1  # the block that turned to the agent; -1: the page begins with it


def carry(page: Page, scan: Scan) -> Mapping[int, Carried]:
    """For each sentence of the page, by its start, what is carried over to it."""
    found: dict[int, Carried] = {}
    now = Carried(Agent.THERAPY if _sells(page, scan) else Agent.OTHER)
    for number, block in enumerate(page.blocks):
        apart = block.place not in (Place.BODY, Place.DETAILS, Place.HIDDEN)
        before = now
        for sentence in block.sentences:
            found[sentence.start] = now
            now = _after(now, page, number, sentence, scan[sentence])
        if apart:
            now = before
    return found


def _sells(page: Page, scan: Scan) -> bool:
    """Whether the page's title or any of its first blocks names a therapy: what follows is read with that in mind."""
    return any("therapy" in scan[s].words for block in page.blocks[:8] for s in block.sentences)


def _after(now: Carried, page: Page, number: int, sentence: Span, sighting: Sighting) -> Carried:
    block, words = page.blocks[number], sighting.words
    if "therapy" in words:
        return Carried(Agent.THERAPY, page.quote(words["therapy"][0]), number, number)
    if "provider" in words or (block.kind in FRAGMENTS and block.kind is not Kind.HEADING):
        return now  # an item or cell names troubles and drugs without turning to them
    if "standard_care" in words:
        if now.agent is Agent.THERAPY and "acting" in words:
            return now  # "they make the tissue answer to insulin"
        return Carried(Agent.STANDARD, now.therapy, now.block, number)
    if "condition" in words and (block.kind is Kind.HEADING or (opens_with_disease(sentence, sighting) and "deixis" not in words)):
        return Carried(Agent.OTHER, now.therapy, now.block, number)
    return now


def reaches(page: Page, number: int, sentence: Span, sighting: Sighting, before: Carried) -> bool:
    """Whether the therapy carried over is what a sentence that names none speaks of."""
    return link(page, number, sentence, sighting, before) in CARRIED_BY


def link(page: Page, number: int, sentence: Span, sighting: Sighting, before: Carried) -> Link:
    """What ties a sentence that names no therapy to the one carried over, or keeps it from it."""
    block, words = page.blocks[number], sighting.words
    if "provider" in words:
        return Link.PROVIDER
    if before.agent is Agent.STANDARD:
        if number - before.turned <= _DIGRESSION:
            return Link.STANDARD
        before = replace(before, agent=Agent.THERAPY if before.therapy else Agent.OTHER)
    if "the_therapy" in words:
        return Link.REFERS
    if before.agent is not Agent.THERAPY:
        return Link.OTHER
    if "deixis" in words:
        return Link.POINTS_BACK
    if block.kind in FRAGMENTS:
        return Link.FRAGMENT
    if any(span.start == sentence.start for span in words.get("imperative", ())):
        return Link.CALLS
    if len(page.quote(sentence).split()) <= _SLOGAN_WORDS:
        return Link.SHORT
    return Link.FOLLOWS if before.block == number and "standard_care" not in words else Link.NOTHING


def opens_with_disease(sentence: Span, sighting: Sighting) -> bool:
    """Whether a sentence names a condition so early that it is about it."""
    disease = sighting.words.get("condition", ())
    return bool(disease) and disease[0].start - sentence.start <= _OPENING


def where_named(before: Carried, number: int) -> str:
    """How far before a block the therapy was last named."""
    if before.block < 0:
        return "nowhere before"
    return next((where for most, where in _GAPS if number - before.block <= most), "far before")
