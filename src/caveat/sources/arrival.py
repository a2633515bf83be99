"""What comes of the targets of a run, each with its place among all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from caveat.model import Capture, Crawled, Failure, Planned


class Arrival(NamedTuple):
    """
    One capture or failure of a run. `order` is its place among all that the run reads, whenever it came: the number of its target,
    then its number within that target, both from 0. `links` are what a crawl needs to go on from here. After the last of a
    target comes one more with `of=None` and the target's number alone: whoever puts results in order need not wait for more of it. That
    of a crawl accounts for it.
    """

    order: tuple[int, ...]
    of: Capture | Failure | None
    links: tuple[str, ...] = ()
    crawled: Crawled | None = None
    planned: tuple[Planned, ...] = ()  # in place of what would be there, where nothing is to be fetched


class Past(NamedTuple):
    """What earlier sessions of a run have done of a crawl: by the number within the target, the address and its `links`."""

    parts: Mapping[int, tuple[str, tuple[str, ...]]]
    crawled: Crawled | None = None  # where the crawl had come to its end, and nothing of it is missing


NO_PAST = Past({})
Pasts = Callable[[int], Past]  # by the number of the target


def no_past(number: int) -> Past:
    """What a run knows at first."""
    return NO_PAST
