"""On what terms services are asked: who asks, how long and how much is waited for, and where answers are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Terms:
    cache: Path | None = None  # the folder of kept answers; None: none are kept
    days: float = 30.0  # an answer older than this is asked for again
    contact: str = ""  # whom the owner of a service can write to
    seconds: float = 30.0  # for one request, redirects included
    size: int = 5_000_000  # bytes of one answer, after decompression
    tries: int = 3
    at: Mapping[str, str] = field(default_factory=dict)  # name of a service → the address asked in place of its own
