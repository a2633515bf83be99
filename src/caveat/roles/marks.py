"""Which boilerplate the tag and the id, class and ARIA tokens of an element speak of, by the names in the rules."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from caveat.model import Element, Role
from caveat.rulebook import BoilerplateRule

_CUT = re.compile(r"[^a-z0-9 \n]+")
_NUMBERS = {ord(digit): None for digit in "0123456789"}  # menu-item-417, widget_3: the number says nothing
_LINE = re.compile("\n")
_KEY = itemgetter(0, 1)  # the tag and the names of an element
_MOST_KNOWN = 20_000  # pairs of tag and names remembered from page to page
_CONTENT_TAGS = frozenset({"article", "main", "details"})
_CONTENT_NAMES = """
main article tabpanel accordion accordion-item entry-content post-content article-body articlebody page-content main-content
"""


class Weight(IntEnum):
    """How far a mark reaches by itself."""

    BARRED = 0  # takes the token away from the rule
    LOOSE = 1  # links, buttons and short lines within
    PART = 2  # all within, when text or a form bears it out
    NAME = 3  # all within
    TAG = 4  # all within, prose too


class Mark(NamedTuple):
    role: Role
    weight: Weight
    rule: str
    token: str  # what matched, as it stands on the page


class Marks(NamedTuple):
    """What an element's tag and names say: boilerplate of some roles, or content."""

    marks: tuple[Mark, ...]
    content: bool


UNMARKED = Marks((), False)


class _Entry(NamedTuple):
    role: Role
    weight: Weight
    rule: str


@dataclass(frozen=True)
class _Table:
    """Names with the spaces or hyphens that bound them, found in one pass however many there are."""

    search: AhoCorasick
    entries: tuple[_Entry, ...]

    def hits(self, lines: str) -> Iterator[tuple[int, int, _Entry]]:
        """Each name found: its line, the number of its token in that line, and its entry."""
        starts = [0, *(end.end() for end in _LINE.finditer(lines))]
        for number, start, _ in self.search.find_matches_as_indexes(lines, overlapping=True):
            line = bisect_right(starts, start) - 1
            yield line, lines.count(" ", starts[line], start + 1) - 1, self.entries[number]


@dataclass(frozen=True)
class Names:
    """The names of all boilerplate rules."""

    tokens: _Table
    parts: _Table
    tags: dict[str, Mark]
    known: dict[tuple[str, str], Marks] = field(default_factory=dict, compare=False)  # by tag and names: pages of a site share them

    def of(self, elements: Sequence[Element]) -> list[Marks]:
        """The marks of each element, the weightiest of each role."""
        if len(self.known) > _MOST_KNOWN:
            self.known.clear()
        keys = list(map(_KEY, elements))
        try:
            return list(map(self.known.__getitem__, keys))
        except KeyError:
            self._learn([key for key in dict.fromkeys(keys) if key not in self.known])
        return list(map(self.known.__getitem__, keys))

    def _learn(self, kinds: Sequence[tuple[str, str]]) -> None:
        """Searches all names of a page at once."""
        written = tuple(dict.fromkeys(names for _, names in kinds))
        plain = "\n".join(written).translate(_NUMBERS).split("\n")[: len(written)]
        alike = dict(zip(plain, written, strict=True))
        marks = self._named(alike)
        named = {names: marks[bare] for names, bare in zip(written, plain, strict=True)}
        self.known.update(((tag, names), self._with_tag(tag, named[names])) for tag, names in kinds)

    def _named(self, alike: Mapping[str, str]) -> dict[str, Marks]:
        """By names without their numbers; `alike` gives for each how they are written on the page."""
        lines = "".join(f" {names} \n" for names in alike)
        hits = [*self.tokens.hits(lines), *self.parts.hits(_CUT.sub("-", lines))]
        barred = {(line, token, entry.rule) for line, token, entry in hits if entry.weight is Weight.BARRED}
        best: dict[int, dict[Role, tuple[int, _Entry]]] = {}
        for line, token, entry in hits:
            if not barred or (line, token, entry.rule) not in barred:
                mine = best.setdefault(line, {})
                if entry.role not in mine or entry.weight > mine[entry.role][1].weight:
                    mine[entry.role] = token, entry
        return {names: _marks(best[line], written) if line in best else UNMARKED for line, (names, written) in enumerate(alike.items())}

    def _with_tag(self, tag: str, named: Marks) -> Marks:
        if tag in self.tags:
            return Marks((*named.marks, self.tags[tag]), named.content)
        return Marks(named.marks, True) if tag in _CONTENT_TAGS else named


def _marks(best: Mapping[Role, tuple[int, _Entry]], written: str) -> Marks:
    tokens = written.split(" ")
    marks = tuple(Mark(*entry, tokens[token]) for role, (token, entry) in best.items() if role is not Role.CONTENT)
    return Marks(marks, Role.CONTENT in best)


@lru_cache(maxsize=8)
def names_of(rules: tuple[BoilerplateRule, ...]) -> Names:
    """The names of these rules, ready for looking up; the same value for the same rules."""
    tokens = [(f" {name} ", _Entry(rule.role, Weight.NAME, rule.id)) for rule in rules for name in rule.names]
    tokens += [(f" {name} ", _Entry(Role.CONTENT, Weight.NAME, "")) for name in _CONTENT_NAMES.split()]
    tokens += [(f" {name} ", _Entry(rule.role, Weight.LOOSE, rule.id)) for rule in rules for name in rule.loose]
    parts = [(bound, _Entry(rule.role, Weight.PART, rule.id)) for rule in rules for name in rule.parts for bound in _bounds(name)]
    parts += [(bound, _Entry(rule.role, Weight.BARRED, rule.id)) for rule in rules for name in rule.but for bound in _bounds(name)]
    tags = {tag: Mark(rule.role, Weight.TAG, rule.id, f"<{tag}>") for rule in rules for tag in rule.tags}
    return Names(_table(tokens), _table(parts), tags)


def _bounds(name: str) -> Iterator[str]:
    """A part may begin and end its token or stand between two others."""
    return (f"{before}{name.replace(' ', '-')}{after}" for before in " -" for after in " -")


def _table(entries: Iterable[tuple[str, _Entry]]) -> _Table:
    """`name*` stands for every token that begins so: its right bound is left off."""
    given = [((name[:-2] if name[-2] == "*" else name).translate(_NUMBERS), entry) for name, entry in entries]
    return _Table(AhoCorasick([name for name, _ in given] or ["\0"]), tuple(entry for _, entry in given))
