"""Gathers a page's pieces in order, with the headings they stand under and the elements they stand in."""

from __future__ import annotations

from caveat.model import Element, Kind, Place, Run
from caveat.reading.clean import cleaned
from caveat.reading.frames import Frame
from caveat.reading.hiding import Attributes
from caveat.reading.piece import Piece
from caveat.reading.rows import rows

HEADING_WORDS = 40  # a longer heading is running text in large type
HEADING_CUT = 120
SUMMARY_LEVEL = 7  # a question that opens its answer stands above it like the smallest heading
# Looking a member up on its enumeration takes 0.2 µs in Python 3.11, ten times a name's: here they have names.
_HEADING, _SUMMARY, _ITEM, _CELL, _PARAGRAPH = Kind.HEADING, Kind.SUMMARY, Kind.ITEM, Kind.CELL, Kind.PARAGRAPH
_MOST_OWN = {_CELL: 1, _ITEM: 3}  # a cell or an item with more blocks than these is a piece of layout


class Gathering:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.frames: list[Frame] = []  # those that hold text; their place here is their index
        self.path: list[tuple[int, str]] = []
        self.heading: tuple[str, ...] = ()
        self.groups = 0
        self.said: set[tuple[Place, str]] = set()

    def open_block(self, frame: Frame, parent: Frame) -> None:
        frame.path = self.path
        if frame.sort.lists:
            frame.group = self.new_group()
        elif frame.sort.kind in _MOST_OWN:
            frame.mark = len(self.pieces)
            if parent.group < 0:
                frame.group = parent.group = self.new_group()

    def close_block(self, frame: Frame) -> None:
        if frame.mark >= 0:
            self._settle(frame)
        if frame.path is not None and not frame.sort.lists:
            self._go_under(frame.path)

    def new_group(self) -> int:
        self.groups += 1
        return self.groups

    def put(
        self,
        words: list[str],
        links: int,
        frame: Frame,
        kind: Kind,
        group: int = -1,
        cites: tuple[str, ...] = (),
        runs: tuple[Run, ...] = (),
    ) -> None:
        """Adds a block of these words, if there are any; `links` of them stand in links, some of which lead to studies."""
        if not words:
            return
        count = len(words)
        if links > count:
            links = count  # a word may stand half in one link and half in another
        frame.words += count
        frame.link_words += links
        index = frame.index if frame.index >= 0 else self.index(frame)
        text, level = " ".join(words), -1
        if kind is _HEADING or kind is _SUMMARY:
            if count > HEADING_WORDS:
                kind = _PARAGRAPH
            else:
                level = frame.level() if kind is _HEADING else SUMMARY_LEVEL
                self._go_under([above for above in self.path if above[0] < level])
        elif group < 0 and (kind is _ITEM or kind is _CELL):
            group = frame.group
        self.pieces.append(Piece(text, kind, frame.place, self.heading, index, group, links, cites, runs))
        if level >= 0:
            self._go_under([*self.path, (level, text[:HEADING_CUT])])

    def aside(self, text: str, place: Place, frame: Frame) -> None:
        """Adds the text of an attribute; the same words in the same place are read once."""
        folded = " ".join(text.split())
        if folded and (place, folded) not in self.said:
            self.said.add((place, folded))
            self.pieces.append(Piece(folded, _PARAGRAPH, place, self.heading, frame.index if frame.index >= 0 else self.index(frame)))

    def elements(self) -> tuple[Element, ...]:
        """The frames that hold text as elements, words added up from the innermost outwards; to be asked once."""
        frames = self.frames
        for frame in reversed(frames):
            if (parent := frame.parent) is not None:
                parent.words += frame.words
                parent.link_words += frame.link_words
        attributes = [frame.attributes for frame in frames]
        return rows(
            Element,
            [frame.tag for frame in frames],
            map(_names, attributes),
            [frame.parent.index if frame.parent else -1 for frame in frames],
            [frame.words for frame in frames],
            [frame.link_words for frame in frames],
            [frame.email for frame in frames],
            [frame.fields for frame in frames],
            [each.get("lang") or "" for each in attributes],
            attributes,
        )

    def _go_under(self, path: list[tuple[int, str]]) -> None:
        if path is not self.path:
            self.path = path
            self.heading = tuple(text for _, text in path)

    def _settle(self, frame: Frame) -> None:
        """A cell or item that turned out to hold several blocks gives those blocks, as paragraphs."""
        pieces, kind, group = self.pieces, frame.kind, frame.group
        if len(pieces) - frame.mark <= _MOST_OWN[kind]:
            return
        held = [at for at in range(frame.mark, len(pieces)) if pieces[at].place is frame.place]
        own = [at for at in held if pieces[at].kind is kind and pieces[at].group == group]
        if len(held if kind is _CELL else own) > _MOST_OWN[kind]:
            for at in own:
                pieces[at] = pieces[at]._replace(kind=_PARAGRAPH, group=-1)

    def index(self, frame: Frame) -> int:
        """Where the frame is among the page's elements, which it comes to be with those it stands in."""
        if frame.index >= 0:
            return frame.index
        at = frame.parent
        if at is None or at.index >= 0:
            frame.index = len(self.frames)
            self.frames.append(frame)
            return frame.index
        chain = [frame]
        while at is not None and at.index < 0:
            chain.append(at)
            at = at.parent
        for held in reversed(chain):
            held.index = len(self.frames)
            self.frames.append(held)
        return frame.index


def _names(attributes: Attributes) -> str:
    """What an element is called, as `Element` has it."""
    if not attributes:
        return ""
    find = attributes.get
    names = f"{find('id') or ''} {find('class') or ''} {find('role') or ''} {find('aria-label') or ''}"
    folded = " ".join(names.lower().split())
    return folded if folded.isprintable() else cleaned(folded)
