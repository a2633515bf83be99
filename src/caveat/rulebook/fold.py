"""Folds text to the bare words that patterns match, every character keeping its offset where it can and a map back where it cannot."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from caveat.model import Span

_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789%"
# Characters that vanish or change length when folded: soft hyphens, zero-width and bidi marks, combining accents, ligatures,
# full-width forms, mathematical letters. Text with none of them keeps its offsets.
_ODD = (
    "[\u00ad\u0300-\u036f\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\u00df\u00c6\u00e6\u0132\u0133\u0152\u0153\ufb00-\ufb06\U0001d400-\U0001d7ff\u2100-\u214f\u24b6-\u24e9]"
)
_SPACES = " \t\n\r\u00a0"
_AWKWARD = re.compile(f"{_ODD}|[{_SPACES}]{{2,}}")
_RARE = re.compile(_ODD)
_MARKS = ("Mn", "Me", "Cf")
_LONG = {"ß": "ss", "æ": "ae", "œ": "oe"}


@dataclass(frozen=True, slots=True)
class Folded:
    """
    `text` holds lower-case words between spaces. Where characters vanished or grew, `here` and `there` are the offsets, in it and in the
    text that was folded, at which runs of one-to-one characters begin; both are empty where all offsets are the same.
    """

    text: str
    here: tuple[int, ...] = ()
    there: tuple[int, ...] = ()

    def origin(self, offset: int) -> int:
        """The offset in the text that was folded."""
        return _moved(offset, self.here, self.there)

    def fold(self, offset: int) -> int:
        """The offset in the folded text."""
        return _moved(offset, self.there, self.here)

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Where in the folded text a span of the text that was folded stands."""
        return (self.fold(start), self.fold(end)) if self.here else (start, end)

    def span(self, start: int, end: int) -> Span:
        """A span of the text that was folded; the end is that of the last character, not the start of the next."""
        return Span(self.origin(start), self.origin(end - 1) + 1)


def _moved(offset: int, starts: tuple[int, ...], goals: tuple[int, ...]) -> int:
    if not starts:
        return offset
    run = bisect_right(starts, offset) - 1
    moved = goals[run] + offset - starts[run]
    return min(moved, goals[run + 1]) if run + 1 < len(goals) else moved


class _Table(dict[int, str]):
    """One character to one character: letters to their base letter, digits to themselves, all else to a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = next((c for c in unicodedata.normalize("NFKD", char).lower() if not unicodedata.combining(c)), " ")
        # A letter of another script is a letter still: no word may begin or end beside it.
        folded = base if base in _PLAIN else "_" if base.isalnum() else " "
        self[code] = folded
        return folded


_TABLE = _Table()
_LETTER = "\x7f"  # stands in for a letter of another script until the ASCII of a page is folded
_PLAIN_TABLE = str.maketrans({code: _TABLE[code] for code in range(127)} | {_LETTER: "_"})
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def _one_to_one(text: str) -> str:
    """Each character folded to one; what is left after the few that are not ASCII are replaced goes at the speed of ASCII."""
    plain = text.replace(_LETTER, " ").replace("i.e.", "ie  ")  # nobody says "I" there
    return _NOT_ASCII.sub(lambda found: _TABLE[ord(found[0])].replace("_", _LETTER), plain).translate(_PLAIN_TABLE)


def fold(text: str) -> Folded:
    """Folds case, accents, Unicode forms, quotes, hyphens and invisible characters."""
    if not _RARE.search(text) and not _has_double_space(text):  # sought one by one they take a fifth of the time
        return Folded(_one_to_one(text))
    pieces: list[str] = []
    here, there = [0], [0]
    length = done = 0
    for awkward in _AWKWARD.finditer(text):
        piece = _one_to_one(text[done : awkward.start()])
        folded = _unfolded(awkward.group())
        length += len(piece) + len(folded)
        pieces += (piece, folded)
        done = awkward.end()
        here.append(length)
        there.append(done)
    pieces.append(_one_to_one(text[done:]))
    return Folded("".join(pieces), tuple(here), tuple(there))


def _has_double_space(text: str) -> bool:
    for space in _SPACES[1:]:
        text = text.replace(space, " ")
    return "  " in text


def _unfolded(awkward: str) -> str:
    """What a character that vanishes or grows stands for; white space stands for one space."""
    if awkward[0].isspace():
        return " "
    if unicodedata.category(awkward) in _MARKS:
        return ""
    parts = (part for part in unicodedata.normalize("NFKD", awkward) if not unicodedata.combining(part))
    return "".join(_LONG.get(part.lower(), _TABLE[ord(part)]) for part in parts)


def words(text: str) -> str:
    """A word or phrase of a rule file as the automaton knows it: folded, one space between words."""
    plain = text.isascii() and text.replace(" ", "").isalnum()  # as nearly all of 40,000 are
    return " ".join((text.lower() if plain else fold(text).text).split())
