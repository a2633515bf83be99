"""Folds text to the bare words that patterns match, every character keeping its offset where it can and a map back where it cannot."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789%+"
# Characters that vanish or change length when folded: soft hyphens, zero-width and bidi marks, combining accents, ligatures,
# full-width forms, mathematical letters. Text with none of them keeps its offsets.
_AWKWARD = re.compile(
    "[\u00ad\u0300-\u036f\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\u00df\u00c6\u00e6\u0132\u0133\u0152\u0153\ufb00-\ufb06\U0001d400-\U0001d7ff\u2100-\u214f\u24b6-\u24e9]|[ \t\n\r\u00a0]{2,}"
)
_MARKS = ("Mn", "Me", "Cf")


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` holds lower-case words between single or several spaces; `back[i]` is the offset of its i-th character, None for i itself."""

    text: str
    back: tuple[int, ...] | None = None

    def origin(self, offset: int) -> int:
        """The offset in the text that was folded; the end of the text maps to its end."""
        return offset if self.back is None else self.back[offset]


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


def fold(text: str) -> Folded:
    """Folds case, accents, Unicode forms, quotes, hyphens and invisible characters."""
    if not _AWKWARD.search(text):
        return Folded(text.translate(_TABLE))
    letters: list[str] = []
    back: list[int] = []
    for offset, char in enumerate(text):
        if unicodedata.category(char) in _MARKS:
            continue
        if char.isspace():
            if letters and letters[-1] == " " and text[back[-1]].isspace():
                continue
            letters.append(" ")
            back.append(offset)
            continue
        for part in unicodedata.normalize("NFKD", char):
            if not unicodedata.combining(part):
                letters.append({"ß": "ss", "æ": "ae", "œ": "oe"}.get(part.lower(), _TABLE[ord(part)]))
                back.extend([offset] * len(letters[-1]))
    back.append(len(text))
    return Folded("".join(letters), tuple(back))


def words(text: str) -> str:
    """A word or phrase of a rule file as the automaton knows it: folded, one space between words."""
    return " ".join(fold(text).text.split())
