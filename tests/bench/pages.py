"""The pages the bench runs on, as captures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path

from caveat.model import Capture
from caveat.sources import Access, captures

EXAMPLES = Path(__file__).parents[2] / "examples"


def given(targets: Iterable[Path]) -> Iterator[Capture]:
    """The HTML pages of folders and files; what cannot be read is left out, and plain text, on which no parser can be timed."""
    for capture in captures(map(str, targets), Access()):
        if isinstance(capture, Capture) and not capture.target.endswith(".txt"):
            yield capture


def many(targets: Iterable[Path], count: int) -> Iterator[Capture]:
    """`count` pages, read one at a time. Each has its number at the end of its sentences: none comes twice, so a cache that grows shows."""
    files = [Path(capture.target) for capture in given(targets)]
    for number, file in enumerate(islice(cycle(files), count)):
        yield Capture(f"{number}-{file.name}", file.read_bytes().replace(b". ", b" %d. " % number))
