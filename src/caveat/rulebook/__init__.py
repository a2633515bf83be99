"""The rulebook: rule files and lexicons read once, compiled into one automaton, and handed on as a value."""

from __future__ import annotations

from caveat.rulebook.automaton import Owner
from caveat.rulebook.book import Rulebook, load, scan
from caveat.rulebook.fold import fold
from caveat.rulebook.products import ProductList
from caveat.rulebook.rules import (
    LOWERS,
    BoilerplateRule,
    CaveatRule,
    ClaimRule,
    CueRule,
    Lexicon,
    Need,
    Reach,
    Rule,
    Says,
    StanceRule,
    WallRule,
    WeighingRule,
)
from caveat.rulebook.scan import Scan
from caveat.rulebook.sighting import Match, Sighting

__all__ = [
    "LOWERS",
    "BoilerplateRule",
    "CaveatRule",
    "ClaimRule",
    "CueRule",
    "Lexicon",
    "Match",
    "Need",
    "Owner",
    "ProductList",
    "Reach",
    "Rule",
    "Rulebook",
    "Says",
    "Scan",
    "Sighting",
    "StanceRule",
    "WallRule",
    "WeighingRule",
    "fold",
    "load",
    "scan",
]
