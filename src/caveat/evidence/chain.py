"""The manifest's lines: each a JSON object that holds the hash of the line before and its own, so that none can be changed unnoticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

Line = dict[str, Any]

START = "0" * 64  # what the first line has in place of a hash before
LONGEST = 64_000_000  # bytes of a line; one that lists the rule files has a hundred thousand
_SHORT = ("n", "kind", "previous", "hash")  # what every line has


@dataclass(frozen=True, slots=True)
class Link:
    """One line of a manifest as it was found. `fault` says why it is none; `hash` is then the last that was good."""

    number: int  # from 1
    offset: int
    line: Line
    hash: str
    fault: str = ""
    torn: bool = False  # the last line, without an end: the run broke off while it was written


def linked(number: int, previous: str, kind: str, values: Line) -> tuple[bytes, str]:
    """A line of the manifest, and its hash: the SHA-256 of the line written without it."""
    line = {"n": number, "kind": kind, "previous": previous, **values}
    found = hashlib.sha256(_written(line)).hexdigest()
    return _written({**line, "hash": found}) + b"\n", found


def unsigned(line: Line) -> bytes:
    """What the hash of a line is the SHA-256 of."""
    return _written(_without_hash(line))


def _without_hash(line: Line) -> Line:
    return {name: value for name, value in line.items() if name != "hash"}


def links(file: IO[bytes]) -> Iterator[Link]:
    """The lines of a manifest, each held against the one before. A fault is told once; the next line is then held against what the
    faulty one said of itself."""
    number, offset, previous = 0, 0, START
    while raw := file.readline(LONGEST):
        number += 1
        line, fault, torn = _read(raw, number, previous)
        said = line.get("hash")
        previous = said if isinstance(said, str) else previous
        yield Link(number, offset, line, previous, fault, torn)
        offset += len(raw)


def _read(raw: bytes, number: int, previous: str) -> tuple[Line, str, bool]:
    if not raw.endswith(b"\n"):
        return {}, "is cut short", True
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        return {}, "is no JSON", False
    if not isinstance(line, dict) or not set(_SHORT) <= line.keys():
        return {}, "is no line of a manifest", False
    if hashlib.sha256(unsigned(line)).hexdigest() != line["hash"] or _written({**_without_hash(line), "hash": line["hash"]}) + b"\n" != raw:
        return line, "is not as it was written", False
    if line["n"] != number:
        return line, f"says that it is line {line['n']}: lines are missing, added or in another order", False
    if line["previous"] != previous:
        return line, "does not follow the line before it: lines are missing, added or in another order", False
    return line, "", False


def _written(line: Line) -> bytes:
    return json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode("ascii")
