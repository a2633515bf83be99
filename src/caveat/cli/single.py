"""The one page of a target, for commands that show one."""

from __future__ import annotations

from itertools import islice

from caveat.cli.options import Render
from caveat.cli.rendering import rendering
from caveat.errors import UsageError
from caveat.model import Capture, Failure
from caveat.sources import Access, captures


def single(target: str, access: Access, purpose: str, render: Render | None = None) -> Capture | Failure:
    """The one page of a target. Raises UsageError where it holds several; `purpose` says why that cannot be."""
    first, *more = islice(captures([target], access), 2)
    if more:
        raise UsageError(f"{target}: holds more than one page", f"{purpose}; name a file in it")
    with rendering(render, access) as rendered:
        return rendered(first)
