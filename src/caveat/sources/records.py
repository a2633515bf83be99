"""The records of a WARC file, one at a time; what is wrong with one is said of it, and the next is looked for."""

from __future__ import annotations

# warcio, which writes our own WARC files, does not read those of others here: its reader holds lines and chunks of any length, takes a file
# that was cut short for a whole one, and ends at the first record that is broken.
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from caveat.sources.archive import FIRST, STEP, Archive, Broken

HEADER_LINE, HEADER = 16_384, 65_536  # bytes of one line and of all lines of a record's header; long addresses are some thousands
FAULTS = 1_000  # broken records after which the rest of a file is given up


@dataclass(frozen=True, slots=True)
class Record:
    """
    A record of a WARC file, counted from 1; `offset` is where it begins in the file. `block` is what stands below its header, without
    what goes beyond the limit; `length` is all of it, in bytes. `fault` says what is wrong with it; empty: it is whole.
    """

    number: int
    offset: int
    headers: Mapping[str, str]  # names in small letters
    block: bytes = b""
    length: int = 0
    fault: str = ""


def records(file: IO[bytes], limit: int) -> Iterator[Record]:
    """
    The records of `file`, of the blocks at most `limit` bytes each. What stands between records and is none comes as a record with a
    fault. After a fault the reading goes on where the next record begins; after a thousand of them it ends, with a last one that says so.
    """
    archive, size = Archive(file), _size(file)
    spare = 2 * size  # bytes that may be read again after wrong lengths, so that a hostile file cannot be read without end
    number = faults = 0
    while True:
        number += 1
        found, header_end = _record(archive, number, limit, size)
        if found is None:
            return
        faults += bool(found.fault)
        if faults > FAULTS:
            yield Record(number, found.offset, {}, fault=f"more than {FAULTS} records are broken; the rest of the file is not read")
            return
        yield found
        if found.fault:
            spare -= found.length
            if not archive.to_next(header_end if header_end and size and spare > 0 else None):
                return


def _size(file: IO[bytes]) -> int:
    """0 for what cannot be gone back in: a pipe, a file within another."""
    try:
        return os.fstat(file.fileno()).st_size if file.seekable() else 0
    except (OSError, AttributeError, io.UnsupportedOperation):
        return 0


def _record(archive: Archive, number: int, limit: int, size: int) -> tuple[Record | None, int]:
    """The next record and where, in a plain file, its header ends; None at the end of the file."""
    headers: dict[str, str] = {}
    offset, end = archive.start, 0
    try:
        first = archive.first_line(HEADER_LINE)
        offset = archive.start
        if not first:
            return None, 0
        if not FIRST.fullmatch(first):
            return Record(number, offset, {}, fault="what stands here is no WARC record"), 0
        headers = _headers(archive)
        end = archive.place
        return _with_block(archive, Record(number, offset, headers), limit, size), end
    except Broken as error:
        return Record(number, archive.place, headers, fault=str(error)), end
    except ValueError as error:
        return Record(number, offset, headers, fault=str(error)), end


def _headers(archive: Archive) -> dict[str, str]:
    """The named fields of a record (ISO 28500:2017, 5), of several with one name the first. Raises ValueError, Broken."""
    found: dict[str, str] = {}
    last, total = "", 0
    while line := archive.line(HEADER_LINE):
        total += len(line)
        if total > HEADER or not line.endswith(b"\n"):
            raise ValueError(f"its header is longer than {HEADER} bytes, or cut short")
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if not text.strip():
            return found
        if text[0] in " \t":
            if last:
                found[last] += f" {text.strip()}"
            continue
        name, colon, value = text.partition(":")
        last = name.strip().lower() if colon and name.strip().lower() not in found else ""
        if last:
            found[last] = value.strip()
    raise ValueError("its header is cut short")


def _with_block(archive: Archive, record: Record, limit: int, size: int) -> Record:
    """The record with its block, read as far as the limit and passed over beyond."""
    claimed = record.headers.get("content-length", "")
    if not (claimed.isascii() and claimed.isdigit() and len(claimed) < 19):
        return _faulty(record, f"its Content-Length is {f'no number: {claimed[:40]!r}' if claimed else 'missing'}")
    length = int(claimed)
    if size and not archive.packed and length > size - record.offset:
        return _faulty(record, f"claims {length} bytes, which is more than the rest of the file")
    block, left = bytearray(), length
    while left and (piece := archive.read(min(left, STEP))):
        left -= len(piece)
        block += piece[: max(0, limit - len(block))]
    if left:
        return _faulty(record, f"claims {length} bytes and is cut short after {length - left}", length - left)
    made = Record(record.number, record.offset, record.headers, bytes(block), length)
    tail = archive.line(64)
    if tail.strip(b"\r\n"):
        return _faulty(made, f"claims {length} bytes, and goes on after them: its Content-Length is wrong", length)
    if archive.packed:
        archive.settle()
    return made


def _faulty(record: Record, fault: str, length: int = 0) -> Record:
    return Record(record.number, record.offset, record.headers, length=length, fault=fault)
