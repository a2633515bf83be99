"""Standard input as a target: `-`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from caveat.model import Capture, Failure, Stage
from caveat.sources.access import Access, too_large


def claims(target: str) -> bool:
    return target == "-"


def read(target: str, access: Access) -> Iterator[Capture | Failure]:
    if sys.stdin is None:
        yield Failure(target, Stage.OPEN, "standard input is closed", "pipe a page into it, or name a file")
        return
    try:
        data = sys.stdin.buffer.read(access.size + 1)
    except OSError as error:
        yield Failure(target, Stage.OPEN, f"standard input cannot be read: {error.strerror}")
        return
    yield too_large(target, Stage.OPEN, access.size) if len(data) > access.size else Capture(target, data)
