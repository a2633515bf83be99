"""
Begins the evidence of a run, or goes on with that of one that broke off: what is not listed in the manifest is set aside, and it goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple

from caveat.errors import OutputError, UsageError
from caveat.evidence.chain import START, Line, Link, links
from caveat.evidence.keeper import Keeper
from caveat.evidence.layout import GROWING, MANIFEST, TORN, Run
from caveat.evidence.ledger import Ledger


class State(NamedTuple):
    """What a manifest lists: its good lines, where they end, and of each growing file the parts and the bytes."""

    lines: int
    head: str
    end: int
    begun: Line
    parts: dict[str, int]
    sizes: dict[str, int]
    counts: dict[str, int]  # of the lines of each kind
    ended: bool  # the run came to its end, and nothing but time stamps came after


def begun(folder: Path, run: Run) -> Keeper:
    """
    A new folder of evidence, which is there with its rules or not at all. Raises UsageError where something stands already, OutputError
    where it cannot be made.
    """
    must_be_new(folder)
    there = folder.is_dir()
    making = (folder if there else folder.parent) / f".evidence.{os.getpid()}.part"
    try:
        making.mkdir(parents=True)
        keeper = Keeper(Ledger(making), run.operator)
        keeper.open_run(run)
        keeper.close()
        if there:  # it may be a disk of its own, or the working folder
            for path in sorted(making.iterdir(), key=lambda path: path.name == MANIFEST):
                path.rename(folder / path.name)
        else:
            making.rename(folder)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made: {error.strerror}", "name another folder") from None
    except OutputError as error:
        raise OutputError(str(error).replace(str(making), str(folder)), error.hint) from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    state = _state(folder)
    return Keeper(Ledger(folder, state.lines, state.head, state.parts, state.counts), run.operator)


def must_be_new(folder: Path) -> None:
    """Raises UsageError where something stands already, OutputError where that cannot be seen."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            there = (folder / MANIFEST).is_file()
            hint = "name a new folder" + ("; a run with a journal goes on by --resume" if there else "")
            raise UsageError(f"--evidence {folder}: holds {'evidence' if there else 'other files'} already", hint)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be read: {error.strerror}", "name another folder") from None


def resumed(folder: Path, run: Run) -> Keeper:
    """
    The evidence in `folder`, to be gone on with. Bytes behind the last listed part, of a record that was being written, are moved to
    `torn/` and listed there. Raises UsageError where there is no evidence, or of a run with other rules or options; OutputError.
    """
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"--evidence {folder}: holds no evidence to go on with", "put the folder of that run back, or begin a new run")
    try:
        state = _state(folder)
        if "decisions" not in state.counts:
            raise UsageError(f"--evidence {folder}: its first lines are damaged", "`caveat verify` says more")
        _same(folder, state.begun, run)
        torn = _set_aside(folder, state)
        keeper = Keeper(Ledger(folder, state.lines, state.head, state.parts, state.counts), run.operator)
        keeper.go_on(run, torn, state.ended and not torn)
        _adopt(folder, keeper)
    except OSError as error:
        raise OutputError(f"{folder}: the evidence cannot be gone on with: {error.strerror}", "make room, then try again") from None
    return keeper


def _state(folder: Path) -> State:
    """What is whole: up to the first part that a power cut took while its line of the manifest came to the disk."""
    state, whole = State(0, START, 0, {}, {}, {}, {}, False), True
    with (folder / MANIFEST).open("rb") as file:
        for link in links(file):
            if link.torn:
                break
            whole = whole and all(_there(folder, part) for part in link.line.get("parts", ()))
            lost = not whole and link.line.get("kind") == "seal"  # of a run that had ended, all of it had come to the disk
            if link.fault or lost:
                where, why = f"{folder / MANIFEST}: line {link.number}", link.fault or "ends a run of which parts are missing or changed"
                raise UsageError(f"{where} {why}: damaged evidence is not gone on with", "`caveat verify` says more")
            if whole:
                state = _counted(state, link, file.tell())
    return state


def _counted(state: State, link: Link, end: int) -> State:
    parts, sizes = dict(state.parts), dict(state.sizes)
    for part in link.line.get("parts", ()):
        parts[part["file"]], sizes[part["file"]] = part["record"], part["offset"] + part["bytes"]
    kind = link.line["kind"]
    first = link.line if kind == "begun" else state.begun
    counts = {**state.counts, kind: state.counts.get(kind, 0) + 1}
    return State(link.number, link.hash, end, first, parts, sizes, counts, kind == "seal" or (state.ended and kind == "stamp"))


def _there(folder: Path, part: Line) -> bool:
    path = folder / part["file"]
    if not path.is_file():
        return False
    with path.open("rb") as file:
        file.seek(part["offset"])
        found = hashlib.sha256(file.read(part["bytes"])).hexdigest()
    return found == str(part["sha256"])


def _same(folder: Path, first: Line, run: Run) -> None:
    if first["rules"] != run.digest:
        raise UsageError(f"--evidence {folder}: was begun with other rules ({first['rules']}, not {run.digest})", "begin a new folder")
    given = json.loads(json.dumps(run.options))  # as they were written
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
