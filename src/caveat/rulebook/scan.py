"""Finds, for each sentence of a page, the words of every lexicon and the matches of every pattern: one pass over the page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from caveat.model import Page, Span
from caveat.rulebook.automaton import Automaton, Compiled, Owner
from caveat.rulebook.fold import fold
from caveat.rulebook.pattern import DURATION, NUMBER, PERCENT, QUESTION

_WORD = re.compile(r"\S+")
_NUMBER = re.compile(
    r"\b(?:\d[\d,.]*\d|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundred|thousand|million|dozen|half|both|a couple|a few|several)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"^\s?(?:%|percent\b|per cent\b|in ten\b|out of \w+\b|of \d+\b)", re.IGNORECASE)
_UNIT = re.compile(r"^[\s-]?(?:second|minute|hour|day|night|week|weekend|fortnight|month|year|session|visit|treatment)s?\b", re.IGNORECASE)
_BARE_DURATION = re.compile(r"\b(?:overnight|a (?:day|week|fortnight|month|year|session)|days|weeks|minutes|hours|months)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern found: `parts` are the offsets of its atoms in the reading copy, in order."""

    owner: Owner
    parts: tuple[Span, ...]

    @property
    def start(self) -> int:
        return self.parts[0].start

    @property
    def end(self) -> int:
        return self.parts[-1].end


@dataclass(frozen=True, slots=True)
class Sighting:
    """What stands in one sentence."""

    matches: tuple[Match, ...] = ()
    words: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)  # lexicon id → where its words stand

    def of(self, kind: str) -> list[Match]:
        return [match for match in self.matches if match.owner.kind == kind]


_NOTHING = Sighting()


@dataclass(frozen=True, slots=True)
class Scan:
    """The sightings of a page by the offset at which their sentence begins."""

    by_start: Mapping[int, Sighting]

    def __getitem__(self, sentence: Span) -> Sighting:
        return self.by_start.get(sentence.start, _NOTHING)


def scan(automaton: Automaton, kept: Iterable[str], page: Page) -> Scan:
    """The sightings of every sentence of the page; `kept` are the lexicons whose words are wanted."""
    sentences = [sentence for block in page.blocks for sentence in block.sentences]
    starts = [sentence.start for sentence in sentences]
    folded = fold(page.text)
    found: dict[int, list[tuple[int, int, tuple[int, ...]]]] = {}
    for hit in automaton.hits(page.text, folded):
        number = bisect_right(starts, folded.origin(hit[0])) - 1
        if number >= 0 and folded.origin(hit[1]) <= sentences[number].end:
            found.setdefault(number, []).append(hit)
    lexicons = {automaton.atoms[f"<{name}>"]: name for name in kept}
    sightings = {}
    for number, hits in found.items():
        sightings[starts[number]] = _Sentence(automaton, page.text, folded.text, folded.back, sentences[number], hits).sighting(lexicons)
    return Scan(sightings)


class _Sentence:
    """One sentence by word numbers: where each atom begins and ends."""

    def __init__(self, automaton: Automaton, text: str, folded: str, back: tuple[int, ...] | None, span: Span,
                 hits: list[tuple[int, int, tuple[int, ...]]]) -> None:  # fmt: skip
        self.automaton, self.back, self.span = automaton, back, span
        first, last = (span.start, span.end) if back is None else (_forward(back, span.start), _forward(back, span.end))
        self.starts: list[int] = []
        self.ends: list[int] = []
        for word in _WORD.finditer(folded, first, last):
            self.starts.append(word.start())
            self.ends.append(word.end())
        first_word = {start: number for number, start in enumerate(self.starts)}
        last_word = {end: number for number, end in enumerate(self.ends)}
        self.at: dict[int, list[tuple[int, int]]] = {}
        for start, end, atoms in hits:
            if start in first_word and end in last_word:
                words = (first_word[start], last_word[end])
                for atom in atoms:
                    self.at.setdefault(atom, []).append(words)
        written = text[span.start : span.end]
        self._numbers(written)
        if self.starts and "?" in written[-4:]:
            self.at.setdefault(automaton.atoms[QUESTION], []).append((len(self.starts) - 1, len(self.starts) - 1))

    def _numbers(self, text: str) -> None:
        if not any(char.isdigit() for char in text) and not _NUMBER.search(text) and not _BARE_DURATION.search(text):
            return
        atoms = self.automaton.atoms
        for number in _NUMBER.finditer(text):
            self._mark(atoms[NUMBER], number.start(), number.end())
            for atom, shape in ((PERCENT, _PERCENT), (DURATION, _UNIT)):
                if unit := shape.search(text[number.end() : number.end() + 16]):
                    self._mark(atoms[atom], number.start(), number.end() + unit.end())
        for bare in _BARE_DURATION.finditer(text):
            self._mark(atoms[DURATION], bare.start(), bare.end())

    def _mark(self, atom: int, start: int, end: int) -> None:
        """Adds an atom by offsets in the sentence's own text."""
        first = bisect_right(self.starts, self._folded(self.span.start + start)) - 1
        last = bisect_right(self.starts, self._folded(self.span.start + end) - 1) - 1
        if 0 <= first <= last:
            self.at.setdefault(atom, []).append((first, last))

    def _folded(self, offset: int) -> int:
        return offset if self.back is None else _forward(self.back, offset)

    def sighting(self, lexicons: Mapping[int, str]) -> Sighting:
        matches: dict[Match, None] = {}
        present = set(self.at)
        for atom in self.at:
            present.update(self.automaton.groups.get(atom, ()))
        for atom in present:
            for sequence in self.automaton.by_anchor.get(atom, ()):
                if sequence.need <= present:
                    for parts in self._match(sequence):
                        spans = tuple(self._span(*part) for part in parts)
                        matches.update((Match(owner, spans), None) for owner in sequence.owners)
        in_order = sorted(matches, key=lambda match: (match.parts[0].start, match.parts[-1].end, match.owner))
        words = {name: tuple(self._span(*part) for part in sorted(self.at[atom])) for atom, name in lexicons.items() if atom in self.at}
        return Sighting(tuple(in_order), words)

    def _match(self, sequence: Compiled) -> Iterable[tuple[tuple[int, int], ...]]:
        """Every end the sequence can have, each with its nearest way there. The work is bounded by steps × hits²."""
        (atom, _), *rest = sequence.steps
        ways: dict[int, tuple[tuple[int, int], ...]] = {
            end: ((start, end),) for start, end in self._where(atom) if not sequence.at_start or start == 0
        }
        for atom, gap in rest:
            onward: dict[int, tuple[tuple[int, int], ...]] = {}
            for start, end in self._where(atom):
                before = [last for last in ways if last < start <= last + 1 + gap]
                if before:
                    onward[end] = (*ways[max(before)], (start, end))
            ways = onward
            if not ways:
                return ()
        last_word = len(self.starts) - 1
        return [way for end, way in ways.items() if not sequence.at_end or end == last_word]

    def _where(self, atom: int) -> list[tuple[int, int]]:
        """Where an atom stands; alternatives are put together when first asked for."""
        if atom not in self.at:
            self.at[atom] = [place for part in self.automaton.members.get(atom, ()) for place in self.at.get(part, ())]
        return self.at[atom]

    def _span(self, first: int, last: int) -> Span:
        start, end = self.starts[first], self.ends[last]
        if self.back is None:
            return Span(start, end)
        return Span(self.back[start], self.back[end - 1] + 1)


def _forward(back: tuple[int, ...], offset: int) -> int:
    """The folded offset of the first character at or after an original one."""
    low, high = 0, len(back) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if back[middle] < offset else (low, middle)
    return low
