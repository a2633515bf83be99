"""Reads a rule file of another language: the words of a rule whose category, severity and reasons stand in its main file."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, get_type_hints

from caveat.errors import RuleError
from caveat.rulebook import strict
from caveat.rulebook.loader import proved, toml
from caveat.rulebook.rules import BoilerplateRule, CaveatRule, Mode, Rule, WeighingRule
from caveat.rulebook.spelling import likely

# The keys that hold words of a language; everything else is the rule's own and the same in all of them.
_WORDED = (
    "patterns", "unless", "hints", "lines", "labels", "elements", "stand_ins", "limits", "flaws", "contradicted", "even_so", "near",
    "scope", "asked_by", "undone", "aside", "all_products", "all_uses", "flags", "passes",
)  # fmt: skip
TABLES = ("elements", "stand_ins", "limits", "flaws")


def worded(rule: Rule) -> tuple[str, ...]:
    """The keys of a rule that a translation of it may have."""
    known = {field.name for field in fields(rule)}
    return tuple(key for key in (*_WORDED, *(("about",) if isinstance(rule, BoilerplateRule) else ())) if key in known)


def read_translation(name: str, text: str, stem: str, main: Rule | None) -> Rule:
    """The rule in the words of one file: `main` with every worded key as the file has it, or empty. Raises RuleError."""
    raw = toml(name, text)
    if main is None or raw.get("id") != stem or main.id != stem:
        raise RuleError(f"{name}: key 'id': expected the id of a rule that is there, which is also the file's name; got {raw.get('id')!r}",
                        "a file in a folder of another language holds the words of a rule of the same id")  # fmt: skip
    if isinstance(main, WeighingRule) or (isinstance(main, CaveatRule) and main.mode is Mode.NOTICE):
        raise RuleError(f"{name}: rule {stem!r} is a notice in the words of a statute, or weights fitted on English: it has no translation")
    keys = worded(main)
    label = f"{name}: rule {stem!r}"
    for key in raw:
        if key != "id" and key not in keys:
            raise RuleError(f"{label}: unknown key {key!r}; a translation has {', '.join(keys)}", likely(key, keys))
    hints = get_type_hints(type(main))
    given: dict[str, Any] = {key: strict.value(hints[key], raw[key], f"{label}, key {key!r}", RuleError) for key in keys if key in raw}
    for key in TABLES:
        _same_parts(label, key, given.get(key, {}), getattr(main, key, {}))
    if "patterns" in keys and not given.get("patterns") and not isinstance(main, BoilerplateRule):
        raise RuleError(f"{label}: key 'patterns' is missing")
    rule: Rule = replace(main, **{key: given.get(key, {} if key in TABLES else ()) for key in keys})
    proved(name, rule)
    return rule


def _same_parts(label: str, key: str, given: dict[str, Any], main: dict[str, Any]) -> None:
    for part in given:
        if part not in main:
            raise RuleError(f"{label}, key {key!r}: the rule has no part {part!r}", likely(part, main))
    if key == "elements" and (missing := [part for part in main if part not in given]):
        raise RuleError(f"{label}, key {key!r}: lacks {', '.join(missing)}", "without it the statement could never be complete")
