"""The likely spelling of a name that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def likely(given: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint at the nearest known name; `otherwise` where none is near."""
    near = get_close_matches(given, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise
