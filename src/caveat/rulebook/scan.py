"""Finds, for each sentence of a page, the words of every lexicon and the matches of every pattern: one pass over the page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from caveat.model import Block, Page, Span
from caveat.rulebook.automaton import Automaton, Compiled, Owner
from caveat.rulebook.entries import Found, Hit, stands
from caveat.rulebook.fold import Folded, fold
from caveat.rulebook.shapes import ends as shape_ends
from caveat.rulebook.shapes import shaped

_WORD = re.compile(r"\S+")
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

    __slots__ = ("_automaton", "_folded", "_found", "_numbered", "_places", "_present", "_sentence", "_words")

    def __init__(self, automaton: Automaton, folded: Folded, sentence: Span, hits: list[Hit]) -> None:
        self._automaton, self._folded, self._sentence = automaton, folded, sentence
        self._places: dict[int, list[tuple[int, int]]] = {}  # by atom, in the folded text
        for start, end, atoms in hits:
            for atom in atoms:
                self._places.setdefault(atom, []).append((start, end))
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
        places, present, found = self._places.keys(), self.present, dict[Match, None]()
        singles, by_anchor = self._automaton.singles.get(kind, {}), self._automaton.by_anchor.get(kind, {})
        for atom in singles.keys() & places:
            for place in self._places[atom]:
                parts = (self._folded.span(*place),)
                found.update([(Match(owner, parts), None) for owner in singles[atom]])
        wanted = {sequence: None for atom in by_anchor.keys() & places for sequence in by_anchor[atom] if sequence.need <= present}
        if wanted:
            found.update(self.matches(wanted))
        return found

    def matches(self, sequences: Iterable[Compiled]) -> dict[Match, None]:
        """Each match of the sequences once: those of the rulebook, or others made of the same atoms."""
        if self._numbered is None:
            self._numbered = _Sentence(self._automaton, self._folded, self._sentence, self._places)
        return self._numbered.matches(sequences)

    def lifted(self, kind: str) -> set[str]:
        """The rules of a kind that a pattern of their own `unless` keeps from firing here."""
        return {match.owner.id for match in self.of(kind) if match.owner.part == "unless"}

    @property
    def present(self) -> frozenset[int]:
        """The atoms of which words stand in the sentence, alternatives among them."""
        if self._present is None:
            groups, found = self._automaton.groups, self._places.keys()
            self._present = frozenset(found).union(*[groups[atom] for atom in groups.keys() & found])
        return self._present

    @property
    def words(self) -> Mapping[str, tuple[Span, ...]]:
        """Where the words of each kept lexicon stand: no key where none does."""
        if self._words is None:
            kept, places, span = self._automaton.kept, self._places, self._folded.span
            self._words = {kept[atom]: tuple([span(*place) for place in sorted(set(places[atom]))]) for atom in kept.keys() & places.keys()}
        return self._words


class _Searched:
    """The text of a page searched with one automaton."""

    def __init__(self, automaton: Automaton, text: str, folded: Folded) -> None:
        self.automaton, self._plain = automaton, folded.text
        self.found = Found(automaton.entries, text, folded)
        self._ends: dict[str, list[int] | None] = {}

    def naming(self, lexicon: str) -> list[int]:
        """Where the words of a kept lexicon end."""
        atom = self.automaton.atoms.get(f"<{lexicon}>", -1)
        return self.found.ends(frozenset(self.automaton.entries.strings.get(atom, ())))

    def telling(self, kind: str) -> list[int] | None:
        """Where the strings and shapes end of which one stands wherever a rule of a kind matches; None where only the sentences tell."""
        if kind not in self._ends:
            by_shape = shape_ends(self.automaton, self.automaton.shapes.get(kind, frozenset()), self._plain)
            by_string = self.found.ends(self.automaton.telling.get(kind, frozenset()))
            self._ends[kind] = None if by_shape is None else sorted(by_string + by_shape) if by_shape else by_string
        return self._ends[kind]


class Scan:
    """The sightings of a page, each put together when its sentence is first asked for, with the automaton of its block's language."""

    def __init__(self, automata: Mapping[str, Automaton], page: Page) -> None:
        self._page, self._folded = page, fold(page.text)
        different = {id(automaton): automaton for automaton in automata.values()}
        searched = {key: _Searched(automaton, page.text, self._folded) for key, automaton in different.items()}
        self._searched = {language: searched[id(automaton)] for language, automaton in automata.items()}
        self._starts = [block.start for block in page.blocks]
        self._sightings: dict[int, Sighting] = {}  # by the offset at which the sentence begins

    def __getitem__(self, sentence: Span) -> Sighting:
        sighting = self._sightings.get(sentence.start)
        if sighting is None:
            sighting = self._sightings[sentence.start] = self._sighting(sentence)
        return sighting

    def matches(self, kind: str, sentence: Span) -> list[Match]:
        """The matches of one kind of rule, as its sighting has them, for whoever asks a sentence for no more than that."""
        sighting = self._sightings.get(sentence.start) or self._sighting(sentence, kind)
        return sighting.of(kind)

    def _sighting(self, sentence: Span, kind: str = "") -> Sighting:
        """What stands in a sentence; of a kind of rule, only what its patterns are made of."""
        searched = self._searched[self._page.blocks[self._block_at(sentence.start)].language]
        automaton, folded = searched.automaton, self._fold(sentence)
        hits = searched.found.within(folded, automaton.strings.get(kind, frozenset()) if kind else None)
        if not kind or kind in automaton.shaped:
            hits += [hit for hit in shaped(automaton, self._page.text, self._folded, sentence) if hit[1] <= folded.end]
        return Sighting(automaton, self._folded, folded, hits)

    def naming(self, lexicon: str) -> Iterator[Sighting]:
        """The sightings of the sentences, in order, in which a word of a kept lexicon stands."""
        ends = {end for searched in self._searched.values() for end in searched.naming(lexicon)}
        for number in sorted({self._block_at(self._folded.origin(end)) for end in ends}):
            for sighting in map(self.__getitem__, self._page.blocks[number].sentences):
                if lexicon in sighting.words:
                    yield sighting

    def names(self, lexicon: str) -> bool:
        """Whether a word of a kept lexicon stands in some sentence of the page."""
        return any(True for _ in self.naming(lexicon))

    def silent(self, kind: str, block: Block, sentence: Span | None = None) -> bool:
        """Whether nothing in a block, or in a sentence of it, can be a match of a kind of rule: said without reading it."""
        ends = self._searched[block.language].telling(kind)
        return ends is not None and not stands(ends, self._fold(sentence or Span(block.start, block.end)))

    def _block_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def _fold(self, span: Span) -> Span:
        return Span(self._folded.fold(span.start), self._folded.fold(span.end)) if self._folded.here else span


def scan(automata: Mapping[str, Automaton], page: Page) -> Scan:
    """The sightings of every sentence of the page; each language of its blocks has an automaton."""
    return Scan(automata, page)


class _Sentence:
    """One sentence by word numbers: where each atom begins and ends."""

    def __init__(self, automaton: Automaton, folded: Folded, sentence: Span, places: Mapping[int, list[tuple[int, int]]]) -> None:
        self.automaton, self.folded, self.places = automaton, folded, places
        self.words = [word.span() for word in _WORD.finditer(folded.text, sentence.start, sentence.end)]
        self.first = {start: number for number, (start, _) in enumerate(self.words)}
        self.last = {end: number for number, (_, end) in enumerate(self.words)}
        self.at: dict[int, list[_Words]] = {}

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
        """Where an atom stands, by the numbers of its words; found when first asked for."""
        if atom not in self.at:
            first, last = self.first, self.last
            self.at[atom] = [(first[start], last[end]) for part in self.automaton.members.get(atom, (atom,))
                             for start, end in self.places.get(part, ()) if start in first and end in last]  # fmt: skip
        return self.at[atom]
