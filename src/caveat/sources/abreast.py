"""Visits addresses of many hosts side by side, in a thread of its own, while the caller goes on with what has come."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import aclosing, suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, NamedTuple

from caveat.sources import web
from caveat.sources.access import Access
from caveat.sources.arrival import NO_PAST, Arrival, Past
from caveat.sources.visitor import host_of, visiting

AHEAD = 4096  # targets taken before the first of them has ended: a list sorted by host must show more than one host
FINISHED = 16  # arrivals that may wait for the caller; while they do, no visit goes on


class _Target(NamedTuple):
    order: tuple[int, ...]
    address: str
    past: Past


class Abreast:
    """
    The thread, and what its caller hands it. Each host has a queue; `access.parallel` hosts are visited at once, with one request each.

    Memory is bounded by AHEAD addresses and FINISHED + `access.parallel` captures, whatever the number of targets. To be closed.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._out: SimpleQueue[Arrival | BaseException] = SimpleQueue()
        self._under_way = 0
        self._open = Event()
        self._thread = Thread(target=self._run, name="caveat-fetch", daemon=True)
        self._thread.start()
        self._open.wait()

    def take(self, order: tuple[int, ...], address: str, past: Past = NO_PAST) -> Iterator[Arrival]:
        """Has one more target visited, but for what is past of it; gives what has come, and waits while too many are under way."""
        self._under_way += 1
        self._call(self._enqueue, _Target(order, address, past))
        while self._under_way >= AHEAD:
            yield self._next()
        yield from self.come()

    def come(self) -> Iterator[Arrival]:
        """What has come by now."""
        with suppress(Empty):
            while True:
                yield self._next(wait=False)

    def rest(self) -> Iterator[Arrival]:
        """All that is still to come."""
        while self._under_way:
            yield self._next()

    def close(self) -> None:
        """Breaks off whatever is under way, and comes back when the thread has ended."""
        self._call(self._break_off)
        self._thread.join()

    def _next(self, wait: bool = True) -> Arrival:
        """The next arrival. Raises what broke the thread, and Empty where nothing is there that is not waited for."""
        found = self._out.get(block=wait)
        if isinstance(found, BaseException):
            raise found
        if found.of is None:
            self._under_way -= 1
        else:
            self._call(self._room.release)
        return found

    def _call(self, what: Callable[..., object], *values: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed; what closed it stands in the queue
            self._loop.call_soon_threadsafe(what, *values)

    # What follows runs in the thread.

    def _run(self) -> None:
        try:
            asyncio.run(self._visits())
        except asyncio.CancelledError:  # it was closed
            pass
        except BaseExceptionGroup as visits:  # of the task group: the first is what broke the rest off
            self._out.put(visits.exceptions[0])
        except BaseException as error:  # whatever it is, the caller has to know, and not to wait for ever
            self._out.put(error)
        finally:
            self._open.set()

    async def _visits(self) -> None:
        self._loop, main = asyncio.get_running_loop(), asyncio.current_task()
        assert main is not None  # a coroutine runs in a task
        self._break_off = main.cancel
        self._hosts: dict[str, deque[_Target]] = {}
        self._slots, self._room = asyncio.Semaphore(self._access.parallel), asyncio.Semaphore(FINISHED)
        async with visiting(self._access) as self._visitor, asyncio.TaskGroup() as self._group:
            self._open.set()
            await asyncio.Event().wait()  # until it is broken off, or a visit crashes

    def _enqueue(self, target: _Target) -> None:
        host = host_of(target.address)
        if host in self._hosts:
            self._hosts[host].append(target)
        else:
            self._hosts[host] = deque([target])
            self._group.create_task(self._work_off(host))

    async def _work_off(self, host: str) -> None:
        """Visits the targets of one host one after the other, until none is left."""
        async with self._slots:
            while waiting := self._hosts[host]:
                await self._visit(waiting.popleft())
            del self._hosts[host]

    async def _visit(self, target: _Target) -> None:
        try:
            async with aclosing(web.visit(target.order, target.address, self._visitor, target.past)) as visit:
                async for arrival in visit:
                    if arrival.of:
                        await self._room.acquire()
                    self._out.put(arrival)
        except Exception as error:
            error.add_note(f"while visiting {target.address!r}")
            raise
