"""The files of decisions on findings: which of them a run reads, and what it says of them on stderr."""

from __future__ import annotations

import os
from pathlib import Path

from caveat.cli import options
from caveat.cli.say import counted, say
from caveat.errors import IgnoreError
from caveat.formats.ignored import lapsed
from caveat.ignoring import ignores
from caveat.judging import Options
from caveat.model import Ignored, Ignores
from caveat.rulebook import Rulebook


def files(order: options.Order) -> tuple[Path, ...]:
    """The files that a run reads: those asked for, else the one of the working directory, if there is one."""
    if order.ignore is not None:
        return order.ignore
    return (options.DECISIONS,) if os.path.lexists(options.DECISIONS) else ()


def read(order: options.Order, book: Rulebook, judged_by: Options) -> Ignores | None:
    """The decisions a run goes by; None where it goes by none. Raises IgnoreError."""
    texts = {str(file): text_of(file) for file in files(order)}
    if not texts:
        return None
    found = ignores(texts, order.today, book, judged_by, whole=not (order.only or order.skip))
    if order.ignore is None:  # a run must not depend on a file that happens to lie about without saying so
        say(f"caveat: {options.DECISIONS}: {counted(len(found.entries), 'decision')} on findings; --no-ignore leaves them out of account")
    return found


def text_of(file: Path) -> str:
    """The text of a file of decisions. Raises IgnoreError."""
    try:
        return file.read_bytes().decode("utf-8-sig")  # line ends as they are, for whoever writes the text back
    except OSError as error:
        raise IgnoreError(f"{file}: cannot be read: {error.strerror}", "it has to be a file that may be read, or --no-ignore") from None
    except UnicodeDecodeError as error:
        raise IgnoreError(f"{file}: cannot be read: {error}", "the file has to be UTF-8") from None


def list_lapsed(ignored: Ignored | None) -> None:
    """Says which decisions are stale or expired."""
    for sentence in lapsed(ignored) if ignored else ():
        say(f"caveat: {sentence}")
