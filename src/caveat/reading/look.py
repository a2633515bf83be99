"""How a text is set, and what a browser measured of it, read from the attribute that it wrote."""

from __future__ import annotations

import json
from typing import NamedTuple

from caveat.reading.colour import Colour, contrast, over


class Look(NamedTuple):
    """How a text is set; None for what is not known."""

    size: float | None = None  # px
    colour: Colour | None = None
    background: Colour | None = None
    hidden: str | None = None  # the words of the style that hides it; empty: none does
    top: float | None = None  # px from the top of the page
    bottom: float | None = None

    @property
    def contrast(self) -> float | None:
        """Of the text with what lies behind it, 1 to 21."""
        return contrast(over(self.colour, self.background), self.background) if self.colour and self.background else None


def look(measured: str) -> Look:
    """
    The look that a browser measured. `measured` is a JSON list: size in px, colour and background as red, green, blue (0 to 255) and
    opacity or null, the words of what hides the text, and the px of its top and bottom on the page.
    """
    size, ink, ground, hidden, top, bottom = json.loads(measured)
    return Look(size, _colour(ink), _colour(ground), hidden, top, bottom)


def _colour(parts: list[float] | None) -> Colour | None:
    if parts is None:
        return None
    red, green, blue, alpha = parts
    return Colour(red / 255, green / 255, blue / 255, alpha)
