"""Holds a folder of evidence against its manifest, byte by byte, and says what was changed, removed or added, and where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, NamedTuple

from caveat.errors import UsageError
from caveat.evidence.chain import START, Line, Link, links
from caveat.evidence.layout import GROWING, MANIFEST

_PIECE = 1 << 20


class Problem(NamedTuple):
    """Something that is not as it was kept; `offset` -1: the file as a whole."""

    file: str
    what: str
    record: int = 0
    offset: int = -1


class Stamp(NamedTuple):
    """A time stamp beside the manifest, of the hash of one of its lines."""

    file: str
    of: str
    line: int  # of the manifest, whose hash that is; 0: of none


@dataclass(frozen=True, slots=True)
class Verdict:
    """`head` is the hash of the last line; `ended`: the run came to its end; `loose`: what stands beside an unended manifest, unlisted."""

    head: str
    lines: int
    parts: int
    bytes: int
    ended: bool
    problems: tuple[Problem, ...]
    loose: tuple[Problem, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    resumed: int = 0  # how often the run broke off and went on
    noted: int = 0  # the line that has the hash asked for; 0: none has
    after: int = 0  # lines behind it that are no time stamps
    begun: Line | None = None


class _Part(NamedTuple):
    offset: int
    bytes: int
    sha256: str
    type: str


@dataclass(slots=True)
class _Listed:
    """What the lines of a manifest list, and what is wrong with them."""

    parts: dict[str, list[_Part]]
    files: dict[str, tuple[int, str]]
    problems: list[Problem]
    loose: list[Problem]
    stamps: list[Stamp]
    hashes: list[str]
    kinds: list[str]
    begun: Line | None = None


def verify(folder: Path, noted: str = "") -> Verdict:
    """
    What a folder of evidence is worth by its own manifest. `noted`: a hash that was written down elsewhere, which alone shows that not
    the whole folder was made anew. Raises UsageError where there is no manifest, OSError for what cannot be read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise UsageError(f"{folder}: holds no evidence", f"a folder that `caveat audit --evidence` made has a {MANIFEST}")
    with path.open("rb") as file:
        listed = _listed(file)
    kinds = [kind for kind in listed.kinds if kind != "stamp"]
    ended = bool(kinds) and kinds[-1] == "seal"
    found = [*listed.problems, *_differing(folder, listed)]
    extra = [*listed.loose, *_extra(folder, listed)]
    if ended:  # whatever stands beside a finished manifest was added
        found, extra = [*found, *extra], []
    at = listed.hashes.index(noted) + 1 if noted in listed.hashes else 0
    verdict = Verdict(
        head=listed.hashes[-1] if listed.hashes else START,
        lines=len(listed.hashes),
        parts=sum(map(len, listed.parts.values())) + len(listed.files),
        bytes=sum(part.bytes for parts in listed.parts.values() for part in parts) + sum(size for size, _ in listed.files.values()),
        ended=ended,
        problems=tuple(found),
        loose=tuple(extra),
        stamps=tuple(each._replace(line=listed.hashes.index(each.of) + 1 if each.of in listed.hashes else 0) for each in listed.stamps),
        resumed=listed.kinds.count("resumed"),
        begun=listed.begun,
    )
    return replace(verdict, noted=at, after=sum(kind != "stamp" for kind in listed.kinds[at:]) if at else 0)


def _listed(file: IO[bytes]) -> _Listed:
    listed = _Listed({}, {}, [], [], [], [], [])
    for link in links(file):
        if link.torn:
            listed.loose.append(Problem(MANIFEST, "its last line is cut short", link.number, link.offset))
            continue
        if link.fault:
            listed.problems.append(Problem(MANIFEST, link.fault, link.number, link.offset))
        listed.hashes.append(link.hash)
        listed.kinds.append(str(link.line.get("kind", "")))
        if link.number == 1 and listed.kinds[0] != "begun":
            listed.problems.append(Problem(MANIFEST, "does not begin with the beginning of a run", 1, 0))
        try:
            _take(link, listed)
        except (KeyError, TypeError, ValueError, AttributeError):
            listed.problems.append(Problem(MANIFEST, "lists what cannot be understood", link.number, link.offset))
    if not listed.hashes:
        listed.problems.append(Problem(MANIFEST, "has no whole line", 0, 0))
    return listed


