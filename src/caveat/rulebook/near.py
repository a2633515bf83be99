"""Finds the patterns that nearly stand in a sentence: all parts but one, or all parts but not as near to each other as they should."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from caveat.model import Span
from caveat.rulebook.automaton import Compiled, Owner
from caveat.rulebook.book import Rulebook
from caveat.rulebook.fold import words
from caveat.rulebook.pattern import Atom, parse
from caveat.rulebook.rules import ClaimRule
from caveat.rulebook.sighting import Sighting
from caveat.rulebook.tongue import tongue

_IN_ITS_PLACE = 3  # words that may stand where the missing part should
_parsed = cache(parse)  # every line that is explained asks for the same patterns
_ANYWHERE = 1_000  # words: farther than any sentence reaches


@dataclass(frozen=True, slots=True)
class Sought:
    """One sequence of a claim rule: `atoms` as the rule file has them, `compiled` by their numbers."""

    rule: ClaimRule
    pattern: str
    atoms: tuple[Atom, ...]
    compiled: Compiled


@dataclass(frozen=True, slots=True)
class Near:
    """
    A pattern that nearly stands: `parts` are where its other parts do, `telling` how many of them are more than everyday words or
    figures. `missing` is "" where all stand, but not near enough to each other or to the sentence's edge.
    """

    rule: ClaimRule
    pattern: str
    parts: tuple[Span, ...]
    telling: int
    missing: Atom


def sought(book: Rulebook) -> tuple[Sought, ...]:
    """Every sequence of more than one part that a claim rule of the book looks for."""
    numbers = book.automaton.atoms
    found = []
    for rule in book.of(ClaimRule).values():
        for pattern, sequence in ((each, sequence) for each in rule.patterns for sequence in _parsed(each)):
            steps = tuple((numbers[step.atom], step.gap) for step in sequence.steps)
            compiled = Compiled(steps, sequence.at_start, sequence.at_end, (Owner(rule.kind, rule.id),))
            if len(steps) > 1:
                found.append(Sought(rule, pattern, tuple(step.atom for step in sequence.steps), compiled))
    return tuple(found)


def near(book: Rulebook, wanted: Sequence[Sought], sighting: Sighting, text: str) -> list[Near]:
    """
    For each rule the pattern that comes nearest to standing in a sentence of `text`, the nearest first.

    A pattern of which only everyday words ("our", "more") or figures stand is not near.
    """
    best: dict[str, Near] = {}
    for found in _near(book, wanted, sighting, text):
        if not found.telling:
            continue
        if found.rule.id not in best or _distance(found) < _distance(best[found.rule.id]):
            best[found.rule.id] = found
    return sorted(best.values(), key=_distance)


def _near(book: Rulebook, wanted: Sequence[Sought], sighting: Sighting, text: str) -> Iterator[Near]:
    members, present, everyday = book.automaton.members, sighting.present, tongue(sighting.language).everyday
    for each in wanted:
        lacking = [at for at, (atom, _) in enumerate(each.compiled.steps) if present.isdisjoint(members.get(atom, (atom,)))]
        if len(lacking) <= 1:
            loosened = _without(each.compiled, lacking[0]) if lacking else _apart(each.compiled)
            for match in sighting.matches([loosened]):
                telling = sum(_tells(text[part.start : part.end], everyday) for part in match.parts)
                yield Near(each.rule, each.pattern, match.parts, telling, each.atoms[lacking[0]] if lacking else "")


def _tells(part: str, everyday: Collection[str]) -> bool:
    return any(word not in everyday and not word.isdigit() for word in words(part).split())


def _distance(found: Near) -> tuple[int, bool, int, int, int, str]:
    """Least is nearest: more that tells, then all parts there, then by what the rule weighs."""
    extent = found.parts[-1].end - found.parts[0].start
    return (-found.telling, bool(found.missing), -len(found.parts), -found.rule.severity.rank, extent, found.rule.id)


def _without(compiled: Compiled, at: int) -> Compiled:
    """The sequence without one of its steps; a few words may stand in its place."""
    steps = list(compiled.steps)
    _, gap = steps.pop(at)
    at_start, at_end = compiled.at_start, compiled.at_end
    if at == 0:
        atom, between = steps[0]
        steps[0] = (atom, 0)
        at_start = None if at_start is None else at_start + between + _IN_ITS_PLACE
    elif at < len(steps):
        atom, between = steps[at]
        steps[at] = (atom, gap + between + _IN_ITS_PLACE)
    else:
        at_end = None if at_end is None else at_end + gap + _IN_ITS_PLACE
    return replace(compiled, steps=tuple(steps), at_start=at_start, at_end=at_end)


def _apart(compiled: Compiled) -> Compiled:
    """The sequence with its parts in their order, however far from each other."""
    (first, _), *rest = compiled.steps
    return replace(compiled, steps=((first, 0), *((atom, _ANYWHERE) for atom, _ in rest)), at_start=None, at_end=None)
