"""How a page was read, for `caveat read`: every block with its role and the reason for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import Console
from rich.text import Text

from caveat.formats import wire
from caveat.formats.clean import clean
from caveat.formats.typeset import DIM, cut, hung, printed, sheet
from caveat.formats.wording import OUTSIDE, counted, spoken, tally
from caveat.model import Block, Page, Place, Role

SCHEMA = "caveat-read/1"


def read_json(page: Page) -> str:
    value = {
        "schema": SCHEMA,
        "target": page.target,
        "url": page.url or None,
        "sha256": page.sha256 or None,
        "title": page.title or None,
        "language": page.language or None,
        "notes": list(page.notes),
        "blocks": [_record(page, block) for block in page.blocks],
    }
    return wire.text(value, indent=2) + "\n"


def read_terminal(page: Page, *, width: int = 80, color: bool = False) -> str:
    """A line for each block, its text cut to fit, with the reason for its role below; the tally last. Lines as in `terminal.render`."""
    console = sheet(width, color)
    return printed(console, _lines(console, page))


def _record(page: Page, block: Block) -> wire.Record:
    line, _ = page.place_of(block.start)
    return {
        "line": line,
        "kind": block.kind,
        "role": block.role,
        "reason": block.reason or None,
        "place": block.place,
        "language": block.language or None,
        "text": page.quote(block),
        "repeats": block.repeats,
    }


def _lines(console: Console, page: Page) -> Iterator[Text]:
    yield from hung(console, "", Text(clean(page.title or page.target), "bold"), 0)
    yield Text()
    margin = _margin(page)
    for (_, why), run in groupby(page.blocks, key=lambda block: (block.role, _why(block))):
        yield from _run(console, page, list(run), why, margin)
    if page.blocks:
        yield Text()
    for note in page.notes:
        yield from hung(console, "note:", clean(note), 6)
    yield from hung(console, "", Text(tally(page.blocks), "bold"), 0)


def _margin(page: Page) -> tuple[int, int, int]:
    """Cells of the columns for line, kind and role, as wide as this page needs them."""
    widths = [(len(_number(page, block)), len(block.kind), len(_role(block))) for block in page.blocks]
    number, kind, role = zip(*widths, strict=True) if widths else ((0,), (0,), (0,))
    return max(number), max(kind), max(role)


def _run(console: Console, page: Page, blocks: list[Block], why: str, margin: tuple[int, int, int]) -> Iterator[Text]:
    """Neighbours with one role for one reason: the reason is given once, below the first, and says how far it holds."""
    number, kind, role = margin
    for place, block in enumerate(blocks):
        lead = f"  {_number(page, block):>{number}}  {block.kind:<{kind}}  {_role(block):<{role}}  "
        yield Text(lead + cut(page.quote(block), console.width - len(lead)), "" if block.role is Role.CONTENT else DIM)
        if why and not place:
            yield from hung(console, " " * (kind + number + 6) + "↳", why + _reach(len(blocks) - 1), kind + number + 8)


def _reach(more: int) -> str:
    return f" (also the {counted(more, 'block')} below)" if more else ""


def _number(page: Page, block: Block) -> str:
    return str(page.place_of(block.start)[0])


def _role(block: Block) -> str:
    return spoken(block.role) + (f" ×{block.repeats}" if block.repeats > 1 else "")


def _why(block: Block) -> str:
    outside = f"outside the visible text: {OUTSIDE[block.place]}" if block.place is not Place.BODY else ""
    return "; ".join(filter(None, (outside, clean(block.reason))))
