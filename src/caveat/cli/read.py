"""`caveat read`: how a page is read, block by block."""

from __future__ import annotations

from itertools import islice

from caveat import formats, reading, rulebook
from caveat.cli import options
from caveat.cli.output import printed
from caveat.cli.say import ended, list_failures
from caveat.errors import Exit, UsageError
from caveat.model import Capture, Failure, Page
from caveat.roles import label
from caveat.sources import Access, captures


def run(target: str, format: options.ReadFormat, color: options.Color, width: int | None, access: Access) -> Exit:
    page = _page(target, access)
    if isinstance(page, Failure):
        list_failures([page])
        return ended(Exit.INCOMPLETE, "the page could not be read")
    book = rulebook.load()
    labelled = label(page, rulebook.scan(book, page), book)
    if format is options.ReadFormat.JSON:
        text = formats.read_json(labelled)
    else:
        text = formats.read_terminal(labelled, width=options.columns(width, None), color=options.colored(color, None))
    return printed(text)


def _page(target: str, access: Access) -> Page | Failure:
    first: Capture | Failure
    first, *more = islice(captures([target], access), 2)
    if more:
        raise UsageError(f"{target}: holds more than one page", "caveat read shows one page; name a file in it")
    return first if isinstance(first, Failure) else reading.read(first)
