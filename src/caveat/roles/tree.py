"""What stands below each element: running text, links, content that must not be lost, text that speaks of a role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from caveat.model import Block, Element, Kind, Page, Role
from caveat.roles.labels import FLOW
from caveat.roles.marks import Marks, Names
from caveat.roles.wording import Sayings

_PROSE = 8  # words without a link that make a block running text
_LEAST_ARTICLE = 40  # words of running text, and a sixth of the page's, make an article more than a card
_LEAST_GUARDED = 60  # words: a page of less running text than thrice this has no third worth guarding
_COOKIE, _REFERENCE, _BUTTON = Role.COOKIE, Role.REFERENCE, Kind.BUTTON  # a name is found ten times faster than a member
_TELLING = frozenset({"main", "article", "h1"})
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
            running[at] += _running_words(page, block, says)
            for what in says:
                if what.sure:
                    facts.sure[at] = _joined(facts.sure[at], (what.role,))
                if what.sure or what.agrees:
                    facts.spoken[at] = _joined(facts.spoken[at], (what.role,))
                if what.agrees and what.role is _COOKIE:
                    facts.notice[at] += what.words
    least = max(_LEAST_ARTICLE, sum(running) / 6)
    _add_up(page.elements, facts)
    _look_for_content(page.elements, facts, least)
    return facts


def _running_words(page: Page, block: Block, says: Sayings) -> int:
    """Words of running text in a block: none for links, labels, and text that is boilerplate by its own words."""
    words = page.text.count(" ", block.start, block.end) + 1 - block.link_words
    if words < _PROSE or block.kind is _BUTTON or (says and any(what.enough for what in says if what.role is not _REFERENCE)):
        return 0
    return words


def _joined(some: _Roles, more: _Roles) -> _Roles:
    if not some:
        return more
    return some if some == more or not more else some + tuple(role for role in more if role not in some)


def _add_up(elements: Sequence[Element], facts: Below) -> None:
    """Carries each element's facts to the one it stands in; parents come before their children."""
    running, blocks, notice, sure, spoken = facts.running, facts.blocks, facts.notice, facts.sure, facts.spoken
    for at in range(len(elements) - 1, 0, -1):
        above = elements[at].parent
        if above >= 0:
            blocks[above] += blocks[at]
            if running[at]:
                running[above] += running[at]
            if spoken[at]:
                spoken[above] = _joined(spoken[above], spoken[at])
                sure[above] = _joined(sure[above], sure[at])
                notice[above] += notice[at]


def _look_for_content(elements: Sequence[Element], facts: Below, least: float) -> None:
    """What keeps all around it from being boilerplate, articles of so many words among it; and the fields that make a form."""
    for at, element in enumerate(elements):
        if element.email_field and element.parent >= 0:
            facts.mails[element.parent] += 1
        if element.tag in _TELLING:
            if element.tag == "h1":
                _spread(facts.headline, element.parent, elements)
            elif element.tag == "main" or facts.running[at] >= least:
                _spread(facts.anchored, element.parent, elements)


def _spread(holds: list[bool], at: int, elements: Sequence[Element]) -> None:
    """Marks an element and all it stands in."""
    while at >= 0 and not holds[at]:
        holds[at] = True
        at = elements[at].parent
