"""The browser of a run, where one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from caveat.cli.options import Render
from caveat.model import Capture, Failure
from caveat.sources import Access

Step = Callable[[Capture | Failure], Capture | Failure]


@contextmanager
def rendering(asked: Render | None, access: Access) -> Iterator[Step]:
    """Renders captures on their way, by a browser that is gone when the block ends; hands them on as they are where none is asked for."""
    if asked is None:
        yield lambda found: found
        return
    from caveat.rendering import started

    with started(access, asked.browser) as renderer:
        yield lambda found: renderer.rendered(found) if isinstance(found, Capture) else found
