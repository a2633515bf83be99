"""The files of a folder of evidence, and the manifest that lists each part of them as soon as it is whole."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from caveat.errors import OutputError
from caveat.evidence.chain import START, Line, linked
from caveat.evidence.layout import MANIFEST

SYNC = 2.0  # seconds after which what was written is sent to the disk; what came later a power cut may take
ROOM = "make room, and see that the folder may be written to"


class Ledger:
    """
    Where the manifest stands: its lines, the hash of the last, how many parts each growing file has and how many lines there are of each
    kind. All writing happens within `writing`, by one thread at a time.
    """

    def __init__(
        self,
        folder: Path,
        lines: int = 0,
        head: str = START,
        records: Mapping[str, int] | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        self.folder, self.lines, self.head = folder, lines, head
        self.counts = dict(counts or {})
        self.before: tuple[str, Line] | None = None  # a line that is to stand before the next, if there is one
        self._records = dict(records or {})
        self._files: dict[str, int] = {}  # descriptors
        self._sizes: dict[str, int] = {}
        self._lock = threading.RLock()
        self._broken = ""
        self._synced = time.monotonic()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Raises OutputError where something cannot be written, and ever after."""
        with self._lock:
            if self._broken:
                raise OutputError(self._broken, ROOM)
            try:
                yield
            except OSError as error:
                self._broken = f"{self.folder}: the evidence cannot be written: {error.strerror or error}"
                raise OutputError(self._broken, ROOM) from None

    def append(self, name: str, kind: str, data: bytes) -> Line:
        """Writes a part at the end of a growing file, and tells where it is; records are counted from 1."""
        at = self._added(name, data)
        self._records[name] = self._records.get(name, 0) + 1
        return {"file": name, "record": self._records[name], "type": kind, "offset": at, **_measured(data)}

    def whole(self, kind: str, files: Mapping[str, bytes], more: Line | None = None) -> None:
        """Writes files of their own, and lists them."""
        for name, data in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.part")
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())  # before the manifest, which must not list what a power cut takes
            part.replace(path)
        self.list(kind, {**(more or {}), "files": [listed(name, data) for name, data in files.items()]})

    def list(self, kind: str, values: Line) -> None:
        """Adds a line to the manifest."""
        if self.before and kind != "stamp":  # which is no part of the run
            (first, said), self.before = self.before, None
            self.list(first, said)
        data, head = linked(self.lines + 1, self.head, kind, values)
        self._added(MANIFEST, data)
        self.lines, self.head = self.lines + 1, head
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if time.monotonic() - self._synced > SYNC:
            self.sync()

    def sync(self) -> None:
        """Sends what was written to the disk, the manifest last; then it outlives a power cut."""
        for name in sorted(self._files, key=MANIFEST.__eq__):
            os.fsync(self._files[name])
        self._synced = time.monotonic()

    def close(self) -> None:
        """Sends what was written to the disk, as far as it goes, and ends the writing."""
        with self._lock:
            with suppress(OSError):  # what could not be written was told when it was tried
                self.sync()
            for file in self._files.values():
                os.close(file)
            self._files = {}
            self._broken = self._broken or f"{self.folder}: the evidence is closed"

    def _added(self, name: str, data: bytes) -> int:
        """Where in a file its new end has come to stand."""
        if name not in self._files:
            self._files[name] = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
            self._sizes[name] = os.fstat(self._files[name]).st_size
        file, at, left = self._files[name], self._sizes[name], memoryview(data)
        try:
            while left:
                left = left[os.write(file, left) :]
        except OSError:
            os.ftruncate(file, at)  # gives room, and leaves no half of a part
            raise
        self._sizes[name] = at + len(data)
        return at


def listed(name: str, data: bytes) -> Line:
    """A file as the manifest lists it."""
    return {"file": name, **_measured(data)}


def _measured(data: bytes) -> Line:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
