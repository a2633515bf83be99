"""Whose law the rules know and until which day: places by their codes, and which rules are in force on a day."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from caveat.errors import RuleError, UsageError
from caveat.rulebook import strict
from caveat.rulebook.rules import DATED, CaveatRule, Rule
from caveat.rulebook.spelling import likely

NAME = "law.toml"  # beside the folders of the shipped rules
HOME = "US"  # the place whose law is applied where none is asked for
ABROAD = "abroad"  # the folder of rules that are read only where such a place is asked for
_NEAREST = 3  # codes that an unknown one is answered with


@dataclass(frozen=True, slots=True)
class Place:
    """A place with a law of its own; `under` are the codes of places whose law binds there too."""

    name: str
    also: tuple[str, ...] = ()
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Law:
    """The day until which the rules know the law, and the places by code."""

    day: datetime.date
    places: dict[str, Place]

    def code(self, given: str) -> str:
        """The code of a place by its code or another name for it; as it is given, in capitals, where the place is not known."""
        wanted = given.upper()
        return next((code for code, place in self.places.items() if wanted in (code, *place.also)), wanted)

    def binding(self, codes: Iterable[str]) -> tuple[str, ...]:
        """The places with those whose law binds there too, each once."""
        return tuple(dict.fromkeys(place for code in codes for place in (code, *(self.places[code].under if code in self.places else ()))))


def read_law(name: str, raw: Mapping[str, Any]) -> Law:
    """The file of places. Raises RuleError."""
    law = strict.record(Law, raw, name, RuleError)
    for code, place in law.places.items():
        for other in place.under:
            if other not in law.places:
                raise RuleError(f"{name}: place {code!r}, key 'under': no place {other!r}", likely(other, law.places))
    return law


def asked(given: Iterable[str], law: Law, known: Collection[str]) -> tuple[str, ...]:
    """
    The codes of the places asked for, each once; HOME where none is. `known` are the codes that rules name. Raises UsageError for a place
    whose law no rule knows.
    """
    codes = tuple(dict.fromkeys(map(law.code, given))) or (HOME,)
    for code in codes:
        if code not in known and code not in law.places:
            raise UsageError(f"--jurisdiction: unknown place {code!r}", _nearest(code, law, known))
    return codes


def _nearest(code: str, law: Law, known: Collection[str]) -> str:
    names = {name.upper(): place for place in sorted({*known, *law.places}) for name in _names(place, law)}
    near = dict.fromkeys(names[name] for name in get_close_matches(code, names, n=_NEAREST, cutoff=0.5))
    return f"did you mean {' or '.join(map(law_of(law), near))}?" if near else f"known: {', '.join(sorted({*known, *law.places}))}"


def _names(code: str, law: Law) -> tuple[str, ...]:
    return (code, law.places[code].name.removeprefix("the "), *law.places[code].also) if code in law.places else (code,)


def law_of(law: Law) -> Callable[[str], str]:
    """A function from a code to the code with the name of its place."""
    return lambda code: f"{code} ({law.places[code].name})" if code in law.places else code


def binds(jurisdictions: Iterable[str], places: Collection[str]) -> bool:
    """Whether law of one of the jurisdictions is that of one of the places: that of the US binds in every state."""
    return any(place == law or place.startswith(f"{law}-") for place in places for law in jurisdictions)


def as_it_stood(rule: Rule, day: datetime.date) -> tuple[Rule | None, str]:
    """The rule with what of it was in force on a day, or None and why nothing was."""
    if not isinstance(rule, DATED):
        return rule, ""
    if day < rule.in_force_from:
        return None, f"in force from {rule.in_force_from}, asked as of {day}"
    if rule.in_force_to and day > rule.in_force_to:
        return None, f"in force until {rule.in_force_to}, asked as of {day}"
    if not isinstance(rule, CaveatRule) or not any(day < since for since in rule.since.values()):
        return rule, ""
    kept = {name: () if name in rule.since and day < rule.since[name] else patterns for name, patterns in rule.flaws.items()}
    return (replace(rule, flaws=kept), "") if any(kept.values()) else (None, f"in force from {min(rule.since.values())}, asked as of {day}")


def dated(name: str, rule: Rule) -> None:
    """Raises RuleError for dates in a bad order, and for a date of a flaw that the rule does not have or that says nothing."""
    if not isinstance(rule, DATED):
        return
    label = f"{name}: rule {rule.id!r}, key"
    if rule.in_force_to and rule.in_force_to < rule.in_force_from:
        raise RuleError(f"{label} 'in_force_to': {rule.in_force_to} is before 'in_force_from', {rule.in_force_from}")
    if not isinstance(rule, CaveatRule):
        return
    for flaw, day in rule.since.items():
        if flaw not in rule.flaws:
            raise RuleError(f"{label} 'since': the rule has no flaw {flaw!r}", likely(flaw, rule.flaws))
        if day < rule.in_force_from:
            raise RuleError(f"{label} 'since': {day} is before 'in_force_from', {rule.in_force_from}")
