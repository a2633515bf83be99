"""Finds, for each sentence of a page, the words of every lexicon and the matches of every pattern: one pass over the page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from caveat.model import Block, Page, Span
from caveat.rulebook.automaton import Automaton
from caveat.rulebook.entries import Found, search, stands
from caveat.rulebook.fold import Folded, fold
from caveat.rulebook.shapes import ends as shape_ends
from caveat.rulebook.sighting import Ground, Match, Sighting


class _Searched:
    """The text of a page searched with one automaton."""

    def __init__(self, automaton: Automaton, text: str, folded: Folded) -> None:
        self.automaton, self.ground = automaton, Ground(automaton, text, folded)
        self.found = search(automaton.entries, text, folded)
        self._of_kind: dict[str, Found] = {}
        self._ends: dict[str, list[int] | None] = {}

    def of(self, kind: str) -> Found:
        """What the patterns of a kind of rule are made of."""
        if kind not in self._of_kind:
            self._of_kind[kind] = self.found.only(self.automaton.strings.get(kind, frozenset()))
        return self._of_kind[kind]

    def naming(self, lexicon: str) -> list[int]:
        """Where the words of a kept lexicon end."""
        atom = self.automaton.atoms.get(f"<{lexicon}>", -1)
        return self.found.ends(frozenset(self.automaton.entries.strings.get(atom, ())))

    def telling(self, kind: str) -> list[int] | None:
        """Where the strings and shapes end of which one stands wherever a rule of a kind matches; None where only the sentences tell."""
        if kind not in self._ends:
            by_shape = shape_ends(self.automaton, self.automaton.shapes.get(kind, frozenset()), self.ground.folded.text)
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
            searched = self._searched_at(sentence)
            sighting = Sighting(searched.ground, sentence, searched.found.within(self._folded.within(sentence)))
            self._sightings[sentence.start] = sighting
        return sighting

    def matches(self, kind: str, sentence: Span) -> list[Match]:
        """The matches of one kind of rule, as its sighting has them, for whoever asks a sentence for no more than that."""
        sighting = self._sightings.get(sentence.start)
        if sighting is None:
            searched = self._searched_at(sentence)
            sighting = Sighting(searched.ground, sentence, searched.of(kind).within(self._folded.within(sentence)))
        return sighting.of(kind)

    def _searched_at(self, sentence: Span) -> _Searched:
        return self._searched[self._page.blocks[self._block_at(sentence.start)].language]

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
        return ends is not None and not stands(ends, self._folded.within(sentence or Span(block.start, block.end)))

    def _block_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1


def scan(automata: Mapping[str, Automaton], page: Page) -> Scan:
    """The sightings of every sentence of the page; each language of its blocks has an automaton."""
    return Scan(automata, page)
