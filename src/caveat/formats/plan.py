"""What a run would do (`--dry-run`), a line for each address: for a reader, and as JSON (schema caveat-plan/1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from caveat.formats import wire
from caveat.formats.clean import clean
from caveat.model import Action, Planned

SCHEMA = "caveat-plan/1"
_WIDTH = max(map(len, Action))


def line(planned: Planned) -> str:
    """`fetch   https://clinic.example/   allowed by https://clinic.example/robots.txt`"""
    parts = [planned.action.ljust(_WIDTH), clean(planned.target), clean(planned.reason)]
    return "  ".join(filter(None, parts)).rstrip() + "\n"


def record(planned: Planned) -> wire.Record:
    return {
        "target": planned.target,
        "action": planned.action,
        "reason": planned.reason or None,
        "list_id": planned.list_id or None,
        "start": planned.start or None,
    }


def jsonl(planned: Planned) -> str:
    return wire.text({"type": "plan", **record(planned)}) + "\n"


def summary(counts: Counter[Action]) -> wire.Record:
    return {"schema": SCHEMA, **{action.value: counts[action] for action in Action}}


def json(plan: Iterable[Planned]) -> str:
    """The whole plan as one object."""
    whole = list(plan)
    return wire.text({"plan": [record(each) for each in whole], **summary(Counter(each.action for each in whole))}, indent=2) + "\n"
