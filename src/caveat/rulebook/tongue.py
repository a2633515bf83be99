"""What the rulebook has to know of a language beside its rules: the endings of its words, its everyday words, how it writes figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import cast

ENGLISH = "en"  # the language of the rules themselves; rules in others are translations of them
_HOMES = {ENGLISH: "english", "es": "spanish"}
LANGUAGES = tuple(_HOMES)


@dataclass(frozen=True, slots=True)
class Tongue:
    """`forms`: a folded base form → all its forms; the patterns match folded text, `percent` and `unit` right after a number."""

    forms: Callable[[str], tuple[str, ...]]
    everyday: frozenset[str]
    most_forms: int  # what one phrase with several `~` may stand for
    spelt: re.Pattern[str]
    percent: re.Pattern[str]
    unit: re.Pattern[str]
    bare_duration: re.Pattern[str]


@cache
def tongue(language: str) -> Tongue:
    """The tongue of one of LANGUAGES, imported when it is first asked for."""
    return cast(Tongue, import_module(f"caveat.rulebook.{_HOMES[language]}").TONGUE)
