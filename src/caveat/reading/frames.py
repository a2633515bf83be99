"""The open elements of the walk, each with what its text takes from it: kind, place, list, link."""

from __future__ import annotations

import re
from typing import Literal

from caveat.model import Element, Kind, Place

Attributes = dict[str, str | None]

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hgroup hr html label legend li listing main menu nav ol optgroup option p pre search section select summary table tbody td textarea"
    " tfoot th thead tr ul button plaintext xmp marquee".split()
)
LISTS = frozenset({"ul", "ol", "dl", "menu", "dir", "table", "select"})
PREFORMATTED = frozenset({"pre", "listing", "plaintext", "xmp", "textarea"})
# What stands under a heading inside one of these does not stand under it after them.
SCOPES = frozenset({"nav", "aside", "form", "details", "dialog", "li", "td", "th", "article", "footer"})

_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Kind.HEADING),
    **dict.fromkeys(("li", "dd", "dt", "option"), Kind.ITEM),
    **dict.fromkeys(("td", "th"), Kind.CELL),
    **dict.fromkeys(("figcaption", "caption"), Kind.CAPTION),
    "blockquote": Kind.QUOTE,
    "button": Kind.BUTTON,
    "summary": Kind.SUMMARY,
}
_ROLES = {
    "heading": Kind.HEADING,
    "listitem": Kind.ITEM,
    "cell": Kind.CELL,
    "gridcell": Kind.CELL,
    "columnheader": Kind.CELL,
    "rowheader": Kind.CELL,
    "button": Kind.BUTTON,
}
_LIST_ROLES = frozenset({"list", "table", "grid"})
_BUTTON = re.compile(r"(?:^|[\s_-])(?:btn|button)(?:[\s_-]|$)", re.I)
_UNSEEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
# Text that is faded in on scrolling is hidden in the source only.
_ANIMATED = re.compile(r"animation|(?:^|[\s_-])(?:wow|aos|animated?|invisible|fade\w*|reveal)(?:[\s_-]|$)", re.I)
_FOLDED = re.compile(r"(?:^|[\s_-])(?:tabs?|tabpanel|accordion|collaps\w+|panel|faq|toggle|answer)(?:[\s_-]|$)", re.I)


class Frame:
    """An element that is open, or was: the walk fills in the counts of what stands below it."""

    __slots__ = (
        "attributes",
        "block",
        "depth",
        "email",
        "fields",
        "group",
        "index",
        "kind",
        "level",
        "link",
        "link_words",
        "mark",
        "outer",
        "parent",
        "path",
        "place",
        "pre",
        "tag",
        "words",
    )

    def __init__(self, tag: str, attributes: Attributes, parent: Frame | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.depth = parent.depth + 1 if parent else 0
        self.index = -1
        self.words = self.link_words = self.fields = self.level = 0
        self.email = False
        self.mark = -1
        self.path: list[tuple[int, str]] | None = None
        self.outer: object = None
        own = _kind(tag, attributes)
        self.block = tag in BLOCKS or own is not None
        self.kind: Kind = own or (parent.kind if parent else Kind.PARAGRAPH)
        self.group: int = parent.group if parent else -1
        self.place: Place = _place(tag, attributes, parent)
        self.link: bool = tag == "a" or (parent is not None and parent.link)
        self.pre: bool = tag in PREFORMATTED or (parent is not None and parent.pre)

    @property
    def opens_list(self) -> bool:
        return self.tag in LISTS or self.attributes.get("role") in _LIST_ROLES

    def heading_level(self) -> int:
        """1 to 6; 2 for role=heading without a level."""
        frame: Frame | None = self
        while frame is not None:
            if len(frame.tag) == 2 and frame.tag[0] == "h" and frame.tag[1] in "123456":
                return int(frame.tag[1])
            if frame.attributes.get("role") == "heading":
                level = frame.attributes.get("aria-level") or ""
                return int(level) if level in {"1", "2", "3", "4", "5", "6"} else 2
            frame = frame.parent
        return 6

    def element(self) -> Element:
        names = (self.attributes.get(key) or "" for key in ("id", "class", "role", "aria-label"))
        return Element(
            self.tag,
            " ".join(" ".join(names).lower().split()),
            self.parent.index if self.parent else -1,
            self.words,
            self.link_words,
            self.email,
            self.fields,
        )


def common(one: Frame, other: Frame) -> Frame:
    """The innermost frame that holds both."""
    while one is not other:
        if one.depth >= other.depth:
            assert one.parent is not None
            one = one.parent
        else:
            assert other.parent is not None
            other = other.parent
    return one


def _kind(tag: str, attributes: Attributes) -> Kind | None:
    if attributes:
        role = attributes.get("role")
        if role in _ROLES:
            return _ROLES[role]
        if tag == "a" and (names := attributes.get("class")) and _BUTTON.search(names):
            return Kind.BUTTON
    return _KINDS.get(tag)


def _place(tag: str, attributes: Attributes, parent: Frame | None) -> Place:
    if parent is None:
        return Place.BODY
    place = parent.place
    if place is Place.HIDDEN or tag in ("html", "body", "main"):
        return place
    if parent.tag == "details" and tag == "summary" and parent.parent is not None:
        place = parent.parent.place
    elif tag == "details" and "open" not in attributes:
        place = Place.DETAILS
    how = _hidden(attributes) if attributes else ""
    if not how:
        return place
    return Place.DETAILS if how == "folded" else Place.HIDDEN


def _hidden(attributes: Attributes) -> Literal["", "hidden", "folded"]:
    """How attributes hide an element from view; what a click on a tab or a question opens is folded, not hidden."""
    style = attributes.get("style")
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    unseen = style is not None and _UNSEEN.search(style) is not None and not _ANIMATED.search(f"{style} {names}")
    if not (unseen or "hidden" in attributes or attributes.get("aria-hidden") == "true"):
        return ""
    until_found = attributes.get("hidden") == "until-found"
    return "folded" if until_found or attributes.get("role") == "tabpanel" or _FOLDED.search(names) else "hidden"
