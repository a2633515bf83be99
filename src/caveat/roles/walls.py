"""Knows a page that stands where another was asked for: a test for robots, a login, "page not found", a page that scripts would write."""

from __future__ import annotations

from collections.abc import Iterator

from caveat.model import Block, Failure, Page, Place, Role, Stage
from caveat.roles.labels import FLOW
from caveat.rulebook import Match, Rulebook, Scan, WallRule

_HEARD = (Place.BODY, Place.TITLE)  # a dialogue that is there and hidden is no wall
_COUNTED = (*FLOW, Place.EMBEDDED, Place.JSON_LD)  # texts in data are read where the page itself has none
_ELSEWHERE = (Role.FOOTER, Role.NEWSLETTER)
_BARE = 3  # words that stand on a page that has none, such as its name


def wall(page: Page, data: bytes, seen: Scan, book: Rulebook) -> Failure | None:
    """What the page is a wall of, None for one that is a page. `page` is labelled; `data` are the bytes it was read from."""
    rules = book.of(WallRule)
    words = _words(page, max((rule.most for rule in rules.values()), default=-1))
    within = {name: rule for name, rule in rules.items() if words <= rule.most}
    if not within:
        return None
    for match in _matches(page, seen):
        if rule := within.get(match.owner.id):
            phrase = " ".join(page.text[match.start : match.end].split())
            return Failure(page.target, Stage.READ, f"{rule.says}: “{phrase}”", rule.hint, rule.failure)
    for rule in within.values():
        if rule.bare and words <= _BARE and b"<script" in data.lower():
            return Failure(page.target, Stage.READ, rule.says, rule.hint, rule.failure)
    return None


def _words(page: Page, most: int) -> int:
    """Words of the page's content outside links; counted no further than it takes to know that they are more than `most`."""
    found = 0
    for block in page.blocks:
        if block.role is Role.CONTENT and block.place in _COUNTED:
            found += max(0, _length(page, block) - block.link_words)
            if found > most:
                break
    return found


def _matches(page: Page, seen: Scan) -> Iterator[Match]:
    """The matches of rules for walls, in the order of the page, without those that the rule's own exceptions take out."""
    for block in page.blocks:
        if block.place not in _HEARD or block.role in _ELSEWHERE or 2 * block.link_words >= _length(page, block):
            continue  # "Patient login" in a menu says nothing of the page
        for sentence in block.sentences:
            lifted = seen[sentence].lifted("wall")
            yield from (match for match in seen[sentence].of("wall") if not match.owner.part and match.owner.id not in lifted)


def _length(page: Page, block: Block) -> int:
    return len(page.text[block.start : block.end].split())
