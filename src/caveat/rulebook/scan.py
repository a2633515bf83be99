"""Finds, for each sentence of a page, the words of every lexicon and the matches of every pattern: one pass over the page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from caveat.model import Page, Span
from caveat.rulebook.automaton import Automaton, Compiled, Owner
from caveat.rulebook.entries import Hit
from caveat.rulebook.fold import Folded, fold
from caveat.rulebook.pattern import DURATION, NUMBER, PERCENT, QUESTION, QUOTED
from caveat.rulebook.tongue import tongue

_WORD = re.compile(r"\S+")
_QUOTES = '“"«„‘'
# Digits are sought in the text as it stands, for "4,000" and "97.3" are folded apart; all else in the folded text.
_DIGITS = re.compile(r"\d(?:[\d,.]*\d)?")

_Words = tuple[int, int]  # numbers of the first and last word


class Match(NamedTuple):
    """A pattern found: `parts` are the offsets of its atoms in the reading copy, in order."""

    owner: Owner
    parts: tuple[Span, ...]

    @property
    def start(self) -> int:
        return self.parts[0].start

    @property
    def end(self) -> int:
        return self.parts[-1].end


class Sighting:
    """What stands in one sentence: worked out for a kind of rule, or a lexicon, when it is first asked for."""

    __slots__ = ("_automaton", "_folded", "_found", "_hits", "_numbered", "_present", "_sentence", "_words")

    def __init__(self, automaton: Automaton, folded: Folded, sentence: Span, hits: list[Hit]) -> None:
        self._automaton, self._folded, self._sentence, self._hits = automaton, folded, sentence, hits
        self._found: dict[str, list[Match]] = {}
        self._present: frozenset[int] | None = None
        self._numbered: _Sentence | None = None
        self._words: Mapping[str, tuple[Span, ...]] | None = None

    @property
    def language(self) -> str:
        """That of the rules the sentence was looked at with."""
        return self._automaton.language

    def of(self, kind: str) -> list[Match]:
        """The matches of one kind of rule, in the order they stand."""
        if kind not in self._found:
            self._found[kind] = sorted(self._matches(kind), key=lambda match: (match.start, match.end, match.owner))
        return self._found[kind]

    def _matches(self, kind: str) -> Iterable[Match]:
        """Each match once, whichever way it was found."""
        present, found = self.present, dict[Match, None]()
        singles, by_anchor = self._automaton.singles.get(kind, {}), self._automaton.by_anchor.get(kind, {})
        alone = present & singles.keys()
        if alone:
            for start, end, atoms in self._hits:
                for atom in alone.intersection(atoms):
                    found.update((Match(owner, (self._folded.span(start, end),)), None) for owner in singles[atom])
        wanted = {
            sequence: None
            for atom in present & by_anchor.keys()
            for sequence in by_anchor[atom]
            if not any(part.isdisjoint(present) for part in sequence.need)
        }
        if wanted:
            found.update(self.matches(wanted))
        return found

    def matches(self, sequences: Iterable[Compiled]) -> dict[Match, None]:
        """Each match of the sequences once: those of the rulebook, or others made of the same atoms."""
        if self._numbered is None:
            self._numbered = _Sentence(self._automaton, self._folded, self._sentence, self._hits)
        return self._numbered.matches(sequences)

    def lifted(self, kind: str) -> set[str]:
        """The rules of a kind that a pattern of their own `unless` keeps from firing here."""
        return {match.owner.id for match in self.of(kind) if match.owner.part == "unless"}

    @property
    def present(self) -> frozenset[int]:
        """The atoms of which words stand in the sentence."""
        if self._present is None:
            self._present = frozenset(atom for _, _, atoms in self._hits for atom in atoms)
        return self._present

    @property
    def words(self) -> Mapping[str, tuple[Span, ...]]:
        """Where the words of each kept lexicon stand: no key where none does."""
        if self._words is None:
            kept = self._automaton.kept
            places: dict[str, set[tuple[int, int]]] = {}
            for start, end, atoms in self._hits:
                for atom in atoms:
                    if atom in kept:
                        places.setdefault(kept[atom], set()).add((start, end))
            self._words = {name: tuple(self._folded.span(*place) for place in sorted(found)) for name, found in places.items()}
        return self._words


@dataclass(frozen=True, slots=True)
class Scan:
    """The sightings of a page by the offset at which their sentence begins; a sentence in which nothing stands has an empty one."""

    by_start: Mapping[int, Sighting]
    nothing: Sighting
    lexicons: frozenset[str]  # the kept lexicons of which some word stands anywhere on the page

    def __getitem__(self, sentence: Span) -> Sighting:
        return self.by_start.get(sentence.start, self.nothing)


def scan(automata: Mapping[str, Automaton], page: Page) -> Scan:
    """The sightings of every sentence of the page, each with the automaton of its block's language, all of which have one."""
    folded = fold(page.text)
    sentences = [sentence for block in page.blocks for sentence in block.sentences]
    starts = [folded.fold(sentence.start) for sentence in sentences] if folded.here else [sentence.start for sentence in sentences]
    ends = [folded.fold(sentence.end) for sentence in sentences] if folded.here else [sentence.end for sentence in sentences]
    home = next(iter(automata.values()))
    sightings: dict[int, Sighting] = {}
    lexicons: set[str] = set()
    different = {id(automaton): automaton for automaton in automata.values()}.values()
    for automaton in different:
        mine = None
        if len(different) > 1:
            mine = [automata[block.language] is automaton for block in page.blocks for _ in block.sentences]
        found: dict[int, list[Hit]] = {}
        seen: set[int] = set()
        for hit in (*automaton.entries.hits(page.text, folded), *_shapes(automaton, page, folded)):
            number = bisect_right(starts, hit[0]) - 1
            if number >= 0 and hit[1] <= ends[number] and (mine is None or mine[number]):
                if number in found:
                    found[number].append(hit)
                else:
                    found[number] = [hit]
                seen.update(hit[2])
        for number, hits in found.items():
            sightings[sentences[number].start] = Sighting(automaton, folded, Span(starts[number], ends[number]), hits)
        lexicons.update(automaton.kept[atom] for atom in seen & automaton.kept.keys())
    return Scan(sightings, Sighting(home, folded, Span(0, 0), []), frozenset(lexicons))


