"""Keeps the evidence of a run as it goes: each part is written, then listed in the manifest, so that a broken run leaves what it had."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path

from caveat import __version__
from caveat.errors import OutputError
from caveat.evidence import warcs
from caveat.evidence.chain import START, Line, linked
from caveat.evidence.layout import ANSWERS, DECISIONS, EXCHANGES, MANIFEST, READING, REPORTS, RESULTS, RULES, Order, Run, now
from caveat.model import Capture, Exchange, Failure, LookedUp, Purpose, Skipped
from caveat.shipped import toml_files
from caveat.sources.payload import Garbled, TooLarge, answer, undone

SYNC = 2.0  # seconds after which what was written is sent to the disk; what came later a power cut may take
WAITING = 10_000  # answers remembered until their page comes
LARGEST = 1_000_000_000  # bytes of an undone answer; the fetcher's own limit is far below
ROOM = "make room, and see that the folder may be written to"


class Keeper:
    """
    The evidence of one run, in a folder. Its methods may be called from any thread; each part is whole in its file, and listed, when they
    return. Raises OutputError when something cannot be written; nothing is written after that. `begun` and `resumed` make one, which is
    to be closed.
    """

    def __init__(
        self,
        folder: Path,
        lines: int = 0,
        head: str = START,
        records: Mapping[str, int] | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        self.folder = folder
        self._lines, self._head = lines, head
        self._files: dict[str, int] = {}  # descriptors
        self._sizes: dict[str, int] = {}
        self._records = dict(records or {})  # how many parts each growing file has
        self._info: dict[str, str] = {}  # ids of the warcinfo records
        self._certificates: set[str] = set()
        self._answers: OrderedDict[tuple[str, str], Line] = OrderedDict()  # address and SHA-256 of the body undone → where it is
        self._counts = dict(counts or {})  # how many lines there are of each kind
        self._lock = threading.RLock()
        self._broken = ""
        self._synced = time.monotonic()
        self._operator = ""
        self._unsaid: Line | None = None

    @property
    def head(self) -> str:
        """The hash of the last line."""
        return self._head

    @property
    def stamped(self) -> bool:
        return self._counts.get("stamp", 0) > 0

    @property
    def untouched(self) -> bool:
        """The run had come to its end before, and nothing was added since."""
        return self._unsaid is not None

    def exchange(self, made: Exchange) -> None:
        """One request with its answer, as they went over the wire."""
        with self._writing():
            fresh = hashlib.sha256(made.certificate).hexdigest() not in self._certificates if made.certificate else False
            parts = self._warc(EXCHANGES, list(warcs.exchanged(made, self._opened(EXCHANGES), fresh)))
            if made.certificate:
                self._certificates.add(hashlib.sha256(made.certificate).hexdigest())
            self._list("exchange", {"url": made.url, "purpose": made.purpose.value, "parts": parts})
            if digest := _content(made):
                self._answers[made.url, digest] = parts[0]
                if len(self._answers) > WAITING:
                    self._answers.popitem(last=False)

    def page(self, capture: Capture, text: str, order: Order = ()) -> None:
        """
        A page, with its reading copy; no text: its bytes are no page. `order` is its place in the run. Bytes that did not come by an
        exchange, of a file or a cache, are kept too.
        """
        with self._writing():
            part = self._answers.get((capture.url, capture.sha256))
            parts: list[Line] = []
            uri, date = capture.url or _named(capture.target), capture.fetched or now()
            if part is None:
                parts = self._warc(EXCHANGES, [warcs.kept(capture, uri, date, self._opened(EXCHANGES))])
                part = parts[0]
            if text:
                parts += self._warc(READING, [warcs.copied(text, uri, date, self._opened(READING), part["id"])])
            shown = capture.rendered
            about = asdict(replace(capture, data=b"", rendered=replace(shown, html="") if shown else None))
            kept: Line = {"size": len(capture.data), "sha256": capture.sha256, "bytes": part, "rendered": None}
            if shown:
                kept["rendered"] = self._warc(READING, [warcs.rendered(shown, uri, date, self._opened(READING), part["id"])])[0]
                parts.append(kept["rendered"])
            del about["data"]
            self._list("page", {"order": order, "capture": about, **kept, "parts": parts})

    def failure(self, failed: Failure, order: Order = ()) -> None:
        """A target that gave no page."""
        with self._writing():
            self._list("failure", {"order": order, "failure": asdict(failed)})

    def result(self, target: str, record: str, order: Order = ()) -> None:
        """What was made of a page or a failure: its line in the JSON Lines report."""
        with self._writing():
            part = self._append(RESULTS, "result", record.encode("utf-8", "backslashreplace"))
            self._list("result", {"order": order, "target": target, "parts": [part]})

    def answers(self, found: Mapping[str, tuple[LookedUp, ...]]) -> None:
        """What services said of studies."""
        with self._writing():
            text = json.dumps({name: [asdict(each) for each in said] for name, said in found.items()}) + "\n"
            self._list("answers", {"parts": [self._append(ANSWERS, "answers", text.encode())]})

    def skipped(self, passed: Skipped) -> None:
        """What of an archive was passed over."""
        with self._writing():
            self._list("skipped", asdict(passed))

    def report(self, name: str, text: str) -> None:
        """A report as it was written."""
        with self._writing():
            self._whole("report", {f"{REPORTS}/{name}": text.encode("utf-8", "backslashreplace")})

    def sync(self) -> None:
        """Sends what was written to the disk, the manifest last; then it outlives a power cut."""
        with self._writing():
            self._to_disk()

    def seal(self, code: int) -> str:
        """Ends the manifest of a run that came to its end, with its exit code; gives the hash of its last line."""
        with self._writing():
            self._list("seal", {"lines": self._lines + 1, "ended": now(), "exit": code, "counts": self._counts})
            self._to_disk()
            return self._head

    def stamp(self, name: str, data: bytes, of: str) -> str:
        """Adds a time stamp of the hash `of` beside the manifest, and gives the new hash of its last line."""
        with self._writing():
            self._whole("stamp", {name: data}, {"of": of})
            self._to_disk()
            return self._head

    def close(self) -> None:
        """Sends what was written to the disk, as far as it goes, and ends the writing."""
        with self._lock:
            with suppress(OSError):  # what could not be written was told when it was tried
                self._to_disk()
            for file in self._files.values():
                os.close(file)
            self._files = {}
            self._broken = self._broken or f"{self.folder}: the evidence is closed"

    def note(self, kind: str, values: Line) -> None:
        """A line of the manifest by itself."""
        with self._writing():
            self._list(kind, values)

    def adopt(self, kind: str, names: list[str]) -> None:
        """Lists files that are there already."""
        with self._writing():
            self._list(kind, {"files": [_listed(name, (self.folder / name).read_bytes()) for name in names]})

    def open_run(self, run: Run) -> None:
        """The first lines: what the run is made with, and copies of its rules and decisions."""
        self._operator = run.operator
        with self._writing():
            made_with = {"version": run.version, "rules": run.digest, "options": run.options, "shown": run.shown}
            self._list("begun", {**made_with, "started": now()})
            named = {f"{RULES}/{at}/{path}": file for at, pack in enumerate(run.rules) for path, file in toml_files(pack)}
            self._whole("rules", {name: file.read_bytes() for name, file in named.items()}, {"digest": run.digest})
            texts = {f"{DECISIONS}/{at}.toml": text.encode() for at, text in enumerate(run.decisions.values())}
            self._whole("decisions", texts, {"names": list(run.decisions)})

    def go_on(self, run: Run, torn: list[Line], ended: bool) -> None:
        """The first line of a run that goes on; of one that had come to its end, only when there is more to be said."""
        self._operator = run.operator
        line = {"at": now(), "version": run.version, "shown": run.shown, "torn": torn}
        if ended:
            self._unsaid = line
        else:
            self.note("resumed", line)

    def _opened(self, name: str) -> str:
        """The id of the warcinfo record of a WARC file, written if this run has not yet done so."""
        if name not in self._info:
            about = {"software": f"caveat/{__version__}", "format": "WARC File Format 1.1", "operator": self._operator,
                     "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"}  # fmt: skip
            record = warcs.warcinfo(name, about)
            self._info[name] = record.id
            self._list("warcinfo", {"parts": self._warc(name, [record])})
        return self._info[name]

    def _warc(self, name: str, records: list[warcs.Packed]) -> list[Line]:
        return [{**self._append(name, record.type, record.data), "id": record.id} for record in records]

    def _append(self, name: str, kind: str, data: bytes) -> Line:
        """Writes a part at the end of a growing file, and tells where it is; records are counted from 1."""
        at = self._size(name)
        try:
            _write(self._file(name), data)
        except OSError:
            os.ftruncate(self._file(name), at)  # gives room, and leaves no half of a part
            raise
        self._sizes[name] = at + len(data)
        self._records[name] = self._records.get(name, 0) + 1
        return {"file": name, "record": self._records[name], "type": kind, "offset": at, **_measured(data)}

    def _whole(self, kind: str, files: Mapping[str, bytes], more: Line | None = None) -> None:
        for name, data in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.part")
            part.write_bytes(data)
            part.replace(path)
        self._list(kind, {**(more or {}), "files": [_listed(name, data) for name, data in files.items()]})

    def _list(self, kind: str, values: Line) -> None:
        """Adds a line to the manifest."""
        if self._unsaid is not None and kind != "stamp":  # which is no part of the run
            unsaid, self._unsaid = self._unsaid, None
            self._list("resumed", unsaid)
        data, head = linked(self._lines + 1, self._head, kind, values)
        at = self._size(MANIFEST)
        try:
            _write(self._file(MANIFEST), data)
        except OSError:
            os.ftruncate(self._file(MANIFEST), at)
            raise
        self._lines, self._head, self._sizes[MANIFEST] = self._lines + 1, head, at + len(data)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if time.monotonic() - self._synced > SYNC:
            self._to_disk()

    def _size(self, name: str) -> int:
        if name not in self._sizes:
            self._sizes[name] = os.fstat(self._file(name)).st_size
        return self._sizes[name]

    def _file(self, name: str) -> int:
        if name not in self._files:
            self._files[name] = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
        return self._files[name]

    def _to_disk(self) -> None:
        for name in sorted(self._files, key=MANIFEST.__eq__):
            os.fsync(self._files[name])
        self._synced = time.monotonic()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock:
            if self._broken:
                raise OutputError(self._broken, ROOM)
            try:
                yield
            except OSError as error:
                self._broken = f"{self.folder}: the evidence cannot be written: {error.strerror or error}"
                raise OutputError(self._broken, ROOM) from None


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _measured(data: bytes) -> Line:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _listed(name: str, data: bytes) -> Line:
    return {"file": name, **_measured(data)}


def _content(made: Exchange) -> str:
    """The SHA-256 of a page's bytes as reading gets them; empty for what is no page, or cannot be undone."""
    if not made.head or made.truncated or made.purpose is not Purpose.PAGE:
        return ""
    try:
        given = answer(warcs.sent(made))
        return hashlib.sha256(undone(given, LARGEST)).hexdigest() if 200 <= given.status < 300 else ""
    except (Garbled, TooLarge):
        return ""


def _named(target: str) -> str:
    """A target without an address, as a URI: a WARC record has to have one."""
    if target == "-":
        return "urn:caveat:standard-input"
    try:
        return Path(target).absolute().as_uri()
    except ValueError:
        return "urn:caveat:no-name"
