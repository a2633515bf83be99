"""Says which elements a reader of the page does not see at once: hidden ones, and those that open on a click."""

from __future__ import annotations

import re

from caveat.model import Place

Attributes = dict[str, str | None]

HIDING = frozenset({"hidden", "aria-hidden", "style"})  # the attributes that may hide

_IS_HIDDEN = Place.HIDDEN

_UNSEEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)")
# Text that is faded in on scrolling is hidden in the source only.
_ANIMATED = re.compile(r"animation|(?:^|[\s_-])(?:wow|aos|animated?|invisible|fade\w*|reveal)(?:[\s_-]|$)", re.I)
_FOLDED = re.compile(r"(?:^|[\s_-])(?:tabs?|tabpanel|accordion|collaps\w+|panel|faq|toggle|answer)(?:[\s_-]|$)", re.I)
_ALWAYS_SEEN = frozenset({"html", "body", "main"})  # a page that hides these shows them once its scripts have run


def place_of(attributes: Attributes, tag: str, parent: Place) -> Place:
    """The place of an element's text by its own attributes and its parent's place."""
    if parent is _IS_HIDDEN or tag in _ALWAYS_SEEN or not _hidden(attributes):
        return parent
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    style = attributes.get("style") or ""
    if "hidden" not in attributes and attributes.get("aria-hidden") != "true" and _ANIMATED.search(f"{style} {names}"):
        return parent
    folded = attributes.get("hidden") == "until-found" or attributes.get("role") == "tabpanel" or _FOLDED.search(names)
    return Place.DETAILS if folded else Place.HIDDEN


def _hidden(attributes: Attributes) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = (attributes.get("style") or "").lower()
    return ("none" in style or "hidden" in style) and _UNSEEN.search(style) is not None
