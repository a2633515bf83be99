"""What the words of each block say of its role: which rules' patterns and hints stand in it, and how much of it they cover."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from caveat.model import Block, Page, Role
from caveat.rulebook import BoilerplateRule, Match, Scan

# Of a block's words, in sentences that speak of the role. A cookie notice goes on after its first sentence in words of any kind.
_ENOUGH = {Role.COOKIE: 0.3, Role.NEWSLETTER: 0.4}
_HALF = 0.5
_COVERED = 0.6  # of a short block's words, in the hints themselves
_SHORT = 15  # words
_LONGEST = {Role.NAVIGATION: 40, Role.LEAD_FORM: 50, Role.FOOTER: 90}  # words of a block that its text can give the role
_WORDLIKE = re.compile(r"\W*\w").match
_Spoken = list[tuple[int, list[Match]]]  # the words of each sentence, and what of a role stands in it


class Said(NamedTuple):
    """What a block says of one role."""

    role: Role
    rule: str
    phrase: str  # the words that matched first, as they stand
    words: int  # of the whole block
    covered: int  # words inside the hints themselves, where no pattern stands
    sure: bool  # a pattern stands in it
    agrees: bool  # the text fits the role where something else speaks for it
    enough: bool  # the text settles the role by itself
    about: bool  # the block names the role's matter as a subject


Sayings = tuple[Said, ...]


def says_of(says: Sayings, role: Role) -> Said | None:
    for what in says:
        if what.role is role:
            return what
    return None


def heard(page: Page, seen: Scan, rules: Mapping[str, BoilerplateRule]) -> list[Sayings]:
    """For each block of the page, what it says of each role it says anything of; the same text is worked out once."""
    roles = {name: rule.role for name, rule in rules.items()}
    known: dict[str, Sayings] = {}
    found: list[Sayings] = []
    for block in page.blocks:
        text = page.text[block.start : block.end]
        if text not in known:
            known[text] = _sayings(page, block, seen, roles)
        found.append(known[text])
    return found


def _sayings(page: Page, block: Block, seen: Scan, roles: Mapping[str, Role]) -> Sayings:
    spoken: dict[str, _Spoken] = {}
    for sentence in block.sentences:
        mine: dict[str, list[Match]] = {}
        for match in seen[sentence].of("boilerplate"):
            mine.setdefault(match.owner.id, []).append(match)
        if mine:
            words = _words(page, sentence.start, sentence.end)
            for rule, matches in mine.items():
                if not any(match.owner.part == "unless" for match in matches):
                    spoken.setdefault(rule, []).append((words, matches))
    if not spoken:
        return ()
    whole = _words(page, block.start, block.end)
    return tuple(_said(page, roles[rule], rule, whole, sentences) for rule, sentences in spoken.items())


def _said(page: Page, role: Role, rule: str, whole: int, sentences: _Spoken) -> Said:
    sure = hinted = 0
    about = False
    matches: list[Match] = []
    for words, found in sentences:
        parts = {match.owner.part for match in found}
        sure += words * ("" in parts)
        hinted += words * ("hints" in parts and "" not in parts)
        about |= "about" in parts
        matches += found
    first = min(matches, key=_by_part)
    covered, apart = (0, 0) if sure else _reach(page, [match for match in matches if match.owner.part == "hints"])
    agrees = sure + hinted >= _ENOUGH.get(role, _HALF) * whole and whole <= _LONGEST.get(role, whole)
    enough = agrees if sure else not about and apart > 1 and whole <= _SHORT and covered >= _COVERED * whole
    return Said(role, rule, " ".join(page.text[first.start : first.end].split()), whole, covered, sure > 0, agrees, enough, about)


def _by_part(match: Match) -> tuple[int, int]:
    """Patterns first, then hints, then subjects; of each the first on the page."""
    return ("", "hints", "about").index(match.owner.part), match.start


def _words(page: Page, start: int, end: int) -> int:
    """Bars and bullets between the words of a short text are none."""
    words = page.text[start:end].split()
    return len(words) if len(words) > _SHORT else sum(map(bool, map(_WORDLIKE, words)))


def _reach(page: Page, hints: Sequence[Match]) -> tuple[int, int]:
    """Words within the hints' parts, and how many hints stand apart from each other."""
    covered, reached = 0, -1
    for start, end in sorted((part.start, part.end) for match in hints for part in match.parts):
        if end > reached:
            covered += _words(page, max(start, reached), end)
            reached = end
    apart, reached = 0, -1
    for start, end in sorted((match.start, match.end) for match in hints):
        if start >= reached:
            apart, reached = apart + 1, end
    return covered, apart
