"""How far a source may go for one target: bytes, seconds, and who is asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from caveat.model import Exchange, Failure, Skipped, Stage

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Access:
    size: int = 25_000_000  # bytes of one page, after decompression
    seconds: float = 30.0  # for one address, redirects included
    contact: str = ""  # whom the owner of a site can write to; stands in the User-Agent
    transport: httpx.BaseTransport | None = None  # in place of the network
    record: Callable[[Exchange], None] | None = None  # is handed every request with its answer, from the thread that made it
    skipped: Callable[[Skipped], None] | None = None  # is told of each archive what was passed over in it


def megabytes(size: int) -> str:
    """A size as it stands in a message: `25 MB`, `1.5 MB`, `800 bytes`."""
    return f"{size / 1e6:.3g} MB" if size >= 100_000 else f"{size} bytes"


def too_large(target: str, stage: Stage, limit: int) -> Failure:
    return Failure(target, stage, f"is larger than {megabytes(limit)}", "raise the limit with --max-size")
