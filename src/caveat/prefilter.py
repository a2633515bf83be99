"""Tells from the bytes of a page, before anything of it is parsed, that it names no therapy: of a crawl's pages few do."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from caveat.model import Capture
from caveat.reading.decode import decode
from caveat.reading.frames import SKIPPED, SORTS, VOID
from caveat.reading.recognise import is_html
from caveat.rulebook import Rulebook, fold
from caveat.rulebook.pattern import literals

NAMING = ("therapy", "hematopoietic")  # the lexicons without whose words a page claims nothing: see judging.judge
# What stands behind a tag's name, to its end. Within quotes behind a "=" it may hold anything. Bounded, so that no page makes it slow.
_REST = r"""(?:[^<>=]{1,2000}+|=\s{0,99}+(?:"[^"]{0,5000}+"|'[^']{0,5000}+')?+){0,300}+>"""
# Elements that part the words on their two sides. Any other stands within a line, those that no browser knows too.
_APART = "|".join(
    sorted(name for name, sort in SORTS.items() if sort.block and sort is not VOID and sort is not SKIPPED and name.isalnum())
)
_TAG = re.compile(rf"</?[a-z]{_REST}|<[!?/][^<>]{{0,999}}+>", re.IGNORECASE)
_INLINE = re.compile(rf"</?(?!(?:{_APART}|br|hr|input)[\s/>])[a-z]{_REST}|<[!?/][^<>]{{0,999}}+>", re.IGNORECASE)
# The values of attributes that are read: alt, title, aria-label, content, value, placeholder; and of all with a space before the "=".
_SAID = re.compile(r"""=(?<=(?i:alt|tle|bel|ent|lue|der|..\s)=)\s{0,99}+("[^"]{0,50000}+|'[^']{0,50000}+|[^\s>]{1,50000}+)""", re.DOTALL)
_MANY = 200_000  # "<" in a page; the longest real page seen has 60,000 tags
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
# Where something begins that may hold what is no tag: a comment, an element of raw text, any tag with its attributes.
_RAW = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
_BEGIN = re.compile(rf"<(?:(?P<comment>!--)|(?P<raw>{'|'.join(_RAW)})(?=[\s/>]){_REST}|/?[a-z]{_REST})", re.IGNORECASE)
_END = {name: re.compile(rf"</{name}(?=[\s/>])[^<>]{{0,999}}+>", re.IGNORECASE) for name in _RAW} | {"": re.compile("-?->|--!>")}
_FOREIGN = re.compile(r"<(?:svg|math)[\s/>]", re.IGNORECASE)  # in which nothing is raw text
_NOTHING = "<wbr>"  # in the place of what is left out: whether it parts words is for the reader of both


@dataclass(frozen=True)
class Sieve:
    """The names of all therapies, folded, whole words only."""

    names: AhoCorasick

    def passes(self, capture: Capture) -> bool:
        """Whether the page may name a therapy (names that are none in small letters, "EV", count in these too), or has too many tags."""
        return capture.data.count(b"<") > _MANY or bool(self.names.find_matches_as_indexes(f" {fold(_words(capture)).text} "))


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
    The words of a page, with references and escapes undone: once as they stand when only the tags part them that part blocks, once as they
    stand when every tag does (links side by side are words of their own), and those of the attributes that are read. Missed are a name
    that a part of a table outside any table cuts in two, and one with a tag in its midst and another link's words glued to it.
    """
    text = decode(capture.data, capture.charset).text
    if not is_html(capture, text):
        return " ".join(text.split())
    text = _shown(text)
    words = _undone(" ".join((*_parted(text), *_SAID.findall(text))))
    return " ".join(" ".join((words, *_parted(words)) if "<" in words else [words]).split())  # tags in data are written as references


def _parted(text: str) -> tuple[str, str]:
    """A text without its tags: by those alone that part blocks, and by all."""
    return _TAG.sub(" ", _INLINE.sub("", text)), _TAG.sub(" ", text)


def _undone(text: str) -> str:
    return html.unescape(_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text))


def _shown(text: str) -> str:
    """A page without comments, and without the programs and styles that are never read; data in scripts is. In doubt it stays."""
    kept: list[str] = []
    at = done = 0
    foreign = _FOREIGN.search(text)
    while found := _BEGIN.search(text, at):
        at, raw = found.end(), (found["raw"] or "").lower()
        if not (raw or found["comment"]):
            continue
        end = _END[raw].search(text, at - 2 if found["comment"] else at)
        if not end:
            break
        inside = text[found.start() : end.start()]
        if raw and foreign and foreign.start() < found.start() and "<" in inside[1:]:
            continue
        at = end.end()
        if not raw or (raw in ("script", "style") and "json" not in found[0].lower()):
            kept += (text[done : found.start()], _NOTHING)
            done = at
    return "".join((*kept, text[done:]))
