"""Goes on with the evidence of a run that broke off: what is not listed in the manifest is set aside, and the manifest goes on."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from caveat.errors import OutputError, UsageError
from caveat.evidence.chain import START, Line, Link, links
from caveat.evidence.keeper import Keeper
from caveat.evidence.layout import GROWING, MANIFEST, TORN, Run


class State(NamedTuple):
    """What a manifest lists: its good lines, where they end, and of each growing file the parts and the bytes."""

    lines: int
    head: str
    end: int
    begun: Line
    rules: bool
    parts: dict[str, int]
    sizes: dict[str, int]
    last: str  # the kind of the last line


def resumed(folder: Path, run: Run) -> Keeper:
    """
    The evidence in `folder`, to be gone on with. Bytes behind the last listed part, of a record that was being written, are moved to
    `torn/` and listed there. Raises UsageError where there is no evidence, or of a run with other rules or options; OutputError.
    """
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"--evidence {folder}: holds no evidence to go on with", "leave --resume out, or name the folder of that run")
    state = _state(folder)
    if not state.lines or not state.rules:
        raise UsageError(f"--evidence {folder}: the run broke off before it had begun to read", "remove the folder and begin anew")
    _same(folder, state.begun, run)
    try:
        torn = _set_aside(folder, state)
        keeper = Keeper(folder, state.lines, state.head, state.parts)
        _adopt(folder, keeper)
        keeper.go_on(run, torn)
    except OSError as error:
        raise OutputError(f"{folder}: the evidence cannot be gone on with: {error.strerror}", "make room, then try again") from None
    return keeper


def _state(folder: Path) -> State:
    state = State(0, START, 0, {}, False, {}, {}, "")
    with (folder / MANIFEST).open("rb") as file:
        for link in links(file):
            if link.torn:
                break
            if link.fault:
                where = f"{folder / MANIFEST}: line {link.number}"
                raise UsageError(f"{where} {link.fault}: damaged evidence is not gone on with", "`caveat verify` says more")
            if not _there(folder, link.line):
                break  # lost in a power cut: the manifest came to the disk, the part did not
            state = _counted(state, link, file.tell())
    return state


def _counted(state: State, link: Link, end: int) -> State:
    parts, sizes = dict(state.parts), dict(state.sizes)
    for part in link.line.get("parts", ()):
        parts[part["file"]], sizes[part["file"]] = part["record"], part["offset"] + part["bytes"]
    kind = link.line["kind"]
    first = link.line if kind == "begun" else state.begun
    return State(link.number, link.hash, end, first, state.rules or kind == "decisions", parts, sizes, kind)


def _there(folder: Path, line: Line) -> bool:
    try:
        return all((folder / part["file"]).stat().st_size >= part["offset"] + part["bytes"] for part in line.get("parts", ()))
    except OSError:
        return False


def _same(folder: Path, first: Line, run: Run) -> None:
    if first["rules"] != run.digest:
        raise UsageError(f"--evidence {folder}: was begun with other rules ({first['rules']}, not {run.digest})", "begin a new folder")
    given = json.loads(json.dumps(run.options))  # lists for tuples
    other = [name for name in given if name in first["options"] and first["options"][name] != given[name]]
    if other:
        raise UsageError(f"--evidence {folder}: was begun with another {', '.join(other)}", "give the same options, or begin a new folder")


def _set_aside(folder: Path, state: State) -> list[Line]:
    """Moves what stands behind the last listed part of each file; copied before it is cut off, so that nothing is lost on the way."""
    moved = []
    for name, end in {**dict.fromkeys(GROWING, 0), **state.sizes, MANIFEST: state.end}.items():
        path = folder / name
        size = path.stat().st_size if path.is_file() else 0
        if size > end:
            (folder / TORN).mkdir(exist_ok=True)
            kept = folder / TORN / f"{state.lines + 1}-{name}"
            with path.open("rb") as file, kept.open("wb") as copy:
                file.seek(end)
                while piece := file.read(1 << 20):
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())
            os.truncate(path, end)
            moved.append({"file": name, "offset": end, "bytes": size - end, "kept": f"{TORN}/{kept.name}"})
    return moved


def _adopt(folder: Path, keeper: Keeper) -> None:
    """Lists all files that a break left unlisted: what was set aside, now or in a break before, and reports half written."""
    listed: set[str] = set(GROWING) | {MANIFEST}
    with (folder / MANIFEST).open("rb") as file:
        for link in links(file):
            listed |= {each["file"] for each in link.line.get("files", ())}
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if found := [name for name in there if name not in listed]:
        keeper.adopt("torn", found)

