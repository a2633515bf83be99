"""One walk over the tree a browser builds: gives the page's text in pieces, each text in exactly one, and the elements they stand in."""

from __future__ import annotations

from typing import NamedTuple

from selectolax.lexbor import LexborNode

from caveat.model import Element, Kind, Place
from caveat.reading.frames import SCOPES, Attributes, Frame, common
from caveat.reading.lines import BREAK, Line, paragraphs
from caveat.reading.piece import Piece

HEADING_WORDS = 40  # a longer heading is running text in large type
HEADING_CUT = 120
SUMMARY_LEVEL = 7  # a question that opens its answer stands above it like the smallest heading
OPENED, CLOSED, LINK_OPENED, LINK_CLOSED = 1, 2, 4, 8
_SKIPPED = frozenset("script style template noscript iframe noframes noembed canvas video audio svg head datalist".split())
_VOID = frozenset("br img input hr wbr area base col embed link meta param source track".split())
_WRITTEN = frozenset({"text", "email", "tel", "search", "number", "date", "url", "password", ""})
_PRESSED = frozenset({"submit", "button", "reset"})
_MOST_OWN = {Kind.CELL: 1, Kind.ITEM: 3}  # a cell or an item with more blocks than these is a piece of layout


class Walked(NamedTuple):
    pieces: list[Piece]
    elements: tuple[Element, ...]


def walk(root: LexborNode) -> Walked:
    state = _Walk()
    state.run(root)
    return Walked(state.pieces, tuple(frame.element() for frame in state.counted()))


class _Run:
    """Text that will stand in one block, as it comes in."""

    __slots__ = ("broken", "frame", "linked", "parts", "seam")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.linked: list[int] = []  # which parts stand in a link
        self.frame: Frame | None = None  # the innermost that holds all of it
        self.broken = False
        self.seam = 0  # which inline tags were passed since the last text


