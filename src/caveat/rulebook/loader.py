"""Reads rule files strictly: whatever is not understood is an error naming file, rule, key, what was expected and the likely spelling."""

from __future__ import annotations

import tomllib
from typing import Any

from caveat.errors import RuleError
from caveat.rulebook import law, products, strict
from caveat.rulebook.rules import BoilerplateRule, CaveatRule, ClaimRule, CueRule, Lexicon, Rule, StanceRule, WallRule, WeighingRule
from caveat.rulebook.spelling import likely

KINDS: dict[str, type[Rule]] = {
    "claim": ClaimRule,
    "weighing": WeighingRule,
    "caveat": CaveatRule,
    "cue": CueRule,
    "stance": StanceRule,
    "boilerplate": BoilerplateRule,
    "wall": WallRule,
}
_LEAST_PROOF = 3  # flags and passes a rule must bring along


def read_rule(name: str, text: str, file_stem: str) -> Rule:
    """One rule file as its dataclass. Raises RuleError."""
    raw = toml(name, text)
    kind = raw.get("kind")
    if kind not in KINDS:
        raise RuleError(f"{name}: key 'kind': expected one of {', '.join(KINDS)}, got {kind!r}", likely(str(kind), KINDS))
    rule: Rule = strict.record(KINDS[kind], raw, _label(name, raw), RuleError)
    _same_name(name, rule.id, file_stem)
    law.dated(name, rule)
    proved(name, rule)
    return rule


def proved(name: str, rule: Rule) -> None:
    """Raises RuleError for a rule with too few texts to try it on."""
    for key in ("flags", "passes"):
        if len(getattr(rule, key)) < _LEAST_PROOF:
            raise RuleError(f"{name}: rule {rule.id!r}, key {key!r}: expected at least {_LEAST_PROOF} texts, got {len(getattr(rule, key))}",
                            "a rule carries its own proof: what it must flag and what it must pass")  # fmt: skip


def read_lexicon(name: str, text: str, file_stem: str) -> Lexicon:
    """One lexicon file. Raises RuleError."""
    raw = toml(name, text)
    lexicon = strict.record(Lexicon, raw, _label(name, raw), RuleError)
    _same_name(name, lexicon.id, file_stem)
    return lexicon


def read_products(name: str, text: str, file_stem: str) -> products.ProductList:
    """One dated list of approved products. Raises RuleError."""
    return products.read_list(name, toml(name, text), file_stem)


def read_law(name: str, text: str) -> law.Law:
    """The file of places and of the day until which the rules know the law. Raises RuleError."""
    return law.read_law(name, toml(name, text))


def toml(name: str, text: str) -> dict[str, Any]:
    """The tables of a file. Raises RuleError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: not TOML: {error}", "strings with backslashes are best written in single quotes") from None


def _same_name(name: str, given: str, stem: str) -> None:
    if given != stem:
        raise RuleError(f"{name}: key 'id': expected {stem!r}, the file's name, got {given!r}")


def _label(name: str, raw: dict[str, Any]) -> str:
    return f"{name}: rule {raw.get('id', '?')!r}"
