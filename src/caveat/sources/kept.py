"""Keeps fetched pages in a folder, each with the time it came; what is damaged there is as if it were not there."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from caveat.model import Capture, Check, CheckState, Redirect

SHAPE = 1  # to be raised when the file's form changes: what was kept in another is fetched anew
_AHEAD = timedelta(minutes=10)  # by which clocks differ
_SUM = 64  # hexadecimal digits of a SHA-256


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that was fetched, when it was last found unchanged, and by what its site can tell whether it still is (RFC 9110, 8.8)."""

    capture: Capture
    checked: str  # ISO 8601 time in UTC; that of the capture where it was never asked again
    etag: str = ""
    modified: str = ""

    def is_young(self, age: timedelta, now: datetime) -> bool:
        return now - age <= datetime.fromisoformat(self.checked) <= now + _AHEAD


class Folder:
    """A folder of kept pages by the address that was asked for."""

    def __init__(self, path: Path, largest: int) -> None:
        self.path, self._largest = path, largest

    def get(self, address: str) -> Kept | None:
        """
        The page kept for an address, if there is one and it is whole: the file's first line is the SHA-256 of all that follows, the second
        says what the page came with, the rest is the page.
        """
        try:
            with self._file(address).open("rb") as file:
                digest, rest = file.read(_SUM + 1), file.read(2 * self._largest)
            if digest.decode("ascii").rstrip("\n") != hashlib.sha256(rest).hexdigest():
                return None
            said, _, data = rest.partition(b"\n")
            return _kept(json.loads(said), address, data)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def put(self, kept: Kept) -> str:
        """Keeps a page for the address that was asked for. Gives the reason why it could not be kept, or nothing."""
        address = kept.capture.target
        said = {"shape": SHAPE, "address": address, "checked": kept.checked, "etag": kept.etag, "modified": kept.modified}
        said |= {name: value for name, value in asdict(replace(kept.capture, data=b"")).items() if name != "data"}
        rest = json.dumps(said).encode("ascii") + b"\n" + kept.capture.data
        try:
            written_whole(self._file(address), hashlib.sha256(rest).hexdigest().encode("ascii") + b"\n" + rest)
        except OSError as error:
            return f"{self.path} ({error.strerror or error})"
        return ""

    def _file(self, address: str) -> Path:
        return self.path / f"{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.page"


def written_whole(path: Path, data: bytes) -> None:
    """Writes a file so that whoever reads at the same time finds the old one or the new one, and never a part. Raises OSError."""
    part: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("wb", dir=path.parent, suffix=".part", delete=False) as file:
            part = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        if part:
            with suppress(OSError):
                part.unlink()  # where it has its name by now there is nothing left to delete


def _kept(said: dict[str, Any], address: str, data: bytes) -> Kept:
    """Raises ValueError, KeyError or TypeError for what this program did not write."""
    if (said.pop("shape"), said.pop("address")) != (SHAPE, address):
        raise ValueError("another shape, or another page")
    checked, etag, modified = (str(said.pop(name)) for name in ("checked", "etag", "modified"))
    hops = tuple(Redirect(**hop) for hop in said.pop("redirects"))
    checks = tuple(Check(made["check"], CheckState(made["state"]), made["reason"]) for made in said.pop("checks"))
    capture = Capture(**said, data=data, redirects=hops, checks=checks)
    datetime.fromisoformat(checked), datetime.fromisoformat(capture.fetched)
    return Kept(capture, checked, etag, modified)
