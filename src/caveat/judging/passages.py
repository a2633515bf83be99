"""Finds the passages of a page that are, or come near to, a state's notice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from caveat.judging.address import CODES
from caveat.judging.statements import UNREAD, Statement
from caveat.model import Page, Span
from caveat.rulebook import CaveatRule
from caveat.rulebook.fold import words

_OPENING = "this notice must be provided to you under"
_BODY = "one or more stem cell therapies"
_SIGNS = ("therapies", "notice", " law")
_STATE = "|".join(sorted(CODES, key=len, reverse=True)).lower()
_BY_LAW = re.compile(rf"\b(?P<state>{_STATE}) (?:state )?(?:law|statutes?|notice|stem cell notice|disclosure|disclaimer)\b")
_ALIKE = 60  # rapidfuzz ratio from which a sentence is taken for a sentence of the notice
_MOST = 4  # sentences a notice may take up on a page


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage of the page that is, or is near to, a state's notice."""

    state: str  # "US-WA", or empty when the passage names none
    text: str
    at: Statement
    named: str  # the words that name the state


def passages(page: Page, rules: Mapping[str, CaveatRule]) -> Iterator[Shown]:
    """Every passage that begins as a notice does, or says by whose law it is given and speaks of approval."""
    lower = page.text.lower()
    if "approved" not in lower or not any(word in lower for word in _SIGNS):
        return  # most pages: nothing has to be folded
    whole_page = words(page.text)
    if _OPENING not in whole_page and _BODY not in whole_page and not _BY_LAW.search(whole_page):
        return
    sentences = [
        (number, sentence, words(page.text[sentence.start : sentence.end]))
        for number, block in enumerate(page.blocks)
        if block.role not in UNREAD
        for sentence in block.sentences
    ]
    wordings = [words(sentence) for rule in rules.values() for notice in rule.notice for sentence in notice.split(". ")]
    at = 0
    while at < len(sentences):
        number, sentence, text = sentences[at]
        by_law = _BY_LAW.search(text)
        if _OPENING in text or _BODY in text or (by_law and "approved" in " ".join(each[2] for each in sentences[at : at + 2])):
            end = _end(page, sentences, at, wordings)
            whole = " ".join(page.quote(each[1]) for each in sentences[at:end])
            named = _BY_LAW.search(words(whole))
            block = page.blocks[number]
            statement = Statement(number, sentence, {}, (), frozenset(), frozenset(), block.place, block.role)
            yield Shown(f"US-{CODES[named['state'].title()]}" if named else "", whole, statement, _written(page, sentence, named))
            at = end
        else:
            at += 1


def _end(page: Page, sentences: Sequence[tuple[int, Span, str]], at: int, wordings: Sequence[str]) -> int:
    """The end of the run of sentences that belong to the notice which begins at `at`."""
    from rapidfuzz import fuzz  # few pages show a notice; the others need not load it

    place = page.blocks[sentences[at][0]].place
    end = at + 1
    while end < min(at + _MOST, len(sentences)):
        number, _, text = sentences[end]
        near = number - sentences[end - 1][0] <= 1 and page.blocks[number].place is place
        if not near or _OPENING in text or max(fuzz.ratio(text, wording) for wording in wordings) < _ALIKE:
            break
        end += 1
    return end


def _written(page: Page, sentence: Span, named: re.Match[str] | None) -> str:
    """The state's law as the page writes it."""
    if not named:
        return ""
    hit = re.search(re.escape(named.group()).replace(r"\ ", r"\W+"), page.text[sentence.start :], re.IGNORECASE)
    return page.quote(Span(sentence.start + hit.start(), sentence.start + hit.end())) if hit else named.group()
