"""What stands in one sentence of a page: the words of every lexicon and the matches of every pattern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from caveat.model import Span
from caveat.rulebook.automaton import Automaton, Compiled, Owner
from caveat.rulebook.entries import Places
from caveat.rulebook.fold import Folded
from caveat.rulebook.shapes import shaped

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


class Ground(NamedTuple):
    """What sightings are made on: the text of a page, as it stands and folded, and what is looked for in it."""

    automaton: Automaton
    text: str
    folded: Folded


class Sighting:
    """What stands in one sentence: worked out for a kind of rule, or a lexicon, when it is first asked for."""

    __slots__ = ("_found", "_ground", "_numbered", "_places", "_sentence", "_shapes", "_words")

    def __init__(self, ground: Ground, sentence: Span, places: Places) -> None:
        """`places`: where the words that stand for each atom do."""
        self._ground, self._sentence, self._places = ground, sentence, places
        self._shapes = frozenset[int]()  # those that have places
        self._found: dict[str, list[Match]] = {}
        self._numbered: _Sentence | None = None
        self._words: Mapping[str, tuple[Span, ...]] | None = None

    @property
    def language(self) -> str:
        """That of the rules the sentence was looked at with."""
        return self._ground.automaton.language

    def of(self, kind: str) -> list[Match]:
        """The matches of one kind of rule, in the order they stand."""
        if kind not in self._found:
            found = list(self._matches(kind))
            self._found[kind] = sorted(found, key=_in_order) if len(found) > 1 else found
        return self._found[kind]

    def _matches(self, kind: str) -> Iterable[Match]:
        """Each match once, whichever way it was found."""
        patterns, places, found = self._ground.automaton.of(kind), self._places, dict[Match, None]()
        if patterns.shapes:
            self._look_for(patterns.shapes)
        for atom in patterns.singles.keys() & places.keys():
            for start, end in places[atom]:
                parts = (self._ground.folded.span(start, end),)
                for owner in patterns.singles[atom]:
                    found[Match(owner, parts)] = None
        if wanted := self._wanted(patterns.by_anchor):
            found.update(self._by_number().matches(wanted))
        return found

    def _wanted(self, by_anchor: Mapping[int, tuple[Compiled, ...]]) -> dict[Compiled, None]:
        """The sequences all of whose atoms stand in the sentence."""
        present = self._places.keys()
        lacks, anchors = present.isdisjoint, by_anchor.keys() & present
        wanted = {sequence: None for atom in anchors for sequence in by_anchor[atom] if not any(map(lacks, sequence.needs))}
        if shapes := frozenset[int]().union(*[sequence.shapes for sequence in wanted if sequence.shapes]):
            self._look_for(shapes)
            return {sequence: None for sequence in wanted if sequence.shapes <= present}
        return wanted

    def matches(self, sequences: Iterable[Compiled]) -> dict[Match, None]:
        """Each match of the sequences once: those of the rulebook, or others made of the same atoms."""
        self._look_for(self._ground.automaton.built_in)
        return self._by_number().matches(sequences)

    def _by_number(self) -> _Sentence:
        if self._numbered is None:
            self._numbered = _Sentence(self._ground, self._sentence, self._places)
        return self._numbered

    def lifted(self, kind: str) -> set[str]:
        """The rules of a kind that a pattern of their own `unless` keeps from firing here."""
        return {match.owner.id for match in self.of(kind) if match.owner.part == "unless"}

    @property
    def present(self) -> AbstractSet[int]:
        """The atoms of which words stand in the sentence."""
        self._look_for(self._ground.automaton.built_in)
        return self._places.keys()

    def _look_for(self, shapes: frozenset[int]) -> None:
        """Sees to it that shapes have their places too: most sentences are never asked for any."""
        if not shapes <= self._shapes:
            for atom, start, end in shaped(*self._ground, self._sentence, shapes - self._shapes):
                self._places.setdefault(atom, []).append((start, end))
            self._shapes |= shapes

    @property
    def words(self) -> Mapping[str, tuple[Span, ...]]:
        """Where the words of each kept lexicon stand: no key where none does."""
        if self._words is None:
            kept, places, span = self._ground.automaton.kept, self._places, self._ground.folded.span
            self._words = {kept[atom]: tuple([span(*place) for place in sorted(set(places[atom]))]) for atom in kept.keys() & places.keys()}
        return self._words


def _in_order(match: Match) -> tuple[int, int, Owner]:
    return match.start, match.end, match.owner


class _Sentence:
    """One sentence by word numbers: where each atom begins and ends."""

    def __init__(self, ground: Ground, sentence: Span, places: Places) -> None:
        self.members, self.folded, self.places = ground.automaton.members, ground.folded, places
        self.words: list[tuple[int, int]] = []
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        start, end = self.folded.within(*sentence)
        for word in self.folded.text[start:end].split(" "):
            end = start + len(word)
            if word:
                self.first[start] = self.last[end] = len(self.words)
                self.words.append((start, end))
            start = end + 1
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
        """Where an atom stands, by the numbers of its words, of those that end together the widest last; found when first asked for."""
        if atom not in self.at:
            places, first, last = self.places, self.first, self.last
            those = [place for part in self.members.get(atom, (atom,)) if part in places for place in places[part]]
            here = [(first[start], last[end]) for start, end in those if start in first and end in last]
            self.at[atom] = sorted(here, reverse=True) if len(here) > 1 else here
        return self.at[atom]
