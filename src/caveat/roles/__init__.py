"""Roles: every block of a page is content, or a kind of boilerplate with the reason for it. Nothing is deleted."""

from __future__ import annotations

from caveat.roles.labelling import label
from caveat.roles.stripping import stripped
from caveat.roles.walls import wall

__all__ = ["label", "stripped", "wall"]
