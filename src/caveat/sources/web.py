"""A web address as a target."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from caveat.model import Capture, Failure, FailureKind, Stage

if TYPE_CHECKING:
    from caveat.sources.visitor import Visitor


def claims(target: str) -> bool:
    return "://" in target


async def visit(target: str, visitor: Visitor) -> AsyncGenerator[tuple[Capture | Failure, tuple[str, ...]], None]:
    """What an address holds, each with the addresses that a crawl goes on to from there."""
    scheme = target.partition("://")[0].lower()
    if scheme in ("http", "https"):
        yield await visitor.fetch(target), ()
    elif scheme == "file":
        yield Failure(target, Stage.OPEN, "file: addresses are not read", "give the path itself", FailureKind.ADDRESS), ()
    else:
        hint = "give an http or https address, or a saved page"
        yield Failure(target, Stage.OPEN, f"{scheme}: addresses are not read", hint, FailureKind.ADDRESS), ()
