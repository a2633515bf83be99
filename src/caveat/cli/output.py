"""Where the report goes: standard output, a file replaced as a whole, or a file that grows record by record."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

from caveat.errors import Exit, OutputError

Write = Callable[[str], None]


class ReaderGone(Exception):
    """Whoever read standard output has stopped (`| head -1`)."""


@contextmanager
def opened(path: Path | None, *, whole: bool) -> Iterator[Write]:
    """
    A function that writes text where the report is wanted, each call flushed. Raises OutputError, ReaderGone.

    `whole`: the file appears, or replaces the one of its name, only when the block ends without an error.
    """
    if path is None:
        yield _to_stdout
        return
    with _trouble(path):
        replaceable = path.is_file() or not path.exists()
    if whole and replaceable:
        with _replaced(path) as write:
            yield write
    else:  # a growing file, or a device or pipe, which cannot be replaced
        with _trouble(path):
            file = path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
        try:
            yield lambda text: _write(file, text, path)
        finally:
            with _trouble(path):
                file.close()


def printed(text: str) -> Exit:
    """Writes a text that decides nothing to standard output; a reader who stops early has seen enough."""
    with suppress(ReaderGone):
        _to_stdout(text)
    return Exit.CLEAN


def _to_stdout(text: str) -> None:
    if sys.stdout is None:
        raise OutputError("standard output is closed", "write the report to a file with -o")
    try:
        with uninterrupted():
            sys.stdout.write(text)
            sys.stdout.flush()
    except OSError as error:
        _silence_stdout()
        if isinstance(error, BrokenPipeError):
            raise ReaderGone from None
        raise OutputError(f"standard output: {error.strerror or error}", "the report is not complete") from None


def _silence_stdout() -> None:
    """What is left in the buffer would fail once more when Python ends, and change the exit code."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _replaced(path: Path) -> Iterator[Write]:
    real = path.resolve()  # a link stays a link
    part = real.with_name(f".{real.name}.{os.getpid()}.part")
    with _trouble(path):
        file = part.open("x", encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        yield lambda text: _write(file, text, path)
        with _trouble(path):
            os.fsync(file.fileno())
            file.close()
            if real.exists():
                shutil.copymode(real, part)
            part.replace(real)
    finally:
        with suppress(OSError):
            file.close()
        part.unlink(missing_ok=True)


def _write(file: IO[str], text: str, path: Path) -> None:
    with _trouble(path), uninterrupted():
        file.write(text)
        file.flush()


@contextmanager
def _trouble(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        hint = "" if path.parent.is_dir() else f"there is no folder {path.parent}"
        raise OutputError(f"{path}: cannot be written: {reason}", hint) from None


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Holds Ctrl-C and SIGTERM back until a record is written, so that no half line is left; a second one gets through, should it hang."""
    held: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        if held:
            raise KeyboardInterrupt
        held.append(number)

    try:
        before = {int(number): signal.signal(number, hold) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread, which alone is interrupted
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in held:
        signal.raise_signal(number)
