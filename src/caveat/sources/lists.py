"""Lists of targets: one a line, blank lines and lines that open with `#` left out; or a column of a table (CSV), with their ids."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from typing import IO, Any

from caveat.model import Failure, Listed, Stage
from caveat.sources.file import why_not

DELIMITERS = ",;\t"
_LONG = 300  # characters of the names of columns in a message


def listed(path: str, column: str = "", id_column: str = "") -> Iterator[str | Listed | Failure]:
    """
    The targets a list names, read line by line; `-` is standard input. `column` is that of a table which holds them, `id_column` that of
    their ids. A list that cannot be read, or names nothing, is a failure; so is a row of a table that names no target.
    """
    try:
        with _opened(path) as lines:
            yield from _rows(path, lines, column, id_column) if column else _targets(path, lines)
    except IsADirectoryError:
        yield Failure(path, Stage.OPEN, "is a folder, not a list of targets", "give the folder itself as a target")
    except (OSError, ValueError) as error:
        yield why_not(path, error)


def _opened(path: str) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb")


def _targets(path: str, lines: Iterable[bytes]) -> Iterator[str | Failure]:
    named = False
    for raw in lines:
        if b"\0" in raw:
            yield Failure(path, Stage.OPEN, "is no list of targets: it holds binary data", "give one target a line, as plain text")
            return
        line = _text(raw).strip()
        if line and not line.startswith("#"):
            named = True
            yield line
    if not named:
        yield Failure(path, Stage.OPEN, "names no target", "give one target a line")


def _rows(path: str, lines: Iterable[bytes], column: str, id_column: str) -> Iterator[str | Listed | Failure]:
    """The targets of a table with a head (RFC 4180), delimited by commas, semicolons or tabs."""
    texts = map(_text, lines)
    head = next(texts, "")
    table = csv.reader(chain([head], texts), delimiter=max(DELIMITERS, key=head.count))
    try:
        names = [name.strip() for name in next(table, [])]
        for name in filter(None, (column, id_column)):
            if name not in names:
                yield Failure(path, Stage.OPEN, f"has no column {name!r}", f"its columns are {', '.join(names) or 'none'}"[:_LONG])
                return
        yield from _cells(path, table, names.index(column), names.index(id_column) if id_column else None)
    except csv.Error as error:
        yield Failure(path, Stage.OPEN, f"is no table from line {table.line_num} on: {error}", "save it as CSV, in UTF-8")


def _cells(path: str, table: Any, column: int, id_column: int | None) -> Iterator[str | Listed | Failure]:
    """Of each row its target, and its id. Rows without a cell are passed over; those without a target are failures, for they were meant."""
    named = False
    for row in table:
        target, list_id = _cell(row, column), _cell(row, id_column)
        if not any(map(str.strip, row)):
            continue
        named = True
        if not target or "\0" in target:
            hint = "fill the cell, or leave out the row"
            yield Failure(f"{path}:{table.line_num}", Stage.OPEN, "names no target in its row", hint, list_id=list_id)
        else:
            yield target if id_column is None else Listed(target, list_id)
    if not named:
        yield Failure(path, Stage.OPEN, "names no target", "give one target a row, below the names of the columns")


def _cell(row: list[str], at: int | None) -> str:
    return row[at].strip() if at is not None and at < len(row) else ""


def _text(raw: bytes) -> str:
    """A line; surrogateescape keeps a file name that is not UTF-8 openable."""
    return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
