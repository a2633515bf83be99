"""What comes of the targets of a run, each with its place among all."""

from __future__ import annotations

from typing import NamedTuple

from caveat.model import Capture, Failure


class Arrival(NamedTuple):
    """
    One capture or failure of a run. `order` is its place among all that the run reads, whenever it came: the number of its target,
    then its number within that target, both from 0. `links` are the addresses that a crawl goes on to from here. After the last of a
    target comes one more with `of=None` and the target's number alone: whoever puts results in order need not wait for more of it.
    """

    order: tuple[int, ...]
    of: Capture | Failure | None
    links: tuple[str, ...] = ()
