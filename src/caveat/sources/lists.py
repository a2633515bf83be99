"""Lists of targets: one a line, blank lines and lines that open with `#` left out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

from caveat.model import Failure, Stage
from caveat.sources.file import why_not


def listed(path: str) -> Iterator[str | Failure]:
    """The targets a list names, read line by line; `-` is standard input. A list that cannot be read, or names nothing, is a failure."""
    try:
        with _opened(path) as lines:
            yield from _targets(path, lines)
    except IsADirectoryError:
        yield Failure(path, Stage.OPEN, "is a folder, not a list of targets", "give the folder itself as a target")
    except (OSError, ValueError) as error:
        yield why_not(path, error)


def _opened(path: str) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb")


def _targets(path: str, lines: Iterable[bytes]) -> Iterator[str | Failure]:
    named = False
    for raw in lines:
        if b"\0" in raw:
            yield Failure(path, Stage.OPEN, "is no list of targets: it holds binary data", "give one target a line, as plain text")
            return
        # surrogateescape keeps a file name that is not UTF-8 openable
        line = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").strip()
        if line and not line.startswith("#"):
            named = True
            yield line
    if not named:
        yield Failure(path, Stage.OPEN, "names no target", "give one target a line")
