"""What the words of each block say of its role: which rules' patterns and hints stand in it, and how much of it they cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from caveat.model import Block, Page, Place, Role, Span
from caveat.roles.labels import FLOW
from caveat.rulebook import BoilerplateRule, Match, Rulebook, Scan
from caveat.rulebook.fold import words

# Of a block's words, in sentences that speak of the role. A cookie notice goes on after its first sentence in words of any kind.
_HEARD = (*FLOW, Place.TITLE)
_ENOUGH = {Role.COOKIE: 0.3, Role.NEWSLETTER: 0.4}
_HALF = 0.5
_COVERED = 0.6  # of a short block's words, in the hints themselves
_SHORT = 15  # words
_MOST_KNOWN = 20_000  # texts remembered from page to page
_LINE = 60  # characters of the longest line that the rules name whole
_LONGEST = {Role.NAVIGATION: 40, Role.LEAD_FORM: 50, Role.FOOTER: 90}  # words of a block that its text can give the role
_BARE = re.compile(r"(?<!\S)[^\w\s]+(?!\S)")
_Matching = Sequence[tuple[Span, Sequence[Match]]]  # the sentences of a block in which rules match
_Spoken = list[tuple[int, list[Match]]]  # the length of each sentence, and what of a role stands in it


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
_Line = tuple[Role, str, bool]  # the role a whole line speaks of, the rule, and whether the line is enough
# The rules of one language, their whole lines, and what texts were found to say.
_Lexicon = tuple[Mapping[str, BoilerplateRule], Mapping[str, tuple[_Line, ...]], dict[str, Sayings]]


def says_of(says: Sayings, role: Role) -> Said | None:
    for what in says:
        if what.role is role:
            return what
    return None


def heard(page: Page, seen: Scan, book: Rulebook) -> list[Sayings]:
    """What each block of the flow says of each role, nothing for others. `book`: the one the page was scanned with."""
    lexica = {language: _lexicon(book.speaking(language) or book) for language in {block.language for block in page.blocks}}
    loud = seen.loud("boilerplate")
    found: list[Sayings] = []
    for at, block in enumerate(page.blocks):
        if block.place not in _HEARD:
            found.append(())
            continue
        rules, lines, known = lexica[block.language]
        text = page.text[block.start : block.end]
        says = known.get(text)
        if says is None:
            whole = lines.get(_plain(seen.words(block)), ()) if len(text) <= _LINE else ()
            matching = seen.matching("boilerplate", block) if at in loud else ()
            says = known[text] = _sayings(page, block, matching, rules, whole) if whole or matching else ()
        found.append(says)
    return found


def _lexicon(book: Rulebook) -> _Lexicon:
    rules = book.of(BoilerplateRule)
    known = _known(tuple(rules.values()), book.digest)
    if len(known) > _MOST_KNOWN:
        known.clear()
    return rules, _lines(tuple(rules.values())), known


@lru_cache(maxsize=8)
def _known(rules: tuple[BoilerplateRule, ...], digest: str) -> dict[str, Sayings]:
    """What texts said when they were met before: the pages of a site share their menus, forms and footers."""
    return {}


def _plain(line: str) -> str:
    """A line, folded, as the rules have it; "Phone (required)" is "phone"."""
    return line.removesuffix(" required").removesuffix(" optional")


@lru_cache(maxsize=8)
def _lines(rules: tuple[BoilerplateRule, ...]) -> Mapping[str, tuple[_Line, ...]]:
    """Each whole line of the rules, folded → what it speaks of."""
    found: dict[str, tuple[_Line, ...]] = {}
    for rule in rules:
        for line, enough in (*((line, True) for line in rule.lines), *((line, False) for line in rule.labels)):
            found[words(line)] = (*found.get(words(line), ()), (rule.role, rule.id, enough))
    return found


def _sayings(page: Page, block: Block, found: _Matching, rules: Mapping[str, BoilerplateRule], whole: Sequence[_Line]) -> Sayings:
    length = _words(page.text[block.start : block.end])
    spoken: dict[str, _Spoken] = {}
    for sentence, matches in found:
        part = length if sentence == (block.start, block.end) else _words(page.text[sentence.start : sentence.end])
        for rule, its in _by_rule(matches).items():
            if all(match.owner.part != "unless" for match in its):
                spoken.setdefault(rule, []).append((part, its))
    told = {rule for _, rule, _ in whole}
    by_line = [Said(role, rule, page.quote(block), length, length, sure, True, sure, False) for role, rule, sure in whole]
    by_words = [_said(page, rules[rule].role, rule, length, sentences) for rule, sentences in spoken.items() if rule not in told]
    return (*by_line, *by_words)


def _by_rule(matches: Iterable[Match]) -> dict[str, list[Match]]:
    found: dict[str, list[Match]] = {}
    for match in matches:
        found.setdefault(match.owner.id, []).append(match)
    return found


def _said(page: Page, role: Role, rule: str, whole: int, sentences: _Spoken) -> Said:
    sure = hinted = 0
    about = False
    matches: list[Match] = []
    for length, found in sentences:
        parts = {match.owner.part for match in found}
        sure += length * ("" in parts)
        hinted += length * ("hints" in parts and "" not in parts)
        about |= "about" in parts
        matches += found
    first = min(matches, key=_by_part)
    covered, apart = (0, 0) if sure else _reach(page, [match for match in matches if match.owner.part == "hints"])
    agrees = sure + hinted >= _ENOUGH.get(role, _HALF) * whole and whole <= _LONGEST.get(role, whole)
    enough = agrees if sure else not about and apart > 1 and whole <= _SHORT and covered >= _COVERED * whole
    return Said(role, rule, page.quote(Span(first.start, first.end)), whole, covered, sure > 0, agrees, enough, about)


def _by_part(match: Match) -> tuple[int, int]:
    """Patterns first, then hints, then subjects; of each the first on the page."""
    return ("", "hints", "about").index(match.owner.part), match.start


def _words(text: str) -> int:
    """Bars and bullets between the words of a short text are none."""
    parts = len(text.split())
    return parts if parts > _SHORT else parts - len(_BARE.findall(text))


def _reach(page: Page, hints: Sequence[Match]) -> tuple[int, int]:
    """Words within the hints' parts, and how many hints stand apart from each other."""
    covered, reached = 0, -1
    for start, end in sorted((part.start, part.end) for match in hints for part in match.parts):
        if end > reached:
            covered += _words(page.text[max(start, reached) : end])
            reached = end
    apart, reached = 0, -1
    for start, end in sorted((match.start, match.end) for match in hints):
        if start >= reached:
            apart, reached = apart + 1, end
    return covered, apart
