"""A partition as a file: its lines as they are made, JSON Lines or a Parquet table, under its own name only once it is whole."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

from caveat.dask import table
from caveat.errors import OutputError

_STEP = 1 << 16  # bytes looked at a time for the beginning of the last line


class Form(StrEnum):
    JSONL = "jsonl"
    PARQUET = "parquet"


def write(path: Path, form: Form, lines: Iterable[str]) -> None:
    """
    Writes the lines of a JSON Lines report, of which the last is the summary. Whoever dies over it leaves no file of the partition's name.
    Raises OutputError, and whatever making the lines raises.
    """
    # named after the process: of two that write the same partition, one of which was taken for dead, neither writes into the other's
    part = path.with_name(f".{path.name}.{socket.gethostname().replace('.', '_')}-{os.getpid()}.part")
    with trouble(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _WRITERS[form](part, path, lines)
        with trouble(path), part.open("rb+") as file:
            os.fsync(file.fileno())
        with trouble(path):
            part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def swept(folder: Path, names: Collection[str]) -> None:
    """Deletes what processes that died over partitions of these names have left of them."""
    with trouble(folder):
        for path in folder.glob(".*.part"):
            if path.name[1:].removesuffix(".part").rpartition(".")[0] in names:
                path.unlink(missing_ok=True)


def summary(path: Path, form: Form) -> dict[str, Any] | None:
    """The summary of a partition, its last line; None where there is no such file, or it is no partition."""
    try:
        text = _last_line(path) if form is Form.JSONL else table.summary(path)
        found = json.loads(text)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("partition"), dict) else None


@contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Says of an OSError that the partition could not be written."""
    try:
        yield
    except OSError as error:
        again = "make room there, or name another folder, then run it again: partitions that are there are not made again"
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}", again) from None


def _lines(part: Path, path: Path, lines: Iterable[str]) -> None:
    with trouble(path):
        file = part.open("w", encoding="utf-8", newline="\n")
    try:
        for line in lines:
            with trouble(path):
                file.write(line)
        with trouble(path):
            file.flush()
    finally:
        with suppress(OSError):  # said already, where it matters
            file.close()


def _table(part: Path, path: Path, lines: Iterable[str]) -> None:
    with table.opened(part, lambda: trouble(path)) as add:
        for line in lines:
            add(line)


_WRITERS: dict[Form, Callable[[Path, Path, Iterable[str]], None]] = {Form.JSONL: _lines, Form.PARQUET: _table}


def _last_line(path: Path) -> str:
    with path.open("rb") as file:
        end = at = file.seek(0, os.SEEK_END)
        tail = b""
        while at > 0 and tail.rstrip(b"\n").count(b"\n") == 0:
            at = max(0, at - _STEP)
            file.seek(at)
            tail = file.read(end - at)
    return tail.rstrip(b"\n").rpartition(b"\n")[2].decode("utf-8") if tail.endswith(b"\n") else ""
