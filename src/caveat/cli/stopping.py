"""How a run is stopped: Ctrl-C and SIGTERM end it in order, a second Ctrl-C at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from caveat.errors import Exit

_ONE_PRESS = 0.5  # seconds; programs that start others hand Ctrl-C on to them, which the terminal has done already


class Terminated(KeyboardInterrupt):
    """SIGTERM: whoever manages this machine wants the run to end."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it SIGTERM raises Terminated, and the first Ctrl-C KeyboardInterrupt, both in the main thread."""
    pressed: list[float] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if not pressed:
            pressed.append(now)
            raise Terminated if number == signal.SIGTERM else KeyboardInterrupt
        if number == signal.SIGINT and now - pressed[0] > _ONE_PRESS:
            with suppress(OSError):  # not through sys.stderr, in the middle of a line of which we may be
                os.write(2, b"caveat: exit 130: interrupted twice, and ended at once; what stands in a journal is whole\n")
            os._exit(Exit.INTERRUPTED)

    try:
        before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread, which alone gets signals
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
