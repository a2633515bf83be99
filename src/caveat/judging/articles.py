"""Tells which blocks a reference closes: its article, which ends where another reference stands or another subject begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caveat.judging.references import Cited, marks
from caveat.judging.topics import akin, canon, conditions
from caveat.model import Kind, Page, Place, Role
from caveat.rulebook import Scan

_TEXT = (Role.CONTENT, Role.DISCLAIMER, Role.REFERENCE)
_FARTHEST = 80  # blocks above a single reference that it can be taken to speak for
_HEADING_COUNTS = 2  # a condition in a heading counts as much as so many in the text
_PERSISTS = 2  # mentions from which another condition is the subject of the blocks above, and not a passing one

_Topics = Mapping[int, Counter[str]]


@dataclass(frozen=True)
class Article:
    """A run of blocks and the references that close it. `marked`: the text points to their numbers, so only these places cite."""

    blocks: range
    cited: tuple[Cited, ...]
    marked: bool
    topics: _Topics

    def topics_at(self, number: int) -> list[str]:
        """The condition that a block is about: its own, else that of the blocks above it in the article."""
        for at in range(number, self.blocks.start - 1, -1):
            if self.topics.get(at):
                return [self.topics[at].most_common(1)[0][0]]
        return []


def articles(page: Page, scan: Scan, closing: Sequence[Cited]) -> list[Article]:
    """The articles of a page, one for each run of references on lines of their own."""
    topics = _topics(page, scan, {each.block for each in closing})
    found = []
    begin = 0
    for run in _runs(page, closing):
        first, last = run[0].block, run[-1].block
        numbers = {each.number for each in run if each.number}
        above = range(max(begin, _same_article(page, first)), first)
        marked = len(numbers) == len(run) and _points(page, above, numbers)
        start = above.start if marked or len(run) > 1 else _start(page, scan, topics, above, run[0])
        found.append(Article(range(start, last + 1), tuple(run), marked, topics))
        begin = last + 1
    return found


def _runs(page: Page, closing: Sequence[Cited]) -> list[list[Cited]]:
    """References that follow each other with no text between."""
    runs: list[list[Cited]] = []
    for each in closing:
        between = range(runs[-1][-1].block + 1, each.block) if runs else ()
        if runs and not any(page.blocks[number].role in _TEXT and page.blocks[number].place is Place.BODY for number in between):
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _topics(page: Page, scan: Scan, passed_over: set[int]) -> _Topics:
    """The conditions of each block of text by the names they go by on this page."""
    raw: dict[int, list[str]] = {}
    for number, block in enumerate(page.blocks):
        if number not in passed_over and block.role in _TEXT and block.place in (Place.BODY, Place.DETAILS):
            names = [name for sentence in block.sentences for name in conditions(page, scan[sentence])]
            if names:
                raw[number] = names * (_HEADING_COUNTS if block.kind is Kind.HEADING else 1)
    name_of = canon(name for names in raw.values() for name in names)
    return {number: Counter(name_of[name] for name in names) for number, names in raw.items()}


def _start(page: Page, scan: Scan, topics: _Topics, above: range, reference: Cited) -> int:
    """Where the article of a single reference begins: after the last block that is about another condition."""
    above = range(max(above.start, reference.block - _FARTHEST), above.stop)
    subject = _subject(page, scan, topics, above, reference)
    if not subject:
        return above.start
    for number in reversed(above):
        here = topics.get(number)
        if here and subject not in here and not akin(here, [subject]):
            other, _ = here.most_common(1)[0]
            before = sum(topics[at][other] for at in range(above.start, number + 1) if at in topics)
            own = sum(topics[at][subject] for at in range(above.start, number) if at in topics)
            if before >= _PERSISTS and before > own:
                return _after(page, topics, subject, number, above.stop)
    return above.start


def _subject(page: Page, scan: Scan, topics: _Topics, above: range, reference: Cited) -> str:
    """The condition the reference names when the text above speaks of it too, else the one spoken of last."""
    sentences = page.blocks[reference.block].sentences
    named = [name for sentence in sentences for name in conditions(page, scan[sentence])]
    spoken = Counter[str]()
    for number in above:
        spoken += topics.get(number, Counter())
    for name in sorted(named, key=len, reverse=True):
        for known in spoken:
            if known == name or f" {known} " in f" {name} ":
                return known
    return next((topics[number].most_common(1)[0][0] for number in reversed(above) if number in topics), "")


def _after(page: Page, topics: _Topics, subject: str, other: int, stop: int) -> int:
    """The first block after `other` that is about the subject, or the heading right above it."""
    first = next((number for number in range(other + 1, stop) if subject in topics.get(number, ())), other + 1)
    return first - 1 if first - 1 > other and page.blocks[first - 1].kind is Kind.HEADING else first


def _same_article(page: Page, number: int) -> int:
    """The first block that stands in the same <article> element, 0 where there is none."""
    home = _article_element(page, number)
    if home < 0:
        return 0
    return next((at for at in range(number) if _article_element(page, at) == home), 0)


def _article_element(page: Page, number: int) -> int:
    at = page.blocks[number].element
    while at >= 0 and page.elements[at].tag != "article":
        at = page.elements[at].parent
    return at


def _points(page: Page, blocks: range, numbers: set[int]) -> bool:
    """Whether the text points to numbers of the list."""
    texts = (page.text[block.start : block.end] for block in page.blocks[blocks.start : blocks.stop] if block.role in _TEXT)
    return any(not marks(text).isdisjoint(numbers) for text in texts)
