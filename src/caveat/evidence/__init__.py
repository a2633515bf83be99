"""Evidence of a run: what went over the wire, what was read and by which rules, in a folder whose every byte is accounted for."""

from __future__ import annotations

from pathlib import Path

from caveat.evidence.going_on import resumed
from caveat.evidence.keeper import Keeper, begun
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
    "kept",
    "result",
    "resumed",
    "stored",
    "verify",
]


def kept(folder: Path, run: Run, resume: bool) -> Keeper:
    """Where the evidence of a run goes: a new folder, or that of a run to go on with. Raises UsageError, OutputError."""
    return resumed(folder, run) if resume else begun(folder, run)
