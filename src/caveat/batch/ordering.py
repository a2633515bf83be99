"""Puts results, which come as they are ready, back into the order of the targets; what is too early is parked outside memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from caveat.batch import records
from caveat.batch.journal import Journal
from caveat.model import Capture, Failure, PageReport

Place = tuple[int, ...]


class Done(NamedTuple):
    """What became of an arrival, as a value or a record; `of=None` with a target's number alone: nothing more comes of that target."""

    order: Place
    of: PageReport | Failure | bytes | None
    target: str = ""
    links: tuple[str, ...] = ()
    failed: bool = False
    capture: Capture | None = None  # None: it had come as a failure
    text: str = ""  # the reading copy, where it was wanted


# Is handed each result with its place, its capture and its reading copy, once in the whole run, before it is done with.
Keep = Callable[[Place, Capture | None, str, PageReport | Failure], None]


def in_order(done: Iterable[Done], journal: Journal, keep: Keep | None = None) -> Iterator[PageReport | Failure]:
    """
    The results by their places, each as soon as nothing can come before it. A journal that lasts has each of them before it is handed
    on, and hands on what earlier sessions left there.
    """
    for number, result in _placed(done, journal, keep):
        yield journal.told(number, result)


def _placed(done: Iterable[Done], journal: Journal, keep: Keep | None) -> Iterator[tuple[int, PageReport | Failure]]:
    """The same, each with the number of its target."""
    number = part = 0
    ended: set[int] = set()
    for each in done:
        if keep and each.of is not None:
            keep(each.order, each.capture, each.text, journal.told(each.order[0], _result(each.of)))
        if each.of is None:
            ended.add(each.order[0])
        elif journal.lasting or each.order != (number, part):
            journal.keep(each.order, each.target, _record(each.of), each.links, each.failed)
        if each.of is not None and each.order == (number, part):
            yield number, _result(each.of)
            part += 1
        while (parked := journal.at((number, part))) or number in ended:
            if parked:
                yield number, parked
                part += 1
            else:
                yield from journal.between((number, part), (number + 1, 0))
                ended.discard(number)
                number, part = number + 1, 0
    yield from journal.between((number, part), None)


def _record(of: PageReport | Failure | bytes) -> bytes:
    return of if isinstance(of, bytes) else records.written(of)


def _result(of: PageReport | Failure | bytes) -> PageReport | Failure:
    return records.read(of) if isinstance(of, bytes) else of
