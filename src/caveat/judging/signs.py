"""Reads the signs of a sentence: what it names, how it stands, who speaks, what the rules made of it and of what stands around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from caveat.judging.carry import CARRIED_BY, Carried, link, where_named
from caveat.judging.claims import Candidate
from caveat.judging.context import Reading, read
from caveat.judging.style import style
from caveat.model import Block, Category, Kind, Page, Place, Span
from caveat.rulebook import Rulebook, Scan

Signs = Mapping[str, tuple[Span, ...]]  # the name of each sign, and the words it rests on: none for what is no word

_PATTERN = "signs."  # how the rulebook calls the part of a weighing rule that is about signs
_OPENS = (Kind.HEADING, Kind.SUMMARY)
_CLOSE = 4  # sentences before that are near
_LENGTHS = ((5, "words 1-5"), (12, "words 6-12"), (20, "words 13-20"))
_QUOTED = re.compile(r"\s*[“\"«„]")
_SIGNATURE = 300  # characters at the end of a block in which its signature stands
_SIGNED = re.compile(r"[.!?,…]?[”\"»]\s*[–—-]?\s*\(?[A-Z]|[”\"»]?\s[–—-]\s?(?:Mr|Mrs|Ms|[A-Z][\w.]+,? (?:[A-Z]\.|\d\d|[A-Z]\w+))\W*$")
_ONLY_SIGNED = re.compile(r"\s*[–—-]+\s?(?:[A-Z][\w.'’-]*[\s,/()]*|\d+[\s,]*)+\W*")


@dataclass(frozen=True, slots=True)
class Seen:
    """A sentence of a page with all that was read of it; `claim` is None where no claim rule matched."""

    number: int
    block: Block
    reading: Reading
    before: Carried
    claim: Candidate | None

    @property
    def fragment(self) -> bool:
        return self.reading.page.text[self.reading.sentence.end - 1].isalnum()

    @property
    def offers(self) -> bool:
        """Whether it is a bare offer: a heading or a line without a verb, as "Stem cell therapy for lupus"."""
        return self.claim is not None and bool(self.claim.stated) and not self.stated and self.fragment

    @property
    def only_signed(self) -> bool:
        """Whether it is the name of who spoke before and nothing else: "– Ann B., 52"."""
        return _ONLY_SIGNED.fullmatch(self.reading.page.text, self.reading.sentence.start, self.reading.sentence.end) is not None

    @property
    def stated(self) -> bool:
        return self.claim is not None and any(rule.category is not Category.OFFER for rule, _ in self.claim.stated)


def seen(
    page: Page, scan: Scan, book: Rulebook, carried: Mapping[int, Carried], found: Sequence[Candidate], numbers: Sequence[int]
) -> list[Seen]:
    """Every sentence of the blocks of those numbers, in order; `found` are the candidates of the page."""
    claims = {one.sentence.start: one for one in found}
    every = []
    for number in numbers:
        block = page.blocks[number]
        for sentence in block.sentences:
            one = claims.get(sentence.start)
            reading = one.reading if one else read(page, sentence, scan[sentence], book)
            every.append(Seen(number, block, reading, carried[sentence.start], one))
    return every


def signs(page: Page, every: Sequence[Seen], rule: str) -> Iterator[tuple[Seen, Signs]]:
    """Each sentence with its signs; `rule` is the id of the weighing rule whose patterns count."""
    claims = [one.stated for one in every]
    blocks = Counter(one.number for one in every if one.stated)
    above = _above(every, rule)
    everywhere: Signs = dict.fromkeys(style([one.reading for one in every], claims), ())
    for place, one in enumerate(every):
        found: dict[str, tuple[Span, ...]] = {}
        for name, span in _patterns(one, rule):
            found[name] = (*found.get(name, ()), span)
        found.update((name, ()) for name in _shape(page, one))
        found.update((name, ()) for name in _judged(page, one))
        found.update((name, ()) for name in _around(claims, place))
        found.update((name, ()) for name in above[one.number])
        found.update(everywhere)
        if blocks[one.number] > one.stated:
            found["a claim in the same block"] = ()
        if place and "therapy" in every[place - 1].reading.sighting.words:
            found["a therapy named right before"] = ()
        if place and page.text[every[place - 1].reading.sentence.end - 1] == "?":
            found["right after a question"] = ()
        yield one, found


def _patterns(one: Seen, rule: str) -> Iterator[tuple[str, Span]]:
    for match in one.reading.sighting.of("weighing"):
        if match.owner.id == rule and match.owner.part.startswith(_PATTERN):
            yield match.owner.part.removeprefix(_PATTERN), Span(match.start, match.end)


def _shape(page: Page, one: Seen) -> Iterator[str]:
    """How the sentence looks and where it stands."""
    text = page.quote(one.reading.sentence)
    length = len(text.split())
    yield next((name for most, name in _LENGTHS if length <= most), "words 21-")
    yield f"a {one.block.kind}"
    if one.block.place is not Place.BODY:
        yield "not shown at once"
    if one.fragment:
        yield "no stop at the end"
    if text.endswith("?"):
        yield "asks"
    if "!" in text:
        yield "exclaims"
    if ":" in text:
        yield "ends with a colon" if text.endswith(":") else "has a colon"
    if _QUOTED.match(page.text, one.block.start):
        yield "quoted"
    if _SIGNED.search(page.text, max(one.block.start, one.block.end - _SIGNATURE), one.block.end):
        yield "signed"


def _judged(page: Page, one: Seen) -> Iterator[str]:
    """What the rules and cues made of it."""
    words, sighting = one.reading.sighting.words, one.reading.sighting
    if "therapy" in words:
        yield "names a therapy"
    else:
        yield from _carried(page, one)
    yield f"after {one.before.agent}"
    yield from (f"speaks as {match.owner.id}" for match in sighting.of("stance") if not match.owner.part)
    for cue in one.reading.cues:
        yield f"says {cue.rule.says}"
    if one.claim:
        yield from (f"states {rule.id}" for rule, _ in one.claim.stated)
        yield from (f"near {rule.id}" for rule, _, _ in one.claim.let_off)
        yield from (f"let off: {cue.says}" for _, _, cue in one.claim.let_off)
        if one.stated:  # bare offers apart, which are no claims
            yield f"rules: {min(3, len({rule.id for rule, _ in one.claim.stated if rule.category is not Category.OFFER}))}"


def _carried(page: Page, one: Seen) -> Iterator[str]:
    """How a sentence that names no therapy is tied to one, and whether it names other care."""
    tie = link(page, one.number, one.reading.sentence, one.reading.sighting, one.before)
    yield f"tied: {tie}"
    yield f"a therapy named {where_named(one.before, one.number)}"
    other = "standard_care" in one.reading.sighting.words
    if tie in CARRIED_BY:
        yield "a therapy is carried over"
        if other:
            yield "other care beside a therapy carried over"
    elif other:
        yield "other care alone"


def _around(claims: Sequence[bool], place: int) -> Iterator[str]:
    if place and claims[place - 1]:
        yield "a claim right before"
    if any(claims[max(0, place - _CLOSE) : place]):
        yield "a claim close before"
    if any(claims[place + 1 : place + 2]):
        yield "a claim right after"


def _above(every: Sequence[Seen], rule: str) -> Mapping[int, frozenset[str]]:
    """For each block, the signs of the heading it stands under and, for an item, of the line that leads in to it."""
    found: dict[int, frozenset[str]] = {}
    heading: set[str] = set()
    lead: set[str] = set()
    opened = -1
    for one in every:
        if one.block.kind in _OPENS:
            if opened != one.number:
                heading, opened = set(), one.number
            heading |= {f"under {name}" for name, _ in _patterns(one, rule)}
            if one.stated:
                heading.add("under a claim")
        elif one.block.kind not in (Kind.ITEM, Kind.CELL):
            lead = {"led in by a claim"} if one.stated else set()
        inside = heading if one.block.kind not in _OPENS else set()
        found[one.number] = frozenset(inside | lead if one.block.kind in (Kind.ITEM, Kind.CELL) else inside)
    return found
