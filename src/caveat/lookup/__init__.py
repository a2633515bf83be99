"""Looks up what a page cites, where the user asks for it: identifiers in, dated answers of the services out, or why there are none."""

from __future__ import annotations

from caveat.lookup.desk import SERVICES, Desk
from caveat.lookup.service import Service
from caveat.lookup.terms import Terms

__all__ = ["SERVICES", "Desk", "Service", "Terms"]
