"""Evidence of a run: what went over the wire, what was read and by which rules, in a folder whose every byte is accounted for."""

from __future__ import annotations

from caveat.evidence.going_on import begun, must_be_new, resumed
from caveat.evidence.keeper import Keeper
from caveat.evidence.layout import MANIFEST, Order, Run
from caveat.evidence.stored import Stored, captures, result, stored
from caveat.evidence.verify import Problem, Stamp, Verdict, verify

__all__ = [
    "MANIFEST",
    "Keeper",
    "Order",
    "Problem",
    "Run",
    "Stamp",
    "Stored",
    "Verdict",
    "begun",
    "captures",
    "must_be_new",
    "result",
    "resumed",
    "stored",
    "verify",
]
