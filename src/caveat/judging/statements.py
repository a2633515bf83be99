"""Gathers, for every caveat rule, the sentences that say something of it, each with what stands right beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caveat.model import Block, Kind, Page, Place, Role, Span
from caveat.rulebook import CaveatRule, Match, Rulebook, Scan

UNREAD = (Role.NAVIGATION, Role.NEWSLETTER)  # nobody looks for a caveat there, nor is held to what is said there

Parts = Mapping[str, list[Match]]  # "elements.agency" → where it is shown


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence in which patterns of one caveat rule stand."""

    block: int
    sentence: Span
    parts: Parts
    before: tuple[Span, ...]  # the sentence before it in its block, and the end of its lead-in
    beside: frozenset[str]  # the parts shown there
    after: frozenset[str]  # the parts shown by the next sentence of its block
    place: Place
    role: Role

    @property
    def visible(self) -> bool:
        return self.place is Place.BODY and self.role is not Role.COOKIE

    @property
    def spoilt(self) -> bool:
        return "unless" in self.parts and "even_so" not in self.parts

    def shown(self, rule: CaveatRule, table: str, with_beside: bool = True) -> list[str]:
        """The rule's elements, limits or flaws that are shown, in the rule's order."""
        return [name for name in getattr(rule, table) if (key := f"{table}.{name}") in self.parts or (with_beside and key in self.beside)]

    def words(self, page: Page, *tables: str) -> tuple[str, ...]:
        """The words that fired, in the order in which they stand; those that overlap as one."""
        hits = sorted((hit.start, hit.end) for name, found in self.parts.items() if name.startswith(tables) for hit in found)
        joined: list[tuple[int, int]] = []
        for start, end in hits:
            if joined and start < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return tuple(dict.fromkeys(page.quote(Span(start, end)) for start, end in joined))


def gather(page: Page, scan: Scan, book: Rulebook, *, disclaimers: bool = False) -> dict[str, list[Statement]]:
    """
    Rule id → its statements, in the order of the page; or only those in `disclaimers`. A sentence that only shows what completes a
    statement is none.
    """
    rules = book.of(CaveatRule)
    found: dict[str, list[Statement]] = {}
    for number, block in enumerate(page.blocks):
        heard = block.role is Role.DISCLAIMER if disclaimers else block.role not in UNREAD
        for at, sentence in enumerate(block.sentences if heard else ()):
            if scan.silent("statement", block, sentence):
                continue
            for rule, parts in _parts(scan, sentence).items():
                if rule in rules and not rules[rule].opening.isdisjoint(parts):
                    before = _before(page, number, at)
                    beside = frozenset(part for each in before for part in _parts(scan, each).get(rule, ()))
                    after = frozenset(_parts(scan, block.sentences[at + 1]).get(rule, ())) if at + 1 < len(block.sentences) else frozenset()
                    found.setdefault(rule, []).append(Statement(number, sentence, parts, before, beside, after, block.place, block.role))
    return found


def _parts(scan: Scan, sentence: Span) -> dict[str, dict[str, list[Match]]]:
    found: dict[str, dict[str, list[Match]]] = defaultdict(lambda: defaultdict(list))
    for match in scan.matches("caveat", sentence):
        found[match.owner.id][match.owner.part].append(match)
    return found


def _before(page: Page, number: int, at: int) -> tuple[Span, ...]:
    before = page.blocks[number].sentences[max(0, at - 1) : at]
    lead = _lead_in(page.blocks, number)
    return before if lead is None else (*before, *page.blocks[lead].sentences[-1:])


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
