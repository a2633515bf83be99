"""Compiles rules and lexicons into the automaton; what cannot be compiled is an error naming file, rule, key and the likely spelling."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from caveat.errors import RuleError
from caveat.rulebook.automaton import Automaton, Owner, build
from caveat.rulebook.pattern import BUILT_IN, PatternError, Sequence, literals, members, parse
from caveat.rulebook.products import LEXICON, SOLD, ProductList, patterns_of
from caveat.rulebook.rules import BoilerplateRule, CaveatRule, CueRule, Lexicon, Rule, WeighingRule
from caveat.rulebook.spelling import likely
from caveat.rulebook.tongue import ENGLISH

_SEE = "`caveat rules list` and the folder words/ show what there is"
# Lexicons whose words are looked up by name, beside those that patterns hold.
KEPT = (
    "therapy", "everyday_therapy", "cells", "exosomes", "birth_tissue", "platelets", "peptides", "drips",
    "hematopoietic", "approved_product",
    "condition", "broad_condition", "symptom", "tissue", "function", "standard_care",
    "deixis", "acting", "imperative", "provider", "the_therapy", "agency", "study", "study_talk",
    "level_in_vitro", "level_animal", "level_review", "level_uncontrolled", "level_controlled", "level_randomised",
    "level_protocol",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Files:
    """What was read from the rule files: rules and lexicons by id, and the file each came from."""

    rules: dict[str, Rule]
    lexicons: dict[str, Lexicon]
    homes: dict[str, str]  # rule id, or "<lexicon>", → file
    language: str = ENGLISH
    lists: dict[str, ProductList] = field(default_factory=dict)  # of approved products, by id


def compiled(files: Files) -> Automaton:
    """The automaton of all rules and lists of products. Raises RuleError."""
    lexicons = files.lexicons
    within = {name: _made_of(name, files, ()) for name in lexicons}
    sequences = [found for rule in files.rules.values() for found in _sequences(rule, files)]
    sequences += [found for listed in files.lists.values() for found in _of_list(listed, files)]
    return build(sequences, {name: lexicon.words for name, lexicon in lexicons.items()}, within, _kept(files), files.language)


def _kept(files: Files) -> tuple[str, ...]:
    """The lexicons that are looked up by name, those that caveat rules name among them. Raises RuleError for one that is not there."""
    kept = dict.fromkeys(name for name in KEPT if name in files.lexicons)
    for rule in (rule for rule in files.rules.values() if isinstance(rule, CaveatRule)):
        for key, names in (("families", rule.families), ("about", rule.about)):
            for name in names:
                if name not in files.lexicons:
                    label = f"{files.homes[rule.id]}: rule {rule.id!r}, key {key!r}"
                    raise RuleError(f"{label}: no lexicon {name!r}", likely(name, files.lexicons, _SEE))
                kept[name] = None
    return tuple(kept)


def _made_of(name: str, files: Files, above: tuple[str, ...]) -> frozenset[str]:
    """The lexicons that one is made of, itself among them."""
    lexicons, home = files.lexicons, files.homes[f"<{name}>"]
    if name in above:
        raise RuleError(f"{home}: key 'includes': goes round in a circle: {' → '.join([*above, name])}")
    found = {name}
    for entry in lexicons[name].words:
        try:
            literals(entry, files.language)
        except PatternError as error:
            raise RuleError(f"{home}: key 'words': {error}") from None
    for other in lexicons[name].includes:
        if other not in lexicons:
            raise RuleError(f"{home}: key 'includes': no lexicon {other!r}", likely(other, lexicons, _SEE))
        found |= _made_of(other, files, (*above, name))
    return frozenset(found)


def with_names(files: Files, day: datetime.date) -> Files:
    """
    The files with the lists as they stood on a day, and with the lexicons that the names of products belong to filled from them: a product
    is written down in one place. What was not approved then is what clinics sell, like any other therapy.
    """
    lists = {name: listed.as_it_stood(day) for name, listed in files.lists.items()}
    approved = {name: None for listed in lists.values() for product in listed.in_force for name in product.known_as}
    every = (name for listed in files.lists.values() for product in listed.products for name in product.known_as)
    names = {LEXICON: [*approved], SOLD: [name for name in every if name not in approved]}
    filled = {lexicon: _with_words(files.lexicons[lexicon], words) for lexicon, words in names.items() if words}
    return replace(files, lexicons={**files.lexicons, **filled}, lists=lists)


def _with_words(lexicon: Lexicon, words: Iterable[str]) -> Lexicon:
    return replace(lexicon, words=tuple(dict.fromkeys([*lexicon.words, *words])))


def _of_list(listed: ProductList, files: Files) -> Iterator[tuple[Sequence, Owner]]:
    for key, pattern, owner in patterns_of(listed):
        label = f"{files.homes[listed.id]}: list {listed.id!r}, {key}"
        yield from ((sequence, owner) for sequence in _parsed(pattern, label, files))


def _sequences(rule: Rule, files: Files) -> Iterator[tuple[Sequence, Owner]]:
    for key, pattern, owner in _patterns(rule):
        label = f"{files.homes[rule.id]}: rule {rule.id!r}, key {key!r}"
        yield from ((sequence, owner) for sequence in _parsed(pattern, label, files))


def _parsed(pattern: str, label: str, files: Files) -> tuple[Sequence, ...]:
    try:
        found = parse(pattern)
        for part in {part for sequence in found for step in sequence.steps for part in members(step.atom)}:
            if not part.startswith("<"):
                literals(part, files.language)
            elif part[1:-1] not in files.lexicons and part not in BUILT_IN:
                raise RuleError(f"{label}: no lexicon {part} in {pattern!r}", likely(part[1:-1], files.lexicons, _SEE))
    except PatternError as error:
        raise RuleError(f"{label}: {error}") from None
    return found


_CAVEAT_PATTERNS = ("even_so", "near", "scope", "asked_by", "undone", "contradicted", "aside", "all_products", "all_uses")


def _patterns(rule: Rule) -> Iterator[tuple[str, str, Owner]]:
    """Each pattern of a rule: its key, itself, and its owner."""
    keys: dict[str, Iterable[str]] = {"unless": rule.unless}
    if isinstance(rule, CaveatRule):
        keys |= {name: getattr(rule, name) for name in _CAVEAT_PATTERNS}
        for table in ("elements", "stand_ins", "limits", "flaws"):
            keys |= {f"{table}.{name}": patterns for name, patterns in getattr(rule, table).items()}
    elif isinstance(rule, WeighingRule):
        keys |= {f"signs.{name}": patterns for name, patterns in rule.signs.items()}
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
            if isinstance(rule, CaveatRule) and key in rule.opening:
                yield key, pattern, Owner("statement", rule.id, part)  # by which most blocks are known to hold no statement at all
