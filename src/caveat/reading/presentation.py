"""The attributes by which old mark-up says how text is set, as the declarations they stand for."""

from __future__ import annotations

from caveat.model import Element
from caveat.reading.css import STEPS


def hints(element: Element) -> str:
    """Declarations of CSS for `<font>`, bgcolor and their like (HTML standard, section 15.3); empty for most elements."""
    find = element.attributes.get
    parts = []
    if element.tag == "font" and (pixels := _step(find("size") or "")):
        parts.append(f"font-size: {pixels}px")
    ink = find("color") if element.tag == "font" else find("text") if element.tag == "body" else None
    for name, value in (("color", ink), ("background", find("bgcolor"))):
        if value and value.isascii() and value.lstrip("#").isalnum():
            parts.append(f"{name}: {value}")
    if find("background"):
        parts.append("background: url(picture)")
    return "; ".join(parts)


def _step(given: str) -> float | None:
    """The size of `<font size>` in px: 1 to 7, or steps up or down from 3."""
    number = given.strip()
    if not number.lstrip("+-").isdecimal() or not number.isascii() or len(number) > 3 or number.count("+") + number.count("-") > 1:
        return None
    step = int(number) + (3 if number[0] in "+-" else 0)
    return STEPS[min(7, max(1, step)) - 1]
