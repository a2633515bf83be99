"""Tells what kind of study a citation is of, from its own words first and then from what the page's article says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from caveat.judging.references import Cited
from caveat.model import Level, Page, Span
from caveat.rulebook import Scan

PRECLINICAL = (Level.IN_VITRO, Level.ANIMAL)
PLANNED = (Level.PROTOCOL, Level.REGISTRATION)
# Among what a title says at once the first counts: the protocol of a trial is no trial, a review of trials in mice is a review, a
# "randomised" rat study is one of rats.
ORDER = (Level.PROTOCOL, Level.REVIEW, Level.IN_VITRO, Level.ANIMAL, Level.RANDOMISED, Level.UNCONTROLLED, Level.CONTROLLED)
_LEXICONS = {level: f"level_{level.value.replace('-', '_')}" for level in ORDER}


def level_of(page: Page, scan: Scan, cited: Cited, blocks: Iterable[int]) -> tuple[Level, str]:
    """The level of a citation and the words it rests on. `blocks`: the article that cites this study and no other."""
    own = said(page, scan, _entry(page, cited)) if cited.closes else {}
    if (level := next((level for level in ORDER if level in own), None)) and level is not Level.CONTROLLED:
        return level, f"“{own[level]}” in the reference"
    told, words = _told(page, scan, [number for number in blocks if number != cited.block or not cited.closes])
    if level is Level.CONTROLLED:
        if told is Level.RANDOMISED:
            return told, f"“{words}” on the page"
        return level, f"“{own[level]}” in the reference"
    return (told, f"“{words}” on the page") if told else (Level.UNKNOWN, "")


def said(page: Page, scan: Scan, sentences: Iterable[Span]) -> dict[Level, str]:
    """The levels that sentences name, each with its longest words there; "non-randomised" does not say "randomised"."""
    found: dict[Level, str] = {}
    for sentence in sentences:
        words = scan[sentence].words
        here = {level: words[lexicon] for level, lexicon in _LEXICONS.items() if lexicon in words}
        for level, spans in here.items():
            others = [span for other, theirs in here.items() if other is not level for span in theirs]
            if level not in found and (left := [span for span in spans if not any(_holds(other, span) for other in others)]):
                found[level] = page.quote(max(left, key=lambda span: span.end - span.start))
    return found


def _holds(longer: Span, span: Span) -> bool:
    return longer != span and longer.start <= span.start and span.end <= longer.end


def _entry(page: Page, cited: Cited) -> list[Span]:
    """The part of each sentence that belongs to the entry."""
    inside = page.blocks[cited.block].sentences
    return [each for each in inside if each.start < cited.span.end and cited.span.start < each.end]


def _told(page: Page, scan: Scan, blocks: Iterable[int]) -> tuple[Level | None, str]:
    """The level that the article's sentences on research speak of most; a protocol there is mostly the clinic's own."""
    count: Counter[Level] = Counter()
    first: dict[Level, str] = {}
    for number in blocks:
        block = page.blocks[number]
        research = any("study_talk" in scan[sentence].words for sentence in block.sentences)
        for level, words in said(page, scan, block.sentences if research else ()).items():
            if level is not Level.PROTOCOL:
                count[level] += 1
                first.setdefault(level, words)
    if not count:
        return None, ""
    level = max(count, key=lambda each: (count[each], -ORDER.index(each)))
    return level, first[level]
