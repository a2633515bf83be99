"""Imported by each worker of a local cluster when it starts: Ctrl-C reaches every process of the terminal, and the run's own decides."""

from __future__ import annotations

import signal
from contextlib import suppress

with suppress(ValueError):  # not the main thread, which alone gets signals
    signal.signal(signal.SIGINT, signal.SIG_IGN)
