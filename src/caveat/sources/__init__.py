"""Turns targets (files, folders, addresses, standard input) into captures, one at a time, and what cannot be had into failures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from caveat.model import Capture, Failure
from caveat.sources import file, folder, stdin, warc, web
from caveat.sources.access import Access
from caveat.sources.lists import listed

__all__ = ["KINDS", "Access", "Arrival", "Kind", "arrivals", "captures", "listed"]


class Kind(Protocol):
    """One kind of target: whether a target is of this kind, and what it holds."""

    def claims(self, target: str) -> bool: ...

    def read(self, target: str, access: Access) -> Iterator[Capture | Failure]: ...


class Arrival(NamedTuple):
    """
    One capture or failure of a run. `order` is its place among all that the run reads, whenever it came: the number of its target,
    then its number within that target. `links` are the addresses that a crawl goes on to from here.
    """

    order: tuple[int, ...]
    of: Capture | Failure
    links: tuple[str, ...] = ()


KINDS: tuple[Kind, ...] = (stdin, web, folder, warc, file)  # the first that claims a target reads it


def captures(targets: Iterable[str | Failure], access: Access | None = None) -> Iterator[Capture | Failure]:
    """What the targets hold, in their order; a failure among them (of a list) is handed on in its place. No bad target raises."""
    access = access or Access()
    for target in targets:
        if isinstance(target, Failure):
            yield target
        else:
            yield from next(kind for kind in KINDS if kind.claims(target)).read(target, access)


def arrivals(targets: Iterable[str | Failure], access: Access | None = None) -> Iterator[Arrival]:
    """The same, each with its place in the order of the run; they may come in another order."""
    for number, target in enumerate(targets):
        for part, found in enumerate(captures([target], access)):
            yield Arrival((number, part), found)
