"""One walk over the tree a browser builds: gives the page's text in pieces, each text in exactly one, and the elements they stand in."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple, cast

from selectolax.lexbor import LexborNode

from caveat.model import Element, Kind, Place
from caveat.model import Run as Stretch
from caveat.reading.clean import FOREIGN, cleaned
from caveat.reading.frames import BEARING, INLINE, ODD, SKIPPED, SORTS, VOID, Frame, Sort, is_button, odd_frame
from caveat.reading.gather import Gathering
from caveat.reading.hiding import Attributes
from caveat.reading.lines import BREAK, paragraphs
from caveat.reading.piece import Piece
from caveat.reading.run import CLOSED, LINK_CLOSED, LINK_OPENED, OPENED, SPACED, Run, glued

# Looking a member up on its enumeration takes 0.2 µs in Python 3.11, ten times a name's: here they have names.
_ALT, _LABEL, _ITEM = Place.ALT, Place.LABEL, Kind.ITEM
# Where articles and registered trials have their addresses: DOIs at any publisher, PubMed, PMC, registers.
STUDIES = re.compile(r"/10\.\d{4,9}/|ncbi\.nlm\.nih\.gov/|clinicaltrials\.gov/|isrctn\.com/", re.IGNORECASE)
LONGEST, MOST = 500, 40  # characters of such an address, and how many of them one block may hold
LINK = Frame("a", SORTS["a"], {}, None, Place.BODY)  # stands for any link that bears no name
_UNKNOWN = (Stretch(0, -1),)
_ONE_LINE = frozenset({Kind.HEADING, Kind.BUTTON, Kind.SUMMARY, Kind.CAPTION})
_WRITTEN = frozenset({"text", "email", "tel", "search", "number", "date", "url", "password", ""})
_PRESSED = frozenset({"submit", "button", "reset"})


class Walked(NamedTuple):
    pieces: list[Piece]
    elements: tuple[Element, ...]


def walk(root: LexborNode, measured: str = "") -> Walked:
    """The pieces of a tree in the order of the page, whatever their place. `measured`: the attribute that elements bear for their text."""
    steps = _Walk(BEARING | {measured} if measured else BEARING)
    steps.run(root)
    return Walked(steps.gathered.pieces, steps.gathered.elements())


class _Walk:
    def __init__(self, bearing: frozenset[str]) -> None:
        self.bearing = bearing
        self.gathered = Gathering()
        self.open = Run()
        self.links = 0  # links that are open
        self.pre = 0  # elements that are open and keep their line breaks

    def run(self, root: LexborNode) -> None:
        frame = Frame("html", SORTS["html"], root.attributes, None, Place.BODY)
        above: list[tuple[LexborNode, Frame, Frame | None]] = []
        node = root.first_child
        sort_of = SORTS.get
        while True:
            if node is None:
                if not above:
                    break
                node, frame, inner = above.pop()
                if inner is None:
                    self.open.seam |= CLOSED
                elif inner is LINK:
                    self.open.seam |= CLOSED | LINK_CLOSED
                    self.links -= 1
                else:
                    self.leave(inner, frame)
                node = node.next
                continue
            tag = node.tag or "-comment"
            if tag == "-text":
                text = node.text_content or ""
                run = self.open
                if text.isspace() and not self.pre:
                    run.seam |= SPACED
                elif run.parts or self.pre:
                    self.text(text, frame)
                else:
                    run.parts.append(text)
                    run.begin(frame, self.links > 0)
                node = node.next
                continue
            sort = sort_of(tag, INLINE)
            if sort is VOID:
                self.void(tag, node.attributes, frame)
            elif sort is not SKIPPED:
                child, attributes = node.first_child, node.attributes
                if child is not None or sort is not INLINE or not ODD.isdisjoint(attributes):
                    inner = self.enter(tag, sort, attributes, frame)
                    above.append((node, frame, inner))
                    if inner is not None and inner is not LINK:
                        frame = inner
                    node = child
                    continue
                self.open.seam |= OPENED | CLOSED
            node = node.next
        self.flush()

    def enter(self, tag: str, sort: Sort, attributes: Attributes, parent: Frame) -> Frame | None:
        """The frame of an element; for an inline one that says nothing of its text None, or LINK."""
        framed = sort.framed or not self.bearing.isdisjoint(attributes)
        if framed and ((sort.odd and (tag != "a" or is_button(attributes))) or not ODD.isdisjoint(attributes)):
            return self.enter_odd(odd_frame(tag, sort, attributes, parent), parent)
        if not sort.block:
            self.open.seam |= OPENED
            link = tag == "a"
            if link:
                self.open_link(attributes)
            if not framed:
                return LINK if link else None
        elif self.open.parts:
            self.flush()
        frame = Frame(tag, sort, attributes, parent, parent.place)
        if sort.scope or sort.lists:
            self.gathered.open_block(frame, parent)
        frame.closes = sort.odd
        return frame

    def open_link(self, attributes: Attributes) -> None:
        self.open.seam |= LINK_OPENED
        self.links += 1
        address = attributes.get("href")
        if address and len(address) < LONGEST and _is_study(address) and len(self.open.cites) < MOST:
            self.open.cites += (address.strip(),)

    def enter_odd(self, frame: Frame, parent: Frame) -> Frame:
        sort, tag, attributes = frame.sort, frame.tag, frame.attributes
        frame.closes = True
        if sort.block:
            self.flush()
            if sort.scope or sort.lists or frame.place is not parent.place:
                self.gathered.open_block(frame, parent)
        elif frame.place is not parent.place:
            frame.outer, self.open = self.open, Run()
        else:
            self.open.seam |= OPENED
        if tag == "a":
            self.open_link(attributes)
        self.pre += sort.pre
        if tag in ("select", "textarea"):
            self.field(attributes, frame)
        self.labels(attributes, frame)
        return frame

    def leave(self, frame: Frame, parent: Frame) -> None:
        if frame.closes:
            self.leave_odd(frame, parent)
        elif frame.sort.block:
            if self.open.parts:
                self.flush()
            if frame.path is not None:
                self.gathered.close_block(frame)
        else:
            self.open.seam |= CLOSED

    def leave_odd(self, frame: Frame, parent: Frame) -> None:
        if frame.sort.block:
            self.flush()
            self.gathered.close_block(frame)
        elif frame.outer is not None:
            self.flush()
            self.open = cast(Run, frame.outer)
        else:
            self.open.seam |= CLOSED | LINK_CLOSED if frame.tag == "a" else CLOSED
        self.links -= frame.tag == "a"
        self.pre -= frame.sort.pre
        if frame.fields:
            _count(frame, parent)

    def void(self, tag: str, attributes: Attributes, frame: Frame) -> None:
        if tag == "br":
            if self.open.parts:
                self.open.parts.append(BREAK)
                self.open.broken = True
        elif tag == "hr":
            self.flush()
        elif tag == "input":
            self.input(attributes, frame)
        elif tag != "wbr":
            self.open.seam |= SPACED
        if attributes:
            if alt := attributes.get("alt"):
                self.gathered.aside(alt, _ALT, frame)
            self.labels(attributes, frame)

    def labels(self, attributes: Attributes, frame: Frame) -> None:
        if title := attributes.get("title"):
            self.gathered.aside(title, _LABEL, frame)
        if label := attributes.get("aria-label"):
            self.gathered.aside(label, _LABEL, frame)

    def input(self, attributes: Attributes, parent: Frame) -> None:
        kind = (attributes.get("type") or "").lower()
        if kind not in _PRESSED and kind not in _WRITTEN:
            return
        self.flush()
        frame = Frame("input", INLINE, attributes, parent, parent.place)
        if kind in _PRESSED:
            self.gathered.put((attributes.get("value") or "").split(), 0, frame, Kind.BUTTON)
        else:
            self.field(attributes, frame)
            _count(frame, parent)

    def field(self, attributes: Attributes, frame: Frame) -> None:
        frame.fields += 1
        said = " ".join(attributes.get(key) or "" for key in ("type", "name", "id", "placeholder", "autocomplete")).lower()
        frame.email = "email" in said or "e-mail" in said
        self.gathered.put((attributes.get("placeholder") or "").split(), 0, frame, Kind.PARAGRAPH)

    def text(self, text: str, frame: Frame) -> None:
        run = self.open
        if self.pre and "\n" in text:
            text = text.replace("\n", BREAK)
            run.broken = True
        if run.seam:
            if run.parts and (run.seam & SPACED or glued(run.parts[-1], text, run.seam)):
                run.parts.append(" ")
            run.seam = 0
        if self.links:
            run.linked.append(len(run.parts))
        if run.last is not frame:
            run.turn(frame)
        run.parts.append(text)

    def flush(self) -> None:
        """What has come in since the last block becomes one, or several where line breaks part it."""
        run = self.open
        frame, parts, linked, turns, cites = run.frame, run.parts, run.linked, run.turns, run.cites
        run.cites = ()
        if frame is None:
            return
        run.clear()
        if run.broken:
            run.broken = False
            self.put_lines(parts, set(linked), frame, cites, _UNKNOWN if turns else ())
        elif len(parts) == 1:
            words = parts[0].split()
            self.gathered.put(words, len(words) if linked else 0, frame, frame.kind, -1, cites)
        else:
            words = "".join(parts).split()
            links = sum([len(parts[at].split()) for at in linked]) if linked else 0
            self.gathered.put(words, links, frame, frame.kind, -1, cites, self.runs(words, parts, turns) if turns else ())

    def runs(self, words: list[str], parts: list[str], turns: list[tuple[int, Frame]]) -> tuple[Stretch, ...]:
        """How much of a block stands in which element; a block of several lines is not taken apart."""
        texts = ["".join(parts[start:end]) for (start, _), (end, _) in pairwise([*turns, (len(parts), None)])]
        if FOREIGN.search("".join(words)):
            texts = [cleaned(text) for text in texts]
        return tuple([Stretch(sum(map(len, text.split())), self.gathered.index(frame))
                      for text, (_, frame) in zip(texts, turns, strict=True)])  # fmt: skip

    def put_lines(self, parts: list[str], linked: set[int], frame: Frame, cites: tuple[str, ...], runs: tuple[Stretch, ...]) -> None:
        gathered = self.gathered
        for lines, listed in paragraphs(parts, linked, frame.kind in _ONE_LINE):
            kind = _ITEM if listed else frame.kind
            group = gathered.new_group() if listed and frame.kind is not _ITEM else -1
            for line in lines:
                gathered.put(line.text.split(), line.link_words, frame, kind, group, cites if line.link_words else (), runs)


def _is_study(address: str) -> bool:
    """A page has hundreds of links: a look at three substrings, a seventh of a search, settles most."""
    folded = address.lower()
    return ("/10." in folded or ".gov/" in folded or "isrctn" in folded) and STUDIES.search(folded) is not None


def _count(frame: Frame, parent: Frame) -> None:
    parent.fields += frame.fields
    parent.email |= frame.email
    parent.closes = True
