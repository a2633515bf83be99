"""All words of the whole rulebook in one automaton, and the sequences of atoms that its rules look for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from caveat.rulebook.fold import Folded
from caveat.rulebook.pattern import BUILT_IN, Atom, Literal, Sequence, literals, members


class Owner(NamedTuple):
    """Whose pattern a sequence is: the kind of pattern, the rule's id, and the part of the rule it stands in."""

    kind: str
    id: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One string of the automaton and what it means where it stands."""

    atoms: tuple[int, ...]
    prefix: bool
    exact: tuple[tuple[str, int], ...]  # (as written, atom) for entries that keep their case


@dataclass(frozen=True, slots=True)
class Compiled:
    """A sequence by atom numbers, with all its owners."""

    steps: tuple[tuple[int, int], ...]  # (atom, words that may stand before it)
    need: frozenset[int]
    at_start: bool
    at_end: bool
    owners: tuple[Owner, ...]


@dataclass(frozen=True)
class Automaton:
    """`groups` says of which alternatives an atom is one, `members` the other way round."""

    entries: tuple[_Entry, ...]
    search: AhoCorasick
    atoms: Mapping[Atom, int]
    groups: Mapping[int, tuple[int, ...]]
    members: Mapping[int, tuple[int, ...]]
    by_anchor: Mapping[int, tuple[Compiled, ...]]

    def hits(self, text: str, folded: Folded) -> list[tuple[int, int, tuple[int, ...]]]:
        """Every entry found: (first character, end, atoms) in the folded text, whole words only."""
        padded = f" {folded.text} "
        found = []
        entries = self.entries
        for number, start, end in self.search.find_matches_as_indexes(padded, overlapping=True):
            entry = entries[number]
            stop = padded.index(" ", end) - 1 if entry.prefix else end - 2
            atoms = entry.atoms
            if entry.exact:
                first, last = folded.origin(start), folded.origin(stop)
                if not _shouted(text, first, last):
                    atoms += tuple(atom for as_written, atom in entry.exact if as_written == text[first:last])
            if atoms:
                found.append((start, stop, atoms))
        return found


def build(sequences: Iterable[tuple[Sequence, Owner]], lexicons: Mapping[str, tuple[str, ...]], keep: Iterable[str]) -> Automaton:
    """
    The automaton of all sequences. `lexicons`: id → entries, includes resolved; `keep`: ids that are looked up without a pattern.

    Raises PatternError for an entry that cannot be read.
    """
    owners: dict[Sequence, list[Owner]] = {}
    for sequence, owner in sequences:
        owners.setdefault(sequence, []).append(owner)
    used = {step.atom for sequence in owners for step in sequence.steps}
    wanted = used | {part for atom in used for part in members(atom)} | {f"<{name}>" for name in keep} | set(BUILT_IN)
    atoms = {atom: number for number, atom in enumerate(sorted(wanted))}
    inside = {atoms[atom]: tuple(atoms[part] for part in members(atom)) for atom in wanted if atom.startswith("(")}
    groups: dict[int, list[int]] = {}
    for group, parts in inside.items():
        for part in parts:
            groups.setdefault(part, []).append(group)
    entries, sizes = _entries(atoms, lexicons)
    sizes |= {group: sum(sizes[part] for part in parts) for group, parts in inside.items()}
    return Automaton(
        entries=tuple(entry for _, entry in entries),
        search=AhoCorasick([text for text, _ in entries] or ["\0"]),
        atoms=atoms,
        groups={part: tuple(found) for part, found in groups.items()},
        members=inside,
        by_anchor=_by_anchor(owners, atoms, sizes),
    )


def _by_anchor(
    owners: Mapping[Sequence, list[Owner]], atoms: Mapping[Atom, int], sizes: Mapping[int, int]
) -> dict[int, tuple[Compiled, ...]]:
    """The sequences by their rarest atom: a sentence without it is not looked at twice."""
    found: dict[int, list[Compiled]] = {}
    for sequence, whose in owners.items():
        steps = tuple((atoms[step.atom], step.gap) for step in sequence.steps)
        anchor = min((atom for atom, _ in steps), key=lambda atom: sizes[atom])
        need = frozenset(atom for atom, _ in steps)
        found.setdefault(anchor, []).append(Compiled(steps, need, sequence.at_start, sequence.at_end, tuple(dict.fromkeys(whose))))
    return {anchor: tuple(compiled) for anchor, compiled in found.items()}


def _entries(atoms: Mapping[Atom, int], lexicons: Mapping[str, tuple[str, ...]]) -> tuple[list[tuple[str, _Entry]], dict[int, int]]:
    """What the automaton looks for, each string once, and how many strings each atom has."""
    meanings: dict[tuple[str, bool], tuple[set[int], set[tuple[str, int]]]] = {}
    sizes: dict[int, int] = {}
    for atom, number in atoms.items():
        sizes[number] = _COMMON if atom in BUILT_IN else 0
        if atom in BUILT_IN or atom.startswith("("):
            continue
        for literal in (literal for entry in (lexicons[atom[1:-1]] if atom.startswith("<") else (atom,)) for literal in literals(entry)):
            sizes[number] += 1
            plain, exact = meanings.setdefault((_key(literal), literal.prefix), (set(), set()))
            if literal.exact:
                exact.add((literal.exact, number))
            else:
                plain.add(number)
    return [(key, _Entry(tuple(sorted(plain)), prefix, tuple(sorted(exact)))) for (key, prefix), (plain, exact) in meanings.items()], sizes


def _shouted(text: str, start: int, end: int) -> bool:
    """Whether all that stands around a word is in capitals, so that its own say nothing ("SAFE AS HOUSES")."""
    around = text[max(0, start - 12) : start] + text[end : end + 12]
    return around.isupper()


_COMMON = 50  # what a number or a question mark counts as when the rarest atom is sought


def _key(literal: Literal) -> str:
    """The text with the spaces that make it whole words: word boundaries are found by the automaton itself."""
    return f" {literal.text}" if literal.prefix else f" {literal.text} "
