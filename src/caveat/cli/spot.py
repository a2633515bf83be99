"""Where on a page something stands, as it is given on the command line: `page.html:12`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from caveat.errors import UsageError

_NUMBERED = re.compile(r"(?P<rest>.+):(?P<number>[0-9]{1,9})", re.DOTALL)
_HOST_ALONE = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#]*@)?(?:\[[^\]/]*\]|[^:/?#]*)", re.IGNORECASE)  # what a port follows
_DRIVE = re.compile(r"[A-Za-z]")  # `C:12` is a path of Windows


class Spot(NamedTuple):
    """A target with the line and column meant, counted from 1; 0 where none is given."""

    target: str
    line: int = 0
    column: int = 0


def spot(given: str) -> Spot:
    """
    `page.html:12` and `page.html:12:3` taken apart. What is there by its whole name is that; the port of an address and the drive of a
    path are no lines. Raises UsageError for line or column 0.
    """
    target, numbers = given, list[int]()
    while len(numbers) < 2 and (found := _NUMBERED.fullmatch(target)) and not _is_whole(target, found["rest"]):
        target = found["rest"]
        numbers.insert(0, int(found["number"]))
    if 0 in numbers:
        raise UsageError(f"{given}: lines and columns are counted from 1", "leave the number out to explain the whole page")
    return Spot(target, *numbers)


def _is_whole(target: str, rest: str) -> bool:
    """Whether the number at the end belongs to the target itself."""
    return bool(_DRIVE.fullmatch(rest) or _HOST_ALONE.fullmatch(rest)) or ("://" not in target and _is_there(target))


def _is_there(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # too long a name, or a NUL in it
        return False


def place(target: str | None, line: int | None = None, stdin_line: str | None = None) -> Spot:
    """The place that is asked for: `target` with its line, `target` as it is and `line`, or a line of standard input."""
    if stdin_line is not None:
        if target is not None or line is not None or not re.fullmatch("[0-9]{1,9}(?::[0-9]{1,9})?", stdin_line):
            raise UsageError(f"-:{stdin_line}: expected the line of standard input, and no other target", "as in -:12")
        return spot(f"-:{stdin_line}")
    if target is None:
        raise UsageError(
            "no target given", "name a file or an address, with the line behind it as in page.html:12, or - for standard input"
        )
    return spot(target) if line is None else Spot(target, line)
