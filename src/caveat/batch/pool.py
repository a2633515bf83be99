"""Judges captures in several processes beside their arrival: bounded, so that memory stays flat, and safe from a page that kills one."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import Any

from caveat.audit import Ask
from caveat.batch import preload
from caveat.batch.events import Event, Tell, What
from caveat.batch.ordering import Done
from caveat.batch.worker import Judged, Standard, begin, judge
from caveat.judging import Answers
from caveat.model import Capture, Failure, FailureKind, Stage
from caveat.sources import Arrival

PER_WORKER = 2  # captures in flight, so that none waits while the run fetches the next
IN_FLIGHT = 64_000_000  # bytes of captures in flight; a larger one is in flight by itself

# A server that is started before there are threads, and forked from when there are; where there is none (Windows), new processes.
_START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


@dataclass(frozen=True, slots=True)
class _Work:
    arrival: Arrival
    capture: Capture
    answers: Answers | None


def warm(standard: Standard) -> None:
    """Lets the server load the rules while the run does something else; it comes back at once. A server that is there stays as it is."""
    if _START == "forkserver":
        from multiprocessing import forkserver

        multiprocessing.get_context(_START).set_forkserver_preload([preload.__name__])
        packs, day = list(map(str, standard.packs)), standard.as_of and standard.as_of.isoformat()
        base = standard.base and str(standard.base)
        os.environ[preload.ASKED] = json.dumps([packs, standard.only, standard.skip, standard.places, day, base])
        try:
            forkserver.ensure_running()
        finally:
            del os.environ[preload.ASKED]


def judged(arrivals: Iterable[Arrival], standard: Standard, jobs: int, ask: Ask | None, tell: Tell) -> Iterator[Done]:
    """
    What becomes of the arrivals, in the order in which it is known; `jobs` processes judge. `ask` is asked in this process, one question
    at a time: a service sees one polite asker, however many processes there are. Ctrl-C still brings what is done by then.
    """
    crew = _Crew(standard, jobs, ask, tell)
    try:
        for arrival in arrivals:
            yield from crew.taken(arrival)
        while crew.busy:
            yield from crew.finished()
    except KeyboardInterrupt:
        yield from crew.finished(at_once=True)
        raise
    finally:
        crew.gone()


def _size(capture: Capture) -> int:
    """Bytes of a capture, and characters of what a browser made of it."""
    return len(capture.data) + (len(capture.rendered.html) if capture.rendered else 0)


class _Crew:
    """The processes, and what they are at."""

    def __init__(self, standard: Standard, jobs: int, ask: Ask | None, tell: Tell) -> None:
        self._standard, self._jobs, self._ask, self._tell = standard, jobs, ask, tell
        self._pool: ProcessPoolExecutor | None = None
        self._desk = ThreadPoolExecutor(1)  # asks; makes no thread until it is asked
        self._judging: dict[Future[Judged], _Work] = {}
        self._asking: dict[Future[Answers], _Work] = {}
        self._open: Counter[int] = Counter()  # target → how much of it is in flight
        self._ended: set[int] = set()  # targets of which no more comes, but some is in flight

    @property
    def busy(self) -> bool:
        return bool(self._judging or self._asking)

    def taken(self, arrival: Arrival) -> Iterator[Done]:
        """Takes one arrival; gives what has been done by then, and waits for that where there is no room."""
        number = arrival.order[0]
        match arrival.of:
            case Capture() as capture:
                self._tell(Event(What.FETCHED, capture.target, {"bytes": len(capture.data), "sha256": capture.sha256}))
                while not self._room(_size(capture)):
                    yield from self.finished()
                self._open[number] += 1
                yield from self._start(_Work(arrival, capture, {} if self._ask else None))
            case Failure() as failure:
                yield told(arrival, failure, self._tell)
            case _ if self._open[number]:
                self._ended.add(number)
            case _:
                yield Done((number,), None)
        yield from self.finished(at_once=True)

    def _room(self, size: int) -> bool:
        held = [_size(work.capture) for work in (*self._judging.values(), *self._asking.values())]
        return not held or (len(held) < PER_WORKER * self._jobs and sum(held) + size <= IN_FLIGHT)

    def _start(self, work: _Work) -> Iterator[Done]:
        try:
            if self._pool is None:
                self._pool = _processes(self._standard, self._jobs)
            self._judging[self._pool.submit(judge, self._standard, work.capture, work.answers)] = work
        except BrokenProcessPool:  # a process has died since anybody looked
            yield from self._died([work])

    def finished(self, at_once: bool = False) -> Iterator[Done]:
        """What has been done; waits for the first, unless only what is there already is wanted."""
        all_of_it: list[Future[Any]] = [*self._judging, *self._asking]
        ready, _ = wait(all_of_it, timeout=0 if at_once else None, return_when=FIRST_COMPLETED)
        for question in [future for future in self._asking if future in ready]:
            work = self._asking.pop(question)
            yield from self._start(replace(work, answers={**(work.answers or {}), **question.result()}))
        yield from self._heard([future for future in self._judging if future in ready])

    def _heard(self, ready: Iterable[Future[Judged]]) -> Iterator[Done]:
        dead = []
        for future in ready:
            work = self._judging.pop(future)
            if isinstance(future.exception(), BrokenProcessPool):
                dead.append(work)
            else:
                yield from self._received(work, future.result())
        if dead:
            yield from self._died(dead)

    def _received(self, work: _Work, result: Judged) -> Iterator[Done]:
        if result.wants and self._ask:
            self._asking[self._desk.submit(_answered, self._ask, result.wants)] = work
        else:
            yield from self._closed(work, _done(work, result, self._tell))

    def _closed(self, work: _Work, done: Done) -> Iterator[Done]:
        """A result, and the end of its target where nothing else of it is in flight."""
        yield done
        number = work.arrival.order[0]
        self._open[number] -= 1
        if not self._open[number]:
            del self._open[number]
            if number in self._ended:
                self._ended.discard(number)
                yield Done((number,), None)

    def _died(self, dead: list[_Work]) -> Iterator[Done]:
        """A process has died, and the pool with it. Whichever page did it is among those in flight: each is tried once more, alone."""
        wait(self._judging)
        broken = [future for future in self._judging if isinstance(future.exception(), BrokenProcessPool)]
        dead += [self._judging.pop(future) for future in broken]
        rest = [*self._judging]
        if self._pool:
            self._pool.shutdown()
            self._pool = None
        yield from self._heard(rest)
        for work in sorted(dead, key=lambda each: each.arrival.order):
            yield from self._alone(work)

    def _alone(self, work: _Work) -> Iterator[Done]:
        self._tell(Event(What.RETRIED, work.capture.target, {"reason": "a worker process died"}))
        self._pool = _processes(self._standard, 1)
        try:
            result = self._pool.submit(judge, self._standard, work.capture, work.answers).result()
        except BrokenProcessPool:
            why = "the process that judged it died, twice: it was killed, or ran out of memory"
            failure = Failure(work.capture.target, Stage.AUDIT, why, "audit it by itself with --jobs 1", FailureKind.CRASHED)
            yield from self._closed(work, told(work.arrival, failure, self._tell))
        else:
            yield from self._received(work, result)
        finally:
            self._end()

    def _end(self) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def gone(self) -> None:
        """Ends the processes; those that are still at work, when the run has been interrupted, without waiting for them."""
        if self.busy:
            for child in multiprocessing.active_children():
                child.kill()
        self._desk.shutdown(wait=False, cancel_futures=True)
        self._end()


def _processes(standard: Standard, count: int) -> ProcessPoolExecutor:
    warm(standard)
    return ProcessPoolExecutor(count, multiprocessing.get_context(_START), begin)


def _answered(ask: Ask, wants: tuple[str, ...]) -> Answers:
    return {**dict.fromkeys(wants, ()), **ask(wants)}


def _done(work: _Work, result: Judged, tell: Tell) -> Done:
    if result.fault:
        said = result.fault.strip().splitlines()[-1]
        failure = Failure(work.capture.target, Stage.AUDIT, f"caveat itself failed on it: {said}", "please report it", FailureKind.CRASHED)
        return told(work.arrival, failure, tell, trace=result.fault)
    if result.failure:
        return told(work.arrival, result.failure, tell)._replace(text=result.text)
    tell(Event(What.AUDITED, work.capture.target, {"findings": result.findings}))
    return Done(work.arrival.order, result.record, work.capture.target, work.arrival.links, capture=work.capture, text=result.text)


def told(arrival: Arrival, failure: Failure, tell: Tell, **more: str) -> Done:
    """A failure as what became of an arrival."""
    tell(Event(What.FAILED, failure.target, {"kind": failure.kind, "reason": failure.reason, **more}))
    capture = arrival.of if isinstance(arrival.of, Capture) else None
    return Done(arrival.order, failure, failure.target, arrival.links, True, capture)
