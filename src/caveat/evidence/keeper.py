"""Keeps the evidence of a run as it goes: what is sent, received, read, answered and found, each as a part of the right file."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from caveat import __version__
from caveat.evidence import warcs
from caveat.evidence.chain import Line
from caveat.evidence.layout import ANSWERS, DECISIONS, EXCHANGES, READING, REPORTS, RESULTS, RULES, Order, Run, now
from caveat.evidence.ledger import Ledger, listed
from caveat.model import Capture, Exchange, Failure, LookedUp, Purpose, Skipped
from caveat.shipped import toml_files
from caveat.sources.payload import Garbled, TooLarge, answer, undone

WAITING = 10_000  # answers remembered until their page comes
LARGEST = 1_000_000_000  # bytes of an undone answer; the fetcher's own limit is far below


class Keeper:
    """
    The evidence of one run, in a folder. Its methods may be called from any thread; each part is whole in its file, and listed, when they
    return. Raises OutputError when something cannot be written; nothing is written after that. `begun` and `resumed` make one, which is
    to be closed.
    """

    def __init__(self, ledger: Ledger, operator: str = "") -> None:
        self.folder = ledger.folder
        self._ledger, self._operator = ledger, operator
        self._info: dict[str, str] = {}  # ids of the warcinfo records
        self._certificates: set[str] = set()
        self._answers: OrderedDict[tuple[str, str], Line] = OrderedDict()  # address and SHA-256 of the body undone → where it is

    @property
    def head(self) -> str:
        """The hash of the last line."""
        return self._ledger.head

    @property
    def stamped(self) -> bool:
        return self._ledger.counts.get("stamp", 0) > 0

    @property
    def untouched(self) -> bool:
        """The run had come to its end before, and nothing was added since."""
        return self._ledger.before is not None

    def exchange(self, made: Exchange) -> None:
        """One request with its answer, as they went over the wire."""
        with self._ledger.writing():
            fresh = hashlib.sha256(made.certificate).hexdigest() not in self._certificates if made.certificate else False
            parts = self._warc(EXCHANGES, list(warcs.exchanged(made, self._opened(EXCHANGES), fresh)))
            if made.certificate:
                self._certificates.add(hashlib.sha256(made.certificate).hexdigest())
            self._ledger.list("exchange", {"url": made.url, "purpose": made.purpose.value, "parts": parts})
            if digest := _content(made):
                self._answers[made.url, digest] = parts[0]
                if len(self._answers) > WAITING:
                    self._answers.popitem(last=False)

    def page(self, capture: Capture, text: str, order: Order = ()) -> None:
        """
        A page, with its reading copy; no text: its bytes are no page. `order` is its place in the run. Bytes that did not come by an
        exchange, of a file or a cache, are kept too.
        """
        with self._ledger.writing():
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
            self._ledger.list("page", {"order": order, "capture": about, **kept, "parts": parts})

    def failure(self, failed: Failure, order: Order = ()) -> None:
        """A target that gave no page."""
        with self._ledger.writing():
            self._ledger.list("failure", {"order": order, "failure": asdict(failed)})

    def result(self, target: str, record: str, order: Order = ()) -> None:
        """What was made of a page or a failure: its line in the JSON Lines report."""
        with self._ledger.writing():
            part = self._ledger.append(RESULTS, "result", record.encode("utf-8", "backslashreplace"))
            self._ledger.list("result", {"order": order, "target": target, "parts": [part]})

    def answers(self, found: Mapping[str, tuple[LookedUp, ...]]) -> None:
        """What services said of studies."""
        with self._ledger.writing():
            text = json.dumps({name: [asdict(each) for each in said] for name, said in found.items()}) + "\n"
            self._ledger.list("answers", {"parts": [self._ledger.append(ANSWERS, "answers", text.encode())]})

    def skipped(self, passed: Skipped) -> None:
        """What of an archive was passed over."""
        with self._ledger.writing():
            self._ledger.list("skipped", asdict(passed))

    def report(self, name: str, text: str) -> None:
        """A report as it was written."""
        with self._ledger.writing():
            self._ledger.whole("report", {f"{REPORTS}/{name}": text.encode("utf-8", "backslashreplace")})

    def seal(self, code: int) -> str:
        """Ends the manifest of a run that came to its end, with its exit code; gives the hash of its last line."""
        with self._ledger.writing():
            self._ledger.list("seal", {"lines": self._ledger.lines + 1, "ended": now(), "exit": code, "counts": self._ledger.counts})
            self._ledger.sync()
            return self._ledger.head

    def stamp(self, name: str, data: bytes, of: str) -> str:
        """Adds a time stamp of the hash `of` beside the manifest, and gives the new hash of its last line."""
        with self._ledger.writing():
            self._ledger.whole("stamp", {name: data}, {"of": of})
            self._ledger.sync()
            return self._ledger.head

    def close(self) -> None:
        """Sends what was written to the disk, as far as it goes, and ends the writing."""
        self._ledger.close()

    def note(self, kind: str, values: Line) -> None:
        """A line of the manifest by itself."""
        with self._ledger.writing():
            self._ledger.list(kind, values)

    def adopt(self, kind: str, names: list[str]) -> None:
        """Lists files that are there already."""
        with self._ledger.writing():
            self._ledger.list(kind, {"files": [listed(name, (self.folder / name).read_bytes()) for name in names]})

    def open_run(self, run: Run) -> None:
        """The first lines: what the run is made with, and copies of its rules and decisions."""
        with self._ledger.writing():
            made_with = {"version": run.version, "rules": run.digest, "options": run.options, "shown": run.shown}
            self._ledger.list("begun", {**made_with, "started": now()})
            named = {f"{RULES}/{at}/{path}": file for at, pack in enumerate(run.rules) for path, file in toml_files(pack)}
            self._ledger.whole("rules", {name: file.read_bytes() for name, file in named.items()}, {"digest": run.digest})
            texts = {f"{DECISIONS}/{at}.toml": text.encode() for at, text in enumerate(run.decisions.values())}
            self._ledger.whole("decisions", texts, {"names": list(run.decisions)})

    def go_on(self, run: Run, torn: list[Line], ended: bool) -> None:
        """The first line of a run that goes on; of one that had come to its end, only when there is more to be said."""
        line = {"at": now(), "version": run.version, "shown": run.shown, "torn": torn}
        if ended:
            self._ledger.before = "resumed", line
        else:
            self.note("resumed", line)

    def _opened(self, name: str) -> str:
        """The id of the warcinfo record of a WARC file, written if this run has not yet done so."""
        if name not in self._info:
            about = {"software": f"caveat/{__version__}", "format": "WARC File Format 1.1", "operator": self._operator,
                     "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"}  # fmt: skip
            record = warcs.warcinfo(name, about)
            self._info[name] = record.id
            self._ledger.list("warcinfo", {"parts": self._warc(name, [record])})
        return self._info[name]

    def _warc(self, name: str, records: list[warcs.Packed]) -> list[Line]:
        return [{**self._ledger.append(name, record.type, record.data), "id": record.id} for record in records]


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
