"""What happens in a run, told to whoever shows or logs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class What(StrEnum):
    STARTED = "started"
    FETCHED = "fetched"  # the bytes of a page are here
    AUDITED = "audited"
    FAILED = "failed"
    RETRIED = "retried"  # the process that judged it died; it is judged once more, alone
    KNOWN = "known"  # done in an earlier session of the run
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Event:
    what: What
    target: str = ""
    more: Mapping[str, object] = field(default_factory=dict)


Tell = Callable[[Event], None]


def nobody(event: Event) -> None:
    """Nobody listens."""
