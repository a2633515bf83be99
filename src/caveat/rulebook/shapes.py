"""Finds what is known by its shape and not from a lexicon: numbers, percentages, durations, questions and quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from caveat.model import Span
from caveat.rulebook.automaton import Automaton
from caveat.rulebook.fold import Folded
from caveat.rulebook.pattern import DURATION, NUMBER, PERCENT, QUESTION, QUOTED
from caveat.rulebook.tongue import tongue

_WORD = re.compile(r"\S+")
_QUOTES = '“"«„‘'
# Digits are sought in the text as it stands, for "4,000" and "97.3" are folded apart; all else in the folded text.
_DIGITS = re.compile(r"\d(?:[\d,.]*\d)?")


Shape = tuple[int, int, int]  # its atom, and where it stands in the folded text


def shaped(automaton: Automaton, text: str, folded: Folded, sentence: Span, wanted: AbstractSet[int]) -> Iterator[Shape]:
    """The shapes in one sentence of `text`, of the wanted atoms alone."""
    until = folded.fold(sentence.end)
    return (shape for shape in _shaped(automaton, text, folded, sentence, wanted) if shape[0] in wanted and shape[2] <= until)


def _shaped(automaton: Automaton, text: str, folded: Folded, sentence: Span, wanted: AbstractSet[int]) -> Iterator[Shape]:
    """The same, with some that end after the sentence and some that were not wanted."""
    atoms, spoken = automaton.atoms, tongue(automaton.language)
    plain, start, end = folded.text, folded.fold(sentence.start), folded.fold(sentence.end)
    number, percent, duration = atoms[NUMBER], atoms[PERCENT], atoms[DURATION]
    measures = [(atom, shape) for atom, shape in ((percent, spoken.percent), (duration, spoken.unit)) if atom in wanted]
    for first, last in (*_digits(text, folded, sentence), *(match.span() for match in spoken.spelt.finditer(plain, start, end))):
        yield number, first, last
        for atom, shape in measures:
            if unit := shape.match(plain, last):
                yield atom, first, unit.end()
        if plain[last - 1] == "%":
            yield percent, first, last
    if duration in wanted:
        for match in spoken.bare_duration.finditer(plain, start, end):
            yield duration, *match.span()
    if "?" in text[sentence.end - 4 : sentence.end]:
        asked = _word_end(plain, start + len(plain[start:end].rstrip()))
        yield atoms[QUESTION], plain.rfind(" ", 0, asked) + 1, asked
    if text[sentence.start] in _QUOTES and (word := _WORD.search(plain, start)):
        yield atoms[QUOTED], *word.span()


def spots(automaton: Automaton, wanted: AbstractSet[int], plain: str) -> list[int] | None:
    """Offsets in folded text at which shapes of these atoms may end, with others among them; None where only its sentences can tell."""
    if not wanted <= {automaton.atoms[PERCENT]}:
        return None
    return [match.end() - 1 for match in tongue(automaton.language).percent.finditer(plain)] if wanted else []


def _digits(text: str, folded: Folded, sentence: Span) -> Iterator[tuple[int, int]]:
    for match in _DIGITS.finditer(text, sentence.start, sentence.end):
        yield folded.fold(match.start()), _word_end(folded.text, folded.fold(match.end()))


def _word_end(plain: str, offset: int) -> int:
    """The end of the word whose last character so far stands before an offset."""
    onward = plain.find(" ", offset)
    return onward if onward >= 0 else len(plain)
