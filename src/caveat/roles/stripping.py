"""Sums up what labelling took out of the judging."""

from __future__ import annotations

from collections import Counter

from caveat.model import Page, Role, Stripped

BOILERPLATE = (Role.COOKIE, Role.NEWSLETTER, Role.LEAD_FORM, Role.NAVIGATION, Role.FOOTER)
_SAMPLE = 80  # characters


def stripped(page: Page) -> tuple[Stripped, ...]:
    """For each role that took anything out: how many blocks, how often its commonest run stands, and the start of the first."""
    found = []
    for role in BOILERPLATE:
        blocks = [block for block in page.blocks if block.role is role]
        if blocks:
            common = Counter(block.repeats for block in blocks).most_common()
            times = max(repeats for repeats, number in common if number == common[0][1])
            first = next(block for block in blocks if block.repeats == times)
            found.append(Stripped(role, len(blocks), times, _cut(page.quote(first))))
    return tuple(found)


def _cut(text: str) -> str:
    return text if len(text) <= _SAMPLE else text[: _SAMPLE - 1].rstrip() + "…"
