"""Finds where a page's own matter is cookies, newsletters or privacy: there, the words of a notice are the page's words."""

from __future__ import annotations

from collections.abc import Sequence

from caveat.model import Block, Element, Kind, Page, Place, Role
from caveat.roles.labels import FLOW
from caveat.roles.regions import Verdict
from caveat.roles.tree import Below
from caveat.roles.wording import Sayings

_OFTEN = 3  # blocks of running text that name a matter and make it the page's
_LONG = 8  # words of such a block
_NOTHING: frozenset[Role] = frozenset()


def subjects(page: Page, said: Sequence[Sayings], verdicts: Sequence[Verdict | None], facts: Below) -> list[frozenset[Role]]:
    """For each block, the roles that its words alone cannot give it. A notice set apart from the page's text can still be told."""
    matter = _matter(page, said, verdicts)
    if not matter:
        return [_NOTHING] * len(page.blocks)
    return [matter if _amid(block, page.elements, facts) else _NOTHING for block in page.blocks]


def _matter(page: Page, said: Sequence[Sayings], verdicts: Sequence[Verdict | None]) -> frozenset[Role]:
    """The roles whose matter is named in the title or a heading, or again and again in the text."""
    named: dict[Role, int] = {}
    for at, (block, says) in enumerate(zip(page.blocks, said, strict=True)):
        for what in says:
            if what.about and not what.enough and (block.element < 0 or verdicts[block.element] is None):
                titled = at == 0 or block.place is Place.TITLE or _heads(page, block, says)
                named[what.role] = named.get(what.role, 0) + (_OFTEN if titled else what.words >= _LONG and block.place in FLOW)
    return frozenset(role for role, times in named.items() if times >= _OFTEN)


def _heads(page: Page, block: Block, says: Sayings) -> bool:
    """Whether a block is a heading. A short line of plain text may be one, but "Privacy Policy" is a link of the footer there."""
    if block.element >= 0:
        return block.kind is Kind.HEADING
    return says[0].words < _LONG and page.text[block.end - 1] not in ".!?" and not any(what.enough for what in says)


def _amid(block: Block, elements: Sequence[Element], facts: Below) -> bool:
    """Whether a block stands among the page's running text: the least element that holds more than it holds much of that text."""
    at = block.element
    while at >= 0 and facts.blocks[at] < 2:
        at = elements[at].parent
    return at < 0 or facts.guarded(at)
