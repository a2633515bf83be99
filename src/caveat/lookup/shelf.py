"""Keeps records in a folder, each with the time it was given; what is old, spoiled or of another shape is as if it were not there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from caveat.model import Level, Record
from caveat.sources.kept import written_whole

SHAPE = 1  # to be raised when the reading of an answer changes, so that what was kept is asked for again
_AHEAD = timedelta(minutes=10)  # by which clocks differ
_LARGEST = 1_000_000  # bytes of a kept record
_TUPLES = ("types", "notices", "about")


class Shelf:
    """A folder of kept records by the address they came from."""

    def __init__(self, folder: Path, days: float) -> None:
        self.folder, self.age = folder, timedelta(days=days)
        self.trouble = ""  # why something could not be kept

    def get(self, address: str, now: datetime) -> tuple[Record, str] | None:
        """The record and when it was given, if one is there that is young enough and whole."""
        try:
            with self._file(address).open("rb") as file:
                kept = json.loads(file.read(_LARGEST))
            if not isinstance(kept, dict) or (kept["shape"], kept["address"]) != (SHAPE, address):
                return None
            given = datetime.fromisoformat(kept["asked"])
            return (_record(kept["record"]), kept["asked"]) if now - self.age <= given <= now + _AHEAD else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def put(self, address: str, record: Record, asked: str) -> None:
        """Keeps a record; whoever reads at the same time finds the old file or the new one, and never a part."""
        text = json.dumps({"shape": SHAPE, "address": address, "asked": asked, "record": asdict(record)}, indent=1)
        try:
            written_whole(self._file(address), text.encode("utf-8"))
        except OSError as error:
            self.trouble = f"{self.folder}: {error.strerror or error}"

    def _file(self, address: str) -> Path:
        return self.folder / f"{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.json"


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _record(kept: object) -> Record:
    """The record as it was kept. Raises ValueError, KeyError or TypeError for anything else."""
    if not isinstance(kept, dict) or set(kept) != {each.name for each in fields(Record)}:
        raise ValueError("no record")
    lists = {name: tuple(kept[name]) for name in _TUPLES if isinstance(kept[name], list)}
    words = [kept[name] for name in kept if name not in (*_TUPLES, "results")] + [word for each in lists.values() for word in each]
    if len(lists) != len(_TUPLES) or not all(isinstance(word, str) for word in words) or kept["results"] not in (None, True, False):
        raise ValueError("no record")
    return Record(**{**kept, **lists, "level": Level(kept["level"])})
