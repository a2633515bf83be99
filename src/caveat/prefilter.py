"""Tells from the bytes of a page, before anything of it is parsed, that it names no therapy: of a crawl's pages few do."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from caveat.model import Capture
from caveat.reading.decode import decode
from caveat.rulebook import Rulebook, fold
from caveat.rulebook.pattern import literals

NAMING = ("therapy", "hematopoietic")  # the lexicons without whose words a page claims nothing: see judging.judge
# What a reader of the page does not see in the midst of a word.
_INLINE = "a|abbr|b|big|em|font|i|mark|q|s|small|span|strong|sub|sup|tt|u|wbr"
_UNSEEN = re.compile(rf"<(?:!--.*?--|/?(?:{_INLINE})(?:[\s/][^<>]*)?)>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile("<[^<>]*>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
# Programs and styles, which are never read; data in scripts is.
_PROGRAM = re.compile(rb"<(script|style)\b(?![^<>]*json)[^<>]*>.*?</\1", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Sieve:
    """The names of all therapies, folded, whole words only."""

    names: AhoCorasick

    def passes(self, capture: Capture) -> bool:
        """Whether the page may name a therapy. Names that are none in small letters ("EV") count in these too."""
        return bool(self.names.find_matches_as_indexes(f" {fold(_words(capture)).text} "))


def sieve(book: Rulebook) -> Sieve:
    """The sieve of a rulebook, in every language that it speaks."""
    return Sieve(AhoCorasick(sorted({name for language in book.languages for name in _names(book, language)})))


def _names(book: Rulebook, language: str) -> Iterator[str]:
    """Each as it stands between words; of one that any ending may follow its beginning."""
    spoken = book.speaking(language)
    if spoken is not None:
        for lexicon in _made_of(spoken, NAMING):
            for entry in spoken.lexicons[lexicon].words:
                yield from (f" {found.text}" if found.prefix else f" {found.text} " for found in literals(entry, language))


def _made_of(book: Rulebook, names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = [name for name in names if name in book.lexicons]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += book.lexicons[name].includes
    return found


def _words(capture: Capture) -> str:
    """
    The words of a page, those of all its tags after those that its tags part: without programs and styles, which are never read, with
    references and escapes undone, and without the inline tags that may stand in the midst of a word.
    """
    text = html.unescape(decode(_PROGRAM.sub(b" ", capture.data), capture.charset).text)
    text = _UNSEEN.sub("", _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text))
    return " ".join(" ".join([_TAG.sub(" ", text), *_TAG.findall(text)]).split())
