"""The open elements of the walk, each with what its text takes from it: kind, place, list, link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from caveat.model import Kind, Place
from caveat.reading.hiding import HIDING, Attributes, place_of


@dataclass(frozen=True, slots=True)
class Sort:
    """What an element's tag says of it."""

    block: bool = True
    kind: Kind | None = None
    level: int = 0  # of a heading
    lists: bool = False  # its items are one group
    scope: bool = False  # what stands under a heading in it does not stand under it after it
    pre: bool = False  # its line breaks are kept
    odd: bool = False  # more than its name and attributes decides what its text is
    typed: bool = False  # it sets its text in type of another size
    framed: bool = field(init=False)  # it has a frame whatever its attributes

    def __post_init__(self) -> None:
        object.__setattr__(self, "framed", self.block or self.typed)


INLINE = Sort(block=False)
TEXT, VOID, SKIPPED = Sort(), Sort(), Sort()  # no elements, none that hold anything, none that a reader sees
SORTS: dict[str, Sort] = {
    **dict.fromkeys(
        ("address", "body", "center", "div", "fieldset", "figure", "header", "hgroup", "html", "label", "legend", "main"), Sort()
    ),
    **dict.fromkeys(("marquee", "optgroup", "p", "search", "section", "tbody", "tfoot", "thead", "tr"), Sort()),
    **{f"h{level}": Sort(kind=Kind.HEADING, level=level) for level in range(1, 7)},
    **dict.fromkeys(("nav", "aside", "form", "dialog", "article", "footer"), Sort(scope=True)),
    "details": Sort(scope=True, odd=True),
    "a": Sort(block=False, odd=True),
    **dict.fromkeys(("small", "big", "font", "sub", "sup"), Sort(block=False, typed=True)),
    **dict.fromkeys(("li", "dd", "dt", "option"), Sort(kind=Kind.ITEM, scope=True)),
    **dict.fromkeys(("td", "th"), Sort(kind=Kind.CELL, scope=True)),
    **dict.fromkeys(("figcaption", "caption"), Sort(kind=Kind.CAPTION)),
    **dict.fromkeys(("ul", "ol", "dl", "menu", "dir", "table"), Sort(lists=True)),
    "select": Sort(lists=True, odd=True),
    **dict.fromkeys(("pre", "listing", "plaintext", "xmp", "textarea"), Sort(pre=True, odd=True)),
    "blockquote": Sort(kind=Kind.QUOTE),
    "button": Sort(kind=Kind.BUTTON),
    "summary": Sort(kind=Kind.SUMMARY, odd=True),
    **dict.fromkeys(("br", "img", "input", "hr", "wbr", "area", "base", "col", "embed", "link", "meta", "param", "source", "track"), VOID),
    **dict.fromkeys(("script", "style", "template", "noscript", "iframe", "noframes", "noembed", "canvas", "video", "audio"), SKIPPED),
    **dict.fromkeys(("svg", "head", "title", "datalist", "-comment", "-doctype", "-document"), SKIPPED),
    "-text": TEXT,
}
_ROLES = {
    "heading": Sort(kind=Kind.HEADING, level=2),
    "listitem": Sort(kind=Kind.ITEM, scope=True),
    **dict.fromkeys(("cell", "gridcell", "columnheader", "rowheader"), Sort(kind=Kind.CELL, scope=True)),
    **dict.fromkeys(("list", "table", "grid"), Sort(lists=True)),
    "button": Sort(kind=Kind.BUTTON),
}
BEARING = frozenset({"id", "class", "role", "aria-label", "title"}) | HIDING  # attributes that say something of an element's text
_BODY, _DETAILS, _PARAGRAPH = Place.BODY, Place.DETAILS, Kind.PARAGRAPH
ODD = frozenset({"role", "aria-label", "title"}) | HIDING  # those that make it something else
_LEVELS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6}
_BUTTON = re.compile(r"(?:^|[\s_-])(?:btn|button)(?:[\s_-]|$)")


class Frame:
    """An element that is open, or was; what stands below it is counted here."""

    __slots__ = (
        "attributes", "closes", "email", "fields", "group", "index", "kind", "link_words", "mark", "outer", "parent", "path", "place",
        "sort", "tag", "words",
    )  # fmt: skip

    def __init__(self, tag: str, sort: Sort, attributes: Attributes, parent: Frame | None, place: Place) -> None:
        self.tag = tag
        self.sort = sort
        self.attributes = attributes
        self.parent = parent
        self.place = place
        if parent is None:
            self.kind: Kind = _PARAGRAPH
            self.group = -1
        else:
            self.kind = sort.kind or parent.kind
            self.group = parent.group
        self.index = -1  # in Page.elements, once it is known to hold text
        self.words = self.link_words = self.fields = 0
        self.email = False
        self.mark = -1  # how many pieces there were when it opened
        self.path: list[tuple[int, str]] | None = None  # the headings to go back to when it closes
        self.outer: object = None
        self.closes = False  # there is more to do when it closes than to end its text

    def level(self) -> int:
        """Of the heading this stands in, 1 to 6; 0 outside of any."""
        frame: Frame | None = self
        while frame is not None:
            if frame.sort.level:
                return frame.sort.level
            frame = frame.parent
        return 0


def odd_frame(tag: str, sort: Sort, attributes: Attributes, parent: Frame) -> Frame:
    """The frame of an element whose role or hiding attributes, or whose tag, make it something else than its like."""
    above: Frame | None = parent.parent if tag == "summary" and parent.tag == "details" else parent
    place = (above or parent).place  # a closed <details> shows its summary
    if tag == "details" and place is _BODY and "open" not in attributes:
        place = _DETAILS
    if tag == "a" or "role" in attributes:
        sort = _named_sort(tag, sort, attributes)
    return Frame(tag, sort, attributes, parent, place_of(attributes, tag, place))


def common(one: Frame, other: Frame) -> Frame:
    """The innermost frame that holds both."""
    if other.parent is one or one.parent is None:
        return one
    if one.parent is other or one.parent is other.parent:
        return one.parent
    above = set(_chain(one))
    return next((frame for frame in _chain(other) if frame in above), one)


def _chain(frame: Frame | None) -> Iterator[Frame]:
    while frame is not None:
        yield frame
        frame = frame.parent


def _named_sort(tag: str, sort: Sort, attributes: Attributes) -> Sort:
    named = _ROLES.get(attributes.get("role") or "")
    if named is not None:
        level = _LEVELS.get(attributes.get("aria-level") or "")
        return replace(named, level=level) if level and named.level else named
    return SORTS["button"] if tag == "a" and is_button(attributes) else sort


def is_button(link: Attributes) -> bool:
    """Whether a link is set like a button."""
    classes = (link.get("class") or "").lower()
    return ("btn" in classes or "button" in classes) and _BUTTON.search(classes) is not None
