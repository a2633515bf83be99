"""Lays the pieces of a page out as its reading copy, one block a line: the body first, then what the reader does not see at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from caveat.model import Block, Place, Span
from caveat.reading.clean import FOREIGN, cleaned
from caveat.reading.piece import Piece
from caveat.reading.sentences import sentences

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


def compose(pieces: Iterable[Piece], language: str) -> tuple[str, tuple[Block, ...]]:
    """The reading copy and its blocks."""
    return laid_out(_ordered([_clean(piece) for piece in pieces]), language)


def laid_out(pieces: Sequence[Piece], language: str) -> tuple[str, tuple[Block, ...]]:
    blocks, start = [], 0
    for piece in pieces:
        end = start + len(piece.text)
        blocks.append(
            Block(
                piece.kind,
                start,
                end,
                spans(piece.text, start, language),
                piece.place,
                piece.heading,
                piece.element,
                piece.group,
                piece.link_words,
            )
        )
        start = end + 1
    return "\n".join(piece.text for piece in pieces), tuple(blocks)


def spans(text: str, start: int, language: str) -> tuple[Span, ...]:
    found = sentences(text, language)
    if len(found) == 1:
        begin, end = found[0]
        return (Span(start + begin, start + end),)
    return tuple([Span(start + begin, start + end) for begin, end in found])


def _clean(piece: Piece) -> Piece:
    text = cleaned(piece.text)
    heading = tuple(map(cleaned, piece.heading)) if any(map(FOREIGN.search, piece.heading)) else piece.heading
    return piece if text is piece.text and heading is piece.heading else piece._replace(text=text, heading=heading)


def _ordered(pieces: list[Piece]) -> list[Piece]:
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
