"""`caveat read`: how a page is read, block by block."""

from __future__ import annotations

from caveat import formats, reading, rulebook
from caveat.cli import options
from caveat.cli.output import printed
from caveat.cli.say import ended, list_failures
from caveat.cli.single import single
from caveat.errors import Exit
from caveat.model import Failure
from caveat.roles import label
from caveat.sources import Access


def run(
    target: str, format: options.ReadFormat, color: options.Color, width: int | None, access: Access, render: options.Render | None
) -> Exit:
    capture = single(target, access, "caveat read shows one page", render)
    page = capture if isinstance(capture, Failure) else reading.read(capture)
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