def _shapes(automaton: Automaton, page: Page, folded: Folded) -> Iterator[Hit]:
    """Numbers, percentages, durations, questions and quotations: what is known by its shape and not from a lexicon."""
    text, plain, spoken = page.text, folded.text, tongue(automaton.language)
    number, percent, duration, question = (automaton.atoms[name] for name in (NUMBER, PERCENT, DURATION, QUESTION))
    digits = ((folded.fold(match.start()), folded.word_end(match.end())) for match in _DIGITS.finditer(text))
    for start, end in (*digits, *(match.span() for match in spoken.spelt.finditer(plain))):
        yield start, end, (number,)
        for atom, shape in ((percent, spoken.percent), (duration, spoken.unit)):
            if unit := shape.match(plain, end):
                yield start, unit.end(), (atom,)
        if plain[end - 1] == "%":
            yield start, end, (percent,)
    for match in spoken.bare_duration.finditer(plain):
        yield *match.span(), (duration,)
    for sentence in (sentence for block in page.blocks for sentence in block.sentences):
        if "?" in text[sentence.end - 4 : sentence.end]:
            end = folded.word_end(sentence.end)
            yield folded.text.rfind(" ", 0, end) + 1, end, (question,)
        if text[sentence.start] in _QUOTES and (word := _WORD.search(folded.text, folded.fold(sentence.start))):
            yield *word.span(), (automaton.atoms[QUOTED],)


class _Sentence:
    """One sentence by word numbers: where each atom begins and ends."""

    def __init__(self, automaton: Automaton, folded: Folded, sentence: Span, hits: list[Hit]) -> None:
        self.automaton, self.folded = automaton, folded
        self.words = [word.span() for word in _WORD.finditer(folded.text, sentence.start, sentence.end)]
        first = {start: number for number, (start, _) in enumerate(self.words)}
        last = {end: number for number, (_, end) in enumerate(self.words)}
        self.at: dict[int, list[_Words]] = {}
        for start, end, atoms in hits:
            if start in first and end in last:
                for atom in atoms:
                    self.at.setdefault(atom, []).append((first[start], last[end]))

    def matches(self, wanted: Iterable[Compiled]) -> dict[Match, None]:
        """Each match once, whichever way it was found."""
        found: dict[Match, None] = {}
        for sequence in wanted:
            for way in self._ways(sequence):
                parts = tuple(self.folded.span(self.words[first][0], self.words[last][1]) for first, last in way)
                found.update((Match(owner, parts), None) for owner in sequence.owners)
        return found

    def _ways(self, sequence: Compiled) -> Iterable[tuple[_Words, ...]]:
        """Every end the sequence can have, each with its nearest way there. The work is bounded by steps × hits²."""
        (atom, _), *rest = sequence.steps
        ways: dict[int, tuple[_Words, ...]] = {
            end: ((start, end),) for start, end in self._where(atom) if sequence.at_start is None or start <= sequence.at_start
        }
        for atom, gap in rest:
            onward: dict[int, tuple[_Words, ...]] = {}
            for start, end in self._where(atom):
                before = [last for last in ways if last < start <= last + 1 + gap]
                if before:
                    onward[end] = (*ways[max(before)], (start, end))
            if not onward:
                return ()
            ways = onward
        last = len(self.words) - 1
        return [way for end, way in ways.items() if sequence.at_end is None or end >= last - sequence.at_end]

    def _where(self, atom: int) -> list[_Words]:
        """Where an atom stands; alternatives are put together when first asked for."""
        if atom not in self.at:
            self.at[atom] = [place for part in self.automaton.members.get(atom, ()) for place in self.at.get(part, ())]
        return self.at[atom]
