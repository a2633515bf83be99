"""Finds, for each sentence of a page, the words of every lexicon and the matches of every pattern: one pass over the page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

from caveat.model import Block, Page, Span
from caveat.rulebook.automaton import Automaton
from caveat.rulebook.entries import Found, search
from caveat.rulebook.fold import Folded, fold
from caveat.rulebook.shapes import spots
from caveat.rulebook.sighting import Ground, Match, Sighting


class _Searched:
    """The text of a page searched with one automaton."""

    def __init__(self, automaton: Automaton, text: str, folded: Folded) -> None:
        self.automaton, self.ground = automaton, Ground(automaton, text, folded)
        self.found = search(automaton.entries, text, folded)
        self._of_kind: dict[str, Found] = {}

    def of(self, kind: str) -> Found:
        """What the patterns of a kind of rule are made of."""
        if kind not in self._of_kind:
            self._of_kind[kind] = self.found.only(self.automaton.of(kind).strings)
        return self._of_kind[kind]

    def naming(self, lexicon: str) -> list[int]:
        """Where the words of a kept lexicon begin."""
        atom = self.automaton.atoms.get(f"<{lexicon}>", -1)
        there = self.automaton.entries.strings.get(atom, frozenset()) & self.found.numbers
        return self.found.starts(there) if there else []

    def telling(self, kind: str) -> list[int] | None:
        """Offsets in strings and shapes of which one stands wherever a rule of a kind matches; None where only the sentences tell."""
        patterns = self.automaton.of(kind)
        of_shapes = spots(self.automaton, patterns.shapes, self.ground.folded.text)
        return None if of_shapes is None else self.of(kind).starts(patterns.telling) + of_shapes


class Scan:
    """The sightings of a page, each put together when its sentence is first asked for, with the automaton of its block's language."""

    def __init__(self, automata: Mapping[str, Automaton], page: Page) -> None:
        self._page, self._folded = page, fold(page.text)
        different = {id(automaton): automaton for automaton in automata.values()}
        searched = {key: _Searched(automaton, page.text, self._folded) for key, automaton in different.items()}
        self._searched = {language: searched[id(automaton)] for language, automaton in automata.items()}
        self._starts = [block.start for block in page.blocks]
        self._sightings: dict[int, Sighting] = {}  # by the offset at which the sentence begins
        self._telling: dict[tuple[str, str], AbstractSet[int] | None] = {}  # by kind of rule and language

    def __getitem__(self, sentence: Span) -> Sighting:
        sighting = self._sightings.get(sentence.start)
        if sighting is None:
            searched = self._searched_at(sentence.start)
            sighting = self._sightings[sentence.start] = self._sighting(sentence, searched.ground, searched.found)
        return sighting

    def matches(self, kind: str, sentence: Span) -> list[Match]:
        """The matches of one kind of rule, as its sighting has them, for whoever asks a sentence for no more than that."""
        return self._matches(kind, sentence, self._searched_at(sentence.start))

    def matching(self, kind: str, block: Block) -> list[tuple[Span, list[Match]]]:
        """The sentences of a block in which rules of a kind match, with the matches."""
        loud = self._loud(kind, block.language)
        sentences = block.sentences if loud is None else [sentence for sentence in block.sentences if sentence.start in loud]
        if not sentences:
            return []
        searched = self._searched[block.language]
        return [(sentence, matches) for sentence in sentences if (matches := self._matches(kind, sentence, searched))]

    def loud(self, kind: str) -> AbstractSet[int]:
        """The numbers of the blocks in which a rule of a kind may match: of the others it is said without reading them that none does."""
        by_language = [self._loud(kind, language) for language in self._searched]
        if None in by_language:
            return frozenset(range(len(self._starts)))
        return {self._block_at(start) for starts in by_language if starts for start in starts}

    def _matches(self, kind: str, sentence: Span, searched: _Searched) -> list[Match]:
        sighting = self._sightings.get(sentence.start) or self._sighting(sentence, searched.ground, searched.of(kind))
        return sighting.of(kind)

    def _sighting(self, sentence: Span, ground: Ground, found: Found) -> Sighting:
        return Sighting(ground, sentence, found.within(*self._folded.within(*sentence)))

    def silent(self, kind: str, block: Block, sentence: Span) -> bool:
        """Whether nothing in a sentence can be a match of a kind of rule: said without reading it."""
        loud = self._loud(kind, block.language)
        return loud is not None and sentence.start not in loud

    def _loud(self, kind: str, language: str) -> AbstractSet[int] | None:
        """Where the sentences begin in which a rule of a kind may match; None where only they themselves tell."""
        if (kind, language) not in self._telling:
            told, (starts, folded) = self._searched[language].telling(kind), self._sentences
            self._telling[kind, language] = None if told is None else {starts[bisect_right(folded, spot) - 1] for spot in told}
        return self._telling[kind, language]

    @cached_property
    def _sentences(self) -> tuple[list[int], list[int]]:
        """Where all sentences begin, in the page's text and folded; -1 is what stands before the first."""
        starts = [-1, *[sentence.start for block in self._page.blocks for sentence in block.sentences]]
        return starts, [-1, *map(self._folded.fold, starts[1:])] if self._folded.here else starts

    def words(self, block: Block) -> str:
        """The text of a block as the rules have it: folded, one space between words."""
        start, end = self._folded.within(block.start, block.end)
        return " ".join(self._folded.text[start:end].split())

    def naming(self, lexicon: str) -> Iterator[Sighting]:
        """The sightings of the sentences, in order, in which a word of a kept lexicon stands."""
        starts = {start for searched in self._searched.values() for start in searched.naming(lexicon)}
        for number in sorted({self._block_at(self._folded.origin(start)) for start in starts}):
            for sighting in map(self.__getitem__, self._page.blocks[number].sentences):
                if lexicon in sighting.words:
                    yield sighting

    def names(self, lexicon: str) -> bool:
        """Whether a word of a kept lexicon stands in some sentence of the page."""
        return any(True for _ in self.naming(lexicon))

    def _searched_at(self, offset: int) -> _Searched:
        return self._searched[self._page.blocks[self._block_at(offset)].language]

    def _block_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1


def scan(automata: Mapping[str, Automaton], page: Page) -> Scan:
    """The sightings of every sentence of the page; each language of its blocks has an automaton."""
    return Scan(automata, page)
