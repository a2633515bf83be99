"""Puts rule files and lexicons together into the rulebook that roles and judging are given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.abc import Traversable
from pathlib import Path
from typing import TypeVar

from caveat.errors import RuleError, UsageError
from caveat.model import Page
from caveat.rulebook.automaton import Automaton, Owner, build
from caveat.rulebook.loader import read_lexicon, read_rule
from caveat.rulebook.pattern import BUILT_IN, PatternError, literals, members, parse
from caveat.rulebook.pattern import Sequence as Steps
from caveat.rulebook.rules import BoilerplateRule, CaveatRule, ClaimRule, CueRule, Lexicon, Rule
from caveat.rulebook.scan import Scan
from caveat.rulebook.scan import scan as _scan
from caveat.shipped import digest, shipped, toml_files

_WORDS = "words"  # the folder of lexicons within a pack
# Lexicons whose words are looked up by name, beside those that patterns hold.
KEPT = (
    "therapy", "cells", "exosomes", "birth_tissue", "platelets", "peptides", "drips", "hematopoietic", "approved_product",
    "condition", "broad_condition", "symptom", "tissue", "function", "standard_care",
    "deixis", "acting", "imperative", "provider", "the_therapy", "agency", "study", "study_talk",
    "level_in_vitro", "level_animal", "level_review", "level_uncontrolled", "level_controlled", "level_randomised",
)  # fmt: skip
_R = TypeVar("_R", bound=Rule)


@dataclass(frozen=True)
class Rulebook:
    """Rules by id, the automaton they were compiled into, and the digest of the files they came from."""

    rules: Mapping[str, Rule]
    lexicons: Mapping[str, Lexicon]
    automaton: Automaton
    digest: str

    def of(self, kind: type[_R]) -> dict[str, _R]:
        """The rules of one kind by id."""
        return {name: rule for name, rule in self.rules.items() if isinstance(rule, kind)}


def load(packs: Sequence[Path] = (), only: Collection[str] = (), skip: Collection[str] = ()) -> Rulebook:
    """
    The shipped rules and those of `packs`, compiled. `only` and `skip` choose among claim and caveat rules by id.

    Raises RuleError for a file that cannot be read, UsageError for an id that is not there.
    """
    folders: list[Traversable] = [shipped(), *packs]
    rules: dict[str, Rule] = {}
    lexicons: dict[str, Lexicon] = {}
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such folder of rules", "--rules takes a folder that holds .toml files")
        for path, file in toml_files(folder):
            _take(path, file, rules, lexicons)
    chosen = _choose(rules, only, skip)
    return Rulebook(chosen, lexicons, _compile(chosen, lexicons), digest(folders))


def scan(book: Rulebook, page: Page) -> Scan:
    """What of the rulebook stands in each sentence of the page."""
    return _scan(book.automaton, page)


def _take(path: str, file: Traversable, rules: dict[str, Rule], lexicons: dict[str, Lexicon]) -> None:
    stem = file.name.removesuffix(".toml")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: cannot be read: {error}") from None
    if path.split("/")[0] == _WORDS or "/words/" in path:
        lexicons[stem] = read_lexicon(path, text, stem)
    elif not path.startswith("products/"):
        rule = read_rule(path, text, stem)
        if rule.id in rules:
            raise RuleError(f"{path}: rule {rule.id!r} is there already", "ids are never used twice; choose another name")
        rules[rule.id] = rule


def _choose(rules: Mapping[str, Rule], only: Collection[str], skip: Collection[str]) -> dict[str, Rule]:
    for name in [*only, *skip]:
        if name not in rules:
            near = get_close_matches(name, rules, n=1)
            raise UsageError(f"no rule {name!r}", f"did you mean {near[0]!r}?" if near else "`caveat rules list` shows them all")
    return {name: rule for name, rule in rules.items()
            if not isinstance(rule, ClaimRule | CaveatRule) or ((not only or name in only) and name not in skip)}  # fmt: skip


def _kept(rules: Mapping[str, Rule], lexicons: Mapping[str, Lexicon]) -> tuple[str, ...]:
    """The lexicons that are looked up by name, those that caveat rules name among them. Raises RuleError for one that is not there."""
    kept = dict.fromkeys(name for name in KEPT if name in lexicons)
    for rule in rules.values():
        for key in ("families", "about") if isinstance(rule, CaveatRule) else ():
            for name in getattr(rule, key):
                if name not in lexicons:
                    near = get_close_matches(name, lexicons, n=1)
                    raise RuleError(f"rule {rule.id!r}, key {key!r}: no lexicon {name!r}", f"did you mean {near[0]!r}?" if near else "")
                kept[name] = None
    return tuple(kept)


def _compile(rules: Mapping[str, Rule], lexicons: Mapping[str, Lexicon]) -> Automaton:
    within = {name: _made_of(name, lexicons, ()) for name in lexicons}
    sequences = [(sequence, owner) for rule in rules.values() for sequence, owner in _sequences(rule, lexicons)]
    return build(sequences, {name: lexicon.words for name, lexicon in lexicons.items()}, within, _kept(rules, lexicons))


def _made_of(name: str, lexicons: Mapping[str, Lexicon], above: tuple[str, ...]) -> frozenset[str]:
    """The lexicons that one is made of, itself among them."""
    if name in above:
        raise RuleError(f"words/{name}.toml: key 'includes': goes round in a circle: {' → '.join([*above, name])}")
    found = {name}
    for entry in lexicons[name].words:
        try:
            literals(entry)
        except PatternError as error:
            raise RuleError(f"words/{name}.toml: key 'words': {error}") from None
    for other in lexicons[name].includes:
        if other not in lexicons:
            near = get_close_matches(other, lexicons, n=1)
            raise RuleError(f"words/{name}.toml: key 'includes': no lexicon {other!r}", f"did you mean {near[0]!r}?" if near else "")
        found |= _made_of(other, lexicons, (*above, name))
    return frozenset(found)


def _sequences(rule: Rule, lexicons: Mapping[str, Lexicon]) -> Iterator[tuple[Steps, Owner]]:
    for key, pattern, owner in _patterns(rule):
        try:
            found = parse(pattern)
            for sequence in found:
                for part in (part for step in sequence.steps for part in members(step.atom)):
                    if not part.startswith("<"):
                        literals(part)
                    elif part[1:-1] not in lexicons and part not in BUILT_IN:
                        near = get_close_matches(part[1:-1], lexicons, n=1)
                        raise RuleError(f"rule {rule.id!r}, key {key!r}: no lexicon {part} in {pattern!r}",
                                        f"did you mean <{near[0]}>?" if near else "lexicons stand in words/")  # fmt: skip
        except PatternError as error:
            raise RuleError(f"rule {rule.id!r}, key {key!r}: {error}") from None
        yield from ((sequence, owner) for sequence in found)


def _patterns(rule: Rule) -> Iterator[tuple[str, str, Owner]]:
    """Each pattern of a rule: its key, itself, and its owner."""
    keys: dict[str, Iterable[str]] = {"unless": rule.unless}
    if isinstance(rule, CaveatRule):
        keys |= {name: getattr(rule, name) for name in ("even_so", "near", "scope", "asked_by", "contradicted")}
        for table in ("elements", "stand_ins", "limits", "flaws"):
            keys |= {f"{table}.{name}": patterns for name, patterns in getattr(rule, table).items()}
    else:
        keys["patterns"] = rule.patterns
        if isinstance(rule, BoilerplateRule):
            keys |= {"hints": rule.hints, "about": rule.about}
    for key, patterns in keys.items():
        part = "" if key == "patterns" else key
        for pattern in patterns:
            yield key, pattern, Owner(rule.kind, rule.id, part)
            if isinstance(rule, CueRule) and rule.informs:
                yield key, pattern, Owner("stance", rule.id, part)  # heard where stance is asked for, without the other cues


