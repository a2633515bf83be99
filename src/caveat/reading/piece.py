"""A piece of a page before it has its place in the reading copy."""

from __future__ import annotations

from typing import NamedTuple

from caveat.model import Kind, Place, Run


class Piece(NamedTuple):
    """One block's text on one line, white space folded; `element`, `group`, `heading`, `cites` and `runs` as in Block."""

    text: str
    kind: Kind = Kind.PARAGRAPH
    place: Place = Place.BODY
    heading: tuple[str, ...] = ()
    element: int = -1
    group: int = -1
    link_words: int = 0
    cites: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()
