"""Turns targets (files, folders, addresses, standard input) into captures, and what cannot be had into failures."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Protocol

from caveat.model import Capture, Failure, Listed
from caveat.sources import file, folder, stdin, warc, web
from caveat.sources.access import Access, Crawl
from caveat.sources.arrival import NO_PAST, Arrival, Past, Pasts, no_past
from caveat.sources.lists import listed

if TYPE_CHECKING:
    from caveat.sources.abreast import Abreast

__all__ = [
    "KINDS", "NO_PAST", "Access", "Arrival", "Crawl", "Kind", "Known", "Past", "Pasts", "Target", "arrivals", "captures", "listed", "named",
    "nothing_known",
]  # fmt: skip


class Kind(Protocol):
    """One kind of target on this machine: whether a target is of this kind, and what it holds."""

    def claims(self, target: str) -> bool: ...

    def read(self, target: str, access: Access) -> Iterator[Capture | Failure]: ...


Target = str | Listed | Failure  # a failure: a list names something that is none, or cannot be read

# The links of what an earlier session of the run has done with, by its place and its name; None: it is yet to be read.
Known = Callable[[tuple[int, ...], str], tuple[str, ...] | None]


def nothing_known(order: tuple[int, ...], target: str) -> tuple[str, ...] | None:
    """What a run knows at first."""
    return None


KINDS: tuple[Kind, ...] = (stdin, folder, warc, file)  # the first that claims a target reads it, if it is no address


def arrivals(
    targets: Iterable[Target], access: Access | None = None, known: Known = nothing_known, pasts: Pasts = no_past
) -> Generator[Arrival]:
    """
    What the targets hold, each with its place in their order. Files come one after the other, as they are asked for; addresses of
    several hosts are fetched side by side in a thread of their own, and come when they are there. A failure among the targets (of a list)
    is handed on. What is `known`, or of a crawl past (`pasts`), is not read again and does not arrive. No bad target raises. Targets are
    taken as they are needed; closing the iterator ends the thread.
    """
    access = access or Access()
    abreast: Abreast | None = None
    try:
        for number, each in enumerate(targets):
            target = each.target if isinstance(each, Listed) else each
            crawled = bool(access.crawl) and isinstance(target, str) and web.claims(target)
            past = pasts(number) if crawled else NO_PAST
            if access.dry and not (isinstance(target, str) and web.claims(target)):
                yield _planned(number, target)
            elif past.crawled:
                yield Arrival((number,), None, crawled=past.crawled)
            elif isinstance(target, str) and web.claims(target) and (crawled or known((number, 0), target) is None):
                abreast = abreast or _abreast(access)
                yield from abreast.take((number,), target, past)
            else:
                yield from _here(number, target, access, known)
                if abreast:
                    yield from abreast.come()
        if abreast:
            yield from abreast.rest()
    finally:
        if abreast:
            abreast.close()


def captures(targets: Iterable[Target], access: Access | None = None) -> Iterator[Capture | Failure]:
    """The same without their places."""
    return (arrival.of for arrival in arrivals(targets, access) if arrival.of)


def named(targets: Iterable[Target]) -> Iterator[Target]:
    """The targets, with the files of a folder in place of the folder: a run that names them beforehand goes on with the same ones."""
    for each in targets:
        target = each.target if isinstance(each, Listed) else each
        if isinstance(target, str) and not web.claims(target) and not stdin.claims(target) and folder.claims(target):
            yield from (_with_id(found, each) for found in folder.named(target))
        else:
            yield each


def _with_id(found: str | Failure, listed: Target) -> Target:
    if not isinstance(listed, Listed):
        return found
    return replace(found, list_id=listed.id) if isinstance(found, Failure) else Listed(found, listed.id)


def _files(target: str | Failure) -> Iterator[str | Failure]:
    return (name.target if isinstance(name, Listed) else name for name in named([target]))


def _planned(number: int, target: str | Failure) -> Arrival:
    from caveat.sources.plan import here

    return Arrival((number,), None, planned=here(_files(target)))


def _here(number: int, target: str | Failure, access: Access, known: Known) -> Iterator[Arrival]:
    """What a target holds that need not be fetched: it is on this machine, known or failed."""
    part = count()
    for name in _files(target):
        if isinstance(name, str) and warc.claims(name):  # what is in it only reading can tell
            for found, place in zip(warc.read(name, access), part, strict=False):
                if known((number, place), found.target) is None:
                    yield Arrival((number, place), found)
        else:
            order = number, next(part)
            if known(order, name if isinstance(name, str) else name.target) is None:
                yield from (Arrival(order, found) for found in _read(name, access))
    yield Arrival((number,), None)


def _read(name: str | Failure, access: Access) -> Iterable[Capture | Failure]:
    return [name] if isinstance(name, Failure) else next(kind for kind in KINDS if kind.claims(name)).read(name, access)


def _abreast(access: Access) -> Abreast:
    from caveat.sources.abreast import Abreast  # here, for a run over files needs no HTTP client

    return Abreast(access)
