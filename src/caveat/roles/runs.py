"""Finds runs of blocks that stand several times on the page, the last perhaps cut short, and counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from caveat.model import Page, Role
from caveat.roles.neighbours import Label
from caveat.roles.tree import FLOW
from caveat.roles.wording import Sayings, says_of

_OFTEN = 3  # times a run stands before repetition says anything
_CUT = 10  # characters that a block cut short must still show
_PROSE = 40  # words: a longer block is no part of a form because it stands three times
_READER = frozenset({"you", "your", "you'll", "you’ll", "us", "we'll", "we’ll"})
_ROLES = (Role.COOKIE, Role.NEWSLETTER, Role.LEAD_FORM)  # the later prevails


class _Runs(NamedTuple):
    """Each text that stands often → the first text of the run it belongs to; how often, and of how many texts, each run stands."""

    first: Mapping[str, str]
    times: Mapping[str, int]
    length: Mapping[str, int]


def runs(page: Page, said: Sequence[Sayings], labels: Sequence[Label]) -> tuple[list[Label], list[int]]:
    """The labels with every run of repeated blocks given one role, and how often each block's text or run stands in full."""
    texts = [page.text[block.start : block.end].casefold() if block.place in FLOW else "" for block in page.blocks]
    counts = Counter(filter(None, texts))
    _mend_last(texts, counts)
    found = _found(texts, counts)
    roles = _roles(texts, found, said, labels)
    given = list(labels)
    repeats = [1] * len(texts)
    for at, text in enumerate(texts):
        run = found.first.get(text)
        if run:
            repeats[at] = found.times[run] if _together(at, run, texts, found) else 1
        elif text:
            repeats[at] = max(1, counts[text])
        if run in roles and given[at].role is Role.CONTENT and text.count(" ") < _PROSE:
            role = roles[run]
            given[at] = Label(role, f"{role.replace('-', ' ')}: stands {found.times[run]} times")
    return given, repeats


def _mend_last(texts: list[str], counts: Counter[str]) -> None:
    """A last block that breaks off is read as the text it begins like, and not counted."""
    last = texts[-1] if texts else ""
    if len(last) >= _CUT and counts[last] == 1:
        texts[-1] = next((text for text in texts if text.startswith(last) and counts[text] >= _OFTEN - 1), last)


def _found(texts: Sequence[str], counts: Counter[str]) -> _Runs:
    """Texts belong to one run when they follow each other nearly every time they stand."""
    first = {text: text for text, count in counts.items() if count >= _OFTEN}
    pairs = Counter((one, two) for one, two in pairwise(texts) if one in first and two in first)
    for (one, two), together in pairs.items():
        if together > 1 and together >= max(counts[one], counts[two]) - 1:
            old, new = first[two], first[one]
            first |= {text: new for text, run in first.items() if run == old}
    times: dict[str, int] = {}
    for text, run in first.items():
        times[run] = min(times.get(run, counts[text]), counts[text])
    return _Runs(first, times, Counter(first.values()))


def _asks(run: str, found: _Runs) -> bool:
    """Whether a run is short, speaks to the reader and is said over and over: a form, whatever it asks for."""
    words = [word for text, its in found.first.items() if its == run for word in text.split()]
    return found.length[run] > 1 and len(words) <= _PROSE and not _READER.isdisjoint(words)


def _together(at: int, run: str, texts: list[str], found: _Runs) -> bool:
    """Whether a block stands in its run, not alone somewhere else."""
    beside = texts[max(0, at - 1) : at] + texts[at + 1 : at + 2]
    return found.length[run] == 1 or any(found.first.get(text) == run for text in beside)


def _roles(texts: Sequence[str], found: _Runs, said: Sequence[Sayings], labels: Sequence[Label]) -> dict[str, Role]:
    """The role of each run: that which one of its texts has wherever it stands, or which blocks in a row hint at."""
    given = Counter((text, label.role) for text, label in zip(texts, labels, strict=True) if text in found.first)
    roles = {run: Role.LEAD_FORM for run in found.length if _asks(run, found)}
    for role in _ROLES:
        for text, says in zip(texts, said, strict=True):
            run = found.first.get(text)
            if run:
                what = says_of(says, role)
                hinted = what is not None and what.agrees and found.length[run] > 1 and role is not Role.COOKIE
                if hinted or given[text, role] >= found.times[run]:
                    roles[run] = role
    return roles
