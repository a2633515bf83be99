"""Reads the pattern language of rule files into flat sequences of atoms with gaps: words, never regular expressions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

from caveat.rulebook.fold import words
from caveat.rulebook.inflect import forms

GAP = 8  # words that `…` may stand for
_MOST_SEQUENCES = 64  # what one pattern may branch into
_MOST_FORMS = 64  # what one phrase with several `~` may stand for
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


Atom = str  # a key of the atom table: "<lexicon>", or a literal's own text with its marks


@dataclass(frozen=True, slots=True)
class Step:
    atom: Atom
    gap: int  # words that may stand between this atom and the one before


@dataclass(frozen=True, slots=True)
class Sequence:
    steps: tuple[Step, ...]
    at_start: bool = False  # the first atom begins the sentence
    at_end: bool = False  # the last atom ends it


def literals(entry: str) -> tuple[Literal, ...]:
    """
    What an entry of a lexicon or a word of a pattern stands for: `heal`, `heal~` with its endings, `arthrit*`, `=MS`.

    Raises PatternError for an entry with no word in it, or `*` elsewhere than at the end.
    """
    if entry.startswith("="):
        return (Literal(words(entry[1:]), exact=entry[1:]),)
    prefix = entry.endswith("*")
    bare = entry.rstrip("*")
    if "*" in bare:
        raise PatternError(f"{entry!r}: '*' stands at the end of a word only")
    choices = [forms(words(part[:-1])) if part.endswith("~") else (words(part),) for part in bare.split()]
    made = [" ".join(choice).strip() for choice in product(*choices)]
    if not made or not all(made):
        raise PatternError(f"{entry!r} has no word in it")
    if len(made) > _MOST_FORMS:
        raise PatternError(f"{entry!r} stands for {len(made)} phrases; write fewer '~'")
    return tuple(Literal(text, prefix) for text in dict.fromkeys(made))


@dataclass(frozen=True, slots=True)
class _Gap:
    words: int


_Item = Step | _Gap | str  # an atom with no gap, a gap, or "^" / "$"
_Branch = tuple[_Item, ...]


def parse(pattern: str) -> tuple[Sequence, ...]:
    """The flat sequences a pattern stands for. Raises PatternError with what was expected."""
    tokens = [(m.lastgroup, m.group()) for m in _TOKEN.finditer(pattern) if m.lastgroup]
    if "".join(text for _, text in tokens) != re.sub(r"\s+", "", pattern):
        raise PatternError(f"pattern {pattern!r} has a character that means nothing here")
    branches, rest = _alternatives(tokens, pattern)
    if rest:
        raise PatternError(f"pattern {pattern!r}: ')' without '('")
    return tuple(dict.fromkeys(_flatten(branch, pattern) for branch in branches))


def _alternatives(tokens: list[tuple[str, str]], pattern: str) -> tuple[list[_Branch], list[tuple[str, str]]]:
    found: list[_Branch] = []
    current: list[_Branch] = [()]
    while tokens:
        kind, text = tokens[0]
        if kind == "close":
            break
        tokens = tokens[1:]
        if kind == "bar":
            found += current
            current = [()]
            continue
        choices, tokens = _element(kind, text, tokens, pattern)
        current = [left + right for left in current for right in choices]
        if len(current) + len(found) > _MOST_SEQUENCES:
            raise PatternError(f"pattern {pattern!r} branches into more than {_MOST_SEQUENCES} sequences")
    return found + current, tokens


def _element(kind: str, text: str, tokens: list[tuple[str, str]], pattern: str) -> tuple[list[_Branch], list[tuple[str, str]]]:
    choices: list[_Branch]
    if kind == "open":
        choices, tokens = _alternatives(tokens, pattern)
        if not tokens:
            raise PatternError(f"pattern {pattern!r}: '(' without ')'")
        tokens = tokens[1:]
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
        choices, tokens = [*choices, ()], tokens[1:]
    return choices, tokens


def _flatten(branch: _Branch, pattern: str) -> Sequence:
    steps: list[Step] = []
    gap = 0
    for item in branch:
        if isinstance(item, _Gap):
            gap = max(gap, item.words)
        elif isinstance(item, Step):
            steps.append(Step(item.atom, gap if steps else 0))
            gap = 0
    if not steps:
        raise PatternError(f"pattern {pattern!r} can match nothing at all")
    return Sequence(tuple(steps), branch[0] == "^", branch[-1] == "$")