def _take(link: Link, listed: _Listed) -> None:
    line = link.line
    for part in line.get("parts", ()):
        made = _Part(int(part["offset"]), int(part["bytes"]), str(part["sha256"]), str(part["type"]))
        listed.parts.setdefault(str(part["file"]), []).append(made)
    for each in line.get("files", ()):
        listed.files[str(each["file"])] = int(each["bytes"]), str(each["sha256"])
    if line.get("kind") == "stamp":
        listed.stamps.extend(Stamp(str(each["file"]), str(line["of"]), 0) for each in line["files"])
    if line.get("kind") == "begun":
        listed.begun = line


def _differing(folder: Path, listed: _Listed) -> Iterator[Problem]:
    for name, parts in listed.parts.items():
        yield from _parts(folder, name, parts)
    for name, (size, digest) in listed.files.items():
        path = folder / name
        if _strange(folder, name):
            yield Problem(name, "is missing" if not path.exists() else "is a link or no file")
        elif path.stat().st_size != size:
            yield Problem(name, f"has {path.stat().st_size} bytes, not {size}")
        elif _digest(path, 0, size) != digest:
            yield Problem(name, "is changed")


def _strange(folder: Path, name: str) -> bool:
    """No file of its own within the folder: missing, a link, or a name that leads out of it."""
    path = folder / name
    within = not Path(name).is_absolute() and ".." not in Path(name).parts
    return not (within and path.is_file() and not path.is_symlink())


def _parts(folder: Path, name: str, parts: list[_Part]) -> Iterator[Problem]:
    """
    Parts stand one after the other from the first byte on. Where the file is longer or shorter than they are together, by what was added
    or removed, the place where all that follows has moved by that much tells which.
    """
    path = folder / name
    if name not in GROWING or _strange(folder, name):
        yield Problem(name, "is missing" if not path.exists() else "is no file of the evidence")
        return
    size, total = path.stat().st_size, parts[-1].offset + parts[-1].bytes
    moved, by, gone = 0, size - total, 0
    for number, part in enumerate(parts, 1):
        if number <= gone:
            continue
        if _digest(path, part.offset + moved, part.bytes) == part.sha256:
            continue
        what = f"record {number} ({part.type})"
        if by and not moved:
            after = [at for at, each in enumerate(parts[number - 1 :], number) if each.offset + by == part.offset]
            if by > 0 and _digest(path, part.offset + by, part.bytes) == part.sha256:
                moved = by
                yield Problem(name, f"{by} bytes are added before {what}", number, part.offset)
                continue
            if after or part.offset == size:
                moved, gone = by, (after[0] - 1 if after else len(parts))
                for at in range(number, gone + 1):
                    yield Problem(name, f"record {at} ({parts[at - 1].type}) is removed", at, parts[at - 1].offset)
                continue
            if number < len(parts) and _digest(path, parts[number].offset + by, parts[number].bytes) == parts[number].sha256:
                moved = by
        cut = part.offset + part.bytes > size and not moved
        yield Problem(name, f"{what} is {'cut short or removed' if cut else 'changed'}", number, part.offset)


def _extra(folder: Path, listed: _Listed) -> Iterator[Problem]:
    """What is there and not listed."""
    for name in GROWING:
        parts, path = listed.parts.get(name), folder / name
        if not path.is_file():
            continue
        total, size = (parts[-1].offset + parts[-1].bytes if parts else 0), path.stat().st_size
        last = parts[-1] if parts else None
        if size > total and (last is None or _digest(path, last.offset, last.bytes) == last.sha256):
            yield Problem(name, f"{size - total} bytes after the last record are not listed", len(parts or ()) + 1, total)
    known = {MANIFEST, *GROWING, *listed.files}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in known and (path.is_symlink() or not path.is_dir()):
            yield Problem(name, "is not listed")


def _digest(path: Path, offset: int, size: int) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(max(0, offset))
        while size > 0 and (piece := file.read(min(size, _PIECE))):
            total.update(piece)
            size -= len(piece)
    return total.hexdigest() if size == 0 and offset >= 0 else ""
