"""The open elements of the walk, each with what its text takes from it: kind, place, list, link."""

from __future__ import annotations

import re
from typing import NamedTuple

from caveat.model import Element, Kind, Place
from caveat.reading.hiding import HIDING, Attributes, place_of


class Sort(NamedTuple):
    """What an element's tag says of it."""

    block: bool = True
    kind: Kind | None = None
    level: int = 0  # of a heading
    lists: bool = False  # its items are one group
    scope: bool = False  # what stands under a heading in it does not stand under it after it
    pre: bool = False


INLINE = Sort(block=False)
SORTS: dict[str, Sort] = {
    **dict.fromkeys(
        ("address", "blockquote", "body", "center", "div", "fieldset", "figure", "header", "hgroup", "html", "label", "legend", "main", "marquee")
        + ("optgroup", "p", "search", "section", "tbody", "tfoot", "thead", "tr"),
        Sort(),
    ),
    **{f"h{level}": Sort(kind=Kind.HEADING, level=level) for level in range(1, 7)},
    **dict.fromkeys(("nav", "aside", "form", "details", "dialog", "article", "footer"), Sort(scope=True)),
    **dict.fromkeys(("li", "dd", "dt", "option"), Sort(kind=Kind.ITEM, scope=True)),
    **dict.fromkeys(("td", "th"), Sort(kind=Kind.CELL, scope=True)),
    **dict.fromkeys(("figcaption", "caption"), Sort(kind=Kind.CAPTION)),
    **dict.fromkeys(("ul", "ol", "dl", "menu", "dir", "table", "select"), Sort(lists=True)),
    **dict.fromkeys(("pre", "listing", "plaintext", "xmp", "textarea"), Sort(pre=True)),
    "blockquote": Sort(kind=Kind.QUOTE),
    "button": Sort(kind=Kind.BUTTON),
    "summary": Sort(kind=Kind.SUMMARY),
}
_ROLES = {
    "heading": Sort(kind=Kind.HEADING, level=2),
    "listitem": Sort(kind=Kind.ITEM, scope=True),
    **dict.fromkeys(("cell", "gridcell", "columnheader", "rowheader"), Sort(kind=Kind.CELL, scope=True)),
    **dict.fromkeys(("list", "table", "grid"), Sort(lists=True)),
    "button": Sort(kind=Kind.BUTTON),
}
_LEVELS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6}
_BUTTON = re.compile(r"(?:^|[\s_-])(?:btn|button)(?:[\s_-]|$)", re.I)


class Frame:
    """An element that is open, or was; what stands below it is counted here."""

    # Most elements never change these: as class values they cost nothing where a page has 5,000 elements.
    index = -1  # in Page.elements, once it is known to hold text
    words = 0
    link_words = 0
    fields = 0
    email = False
    mark = -1  # how many pieces there were when it opened
    path: list[tuple[int, str]] | None = None  # the headings to go back to when it closes
    outer: object = None

    def __init__(self, tag: str, sort: Sort, attributes: Attributes, parent: Frame) -> None:
        above = parent.parent if tag == "summary" and parent.tag == "details" else parent
        place = (above or parent).place  # a closed <details> shows its summary
        if tag == "details" and place is Place.BODY and "open" not in attributes:
            place = Place.DETAILS
        if attributes:
            if "role" in attributes or tag == "a":
                sort = _named_sort(tag, sort, attributes)
            if not HIDING.isdisjoint(attributes):
                place = place_of(attributes, tag, place)
        self.tag = tag
        self.sort = sort
        self.attributes = attributes
        self.parent: Frame | None = parent
        self.depth: int = parent.depth + 1
        self.kind: Kind = sort.kind or parent.kind
        self.group: int = parent.group
        self.place: Place = place
        self.link: bool = parent.link or (tag == "a" and "href" in attributes)
        self.pre: bool = sort.pre or parent.pre
        self.level: int = sort.level or parent.level

    def element(self) -> Element:
        parent = self.parent.index if self.parent else -1
        names = _names(self.attributes) if self.attributes else ""
        return Element(self.tag, names, parent, self.words, self.link_words, self.email, self.fields)


class Root(Frame):
    """The page itself."""

    def __init__(self, attributes: Attributes) -> None:
        self.tag, self.sort, self.attributes, self.parent, self.depth = "html", SORTS["html"], attributes, None, 0
        self.kind, self.group, self.place, self.level, self.link, self.pre = Kind.PARAGRAPH, -1, Place.BODY, 0, False, False


def common(one: Frame, other: Frame) -> Frame:
    """The innermost frame that holds both."""
    while one is not other:
        if one.depth < other.depth:
            one, other = other, one
        if one.parent is None:
            return one
        one = one.parent
    return one


def _named_sort(tag: str, sort: Sort, attributes: Attributes) -> Sort:
    named = _ROLES.get(attributes.get("role") or "")
    if named is not None:
        level = _LEVELS.get(attributes.get("aria-level") or "")
        return named._replace(level=level) if level and named.level else named
    if tag == "a" and _BUTTON.search(attributes.get("class") or ""):
        return SORTS["button"]
    return sort


def _names(attributes: Attributes) -> str:
    find = attributes.get
    names = f"{find('id') or ''} {find('class') or ''} {find('role') or ''} {find('aria-label') or ''}"
    return " ".join(names.lower().split())
