"""One file as a target, and the reasons a path cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from caveat.model import Capture, Failure, Stage
from caveat.sources.access import Access, too_large

MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain",
}
# `clinic.example/lupus`: labels with dots, the last one of letters, then perhaps a port and a path
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<top>[a-z]{2,})(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
SIBLINGS = 2_000  # names looked at for a likely spelling; more would make a typo slow


def claims(target: str) -> bool:
    return True


def read(target: str, access: Access) -> Iterator[Capture | Failure]:
    if not target:  # Path would take it for the working folder
        yield Failure(target, Stage.OPEN, "is an empty name", "name a file, a folder, an address or -")
        return
    try:
        with Path(target).open("rb") as opened:
            data = opened.read(access.size + 1)  # one byte more than allowed tells: devices and pipes have no size to ask for
    except (OSError, ValueError) as error:
        yield why_not(target, error)
        return
    if len(data) > access.size:
        yield too_large(target, Stage.OPEN, access.size)
    else:
        yield Capture(target, data, media_type=media_type(target))


def missing(target: str) -> Failure | None:
    """Why a path cannot be read, as far as that can be told without reading it."""
    try:
        Path(target).stat()
    except (OSError, ValueError) as error:
        return why_not(target, error)
    return None


def media_type(name: str) -> str:
    """What a name says of the content; empty when it says nothing. `page.html?id=3` is how mirrors save an address."""
    return MEDIA_TYPES.get(Path(name.partition("?")[0]).suffix.lower(), "")


def why_not(target: str, error: OSError | ValueError) -> Failure:
    """The failure of a path that could not be opened or read."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return _missing(target)
        case PermissionError():
            return Failure(target, Stage.OPEN, "may not be read: permission denied", "check the permissions of the file and its folder")
        case OSError(strerror=str(reason)):
            return Failure(target, Stage.OPEN, f"cannot be read: {reason}")
        case _:
            return Failure(target, Stage.OPEN, f"is no path: {error}")


def _missing(target: str) -> Failure:
    path = Path(target)
    if path.is_symlink():
        return Failure(target, Stage.OPEN, "is a link to nothing")
    if near := _near(path):
        return Failure(target, Stage.OPEN, "no such file or folder", f"did you mean {near}?")
    if _is_host(target):
        return Failure(target, Stage.OPEN, "no such file or folder", f"did you mean https://{target}?")
    return Failure(target, Stage.OPEN, "no such file or folder", "" if path.parent.is_dir() else f"there is no folder {path.parent}")


def _near(path: Path) -> str:
    """A path with a name close to this one, in the same folder."""
    try:
        names = [sibling.name for sibling in islice(path.parent.iterdir(), SIBLINGS)]
    except (OSError, ValueError):
        return ""
    return next((str(path.with_name(name)) for name in get_close_matches(path.name, names, n=1, cutoff=0.75)), "")


def _is_host(target: str) -> bool:
    found = HOST.fullmatch(target)
    return found is not None and f".{found['top'].lower()}" not in MEDIA_TYPES
