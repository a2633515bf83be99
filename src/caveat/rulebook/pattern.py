"""Reads the pattern language of rule files into flat sequences of atoms with gaps: words, never regular expressions."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from functools import cache
from itertools import product

from caveat.rulebook.fold import words
from caveat.rulebook.tongue import ENGLISH, tongue

NUMBER, PERCENT, DURATION, QUESTION, QUOTED = "<number>", "<percent>", "<duration>", "<question>", "<quoted>"
BUILT_IN = (NUMBER, PERCENT, DURATION, QUESTION, QUOTED)  # found by their shape, not from a lexicon
GAP = 8  # words that `…` may stand for
_MOST_SEQUENCES = 64  # what one pattern may branch into
_TOKEN = re.compile(r"\s+|(?P<gap>…\d*|\.\.\.)|(?P<lexicon><[^<>]*>)|(?P<open>\()|(?P<close>\))|(?P<bar>\|)|(?P<optional>\?)"
                    r"|(?P<anchor>[\^$])|(?P<word>[^\s<>()|?…^$]+)")  # fmt: skip


class PatternError(ValueError):
    """A pattern that cannot be read; the loader adds file, rule and key."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A word or phrase for the automaton. `prefix`: any word that begins so; `exact`: must stand in the text as written."""

    text: str
    prefix: bool = False
    exact: str = ""


Atom = str  # "<lexicon>", an entry as written ("heal~", "get rid of"), or several of these as one: "(cure~|<heal>|get rid of)"


@dataclass(frozen=True, slots=True)
class Step:
    atom: Atom
    gap: int  # words that may stand between this atom and the one before


@dataclass(frozen=True, slots=True)
class Sequence:
    """`at_start` and `at_end`: how many words may stand before the first and after the last atom; None for any number."""

    steps: tuple[Step, ...]
    at_start: int | None = None
    at_end: int | None = None


def members(atom: Atom) -> tuple[str, ...]:
    """The lexicons and entries that an atom stands for."""
    return tuple(atom[1:-1].split("|")) if atom.startswith("(") else (atom,)


@cache
def literals(entry: str, language: str = ENGLISH) -> tuple[Literal, ...]:
    """
    What an entry of a lexicon or a word of a pattern stands for: `heal`, `heal~` with its endings, `arthrit*`, `=MS`.

    Raises PatternError for an entry with no word in it, or `*` elsewhere than at the end.
    """
    if entry.startswith("="):
        return (Literal(words(entry[1:]), exact=entry[1:]),)
    if "*" not in entry and "~" not in entry and (folded := words(entry)):
        return (Literal(folded),)
    prefix = entry.endswith("*")
    bare = entry.rstrip("*")
    if "*" in bare:
        raise PatternError(f"{entry!r}: '*' stands at the end of a word only")
    spoken = tongue(language)
    choices = [spoken.forms(words(part[:-1])) if part.endswith("~") else (words(part),) for part in bare.split()]
    made = [" ".join(choice).strip() for choice in product(*choices)]
    if not made or not all(made):
        raise PatternError(f"{entry!r} has no word in it")
    if len(made) > spoken.most_forms:
        raise PatternError(f"{entry!r} stands for {len(made)} phrases; write fewer '~'")
    return tuple(Literal(text, prefix) for text in dict.fromkeys(made))


@dataclass(frozen=True, slots=True)
class _Gap:
    words: int


_Item = Step | _Gap | str  # an atom with no gap, a gap, or "^" / "$"
_Branch = tuple[_Item, ...]
_Tokens = deque[tuple[str, str]]  # those that are still to be read: whoever reads one takes it away


def parse(pattern: str) -> tuple[Sequence, ...]:
    """The flat sequences a pattern stands for. Raises PatternError with what was expected."""
    tokens = deque((m.lastgroup, m.group()) for m in _TOKEN.finditer(pattern) if m.lastgroup)
    if "".join(text for _, text in tokens) != re.sub(r"\s+", "", pattern):
        raise PatternError(f"pattern {pattern!r} has a character that means nothing here")
    branches = _alternatives(tokens, pattern)
    if tokens:
        raise PatternError(f"pattern {pattern!r}: ')' without '('")
    return tuple(dict.fromkeys(_flatten(branch, pattern) for branch in branches))


def _alternatives(tokens: _Tokens, pattern: str) -> list[_Branch]:
    found: list[_Branch] = []
    current: list[_Branch] = [()]
    while tokens and tokens[0][0] != "close":
        kind, text = tokens.popleft()
        if kind == "bar":
            found, current = found + current, [()]
            continue
        choices = _element(kind, text, tokens, pattern)
        current = [left + right for left in current for right in choices]
        if len(current) + len(found) > _MOST_SEQUENCES:
            raise PatternError(f"pattern {pattern!r} branches into more than {_MOST_SEQUENCES} sequences")
    return [_phrased(branch) for branch in found + current]


def _element(kind: str, text: str, tokens: _Tokens, pattern: str) -> list[_Branch]:
    choices: list[_Branch]
    if kind == "open":
        choices = _as_one(_alternatives(tokens, pattern))
        if not tokens:
            raise PatternError(f"pattern {pattern!r}: '(' without ')'")
        tokens.popleft()
    elif kind == "gap":
        reach = text.lstrip("….")
        choices = [(_Gap(int(reach) if reach else GAP),)]
    elif kind == "anchor":
        choices = [(text,)]
    elif kind == "optional":
        raise PatternError(f"pattern {pattern!r}: '?' follows the word, lexicon or group that may be left out")
    else:
        choices = [(Step(text, 0),)]
    if tokens and tokens[0][0] == "optional":
        tokens.popleft()
        choices = [*choices, ()]
    return choices


def _phrased(branch: _Branch) -> _Branch:
    """Neighbouring words as one phrase: fewer steps, and one string for the automaton."""
    found: list[_Item] = []
    for item in branch:
        before = found[-1] if found else None
        if isinstance(item, Step) and isinstance(before, Step) and _is_word(item.atom) and _is_word(before.atom):
            found[-1] = Step(f"{before.atom} {item.atom}", 0)
        else:
            found.append(item)
    return tuple(found)


def _is_word(atom: Atom) -> bool:
    return not atom.startswith(("<", "(", "=")) and not atom.endswith("*")


def _as_one(choices: list[_Branch]) -> list[_Branch]:
    """Alternatives that are one atom each become one atom; the others stay branches."""
    single: list[Atom] = []
    others: list[_Branch] = []
    for branch in choices:
        if len(branch) == 1 and isinstance(item := branch[0], Step) and item.atom not in BUILT_IN:
            single += members(item.atom)
        else:
            others.append(branch)
    return [(Step("(" + "|".join(sorted(set(single))) + ")", 0),), *others] if len(single) > 1 else choices


def _flatten(branch: _Branch, pattern: str) -> Sequence:
    steps: list[Step] = []
    gap = before = 0
    for item in branch:
        if isinstance(item, _Gap):
            gap = max(gap, item.words)
        elif isinstance(item, Step):
            before = before if steps else gap
            steps.append(Step(item.atom, gap if steps else 0))
            gap = 0
    if not steps:
        raise PatternError(f"pattern {pattern!r} can match nothing at all")
    starts, ends = branch[0] == "^", branch[-1] == "$"
    if (gap and not ends) or (before and not starts):
        raise PatternError(f"pattern {pattern!r}: a gap at its edge reaches nothing without '^' or '$'")
    return Sequence(tuple(steps), before if starts else None, gap if ends else None)
