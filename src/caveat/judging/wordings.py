"""Compares a passage with a statutory wording: word for word or not, and in which slots it differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from caveat.rulebook.fold import words

Words = Sequence[tuple[str, str]]  # each word folded, and as it is written

_PARAPHRASED = 0.6  # share of a passage's words that stand in the notice, in its order, under which the passage is no copy of it
_LONGEST = 12  # words that a message shows in full
_PERFORMER = frozenset(("practitioner", "physician", "physicians", "doctor", "clinic", "office", "practice", "provider"))
_STOPS = {":": "a colon", ";": "a semicolon", ",": "a comma", "-": "a dash", "–": "a dash", "—": "a dash"}
_LAW_STOP = re.compile(r"\bLAW\s*([:;,–—-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What tells a passage from the wording that comes nearest; nothing differs where it stands word for word."""

    differs: tuple[str, ...] = ()
    gross: bool = False  # cut short or paraphrased: more than a word put for another
    stop: str = ""  # what stands for the full stop after "LAW", which is told and no difference


@dataclass(frozen=True, slots=True)
class _Change:
    """A stretch of the wording (`start` to `end`) for which the passage has other words, or none."""

    start: int
    end: int
    given: Words
    at_edge: bool  # nothing of the passage stands before it, or after it


def compare(notice: Sequence[str], text: str) -> Comparison:
    """A passage against each wording of a notice."""
    if not notice:
        return Comparison()
    if any(words(wording) in words(text) for wording in notice):
        found = _LAW_STOP.search(text)
        return Comparison(stop=_STOPS[found[1]] if found else "")
    return min((_compared(wording, text) for wording in notice), key=lambda made: (made.gross, len(made.differs)))


def differences(notice: Sequence[str], text: str) -> list[str]:
    """What tells a passage from the wording that comes nearest; empty when it holds one word for word."""
    return list(compare(notice, text).differs)


def _compared(wording: str, text: str) -> Comparison:
    wanted, given = _bare(wording), _bare(text)
    changes = list(_changes(wanted, given))
    kept = len(wanted) - sum(change.end - change.start for change in changes)
    if kept < _PARAPHRASED * min(len(given), len(wanted)):
        return Comparison((f"it is paraphrased; {kept} of the {len(wanted)} words of the notice stand there in their order",), gross=True)
    lost = [_lost(wanted, change) for change in changes]
    told = [cut or _told(wanted, change) for change, cut in zip(changes, lost, strict=True)]
    return Comparison(tuple(filter(None, told)), gross=any(lost))


def _changes(wanted: Words, given: Words) -> Iterator[_Change]:
    """Where the two part, neighbouring changes as one."""
    from rapidfuzz.distance import Levenshtein  # few pages show a notice; the others need not load it

    steps = Levenshtein.opcodes([folded for folded, _ in wanted], [folded for folded, _ in given])
    at = None
    for step in steps:
        if step.tag == "equal":
            if at:
                yield _change(at, given)
            at = None
        else:
            at = (at[0] if at else step.src_start, step.src_end, at[2] if at else step.dest_start, step.dest_end)
    if at:
        yield _change(at, given)


def _change(at: tuple[int, int, int, int], given: Words) -> _Change:
    start, end, first, last = at
    return _Change(start, end, given[first:last], first == 0 or last == len(given))


def _lost(wanted: Words, change: _Change) -> str:
    """How a message tells of a whole sentence that is missing, or of an end; empty where the change is none of these."""
    missing = wanted[change.start : change.end]
    if change.given and not change.at_edge:
        return ""
    for name, start, end in _sentences(wanted):
        if change.start <= start and end <= change.end:
            return f"it is cut short: its {name} sentence, “{_short(wanted[start:end])}”, is missing"
    if missing and change.end == len(wanted) and not change.given:
        return f"it is cut short: it ends before “{_short(missing)}”"
    return ""


def _sentences(wanted: Words) -> Iterator[tuple[str, int, int]]:
    """The first and the last sentence of a wording, and what stands between, last first."""
    ends = [number + 1 for number, (_, word) in enumerate(wanted) if word.endswith(".")]
    spans = list(zip([0, *ends[:-1]], ends, strict=True))
    names = ["first", *("middle" for _ in spans[2:]), "last"]
    yield from reversed([(name, start, end) for name, (start, end) in zip(names, spans, strict=False)])


def _told(wanted: Words, change: _Change) -> str:
    """The slot in which the words differ, and how; empty for words around the notice."""
    left, right = wanted[change.start : change.end], change.given
    if not left:
        return "" if change.at_edge else f"“{_short(right)}” is added"
    slot = _slot(wanted, change)
    if not right:
        return f"{slot}“{_short(left)}” is missing"
    return f"{slot}“{_short(right)}” stands for “{_short(left)}”"


def _slot(wanted: Words, change: _Change) -> str:
    """What the words that differ say: the slots are those in which the states' own notices differ."""
    concerned = {folded for folded, _ in (*wanted[change.start : change.end], *change.given)}
    folded = [word for word, _ in wanted]
    if concerned & {"prior", "before"}:
        return "when to consult: "
    if concerned & _PERFORMER:
        return "who performs it: " if "performs" in folded and change.start < folded.index("performs") else "whom to consult: "
    if change.start and folded[change.start - 1] == "under" and "law" in folded[change.end : change.end + 1]:
        return "whose law: "
    return ""


def _bare(text: str) -> Words:
    return [(folded, word) for word in text.split() if (folded := words(word))]


def _short(part: Words) -> str:
    written = [word.rstrip(".,;:") if number == len(part) - 1 else word for number, (_, word) in enumerate(part)]
    return " ".join(written if len(written) <= _LONGEST else [*written[:5], "…", *written[-4:]])
