"""What stands below each element: running text, links, content that must not be lost, text that speaks of a role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from caveat.model import Block, Kind, Page, Role
from caveat.roles.labels import FLOW
from caveat.roles.marks import Marks, Names
from caveat.roles.wording import Sayings

_PROSE = 8  # words without a link that make a block running text
_LEAST_ARTICLE = 40  # words of running text, and a sixth of the page's, make an article more than a card
_LEAST_GUARDED = 60  # words: a page of less running text than thrice this has no third worth guarding
_Roles = tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Below:
    """Facts by element index, each for the whole of what stands below the element."""

    running: list[int]  # words of running text that is no boilerplate by its own words
    blocks: list[int]
    anchored: list[bool]  # holds <main>, or an article with text of some length
    headline: list[bool]  # holds an <h1>
    notice: list[int]  # words of blocks that speak of the site's cookies
    mails: list[int]  # elements directly below that hold an e-mail field
    sure: list[_Roles]  # roles that some block below names
    spoken: list[_Roles]  # roles that some block below names or fits
    marks: list[Marks]  # of the element itself

    def guarded(self, at: int) -> bool:
        """Whether so much of the page's running text stands here that nothing can make it boilerplate."""
        return self.running[at] >= max(_LEAST_GUARDED, self.running[0] / 3)


def below(page: Page, said: Sequence[Sayings], names: Names) -> Below:
    size = len(page.elements)
    facts = Below([0] * size, [0] * size, [False] * size, [False] * size, [0] * size, [0] * size, [()] * size, [()] * size,
                  names.of(page.elements))  # fmt: skip
    running, blocks = facts.running, facts.blocks
    for block, says in zip(page.blocks, said, strict=True):
        at = block.element
        if at >= 0 and block.place in FLOW:
            blocks[at] += 1
            running[at] += running_words(page, block, says)
            if says:
                facts.notice[at] += sum(what.words for what in says if what.role is Role.COOKIE and what.agrees)
                facts.sure[at] = _joined(facts.sure[at], tuple(what.role for what in says if what.sure))
                facts.spoken[at] = _joined(facts.spoken[at], tuple(what.role for what in says if what.sure or what.agrees))
    _add_up(page, facts)
    return facts


def running_words(page: Page, block: Block, says: Sayings) -> int:
    """Words of running text in a block: none for links, labels, and text that is boilerplate by its own words."""
    words = page.text.count(" ", block.start, block.end) + 1 - block.link_words
    if words < _PROSE or block.kind is Kind.BUTTON or (says and any(what.enough for what in says if what.role is not Role.REFERENCE)):
        return 0
    return words


def _joined(some: _Roles, more: _Roles) -> _Roles:
    return some if some == more or not more else some + tuple(role for role in more if role not in some)


def _add_up(page: Page, facts: Below) -> None:
    """Carries each element's facts to the one it stands in; parents come before their children."""
    elements, running, blocks, sure, spoken = page.elements, facts.running, facts.blocks, facts.sure, facts.spoken
    anchored, headline = facts.anchored, facts.headline
    least = max(_LEAST_ARTICLE, sum(running) / 6)
    for at in range(len(elements) - 1, 0, -1):
        element = elements[at]
        above = element.parent
        if above < 0:
            continue
        blocks[above] += blocks[at]
        running[above] += running[at]
        if facts.notice[at]:
            facts.notice[above] += facts.notice[at]
        if element.email_field:
            facts.mails[above] += 1
        if spoken[at]:
            spoken[above] = _joined(spoken[above], spoken[at])
            if sure[at]:
                sure[above] = _joined(sure[above], sure[at])
        tag = element.tag
        if anchored[at] or tag == "main" or (tag == "article" and running[at] >= least):
            anchored[above] = True
        if headline[at] or tag == "h1":
            headline[above] = True
