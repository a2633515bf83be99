"""`caveat read`: how a page is read, block by block."""

from __future__ import annotations

from caveat import formats, reading, rulebook
from caveat.cli import options
from caveat.cli.output import printed
from caveat.cli.say import ended, list_failures
from caveat.cli.single import single
from caveat.errors import Exit
from caveat.model import Failure
from caveat.roles import label, wall
from caveat.sources import Access


def run(
    target: str, format: options.ReadFormat, color: options.Color, width: int | None, access: Access, render: options.Render | None
) -> Exit:
    capture = single(target, access, "caveat read shows one page", render)
    if isinstance(capture, Failure):
        return _unread(capture)
    page = reading.read(capture)
    if isinstance(page, Failure):
        return _unread(page)
    book = rulebook.load()
    seen = rulebook.scan(book, page)
    labelled = label(page, seen, book)
    if format is options.ReadFormat.JSON:
        text = formats.read_json(labelled)
    else:
        text = formats.read_terminal(labelled, width=options.columns(width, None), color=options.colored(color, None))
    code = printed(text)
    if stands := wall(labelled, capture.data, seen, book):
        list_failures([stands])
        return ended(Exit.INCOMPLETE, "an audit would not take this for a page")
    return code


def _unread(failed: Failure) -> Exit:
    list_failures([failed])
    return ended(Exit.INCOMPLETE, "the page could not be read")
