"""Turns targets (files, folders, addresses, standard input) into captures, one at a time, and what cannot be had into failures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from caveat.model import Capture, Failure
from caveat.sources import file, folder, stdin, web
from caveat.sources.access import Access
from caveat.sources.lists import listed

__all__ = ["KINDS", "Access", "Arrival", "Kind", "Known", "arrivals", "captures", "listed", "named", "nothing_known"]


class Kind(Protocol):
    """One kind of target: whether a target is of this kind, and what it holds."""

    def claims(self, target: str) -> bool: ...

    def read(self, target: str, access: Access) -> Iterator[Capture | Failure]: ...


class Arrival(NamedTuple):
    """
    One capture or failure of a run. `order` is its place among all that the run reads, whenever it came: the number of its target,
    then its number within that target, both from 0. `links` are the addresses that a crawl goes on to from here. After the last of a
    target comes one more with `of=None` and the target's number alone: whoever puts results in order need not wait for more of it.
    """

    order: tuple[int, ...]
    of: Capture | Failure | None
    links: tuple[str, ...] = ()


# The links of what an earlier session of the run has done with, by its place and its name; None: it is yet to be read.
Known = Callable[[tuple[int, ...], str], tuple[str, ...] | None]


def nothing_known(order: tuple[int, ...], target: str) -> tuple[str, ...] | None:
    """What a run knows at first."""
    return None


KINDS: tuple[Kind, ...] = (stdin, web, folder, file)  # the first that claims a target reads it


def captures(targets: Iterable[str | Failure], access: Access | None = None) -> Iterator[Capture | Failure]:
    """What the targets hold, in their order; a failure among them (of a list) is handed on in its place. No bad target raises."""
    access = access or Access()
    for target in targets:
        if isinstance(target, Failure):
            yield target
        else:
            yield from next(kind for kind in KINDS if kind.claims(target)).read(target, access)


def arrivals(targets: Iterable[str | Failure], access: Access | None = None, known: Known = nothing_known) -> Iterator[Arrival]:
    """
    The same, each with its place in the order of the run; they may come in another order. What is `known` is not read again and does not
    arrive.
    """
    for number, target in enumerate(targets):
        for part, name in enumerate(named([target])):
            if known((number, part), name if isinstance(name, str) else name.target) is None:
                for found in captures([name], access):
                    yield Arrival((number, part), found)
        yield Arrival((number,), None)


def named(targets: Iterable[str | Failure]) -> Iterator[str | Failure]:
    """The targets, with the files of a folder in place of the folder: a run that names them beforehand goes on with the same ones."""
    for target in targets:
        if isinstance(target, str) and not any(kind.claims(target) for kind in (stdin, web)) and folder.claims(target):
            yield from folder.named(target)
        else:
            yield target
