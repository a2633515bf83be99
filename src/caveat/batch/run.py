"""A whole run: arrivals in, results out in the order of the targets, judged here or in several processes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from caveat import audit
from caveat.audit import Ask
from caveat.batch import pool
from caveat.batch.events import Event, Tell, What, nobody
from caveat.batch.journal import Journal
from caveat.batch.ordering import Done, Keep, in_order
from caveat.batch.worker import Copy, Standard
from caveat.model import Capture, Failure, PageReport
from caveat.rulebook import Rulebook
from caveat.sources import Arrival

# A worker takes seconds to load the rules. So many arrivals are judged here before the workers are sent for, and so many more while
# they load; a run that has ended by then never needed them. The end of a target is an arrival too.
FEW, MEANWHILE = 16, 64


def results(
    arrivals: Iterable[Arrival],
    standard: Standard,
    book: Rulebook,
    journal: Journal,
    jobs: int | None = None,
    ask: Ask | None = None,
    tell: Tell = nobody,
    keep: Keep | None = None,
) -> Iterator[PageReport | Failure]:
    """
    The result of each arrival, by the places that they have in the run. `book` is that of the standard, for what is judged in this
    process. `jobs`: 1 judges all of it here, more use so many processes from the start; None is for the run to choose. `keep` is handed
    what is judged in this session, as it is done, and not in order; with the reading copies if the standard asks for them.
    """
    return in_order(_judged(iter(arrivals), standard, book, journal, jobs, ask, tell), journal, keep)


def _judged(
    arrivals: Iterator[Arrival], standard: Standard, book: Rulebook, journal: Journal, jobs: int | None, ask: Ask | None, tell: Tell
) -> Iterator[Done]:
    processes = jobs or usable()
    if processes == 1 and not (journal.lasting and jobs is None):
        yield from _here(arrivals, standard, book, ask, tell)
    elif jobs or journal.lasting:  # a journal is for what must go on: no page may end this process
        yield from pool.judged(arrivals, standard, processes, ask, tell)
    else:
        yield from _here(islice(arrivals, FEW), standard, book, ask, tell)
        for first in arrivals:
            pool.warm(standard)
            yield from _here(chain([first], islice(arrivals, MEANWHILE)), standard, book, ask, tell)
            yield from pool.judged(arrivals, standard, processes, ask, tell)


def usable() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _here(arrivals: Iterable[Arrival], standard: Standard, book: Rulebook, ask: Ask | None, tell: Tell) -> Iterator[Done]:
    for arrival in arrivals:
        if isinstance(arrival.of, Capture):
            tell(Event(What.FETCHED, arrival.of.target, {"bytes": len(arrival.of.data), "sha256": arrival.of.sha256}))
            copy = Copy()
            (result,) = audit.results([arrival.of], book, standard.options, ask, keep=copy if standard.copies else None)
            if isinstance(result, Failure):
                yield pool.told(arrival, result, tell)._replace(text=copy.text)
            else:
                tell(Event(What.AUDITED, result.target, {"findings": len(result.findings)}))
                yield Done(arrival.order, result, result.target, arrival.links, capture=arrival.of, text=copy.text)
        elif arrival.of:
            yield pool.told(arrival, arrival.of, tell)
        else:
            yield Done(arrival.order, None)
