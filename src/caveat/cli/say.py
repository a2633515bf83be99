"""Lines on stderr: what could not be read, and why the exit code is not 0."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from caveat.errors import Exit

if TYPE_CHECKING:
    from caveat.model import Failure


def say(text: str) -> None:
    """One line on stderr. A stderr that is gone must not change the exit code."""
    with suppress(OSError, ValueError):
        if sys.stderr is not None:
            print(plain(text), file=sys.stderr, flush=True)


def plain(text: str) -> str:
    """`text` on one line with every control, bidi and surrogate character spelled out: file names and addresses are hostile too."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def ended(code: Exit, why: str) -> Exit:
    """Says as the last line why the exit code is not 0, and gives it back."""
    say(f"caveat: exit {code.value}: {why}")
    return code


def list_failures(failures: Iterable[Failure]) -> None:
    for failed in failures:
        say(f"caveat: {failed.target or '(empty)'}: {failed.reason}{f'; {failed.hint}' if failed.hint else ''}")


def counted(number: int, thing: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
