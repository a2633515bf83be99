"""Carries a role on to the blocks beside it that fit it but could not say so alone: a form's labels, a dialogue's buttons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from caveat.model import Block, Kind, Page, Role
from caveat.roles.labels import CONTENT, FLOW, Label
from caveat.roles.wording import Said, Sayings, says_of

_IN_A_ROW = ((Role.COOKIE, 2), (Role.LEAD_FORM, 2), (Role.NEWSLETTER, 2), (Role.FOOTER, 3), (Role.NAVIGATION, 3))
# Looking a member up on its enumeration takes 0.2 µs in Python 3.11, ten times a name's: here they have names.
_CONTENT, _HEADING = Role.CONTENT, Kind.HEADING
_CARRIED = tuple(role for role, _ in _IN_A_ROW)
_SECTION = {Role.DISCLAIMER: 6, Role.REFERENCE: 200}  # blocks that a heading may speak for; in plain text one
_DATED = re.compile(r"\b(?:19|20)\d\d\b|https?://")
_TAKEN = (Role.CONTENT, Role.FOOTER)  # what a heading over a disclaimer may turn into one
_LABEL = 4  # words
_NOTHING_BUT = 0.8  # of the words of a label are words of the role
_FITS = 3  # a third of the words must be words of the role


def joined(page: Page, said: Sequence[Sayings], labels: Sequence[Label]) -> list[Label]:
    """The labels, carried on from block to block in both directions."""
    found = list(labels)
    order = [at for at, block in enumerate(page.blocks) if block.place in FLOW]
    _carry(page, order, said, found)
    _rows(order, said, found)
    _carry(page, order, said, found)
    _under_headings(page, order, found)
    for before, at, after in zip(order, order[1:], order[2:], strict=False):
        role = found[before].role
        if found[at].role is _CONTENT and role is found[after].role and role in _CARRIED and _is_label(page, at):
            found[at] = found[before]
    return found


def _carry(page: Page, order: Sequence[int], said: Sequence[Sayings], found: list[Label]) -> None:
    still = [number for number, at in enumerate(order) if said[at] and found[at].role is _CONTENT]
    for numbers, step in ((still, -1), (still[::-1], 1)):
        for number in numbers:
            at = order[number]
            if found[at].role is _CONTENT and 0 <= number + step < len(order):
                beside = order[number + step]
                role = found[beside].role
                if role in _CARRIED and _fits(says_of(said[at], role)):
                    found[at] = Label(role, f"{role.replace('-', ' ')}: beside “{_start(page, beside)}”")


def _rows(order: Iterable[int], said: Sequence[Sayings], found: list[Label]) -> None:
    """Several blocks in a row that are nothing but labels of one role, such as the fields of a form."""
    row: list[int] = []
    for at in (*order, -1):
        if at >= 0 and said[at] and found[at].role is _CONTENT:
            row.append(at)
        elif row:
            for role, least in _IN_A_ROW:
                _row(row, role, least, said, found)
            row = []


def _row(row: Sequence[int], role: Role, least: int, said: Sequence[Sayings], found: list[Label]) -> None:
    labels: list[int] = []
    for at in (*row, -1):
        what = says_of(said[at], role) if at >= 0 and found[at].role is _CONTENT else None
        if what and what.covered >= _NOTHING_BUT * what.words:
            labels.append(at)
            continue
        if len(labels) >= least:
            for each in labels:
                found[each] = Label(role, f"{role.replace('-', ' ')}: {len(labels)} labels in a row")
        labels = []


def _under_headings(page: Page, order: Sequence[int], found: list[Label]) -> None:
    """What follows the heading "Disclaimer" in the same element is one; what follows "References" and is linked or dated, too."""
    heading, over, parent, left = "", CONTENT, -1, 0
    for at in order:
        block = page.blocks[at]
        if block.kind is _HEADING:
            heading, over = page.quote(block), found[at]
            parent = page.elements[block.element].parent if block.element >= 0 else -1
            left = _SECTION.get(over.role, 0) if block.element >= 0 else 1
        elif left and over.role in _SECTION and block.heading[-1:] == (heading,) and _within(page, block.element, parent):
            left -= 1
            if found[at].role in _TAKEN and (over.role is Role.DISCLAIMER or _cites(page, block)):
                found[at] = Label(over.role, f"{over.role}: under “{heading}”")


def _cites(page: Page, block: Block) -> bool:
    return block.link_words > 0 or _DATED.search(page.text, block.start, block.end) is not None


def _within(page: Page, at: int, parent: int) -> bool:
    while at > parent:
        at = page.elements[at].parent
    return at == parent


def _fits(what: Said | None) -> bool:
    return what is not None and what.agrees and (what.sure or _FITS * what.covered >= what.words)


def _is_label(page: Page, at: int) -> bool:
    block = page.blocks[at]
    return block.kind is not _HEADING and page.text.count(" ", block.start, block.end) < _LABEL


def _start(page: Page, at: int) -> str:
    words = page.quote(page.blocks[at]).split()
    return " ".join(words[:6])
