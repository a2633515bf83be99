"""Gathers, for every caveat rule, the sentences that say something of it, each with what stands right beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caveat.model import Block, Kind, Page, Place, Role, Span
from caveat.rulebook import CaveatRule, Match, Rulebook, Scan

UNREAD = (Role.COOKIE, Role.NAVIGATION, Role.NEWSLETTER)  # nobody looks for a caveat there, nor is held to what is said there

Parts = Mapping[str, list[Match]]  # "elements.agency" → where it is shown


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence in which patterns of one caveat rule stand. `beside` are the parts shown by the sentence before and by the lead-in."""

    block: int
    sentence: Span
    parts: Parts
    beside: frozenset[str]
    after: frozenset[str]  # parts shown by the sentence that follows in the block
    place: Place
    role: Role

    @property
    def visible(self) -> bool:
        return self.place is Place.BODY

    @property
    def spoilt(self) -> bool:
        return "unless" in self.parts

    def shown(self, rule: CaveatRule, table: str, with_beside: bool = True) -> list[str]:
        """The rule's elements, limits or flaws that are shown, in the rule's order."""
        return [name for name in getattr(rule, table) if (key := f"{table}.{name}") in self.parts or (with_beside and key in self.beside)]

    def words(self, page: Page, *tables: str) -> tuple[str, ...]:
        """The words that fired, in the order in which they stand, the shorter of two that overlap left out."""
        hits = sorted((hit for name, found in self.parts.items() if name.startswith(tables) for hit in found), key=lambda hit: (hit.start, -hit.end))
        kept: list[Match] = []
        for hit in hits:
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        return tuple(dict.fromkeys(page.quote(Span(hit.start, hit.end)) for hit in kept))


def gather(page: Page, scan: Scan, book: Rulebook) -> dict[str, list[Statement]]:
    """Rule id → its statements, in the order of the page."""
    known = book.of(CaveatRule)
    found: dict[str, list[Statement]] = {}
    for number, block in enumerate(page.blocks):
        if block.role in UNREAD:
            continue
        for at, sentence in enumerate(block.sentences):
            for rule, parts in _parts(scan, sentence).items():
                if rule in known:
                    beside = _beside(page, scan, number, at, rule)
                    after = frozenset(_parts(scan, block.sentences[at + 1]).get(rule, ())) if at + 1 < len(block.sentences) else frozenset()
                    found.setdefault(rule, []).append(Statement(number, sentence, parts, beside, after, block.place, block.role))
    return found


def _parts(scan: Scan, sentence: Span) -> dict[str, dict[str, list[Match]]]:
    found: dict[str, dict[str, list[Match]]] = defaultdict(lambda: defaultdict(list))
    for match in scan[sentence].matches:
        if match.owner.kind == "caveat":
            found[match.owner.id][match.owner.part].append(match)
    return found


def _beside(page: Page, scan: Scan, number: int, at: int, rule: str) -> frozenset[str]:
    block = page.blocks[number]
    before = [block.sentences[at - 1]] if at else []
    lead = _lead_in(page.blocks, number)
    if lead is not None:
        before += page.blocks[lead].sentences[-1:]
    return frozenset(part for sentence in before for part in _parts(scan, sentence).get(rule, ()))


def _lead_in(blocks: Sequence[Block], number: int) -> int | None:
    """The block that introduces this one: what stands before its list, or the heading right above it."""
    block = blocks[number]
    first = number
    while block.group >= 0 and first and blocks[first - 1].group == block.group:
        first -= 1
    above = first - 1
    if above >= 0 and blocks[above].place is block.place and (block.group >= 0 or blocks[above].kind in (Kind.HEADING, Kind.SUMMARY)):
        return above
    return None
