"""Turns targets (files, folders, addresses, standard input) into captures, one at a time, and what cannot be had into failures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from caveat.model import Capture, Failure
from caveat.sources import file, folder, stdin, web
from caveat.sources.access import Access
from caveat.sources.lists import listed

__all__ = ["KINDS", "Access", "Kind", "captures", "listed"]


class Kind(Protocol):
    """One kind of target: whether a target is of this kind, and what it holds."""

    def claims(self, target: str) -> bool: ...

    def read(self, target: str, access: Access) -> Iterator[Capture | Failure]: ...


KINDS: tuple[Kind, ...] = (stdin, web, folder, file)  # the first that claims a target reads it


def captures(targets: Iterable[str | Failure], access: Access | None = None) -> Iterator[Capture | Failure]:
    """What the targets hold, in their order; a failure among them (of a list) is handed on in its place. No bad target raises."""
    access = access or Access()
    for target in targets:
        if isinstance(target, Failure):
            yield target
        else:
            yield from next(kind for kind in KINDS if kind.claims(target)).read(target, access)
