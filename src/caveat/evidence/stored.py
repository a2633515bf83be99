"""What a folder of evidence holds, given back: captures, failures, answers of services and results, for an audit without the network."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from caveat.errors import OutputError
from caveat.evidence.chain import Line, links
from caveat.evidence.layout import DECISIONS, MANIFEST, RULES, Order
from caveat.model import Capture, Failure, LookedUp
from caveat.sources.payload import Garbled, TooLarge, answer, undone
from caveat.sources.records import records

_LARGEST = 1_000_000_000  # bytes of a block; no page that was kept is larger


@dataclass(frozen=True)
class Stored:
    """
    A run as its manifest tells it. `pages`, `results` hold the place of each line in the manifest, by order and target. `options` are those
    of `caveat audit`, by their names.
    """

    folder: Path
    begun: Line
    decisions: Mapping[str, str]  # name → text
    answers: Mapping[str, tuple[LookedUp, ...]]
    pages: Mapping[tuple[Order, str], int]
    results: Mapping[tuple[Order, str], Line]  # where each stands

    @property
    def options(self) -> Line:
        options: Line = self.begun["options"]
        return options

    @property
    def rules(self) -> list[Path]:
        """The copies of the folders of rules, the shipped one first."""
        return sorted((self.folder / RULES).iterdir(), key=lambda path: int(path.name))


@contextmanager
def _understood(folder: Path) -> Iterator[None]:
    """A manifest can be whole in itself and hold nonsense all the same: anybody can write one."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OSError, msgspec.MsgspecError) as error:
        told = f"{type(error).__name__}: {str(error)[:100]}"
        raise OutputError(f"{folder}: the evidence holds what cannot be understood ({told})", "it was not written by caveat") from None


def stored(folder: Path) -> Stored:
    """
    The run in a folder of evidence that was verified before. Of what a run that went on has twice, the later counts. Raises OutputError for
    what cannot be understood.
    """
    with _understood(folder):
        return _stored(folder)


def _stored(folder: Path) -> Stored:
    begun: Line = {}
    names: list[str] = []
    said: dict[str, tuple[LookedUp, ...]] = {}
    pages: dict[tuple[Order, str], int] = {}
    results: dict[tuple[Order, str], Line] = {}

    def take(key: tuple[Order, str], offset: int) -> None:
        pages[key] = offset
        results.pop(key, None)  # which was of what came before

    with (folder / MANIFEST).open("rb") as file:
        for link in links(file):
            line = link.line
            match line.get("kind"):
                case "begun":
                    begun = line
                case "decisions":
                    names = line["names"]
                case "answers":
                    said |= _answers(part_of(folder, line["parts"][0]))
                case "page":
                    take((tuple(line["order"]), line["capture"]["target"]), link.offset)
                case "failure":
                    take((tuple(line["order"]), line["failure"]["target"]), link.offset)
                case "result":
                    results[tuple(line["order"]), line["target"]] = line["parts"][0]
    texts = {name: (folder / DECISIONS / f"{at}.toml").read_bytes().decode("utf-8") for at, name in enumerate(names)}
    return Stored(folder, begun, texts, said, dict(sorted(pages.items(), key=lambda item: item[0][0])), results)


def captures(kept: Stored) -> Iterator[Capture | Failure]:
    """The captures and failures of a run, in the order of its targets, one at a time. Raises OutputError for bytes that are not theirs."""
    with (kept.folder / MANIFEST).open("rb") as file:
        for offset in kept.pages.values():
            file.seek(offset)
            with _understood(kept.folder):
                line = json.loads(file.readline())
                found = msgspec.convert(line["failure"], Failure) if line["kind"] == "failure" else _capture(kept.folder, line)
            yield found


def result(kept: Stored, key: tuple[Order, str]) -> str:
    """The record that the run's report had of a page or a failure; empty where it came to none."""
    part = kept.results.get(key)
    return part_of(kept.folder, part).decode("utf-8") if part else ""


def part_of(folder: Path, part: Line) -> bytes:
    """The bytes of one part of a growing file."""
    with (folder / part["file"]).open("rb") as file:
        file.seek(part["offset"])
        data: bytes = file.read(part["bytes"])
        return data


def _capture(folder: Path, line: Line) -> Capture:
    found = replace(msgspec.convert({**line["capture"], "data": b""}, Capture), data=_data(folder, line["bytes"], line["size"]))
    if found.rendered:
        html = _data(folder, line["rendered"], line["rendered"]["bytes"]).decode("utf-8", "surrogatepass")
        found = replace(found, rendered=replace(found.rendered, html=html))
    if found.sha256 != line["sha256"]:
        raise OutputError(f"{folder}: the bytes kept of {found.target} are not those that were audited", "`caveat verify` says more")
    return found


def _data(folder: Path, part: Line, size: int) -> bytes:
    """The page in a WARC record, of so many bytes."""
    record = next(records(io.BytesIO(part_of(folder, part)), _LARGEST))
    try:
        return undone(answer(record.block), size) if part["type"] == "response" else record.block
    except (Garbled, TooLarge):
        return b""  # which has not the digest that was noted


def _answers(data: bytes) -> dict[str, tuple[LookedUp, ...]]:
    return msgspec.convert(json.loads(data), dict[str, tuple[LookedUp, ...]])
