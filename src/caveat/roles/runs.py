"""Finds runs of blocks that stand several times on the page, the last perhaps cut short, and counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from caveat.model import Page, Role
from caveat.roles.labels import FLOW, Label
from caveat.roles.wording import Sayings, says_of

_OFTEN = 3  # times a run stands before repetition says anything
_CUT = 10  # characters that a block cut short must still show
_PROSE = 40  # words: a longer block is no part of a form because it stands three times
_READER = frozenset({"you", "your", "you'll", "you’ll", "us", "we'll", "we’ll"})
_ROLES = (Role.COOKIE, Role.NEWSLETTER, Role.LEAD_FORM)  # the later prevails


class _Run(NamedTuple):
    """Texts that stand one after the other again and again, and how often all of them do."""

    texts: tuple[str, ...]
    times: int


def runs(page: Page, said: Sequence[Sayings], labels: Sequence[Label]) -> tuple[list[Label], list[int]]:
    """The labels with every run of repeated blocks given one role, and how often each block's text or run stands in full."""
    texts = [page.text[block.start : block.end].casefold() if block.place in FLOW else "" for block in page.blocks]
    counts = Counter(texts)
    counts[""] = 1
    _mend_last(texts, counts)
    given, repeats = list(labels), [counts[text] for text in texts]
    run_of = _runs(texts, counts)
    members = [at for at, text in enumerate(texts) if text in run_of]
    roles = _roles(members, texts, run_of, said, labels)
    for at in members:
        run = run_of[texts[at]]
        repeats[at] = run.times if _together(at, run, texts, run_of) else 1
        role = roles.get(run.texts[0])
        if role and given[at].role is Role.CONTENT and texts[at].count(" ") < _PROSE:
            given[at] = Label(role, f"{role.replace('-', ' ')}: stands {run.times} times")
    return given, repeats


def _mend_last(texts: list[str], counts: Counter[str]) -> None:
    """A last block that breaks off is read as the text it begins like, and not counted."""
    last = texts[-1] if texts else ""
    if len(last) >= _CUT and counts[last] == 1:
        texts[-1] = next((text for text in texts if text.startswith(last) and counts[text] >= _OFTEN - 1), last)


def _runs(texts: Sequence[str], counts: Counter[str]) -> dict[str, _Run]:
    """Each text that stands often → its run. Texts belong together when they follow each other nearly every time they stand."""
    nearest = {text: text for text, count in counts.items() if count >= _OFTEN}
    if not nearest:
        return {}
    pairs = Counter((one, two) for one, two in pairwise(texts) if one in nearest and two in nearest)
    for (one, two), together in pairs.items():
        if together > 1 and together >= max(counts[one], counts[two]) - 1:
            nearest[_first(two, nearest)] = _first(one, nearest)
    alike: dict[str, list[str]] = {}
    for text in nearest:
        alike.setdefault(_first(text, nearest), []).append(text)
    found = [_Run(tuple(members), min(counts[text] for text in members)) for members in alike.values()]
    return {text: run for run in found for text in run.texts}


def _first(text: str, nearest: dict[str, str]) -> str:
    """The text that stands for its run; the way there is shortened for the next who asks."""
    while nearest[text] != text:
        nearest[text] = nearest[nearest[text]]
        text = nearest[text]
    return text


def _roles(
    members: Sequence[int], texts: Sequence[str], run_of: Mapping[str, _Run], said: Sequence[Sayings], labels: Sequence[Label]
) -> dict[str, Role]:
    """By its first text, the role of each run: that which one of its texts has wherever it stands, or which blocks in a row hint at."""
    given = Counter((texts[at], labels[at].role) for at in members)
    roles = {text: Role.LEAD_FORM for text, run in run_of.items() if text == run.texts[0] and _asks(run)}
    for role in _ROLES:
        for at in members:
            run, what = run_of[texts[at]], says_of(said[at], role)
            hinted = what is not None and what.agrees and len(run.texts) > 1 and role is not Role.COOKIE
            if hinted or given[texts[at], role] >= run.times:
                roles[run.texts[0]] = role
    return roles


def _asks(run: _Run) -> bool:
    """Whether a run is short, speaks to the reader and is said over and over: a form, whatever it asks for."""
    words = [word for text in run.texts for word in text.split()]
    return len(run.texts) > 1 and len(words) <= _PROSE and not _READER.isdisjoint(words)


def _together(at: int, run: _Run, texts: Sequence[str], run_of: Mapping[str, _Run]) -> bool:
    """Whether a block stands in its run, not alone somewhere else."""
    if len(run.texts) == 1:
        return True
    beside = (texts[at - 1] if at else "", texts[at + 1] if at + 1 < len(texts) else "")
    return any(run_of.get(text) is run for text in beside)
