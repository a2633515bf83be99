"""The strings of the automaton: each word and phrase of the rulebook once, with the atoms it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick

from caveat.rulebook.fold import Folded
from caveat.rulebook.pattern import BUILT_IN, Atom, Literal, literals
from caveat.rulebook.tongue import tongue

Hit = tuple[int, int, tuple[int, ...]]  # offsets in the folded text, end excluded, and the atoms found there

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

    def hits(self, text: str, folded: Folded) -> list[Hit]:
        """Every string found in the folded text of `text`, whole words only."""
        padded = f" {folded.text} "
        found = []
        atoms_of, prefixes, exact = self.atoms, self.prefixes, self.exact
        for number, start, end in self.search.find_matches_as_indexes(padded, overlapping=True):
            stop = padded.index(" ", end) - 1 if number in prefixes else end - 2
            atoms = atoms_of[number]
            if number in exact:
                first, last = folded.origin(start), folded.origin(stop)
                if not _shouted(text, first, last):
                    atoms += tuple(atom for as_written, atom in exact[number] if as_written == text[first:last])
            if atoms:
                found.append((start, stop, atoms))
        return found


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
    made = Entries(
        search=AhoCorasick(keys or ["\0"]),
        atoms=tuple(tuple(dict.fromkeys(found.plain.get(key, ()))) for key in keys),
        exact={number: tuple(found.exact[key]) for number, key in enumerate(keys) if key in found.exact},
        prefixes=frozenset(number for number, key in enumerate(keys) if key in found.prefixes),
    )
    return made, found.sizes


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
