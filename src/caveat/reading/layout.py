"""Lays the pieces of a page out as its reading copy, one block a line: the body first, then what the reader does not see at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, repeat
from operator import sub

from caveat.model import Block, Element, Place, Role, Span
from caveat.reading.clean import FOREIGN, cleaned
from caveat.reading.language import coded, languages
from caveat.reading.piece import Piece
from caveat.reading.rows import rows
from caveat.reading.sentences import LONGEST, STOP_INSIDE, sentences

ORDER = (
    Place.BODY,
    Place.TITLE,
    Place.DETAILS,
    Place.HIDDEN,
    Place.META,
    Place.OPEN_GRAPH,
    Place.JSON_LD,
    Place.ALT,
    Place.LABEL,
    Place.EMBEDDED,
)
_SEEN = frozenset({Place.BODY, Place.DETAILS})  # places whose repetitions say something of the page


def compose(pieces: Iterable[Piece], declared: str, elements: Sequence[Element]) -> tuple[str, tuple[Block, ...], str]:
    """The reading copy, its blocks, and the language of the page, for which `declared` and the elements' own `lang` are hints."""
    ordered = _ordered(pieces)
    copy = "\n".join([piece.text for piece in ordered])
    if FOREIGN.search(copy):
        ordered = _ordered(map(_clean, ordered))
        copy = "\n".join([piece.text for piece in ordered])
    language, spoken = languages([piece.text for piece in ordered], copy, declared, lambda number: _named(ordered[number], elements))
    return copy, _blocks(ordered, spoken), language


def _named(piece: Piece, elements: Sequence[Element]) -> str:
    """The language that the innermost element round a piece names, but for that of the whole page."""
    at = piece.element
    while at >= 0:
        if elements[at].language and elements[at].tag != "html":
            return coded(elements[at].language)
        at = elements[at].parent
    return ""


def _blocks(pieces: list[Piece], spoken: Sequence[str]) -> tuple[Block, ...]:
    if not pieces:
        return ()
    texts, kinds, places, headings, elements, groups, links, cites, runs = zip(*pieces, strict=True)
    lengths = [len(text) for text in texts]
    ends = [end + breaks for breaks, end in enumerate(accumulate(lengths))]
    starts = list(map(sub, ends, lengths))
    said: list[tuple[Span, ...]] = [(whole,) for whole in rows(Span, starts, ends)]
    for at, text in enumerate(texts):
        if lengths[at] > LONGEST or _may_be_several(text):
            said[at] = spans(text, starts[at], spoken[at])
    role, reason, repeats = repeat(Role.CONTENT), repeat(""), repeat(1)
    return rows(Block, kinds, starts, ends, said, places, headings, elements, groups, links, role, reason, repeats, cites, spoken, runs)


def _may_be_several(text: str) -> bool:
    """Whether a stop stands before the text's end. Hardly any text has one: to look for each takes a fifth of a search for any."""
    return ("." in text or "!" in text or "?" in text or not text.isascii()) and STOP_INSIDE.search(text) is not None


def spans(text: str, start: int, language: str) -> tuple[Span, ...]:
    """The sentences of a text that stands at `start` in the reading copy."""
    return tuple([Span(start + begin, start + end) for begin, end in sentences(text, language)])


def _clean(piece: Piece) -> Piece:
    return piece._replace(text=cleaned(piece.text), heading=tuple(map(cleaned, piece.heading)))


def _ordered(pieces: Iterable[Piece]) -> list[Piece]:
    places: dict[Place, list[Piece]] = {place: [] for place in ORDER}
    said: set[tuple[Place, str]] = set()
    for piece in pieces:
        if not piece.text:
            continue
        if piece.place not in _SEEN:
            if (piece.place, piece.text) in said:
                continue
            said.add((piece.place, piece.text))
        places[piece.place].append(piece)
    shown = {piece.text for piece in places[Place.BODY]}
    places[Place.LABEL] = [piece for piece in places[Place.LABEL] if piece.text not in shown]
    return [piece for place in ORDER for piece in places[place]]
