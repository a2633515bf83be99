"""Reads rule files strictly: whatever is not understood is an error naming file, rule, key, what was expected and the likely spelling."""

from __future__ import annotations

import tomllib
import types
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from caveat.errors import RuleError
from caveat.rulebook.rules import BoilerplateRule, CaveatRule, ClaimRule, CueRule, Lexicon, Rule, StanceRule, WeighingRule
from caveat.rulebook.spelling import likely

KINDS: dict[str, type[Rule]] = {
    "claim": ClaimRule,
    "weighing": WeighingRule,
    "caveat": CaveatRule,
    "cue": CueRule,
    "stance": StanceRule,
    "boilerplate": BoilerplateRule,
}
_LEAST_PROOF = 3  # flags and passes a rule must bring along


def read_rule(name: str, text: str, file_stem: str) -> Rule:
    """One rule file as its dataclass. Raises RuleError."""
    raw = toml(name, text)
    kind = raw.get("kind")
    if kind not in KINDS:
        raise RuleError(f"{name}: key 'kind': expected one of {', '.join(KINDS)}, got {kind!r}", likely(str(kind), KINDS))
    rule: Rule = _read(KINDS[kind], name, raw)
    _same_name(name, rule.id, file_stem)
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
    lexicon: Lexicon = _read(Lexicon, name, toml(name, text))
    _same_name(name, lexicon.id, file_stem)
    return lexicon


def toml(name: str, text: str) -> dict[str, Any]:
    """The tables of a file. Raises RuleError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: not TOML: {error}", "strings with backslashes are best written in single quotes") from None


def _same_name(name: str, given: str, stem: str) -> None:
    if given != stem:
        raise RuleError(f"{name}: key 'id': expected {stem!r}, the file's name, got {given!r}")


def _read(kind: type[Any], name: str, raw: dict[str, Any]) -> Any:
    known: dict[str, Field[Any]] = {field.name: field for field in fields(kind)}
    label = f"{name}: rule {raw.get('id', '?')!r}"
    for key in raw:
        if key not in known:
            raise RuleError(f"{label}: unknown key {key!r}; expected one of {', '.join(known)}", likely(key, known))
    hints = get_type_hints(kind)
    values = {}
    for key, field in known.items():
        if key in raw:
            values[key] = value(hints[key], raw[key], f"{label}, key {key!r}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise RuleError(f"{label}: key {key!r} is missing")
    return kind(**values)


def value(wanted: Any, given: Any, label: str) -> Any:
    """A value of a file as the type that its key wants. Raises RuleError, which `label` begins."""
    origin = get_origin(wanted)
    if origin is tuple:
        if not isinstance(given, list):
            raise RuleError(f"{label}: expected a list, got {_name(given)}")
        return tuple(value(get_args(wanted)[0], item, label) for item in given)
    if origin is dict:
        if not isinstance(given, dict):
            raise RuleError(f"{label}: expected a table, got {_name(given)}")
        key_type, value_type = get_args(wanted)
        return {value(key_type, key, label): value(value_type, held, f"{label}.{key}") for key, held in given.items()}
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        if given not in list(wanted):
            raise RuleError(f"{label}: expected one of {', '.join(wanted)}, got {given!r}", likely(str(given), list(wanted)))
        return wanted(given)
    accepted: Any = (int, float) if wanted is float else wanted
    if isinstance(wanted, types.GenericAlias) or not isinstance(given, accepted) or isinstance(given, bool) is not (wanted is bool):
        raise RuleError(f"{label}: expected {wanted.__name__}, got {_name(given)}")
    return given


def _name(given: Any) -> str:
    return {dict: "a table", list: "a list", str: "a string", bool: "a boolean"}.get(type(given), f"{given!r}")
