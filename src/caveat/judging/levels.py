"""Tells what kind of study a citation is of, from its own words first and then from what the page's article says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from caveat.judging.references import Cited
from caveat.model import Level, Page, Span
from caveat.rulebook import Scan

PRECLINICAL = (Level.IN_VITRO, Level.ANIMAL)
# Among what a title says at once the first counts: a review of trials in mice is a review, a "randomised" rat study is one of rats.
_ORDER = (Level.REVIEW, Level.IN_VITRO, Level.ANIMAL, Level.RANDOMISED, Level.UNCONTROLLED, Level.CONTROLLED)
_LEXICONS = {level: f"level_{level.value.replace('-', '_')}" for level in _ORDER}


def level_of(page: Page, scan: Scan, cited: Cited, blocks: Iterable[int]) -> tuple[Level, str]:
    """The level of a citation and the words it rests on. `blocks`: the article that cites this study and no other."""
    own = _said(page, scan, _entry(page, cited)) if cited.closes else {}
    if (level := next((level for level in _ORDER if level in own), None)) and level is not Level.CONTROLLED:
        return level, f"“{own[level]}” in the reference"
    told, words = _told(page, scan, [number for number in blocks if number != cited.block or not cited.closes])
    if level is Level.CONTROLLED:
        if told is Level.RANDOMISED:
            return told, f"“{words}” on the page"
        return level, f"“{own[level]}” in the reference"
    return (told, f"“{words}” on the page") if told else (Level.UNKNOWN, "")


def _entry(page: Page, cited: Cited) -> list[Span]:
    """The part of each sentence that belongs to the entry."""
    inside = page.blocks[cited.block].sentences
    return [each for each in inside if each.start < cited.span.end and cited.span.start < each.end]


def _said(page: Page, scan: Scan, sentences: Iterable[Span]) -> dict[Level, str]:
    found: dict[Level, str] = {}
    for sentence in sentences:
        words = scan[sentence].words
        for level, lexicon in _LEXICONS.items():
            if level not in found and (spans := words.get(lexicon)):
                found[level] = page.quote(max(spans, key=lambda span: span.end - span.start))
    return found


def _told(page: Page, scan: Scan, blocks: Iterable[int]) -> tuple[Level | None, str]:
    """The level that the article's sentences on research speak of most."""
    count: Counter[Level] = Counter()
    first: dict[Level, str] = {}
    for number in blocks:
        block = page.blocks[number]
        research = any("study_talk" in scan[sentence].words for sentence in block.sentences)
        for level, words in _said(page, scan, block.sentences if research else ()).items():
            count[level] += 1
            first.setdefault(level, words)
    if not count:
        return None, ""
    level = max(count, key=lambda each: (count[each], -_ORDER.index(each)))
    return level, first[level]
