"""The bytes of a WARC file, decompressed as they are wanted: whatever the file says, no more than a few hundred kilobytes are held."""

from __future__ import annotations

import re
import zlib
from typing import IO

CHUNK = 1 << 16  # bytes read at a time
STEP = 1 << 18  # bytes decompressed at a time, and the longest line that is looked at whole
GZIP = b"\x1f\x8b\x08"
MARK = b"WARC/"
FIRST = re.compile(rb"WARC/\d+\.\d+[ \t]*\r?\n")  # the line that begins a record
_BLANK = re.compile(rb"[\r\n]*+")
PROBE = 4096  # compressed bytes tried to see whether a record begins


class Broken(Exception):
    """The compressed bytes are not what they should be; says why. `to_next` finds where it goes on."""


class Archive:
    """
    A stream of records, plain or gzip (ISO 28500:2017, annex D: one member a record; members that hold many, or cut through one, are
    read too). No read goes past the place where a member begins with a record, so that a wrong length swallows no neighbour there.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._raw, self._raw_at = file.read(CHUNK), 0  # read but not decompressed, and where in the file that stands
        self._ready, self._pos = b"", 0
        self._unread = b""  # a first line that was met in passing
        self._wall = False  # what is ready begins a record in a member of its own
        self._member, self._unpack = 0, zlib.decompressobj()
        self._open = False  # within a member
        self.packed = self._raw.startswith(GZIP[:2])
        self.start = 0  # where in the file the record begins, compressed: its member

    def first_line(self, most: int) -> bytes:
        """The line that begins the next record, blank lines before it passed; empty at the end of the file. Raises Broken."""
        if self._unread:
            line, self._unread = self._unread, b""
            return line
        while True:
            self._wall = False
            if self._some():
                self._pass_blanks()
                self.start = self.place
                if self._pos < len(self._ready):
                    return self.line(most)
            elif not self._wall:
                return b""

    def line(self, most: int) -> bytes:
        """The next line with its end, or the first `most` bytes of it. Raises Broken."""
        found = b""
        while len(found) < most and not found.endswith(b"\n") and self._some():
            end = self._ready.find(b"\n", self._pos) + 1 or len(self._ready)
            found += self.read(min(end - self._pos, most - len(found)))
        return found

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none where the file ends or the next record begins. Raises Broken."""
        taken = self._ready[self._pos : self._pos + size] if self._some() else b""
        self._pos += len(taken)
        return taken

    def settle(self) -> None:
        """Passes the blank lines behind a record, to the end of its member: only there is it known to be undamaged. Raises Broken."""
        while True:
            self._pass_blanks()
            if self._pos < len(self._ready) or not self._open:
                return
            self._ready, self._pos = b"", 0
            self._inflate()

    def _pass_blanks(self) -> None:
        if found := _BLANK.match(self._ready, self._pos):
            self._pos = found.end()

    def to_next(self, back_to: int | None = None) -> bool:
        """Goes on to where the next record begins, in a plain file from `back_to` if one is given; False where there is none."""
        if back_to is not None and not self.packed:
            self._file.seek(back_to)
            self._raw, self._raw_at, self._ready, self._pos = b"", back_to, b"", 0
        try:
            return self._passed_on() or (self.packed and self._found_member())
        except Broken:
            return self._found_member()

    @property
    def place(self) -> int:
        """Where in the file this is: the byte, or the member it stands in."""
        return self._member if self.packed else self._raw_at - len(self._ready) + self._pos

    def _passed_on(self) -> bool:
        fresh = True  # at the start of a line
        while not self._wall:
            self.start = self.place
            if not (line := self.line(STEP)):
                return self._wall
            if fresh and FIRST.fullmatch(line):
                self._unread = line
                return True
            fresh = line.endswith(b"\n")
        return True

    def _found_member(self) -> bool:
        """The next member that begins with a record, wherever in the file that is."""
        self._ready, self._pos, self._open = b"", 0, False
        while True:
            at = self._raw.find(GZIP)
            if at >= 0 and (len(self._raw) - at >= PROBE or not self._pull()):
                if _begins(self._raw[at : at + PROBE]):
                    self._drop(at)
                    return True
                self._drop(at + 1)
            elif at < 0:
                self._drop(max(0, len(self._raw) - len(GZIP) + 1))
                if not self._pull():
                    return False

    def _drop(self, count: int) -> None:
        self._raw, self._raw_at = self._raw[count:], self._raw_at + count

    def _pull(self) -> bool:
        more = self._file.read(CHUNK)
        self._raw += more
        return bool(more)

    def _some(self) -> bool:
        """Whether there is a byte to read before the file ends or a record begins."""
        while not self._wall and self._pos >= len(self._ready):
            self._ready, self._pos = b"", 0
            if not (self._raw or self._pull() or self._open):
                return False
            if not self.packed:
                self._ready = self._raw
                self._drop(len(self._raw))
            elif self._open:
                self._inflate()
            else:
                self._enter()
        return not self._wall

    def _enter(self) -> None:
        if len(self._raw) < len(GZIP):
            self._pull()
        if not self._raw.startswith(GZIP):
            raise Broken("what follows is not compressed, as the file is")
        self._member, self._unpack, self._open = self._raw_at, zlib.decompressobj(zlib.MAX_WBITS | 16), True
        while self._open and len(self._ready) < len(MARK):
            self._inflate()
        self._wall = self._ready.startswith(MARK)

    def _inflate(self) -> None:
        if not self._raw and not self._pull():
            self._open = False
            raise Broken("the file ends within a compressed record")
        try:
            self._ready += self._unpack.decompress(self._raw, STEP)
        except zlib.error as error:
            self._open = False
            self._drop(1)  # so that the search for the next one does not find this one
            raise Broken(f"its compressed bytes are damaged ({str(error).rpartition(': ')[2]})") from None
        self._open = not self._unpack.eof
        self._drop(len(self._raw) - len(self._unpack.unconsumed_tail if self._open else self._unpack.unused_data))


def _begins(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, len(MARK)) == MARK
    except zlib.error:
        return False
