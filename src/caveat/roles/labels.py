"""The role of a block with the reason for it, and the blocks that speak for themselves."""

from __future__ import annotations

from typing import NamedTuple

from caveat.model import Place, Role

FLOW = (Place.BODY, Place.DETAILS, Place.HIDDEN)  # where blocks stand in the page's own order


class Label(NamedTuple):
    role: Role
    reason: str


CONTENT = Label(Role.CONTENT, "")
