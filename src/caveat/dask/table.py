"""A partition as a Parquet table: a row a page or failure, its findings as a column of records, and the whole line beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

KEY = b"caveat"  # under which the summary stands among the table's own key-value metadata
_ROWS, _SIZE = 1_000, 16_000_000  # rows and characters of a row group
_PAGE = ("target", "url", "fetched", "sha256", "title", "language", "reason", "kind")
_FINDING = ("id", "kind", "rule", "category", "severity", "strength", "outcome", "quote", "message", "place", "role")

Guard = Callable[[], AbstractContextManager[None]]


@cache
def schema() -> pyarrow.Schema:
    """
    `type` is page or failure; `reason` and `kind` are a failure's. `record` is the line that the JSON Lines form has, with all there is.
    A finding that was decided on has the decision as `ignored`.
    """
    import pyarrow as pa

    text, number = pa.string(), pa.int32()
    finding = [(name, text) for name in (*_FINDING, "ignored")] + [("line", number), ("column", number)]
    found = pa.list_(pa.struct(finding))
    return pa.schema([("type", text), *((name, text) for name in _PAGE), ("stance", text), ("findings", found), ("record", text)])


@contextmanager
def opened(path: Path, guard: Guard) -> Iterator[Callable[[str], None]]:
    """Takes lines of a report, the summary among them. `guard` is entered wherever something is written."""
    import pyarrow as pa
    from pyarrow import parquet

    with guard():
        writer = parquet.ParquetWriter(str(path), schema(), compression="zstd")
    rows: list[dict[str, Any]] = []
    size = 0

    def flush() -> None:
        nonlocal size
        with guard():
            writer.write_table(pa.Table.from_pylist(rows, schema()))
        rows.clear()
        size = 0

    def add(line: str) -> None:
        nonlocal size
        record = json.loads(line)
        if record["type"] == "summary":
            writer.add_key_value_metadata({KEY: line.rstrip("\n").encode("utf-8")})
            return
        rows.append(_row(record, line.rstrip("\n")))
        size += len(line)
        if len(rows) >= _ROWS or size >= _SIZE:
            flush()

    try:
        yield add
        flush()
    finally:
        with guard():
            writer.close()


def summary(path: Path) -> str:
    """The summary of a table. Raises OSError, ValueError."""
    from pyarrow import parquet

    return str((parquet.read_metadata(path).metadata or {}).get(KEY, b"").decode("utf-8"))


def _row(record: dict[str, Any], line: str) -> dict[str, Any]:
    row = {name: _plain(record.get(name)) for name in ("type", *_PAGE)}
    stance = record["stance"]["value"] if record.get("stance") else None
    return {**row, "stance": stance, "findings": [_finding(each) for each in record.get("findings", ())], "record": line}


def _finding(found: dict[str, Any]) -> dict[str, Any]:
    decided = found["ignored"]["decision"] if found["ignored"] else None
    return {name: _plain(found[name]) for name in _FINDING} | {"ignored": decided, "line": found["line"], "column": found["column"]}


def _plain(text: str | None) -> str | None:
    """What UTF-8 cannot carry, half a surrogate pair, is spelled out; `record` has it as JSON does."""
    return None if text is None else text.encode("utf-8", "backslashreplace").decode("utf-8")
