"""All words of the whole rulebook in one automaton, and the sequences of atoms that its rules look for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from caveat.rulebook.entries import Entries, entries
from caveat.rulebook.pattern import BUILT_IN, Atom, Sequence, members


class Owner(NamedTuple):
    """Whose pattern a sequence is: the kind of pattern, the rule's id, and the part of the rule it stands in."""

    kind: str
    id: str
    part: str = ""


@dataclass(frozen=True, slots=True, eq=False)  # each is made once and is itself alone: to hash all it holds would cost more than to find it
class Compiled:
    """A sequence by atom numbers, with all its owners."""

    steps: tuple[tuple[int, int], ...]  # (atom, words that may stand before it)
    at_start: int | None
    at_end: int | None
    owners: tuple[Owner, ...]
    needs: tuple[frozenset[int], ...] = ()  # for each step but the rarest the atoms of which one has to stand in the sentence
    shapes: frozenset[int] = frozenset()  # the same of steps that are shapes, of which all have to


class Patterns(NamedTuple):
    """
    What the rules of one kind look for: `by_anchor` has the sequences by each atom of their rarest step, and `singles` the owners of those
    that are one atom and nothing else. Wherever one stands, there stands one of the strings `telling`, or one of the `shapes`.
    """

    by_anchor: Mapping[int, tuple[Compiled, ...]] = {}  # shared and never written to, as `singles` is
    singles: Mapping[int, tuple[Owner, ...]] = {}
    telling: frozenset[int] = frozenset()
    shapes: frozenset[int] = frozenset()
    strings: frozenset[int] = frozenset()  # all that they are made of


_NONE = Patterns()


@dataclass(frozen=True)
class Automaton:
    """All words of the rules in one language, and what each kind of rule looks for."""

    entries: Entries
    atoms: Mapping[Atom, int]
    members: Mapping[int, tuple[int, ...]]  # the atoms that an alternative is made of
    patterns: Mapping[str, Patterns]  # by the kind of their owners
    built_in: frozenset[int]  # the atoms that are shapes
    kept: Mapping[int, str]  # the lexicons that are looked up by name
    language: str

    def of(self, kind: str) -> Patterns:
        """What the rules of a kind look for: nothing where there are none in this language."""
        return self.patterns.get(kind, _NONE)


def build(
    sequences: Iterable[tuple[Sequence, Owner]],
    lexicons: Mapping[str, tuple[str, ...]],
    within: Mapping[str, Iterable[str]],
    keep: Collection[str],
    language: str,
) -> Automaton:
    """
    The automaton of all sequences. `lexicons`: id → its own entries; `within`: id → the lexicons it is made of, itself among them;
    `keep`: ids that are looked up without a pattern. Raises PatternError for an entry that cannot be read.
    """
    owners: dict[Sequence, list[Owner]] = {}
    for sequence, owner in sequences:
        owners.setdefault(sequence, []).append(owner)
    used = {step.atom for sequence in owners for step in sequence.steps}
    wanted = used | {part for atom in used for part in members(atom)} | {f"<{name}>" for name in keep} | set(BUILT_IN)
    atoms = {atom: number for number, atom in enumerate(sorted(wanted))}
    inside = {atoms[atom]: tuple(atoms[part] for part in members(atom)) for atom in wanted if atom.startswith("(")}
    strings, sizes = entries(atoms, lexicons, within, language)
    sizes |= {group: sum(sizes[part] for part in parts) for group, parts in inside.items()}
    kinds = {owner.kind for whose in owners.values() for owner in whose}
    of_kind = {kind: {sequence: mine for sequence, whose in owners.items() if (mine := _mine(whose, kind))} for kind in sorted(kinds)}
    return Automaton(
        entries=strings,
        atoms=atoms,
        members=inside,
        patterns={kind: _patterns(whose, atoms, inside, strings, sizes) for kind, whose in of_kind.items()},
        built_in=_shapes(atoms),
        kept={atoms[f"<{name}>"]: name for name in keep},
        language=language,
    )


def _patterns(
    owners: Mapping[Sequence, tuple[Owner, ...]],
    atoms: Mapping[Atom, int],
    inside: Mapping[int, tuple[int, ...]],
    entries: Entries,
    sizes: Mapping[int, float],
) -> Patterns:
    by_anchor, singles = _by_anchor(owners, atoms, inside, sizes), _singles(owners, atoms, inside)
    first = by_anchor.keys() | singles.keys()
    telling, strings = _strings(entries, first), _strings(entries, _made_of(owners, atoms, inside))
    return Patterns(by_anchor, singles, telling, _shapes(atoms) & first, strings)


def _shapes(atoms: Mapping[Atom, int]) -> frozenset[int]:
    return frozenset(atoms[name] for name in BUILT_IN)


def _strings(entries: Entries, those: Iterable[int]) -> frozenset[int]:
    """The strings that some atoms may be found by."""
    return frozenset[int]().union(*map(entries.strings.__getitem__, those))


def _made_of(whose: Iterable[Sequence], atoms: Mapping[Atom, int], inside: Mapping[int, tuple[int, ...]]) -> Iterator[int]:
    """The atoms of some sequences, with those that their alternatives are made of."""
    for atom in {atoms[step.atom] for sequence in whose for step in sequence.steps}:
        yield atom
        yield from inside.get(atom, ())


def _mine(owners: Iterable[Owner], kind: str) -> tuple[Owner, ...]:
    return tuple(dict.fromkeys(owner for owner in owners if owner.kind == kind))


def _is_single(sequence: Sequence) -> bool:
    return len(sequence.steps) == 1 and sequence.at_start is None and sequence.at_end is None


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
    shapes = _shapes(atoms)
    for sequence, whose in owners.items():
        if _is_single(sequence):
            continue
        steps = tuple((atoms[step.atom], step.gap) for step in sequence.steps)
        anchor, *others = sorted(dict.fromkeys(atom for atom, _ in steps), key=lambda atom: sizes[atom])
        needs = tuple(frozenset(inside.get(atom, (atom,))) for atom in others if atom not in shapes)
        compiled = Compiled(steps, sequence.at_start, sequence.at_end, whose, needs, shapes.intersection(others))
        for atom in dict.fromkeys(inside.get(anchor, (anchor,))):
            found.setdefault(atom, []).append(compiled)
    return {anchor: tuple(compiled) for anchor, compiled in found.items()}
