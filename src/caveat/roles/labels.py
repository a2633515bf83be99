"""The role of a block with the reason for it."""

from __future__ import annotations

from typing import NamedTuple

from caveat.model import Role


class Label(NamedTuple):
    role: Role
    reason: str


CONTENT = Label(Role.CONTENT, "")
