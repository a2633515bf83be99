"""A web address as a target."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from caveat.model import Failure, FailureKind, Stage
from caveat.sources.arrival import NO_PAST, Arrival, Past

if TYPE_CHECKING:
    from caveat.sources.visitor import Visitor


def claims(target: str) -> bool:
    return "://" in target


async def visit(order: tuple[int, ...], target: str, visitor: Visitor, past: Past = NO_PAST) -> AsyncGenerator[Arrival, None]:
    """What an address holds: its page or, in a crawl, those of its site but for what is past. The last says that no more comes."""
    if visitor.access.dry:
        from caveat.sources.plan import addresses

        yield Arrival(order, None, planned=tuple(await addresses(target, visitor)))
        return
    if failure := unread(target):
        yield Arrival((*order, 0), failure)
    elif limits := visitor.access.crawl:
        from caveat.sources.crawl import crawl  # here, for most runs need none

        async with aclosing(crawl(order, target, visitor, limits, past)) as arrivals:
            async for arrival in arrivals:
                yield arrival
        return
    else:
        yield Arrival((*order, 0), await visitor.fetch(target))
    yield Arrival(order, None)


def unread(target: str) -> Failure | None:
    """Why an address is none of those that are read, if it is none."""
    scheme = target.partition("://")[0].lower()
    if scheme in ("http", "https"):
        return None
    if scheme == "file":
        return Failure(target, Stage.OPEN, "file: addresses are not read", "give the path itself", FailureKind.ADDRESS)
    hint = "give an http or https address, or a saved page"
    return Failure(target, Stage.OPEN, f"{scheme}: addresses are not read", hint, FailureKind.ADDRESS)
