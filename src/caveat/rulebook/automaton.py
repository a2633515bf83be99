"""All words of the whole rulebook in one automaton, and the sequences of atoms that its rules look for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    need: tuple[frozenset[int], ...]  # for each step but the rarest: the atoms of which one must stand in the sentence
    at_start: bool
    at_end: bool
    owners: tuple[Owner, ...]


@dataclass(frozen=True)
class Automaton:
    """
    `members`: the atoms that an alternative is made of. By the kind of their owners, `by_anchor` has the sequences by each atom of their
    rarest step, and `singles` the owners of sequences that are one atom and nothing else.
    """

    entries: tuple[_Entry, ...]
    search: AhoCorasick
    atoms: Mapping[Atom, int]
    members: Mapping[int, tuple[int, ...]]
    by_anchor: Mapping[str, Mapping[int, tuple[Compiled, ...]]]
    singles: Mapping[str, Mapping[int, tuple[Owner, ...]]]
    kept: Mapping[int, str]  # the lexicons that are looked up by name

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


def build(sequences: Iterable[tuple[Sequence, Owner]], lexicons: Mapping[str, tuple[str, ...]], keep: Collection[str]) -> Automaton:
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
    entries, sizes = _entries(atoms, lexicons)
    sizes |= {group: sum(sizes[part] for part in parts) for group, parts in inside.items()}
    kinds = {owner.kind for whose in owners.values() for owner in whose}
    of_kind = {kind: {sequence: mine for sequence, whose in owners.items() if (mine := _mine(whose, kind))} for kind in sorted(kinds)}
    return Automaton(
        entries=tuple(entry for _, entry in entries),
        search=AhoCorasick([text for text, _ in entries] or ["\0"]),
        atoms=atoms,
        members=inside,
        by_anchor={kind: _by_anchor(whose, atoms, inside, sizes) for kind, whose in of_kind.items()},
        singles={kind: _singles(whose, atoms, inside) for kind, whose in of_kind.items()},
        kept={atoms[f"<{name}>"]: name for name in keep},
    )


def _mine(owners: Iterable[Owner], kind: str) -> tuple[Owner, ...]:
    return tuple(dict.fromkeys(owner for owner in owners if owner.kind == kind))


def _is_single(sequence: Sequence) -> bool:
    return len(sequence.steps) == 1 and not sequence.at_start and not sequence.at_end


def _singles(
    owners: Mapping[Sequence, tuple[Owner, ...]], atoms: Mapping[Atom, int], inside: Mapping[int, tuple[int, ...]]
) -> dict[int, tuple[Owner, ...]]:
    found: dict[int, list[Owner]] = {}
    for sequence, whose in owners.items():
        if _is_single(sequence):
            group = atoms[sequence.steps[0].atom]
            for atom in inside.get(group, (group,)):
                found.setdefault(atom, []).extend(whose)
    return {atom: tuple(dict.fromkeys(whose)) for atom, whose in found.items()}


def _by_anchor(
    owners: Mapping[Sequence, tuple[Owner, ...]],
    atoms: Mapping[Atom, int],
    inside: Mapping[int, tuple[int, ...]],
    sizes: Mapping[int, float],
) -> dict[int, tuple[Compiled, ...]]:
    """The sequences by the atoms of their rarest step: a sentence without any of these is not looked at twice."""
    found: dict[int, list[Compiled]] = {}
    for sequence, whose in owners.items():
        if _is_single(sequence):
            continue
        steps = tuple((atoms[step.atom], step.gap) for step in sequence.steps)
        rarest = min(range(len(steps)), key=lambda number: sizes[steps[number][0]])
        parts = [frozenset(inside.get(atom, (atom,))) for atom, _ in steps]
        need = tuple(dict.fromkeys(part for number, part in enumerate(parts) if number != rarest))
        compiled = Compiled(steps, need, sequence.at_start, sequence.at_end, whose)
        for atom in parts[rarest]:
            found.setdefault(atom, []).append(compiled)
    return {anchor: tuple(compiled) for anchor, compiled in found.items()}


def _entries(atoms: Mapping[Atom, int], lexicons: Mapping[str, tuple[str, ...]]) -> tuple[list[tuple[str, _Entry]], dict[int, float]]:
    """What the automaton looks for, each string once, and how common each atom may be."""
    meanings: dict[tuple[str, bool], tuple[set[int], set[tuple[str, int]]]] = {}
    sizes: dict[int, float] = {}
    for atom, number in atoms.items():
        sizes[number] = _COMMON if atom in BUILT_IN else 0
        if atom in BUILT_IN or atom.startswith("("):
            continue
        for literal in (literal for entry in (lexicons[atom[1:-1]] if atom.startswith("<") else (atom,)) for literal in literals(entry)):
            sizes[number] += _commonness(literal)
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


_COMMON = 500  # what a number or a question mark counts as when the rarest step is sought
_EVERYDAY = frozenset(
    {"a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "back", "be", "been", "before", "best", "better",
    "but", "by", "can", "could", "do", "does", "for", "from", "get", "good", "has", "have", "he", "help", "her", "here", "his", "how",
    "i", "if", "in", "into", "is", "it", "its", "just", "life", "like", "made", "make", "may", "more", "most", "my", "need", "new",
    "no", "not", "now", "of", "off", "on", "one", "only", "or", "our", "out", "over", "own", "people", "she", "so", "some", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "time", "to", "up", "us", "use", "used", "was", "we",
    "well", "were", "what", "when", "which", "who", "why", "will", "with", "without", "would", "you", "your"}
)  # fmt: skip


def _commonness(literal: Literal) -> float:
    """A guess at how often a word or phrase stands in running text, in units of a rare word."""
    if literal.text in _EVERYDAY:
        return _COMMON
    return 0.5 if " " in literal.text else 1.0 if len(literal.text) > 5 else 4.0


def _key(literal: Literal) -> str:
    """The text with the spaces that make it whole words: word boundaries are found by the automaton itself."""
    return f" {literal.text}" if literal.prefix else f" {literal.text} "
