"""Reads what services say of the studies a page cites: what they are of, their level, whether they were retracted, what is only planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from caveat.judging.identifiers import is_registered
from caveat.judging.levels import ORDER, said
from caveat.judging.topics import STANDARD, conditions, families
from caveat.model import Block, Check, CheckState, Finding, Kind, Level, LookedUp, Page, Record, Reference, Span
from caveat.rulebook import Rulebook, scan
from caveat.rulebook.fold import words

Answers = Mapping[str, tuple[LookedUp, ...]]  # by identifier

NO_NUMBER = "not looked up: no DOI, PubMed or trial number stands in it"
_NO_NAME = frozenset(("inc", "llc", "ltd", "limited", "corp", "corporation", "company", "co", "gmbh", "plc"))


@dataclass(frozen=True, slots=True)
class Study:
    """What a study is of, by its entry on the page or by its record."""

    families: frozenset[str] = frozenset()
    conditions: tuple[str, ...] = ()
    standard: str = ""  # its words for a transplant of blood-forming cells
    called: str = "the study"
    language: str = "en"  # of the words above; registers and indexes give theirs in English


@dataclass(frozen=True)
class Records:
    """The answers to a page's look-ups. None: none were asked for."""

    page: Page
    book: Rulebook
    answers: Answers | None = None

    def of(self, ids: Iterable[str]) -> tuple[LookedUp, ...]:
        """What is known of a citation, or that nothing can be."""
        if self.answers is None:
            return ()
        found = tuple(answer for name in ids for answer in self.answers.get(name, ()))
        return found if ids else (LookedUp("", failure=NO_NUMBER),)

    def with_records(self, reference: Reference) -> Reference:
        """A reference as its records show it: its level, and what else is to be known of it."""
        known = [(each, each.record) for each in self.of(reference.ids) if each.record]
        planned = reference.level is Level.REGISTRATION
        level, why = reference.level, reference.why
        for each, record in known:
            if planned or not is_registered(each.id):  # that an article names its trial does not make it a registration
                level, why = _weighed(level, why, *self._level(each, record))
        remarks = [remark for each, record in known for remark in self._remarks(each, record)]
        return replace(reference, level=level, why="; ".join(filter(None, (why, *remarks))), looked_up=self.of(reference.ids))

    def studies(self, reference: Reference) -> list[Study]:
        """What the study is of by each record."""
        return [self._study(each, each.record) for each in reference.looked_up if each.record]

    def _level(self, each: LookedUp, record: Record) -> tuple[Level, str]:
        """The level that a record gives by its title, types and design, and the words it rests on."""
        page = _page_of(record.title)
        found = said(page, scan(self.book, page), page.blocks[0].sentences)
        by_title = {level: f"“{words}” in the title that {each.source} gives" for level, words in found.items()}
        by_type = {record.level: f"{each.source} has it as {', '.join(record.types) or record.level}"}
        if record.level is Level.REGISTRATION:
            return record.level, by_type[record.level]
        level = next((level for level in ORDER if level in (*by_title, *by_type)), Level.UNKNOWN)
        return level, by_type.get(level) or by_title.get(level, "")

    def _study(self, each: LookedUp, record: Record) -> Study:
        page = _page_of("\n".join((record.title, *record.about)))
        sightings = [scan(self.book, page)[sentence] for block in page.blocks for sentence in block.sentences]
        spans = [span for sighting in sightings for span in sighting.words.get(STANDARD, ())]
        return Study(
            frozenset(family for sighting in sightings for family in families(sighting)),
            tuple(name for sighting in sightings for name in conditions(page, sighting)),
            page.quote(max(spans, key=lambda span: span.end - span.start)) if spans else "",
            f"the study that {each.source} has under {each.id.partition(':')[2]}",
        )

    def _remarks(self, each: LookedUp, record: Record) -> Iterable[str]:
        if record.retracted:
            yield f"retracted: {record.retracted}"
        yield from record.notices
        if record.results is not None:
            results = "results are posted there" if record.results else "no results are posted there"
            yield f"{each.source}: status {record.status or 'not told'}; {results}{self._sponsor(record)}"

    def _sponsor(self, record: Record) -> str:
        if not record.sponsor:
            return ""
        named = _bare(record.sponsor)
        here = ", named on this page" if named and f" {named} " in self._text else ""
        kind = f" ({record.sponsor_class})" if record.sponsor_class else ""
        return f"; sponsor {record.sponsor}{kind}{here}"

    @cached_property
    def _text(self) -> str:
        return f" {words(f'{self.page.title} {self.page.text}')} "


def cited_by(claims: Iterable[Finding]) -> tuple[Reference, ...]:
    """The citations beside claims, each once."""
    return tuple(dict.fromkeys(reference for claim in claims if claim.support for reference in claim.support.references))


def look_up_checks(claims: Iterable[Finding], answers: Answers | None) -> list[Check]:
    """What was looked up of the studies cited, and what was not; nothing where nothing can be."""
    ids = dict.fromkeys(name for reference in cited_by(claims) for name in reference.ids)
    if not ids:
        return []
    if answers is None:
        return [Check("look-up", CheckState.NOT_ASKED, f"{_numbers(len(ids))} beside claims: --look-up asks what their records say")]
    missed = [name for name in ids if not any(answer.record for answer in answers.get(name, ()))]
    if missed:
        return [Check("look-up", CheckState.NOT_CHECKED, f"{len(missed)} of {_numbers(len(ids))} beside claims: not looked up")]
    return [Check("look-up", CheckState.DONE, f"{_numbers(len(ids))} beside claims")]


def retracted(references: Iterable[Reference]) -> list[str]:
    """Of each reference that was retracted, who says so."""
    told = ([each.record.retracted for each in reference.looked_up if each.record and each.record.retracted] for reference in references)
    return [said_so[0] for said_so in told if said_so]


def _weighed(level: Level, why: str, found: Level, because: str) -> tuple[Level, str]:
    """The level of the record leads, but for words that say less than the page's."""
    if found is Level.UNKNOWN or found is level or (found is Level.CONTROLLED and level is Level.RANDOMISED):
        return level, why
    if level is Level.REGISTRATION:  # results are posted
        return found, because
    return found, f"{because}, where the page's words say {level} ({why})" if why else because


def _page_of(text: str) -> Page:
    """A text of others as a page of its own, a line a sentence."""
    blocks, start = [], 0
    lines = [" ".join(line.split()) for line in text.split("\n")]
    for line in lines:
        blocks.append(Block(Kind.PARAGRAPH, start, start + len(line), (Span(start, start + len(line)),)))
        start += len(line) + 1
    return Page("", "\n".join(lines) + "\n", tuple(blocks))


def _numbers(count: int) -> str:
    return "1 number of a study" if count == 1 else f"{count} numbers of studies"


def _bare(name: str) -> str:
    """A sponsor's name without what says nothing at its ends."""
    parts = words(name).split()
    while parts and parts[-1] in _NO_NAME:
        parts.pop()
    return " ".join(parts[1:] if parts[:1] == ["the"] else parts)