class _Walk:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.frames: list[Frame] = []  # those that hold text; their place here is their index
        self.said: set[tuple[Place, str]] = set()
        self.path: list[tuple[int, str]] = []
        self.heading: tuple[str, ...] = ()
        self.groups = 0
        self.open = _Run()

    def run(self, root: LexborNode) -> None:
        frame = Frame("html", root.attributes, None)
        above: list[tuple[LexborNode, Frame, Frame]] = []
        node = root.first_child
        while True:
            if node is None:
                if not above:
                    break
                node, frame, left = above.pop()
                self.leave(left, frame)
                node = node.next
                continue
            tag = node.tag
            if tag == "-text":
                self.text(node.text_content or "", frame)
            elif tag in _VOID:
                self.void(tag, node.attributes, frame)
            elif tag is not None and tag[0] != "-" and tag not in _SKIPPED:
                inner = self.enter(tag, node.attributes, frame)
                if (child := node.first_child) is not None:
                    above.append((node, frame, inner))
                    frame = inner
                    node = child
                    continue
                self.leave(inner, frame)
            node = node.next
        self.flush()

    def enter(self, tag: str, attributes: Attributes, parent: Frame) -> Frame:
        frame = Frame(tag, attributes, parent)
        if frame.block:
            self.flush()
            self.enter_block(frame)
        elif frame.place is not parent.place:
            frame.outer, self.open = self.open, _Run()
        else:
            self.open.seam |= OPENED | LINK_OPENED if tag == "a" else OPENED
        if attributes:
            for key in ("title", "aria-label"):
                if value := attributes.get(key):
                    self.aside(value, Place.LABEL, frame)
        return frame

    def enter_block(self, frame: Frame) -> None:
        if frame.opens_list or (frame.kind is Kind.ITEM and frame.group < 0):
            self.groups += 1
            frame.group = self.groups
            if not frame.opens_list and frame.parent is not None:
                frame.parent.group = self.groups
        if frame.tag in SCOPES or frame.place is not (frame.parent or frame).place:
            frame.path = list(self.path)
        if frame.kind in _MOST_OWN:
            frame.mark = len(self.pieces)
        if frame.tag in ("select", "textarea"):
            frame.fields += 1
            if hint := frame.attributes.get("placeholder"):
                self.put(Line(" ".join(hint.split()), 0), frame, Kind.PARAGRAPH)

    def leave(self, frame: Frame, parent: Frame) -> None:
        if frame.block:
            self.flush()
            if frame.mark >= 0 and (parent.kind is not frame.kind or frame.tag in ("li", "td", "th", "dd", "dt")):
                self.settle(frame)
            if frame.path is not None:
                self.path = frame.path
                self.heading = tuple(text for _, text in self.path)
        elif isinstance(frame.outer, _Run):
            self.flush()
            self.open = frame.outer
        else:
            self.open.seam |= CLOSED | LINK_CLOSED if frame.tag == "a" else CLOSED
        parent.fields += frame.fields
        parent.email |= frame.email

    def settle(self, frame: Frame) -> None:
        """A cell or item that turned out to hold several blocks gives those blocks, as paragraphs."""
        pieces = self.pieces
        own = [at for at in range(frame.mark, len(pieces)) if pieces[at].kind is frame.kind and pieces[at].group == frame.group]
        among = len(pieces) - frame.mark if frame.kind is Kind.CELL else len(own)
        if own and among > _MOST_OWN[frame.kind]:
            for at in own:
                pieces[at] = pieces[at]._replace(kind=Kind.PARAGRAPH, group=-1)

    def void(self, tag: str, attributes: Attributes, frame: Frame) -> None:
        if tag == "br":
            self.open.parts.append(BREAK)
            self.open.broken = True
        elif tag == "hr":
            self.flush()
        elif tag == "input":
            self.input(attributes, frame)
        elif tag != "wbr":
            self.open.parts.append(" ")
        for key, place in (("alt", Place.ALT), ("title", Place.LABEL), ("aria-label", Place.LABEL)):
            if value := attributes.get(key):
                self.aside(value, place, frame)

    def input(self, attributes: Attributes, frame: Frame) -> None:
        kind = (attributes.get("type") or "").lower()
        if kind == "hidden":
            return
        field = Frame("input", attributes, frame)
        self.flush()
        if kind in _PRESSED:
            if value := attributes.get("value"):
                self.put(Line(" ".join(value.split()), 0), field, Kind.BUTTON)
        elif kind in _WRITTEN:
            frame.fields += 1
            field.fields = 1
            hint = attributes.get("placeholder") or ""
            named = f"{kind} {attributes.get('name') or ''} {attributes.get('id') or ''} {hint}".lower()
            field.email = "email" in named or "e-mail" in named
            frame.email |= field.email
            if hint:
                self.put(Line(" ".join(hint.split()), 0), field, Kind.PARAGRAPH)

    def text(self, text: str, frame: Frame) -> None:
        run = self.open
        if text.isspace() or not text:
            if frame.pre and text.count("\n") > 1:
                run.parts.append(BREAK + BREAK)
                run.broken = True
            run.parts.append(" ")
            return
        if run.seam:
            if run.parts and _glued(run.parts[-1], text, run.seam):
                run.parts.append(" ")
            run.seam = 0
        if frame.link:
            run.linked.append(len(run.parts))
        if frame.pre and "\n" in text:
            text = text.replace("\n", BREAK)
            run.broken = True
        run.parts.append(text)
        run.frame = frame if run.frame is None else common(run.frame, frame)

    def flush(self) -> None:
        """What has come in since the last block becomes one, or several when line breaks part it."""
        run = self.open
        if not run.parts:
            return
        self.open = _Run()
        frame = run.frame
        if frame is None:
            return
        if not run.broken:
            text = " ".join("".join(run.parts).split())
            self.put(Line(text, sum(len(run.parts[at].split()) for at in run.linked)), frame, frame.kind)
            return
        whole = frame.kind in (Kind.HEADING, Kind.BUTTON, Kind.SUMMARY, Kind.CAPTION)
        for lines, listed in paragraphs(run.parts, set(run.linked), whole):
            if listed and frame.kind is not Kind.ITEM:
                self.groups += 1
            for line in lines:
                if listed and frame.kind is not Kind.ITEM:
                    self.put(line, frame, Kind.ITEM, self.groups)
                else:
                    self.put(line, frame, frame.kind)

    def put(self, line: Line, frame: Frame, kind: Kind, group: int = -1) -> None:
        text, links = line
        if not text:
            return
        words = text.count(" ") + 1
        if kind is Kind.HEADING and words > HEADING_WORDS:
            kind = Kind.PARAGRAPH
        frame.words += words
        frame.link_words += links
        if kind is Kind.HEADING:
            self.under(frame.heading_level(), text, before=True)
        if group < 0 and kind in _MOST_OWN:
            group = frame.group
        self.pieces.append(Piece(text, kind, frame.place, self.heading, self.index(frame), group, links))
        if kind is Kind.HEADING:
            self.under(frame.heading_level(), text)
        elif kind is Kind.SUMMARY:
            self.under(SUMMARY_LEVEL, text, before=True)
            self.under(SUMMARY_LEVEL, text)

    def under(self, level: int, text: str, before: bool = False) -> None:
        """Steps out of the headings of this level and below; then, unless only that is wanted, in under this one."""
        if before:
            self.path = [above for above in self.path if above[0] < level]
        else:
            self.path = [*self.path, (level, text[:HEADING_CUT])]
        self.heading = tuple(above for _, above in self.path)

    def aside(self, text: str, place: Place, frame: Frame) -> None:
        """Text of an attribute; the same words in the same place are read once."""
        text = " ".join(text.split())
        if text and (place, text) not in self.said:
            self.said.add((place, text))
            self.pieces.append(Piece(text, Kind.PARAGRAPH, place, self.heading, self.index(frame)))

    def index(self, frame: Frame) -> int:
        chain = []
        at: Frame | None = frame
        while at is not None and at.index < 0:
            chain.append(at)
            at = at.parent
        for held in reversed(chain):
            held.index = len(self.frames)
            self.frames.append(held)
        return frame.index

    def counted(self) -> list[Frame]:
        """The frames that hold text, words added up from the innermost outwards."""
        for frame in reversed(self.frames):
            if frame.parent is not None:
                frame.parent.words += frame.words
                frame.parent.link_words += frame.link_words
        return self.frames


def _glued(before: str, after: str, seam: int) -> bool:
    """Whether two texts that inline tags part would run together though the page sets them apart ("skin" + "Read more")."""
    last, first = before[-1], after[0]
    if last.isspace() or first.isspace() or last == BREAK:
        return False
    if seam & LINK_OPENED and seam & LINK_CLOSED:
        return True
    apart = seam & (LINK_OPENED | LINK_CLOSED) or (seam & OPENED and seam & CLOSED)
    return bool(apart) and first.isupper() and (last.islower() or last.isdigit() or last in ".!?:;)”")
