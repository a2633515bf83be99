"""The strings of the automaton: each word and phrase of the rulebook once, with the atoms it stands for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

from ahocorasick_rs import AhoCorasick

from caveat.rulebook.fold import Folded
from caveat.rulebook.pattern import BUILT_IN, Atom, Literal, literals
from caveat.rulebook.tongue import tongue

Places = dict[int, list[tuple[int, int]]]  # atom → where it stands: offsets in the folded text, end excluded
_Hits = list[tuple[int, int, int]]  # the number of a string, and where it stands in the padded text

_PADDING = 2  # the spaces before and after a word that is searched for
_NUMBER, _END = itemgetter(0), itemgetter(2)  # of a hit
_COMMON = 500.0  # what a number or an everyday word counts as when the rarest step of a sequence is sought


@dataclass(slots=True)
class _Gathered:
    """What is gathered while the entries are read: string → the atoms it stands for, and how common each atom may be."""

    plain: dict[str, list[int]] = field(default_factory=dict)
    exact: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)
    everyday: frozenset[str] = frozenset()
    sizes: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Entries:
    """By the number of a string: its atoms; those it stands for only as written; whether any ending may follow it."""

    search: AhoCorasick
    atoms: tuple[tuple[int, ...], ...]
    exact: Mapping[int, tuple[tuple[str, int], ...]]
    prefixes: frozenset[int]
    strings: Mapping[int, frozenset[int]]  # the other way round: the numbers of the strings that an atom may be found by


class Found:
    """The strings that stand in a text, whole words only: searched for at once, and read off sentence by sentence."""

    def __init__(self, entries: Entries, text: str, folded: Folded, padded: str, hits: _Hits) -> None:
        self._entries, self._text, self._folded, self._padded, self._hits = entries, text, folded, padded, hits

    @cached_property
    def _ends(self) -> list[int]:
        """Where each ends in the padded text: in order."""
        return [*map(_END, self._hits)]

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The strings that stand in the text."""
        return frozenset(map(_NUMBER, self._hits))

    def only(self, numbers: AbstractSet[int]) -> Found:
        """The same, of the strings of these numbers alone."""
        hits = [hit for hit in self._hits if hit[0] in numbers]
        return Found(self._entries, self._text, self._folded, self._padded, hits)

    def starts(self, numbers: AbstractSet[int]) -> list[int]:
        """Where in the folded text the strings of these numbers begin."""
        return [start for number, start, _ in self._hits if number in numbers]  # the space before each is what the padding has moved

    def within(self, first: int, last: int) -> Places:
        """The strings that begin and end between two offsets of the folded text, by the atoms they stand for."""
        found: Places = {}
        ends, padded, entries = self._ends, self._padded, self._entries
        atoms_of, exact, prefixes = entries.atoms, entries.exact, entries.prefixes
        for number, start, end in self._hits[bisect_left(ends, first + _PADDING) : bisect_right(ends, last + _PADDING)]:
            stop = padded.index(" ", end) - 1 if number in prefixes else end - _PADDING
            if start < first or stop > last:
                continue
            atoms = atoms_of[number]
            if number in exact:
                atoms += self._as_written(number, start, stop)
            for atom in atoms:
                if atom in found:
                    found[atom].append((start, stop))
                else:
                    found[atom] = [(start, stop)]
        return found

    def _as_written(self, number: int, start: int, end: int) -> tuple[int, ...]:
        """The atoms that a string stands for only as it is written in the text."""
        first, last = self._folded.origin(start), self._folded.origin(end)
        if _shouted(self._text, first, last):
            return ()
        return tuple(atom for as_written, atom in self._entries.exact[number] if as_written == self._text[first:last])


def search(entries: Entries, text: str, folded: Folded) -> Found:
    """Every string that stands in a text, which was folded before."""
    padded = f" {folded.text} "
    return Found(entries, text, folded, padded, entries.search.find_matches_as_indexes(padded, overlapping=True))


def entries(
    atoms: Mapping[Atom, int], lexicons: Mapping[str, tuple[str, ...]], within: Mapping[str, Iterable[str]], language: str
) -> tuple[Entries, dict[int, float]]:
    """
    The strings of all atoms, and how common each atom may be. `lexicons`: id → its own entries; `within`: id → the lexicons it is made of,
    itself among them; `language`: that of all entries. Raises PatternError for an entry that cannot be read.
    """
    sizes = {number: _COMMON if atom in BUILT_IN else 0.0 for atom, number in atoms.items()}
    found = _Gathered(everyday=tongue(language).everyday, sizes=sizes)
    holders: dict[str, list[int]] = {}
    for atom, number in atoms.items():
        if atom in BUILT_IN or atom.startswith("("):
            continue
        if atom.startswith("<"):
            for part in within[atom[1:-1]]:
                holders.setdefault(part, []).append(number)
        else:
            _gather(found, literals(atom, language), [number])
    for name, numbers in holders.items():
        for entry in lexicons[name]:
            _gather(found, literals(entry, language), numbers)
    keys = [*found.plain, *(key for key in found.exact if key not in found.plain)]
    plain = tuple(tuple(dict.fromkeys(found.plain.get(key, ()))) for key in keys)
    exact = {number: tuple(found.exact[key]) for number, key in enumerate(keys) if key in found.exact}
    strings: dict[int, list[int]] = {number: [] for number in atoms.values()}
    as_written = ((at, [number for _, number in these]) for at, these in exact.items())
    for at, its in (*enumerate(plain), *as_written):
        for number in its:
            strings[number].append(at)
    prefixes = frozenset(number for number, key in enumerate(keys) if key in found.prefixes)
    by_atom = {number: frozenset(its) for number, its in strings.items()}
    return Entries(AhoCorasick(keys or ["\0"]), plain, exact, prefixes, by_atom), found.sizes


def _gather(found: _Gathered, given: Iterable[Literal], numbers: list[int]) -> None:
    for literal in given:
        # The spaces make it whole words: word boundaries are found by the automaton itself.
        key = f" {literal.text}" if literal.prefix else f" {literal.text} "
        if literal.prefix:
            found.prefixes.add(key)
        if literal.exact:
            found.exact.setdefault(key, []).extend((literal.exact, number) for number in numbers)
        else:
            found.plain.setdefault(key, []).extend(numbers)
        common = _commonness(literal, found.everyday)
        for number in numbers:
            found.sizes[number] += common


def _commonness(literal: Literal, everyday: frozenset[str]) -> float:
    """A guess at how often a word or phrase stands in running text, in units of a rare word."""
    if literal.text in everyday:
        return _COMMON
    return 0.5 if " " in literal.text else 1.0 if len(literal.text) > 5 else 4.0


def _shouted(text: str, start: int, end: int) -> bool:
    """Whether all that stands around a word is in capitals, so that its own say nothing ("SAFE AS HOUSES")."""
    around = text[max(0, start - 12) : start] + text[end : end + 12]
    return around.isupper()
