"""Puts rule files and lexicons together into the rulebook that roles and judging are given."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.abc import Traversable
from pathlib import Path
from typing import TypeVar

from caveat.errors import RuleError, UsageError
from caveat.model import Page
from caveat.rulebook.automaton import Automaton
from caveat.rulebook.compiling import Files, compiled, with_names
from caveat.rulebook.loader import read_lexicon, read_products, read_rule
from caveat.rulebook.products import ProductList
from caveat.rulebook.rules import CaveatRule, ClaimRule, Lexicon, Rule
from caveat.rulebook.scan import Scan
from caveat.rulebook.scan import scan as _scan
from caveat.rulebook.spelling import likely
from caveat.shipped import digest, shipped, toml_files

_WORDS = "words"  # the folder of lexicons within a pack
_PRODUCTS = "products"  # that of the lists of approved products
_R = TypeVar("_R", bound=Rule)


@dataclass(frozen=True)
class Rulebook:
    """Rules by id, the automaton they were compiled into, the digest of the files they came from, and the approved products."""

    rules: Mapping[str, Rule]
    lexicons: Mapping[str, Lexicon]
    automaton: Automaton
    digest: str
    products: Mapping[str, ProductList] = field(default_factory=dict)  # by the id of their list

    @property
    def lists(self) -> tuple[tuple[str, datetime.date], ...]:
        """The lists of approved products: the id of each, and the day it was taken."""
        return tuple((name, listed.taken) for name, listed in sorted(self.products.items()))

    def of(self, kind: type[_R]) -> dict[str, _R]:
        """The rules of one kind by id."""
        return {name: rule for name, rule in self.rules.items() if isinstance(rule, kind)}


def load(packs: Sequence[Path] = (), only: Collection[str] = (), skip: Collection[str] = ()) -> Rulebook:
    """
    The shipped rules and those of `packs`, compiled. `only` and `skip` choose among claim and caveat rules by id.

    Raises RuleError for a file that cannot be read, UsageError for an id that is not there.
    """
    folders: list[Traversable] = [shipped(), *packs]
    files = Files({}, {}, {})
    for number, folder in enumerate(folders):
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such folder of rules", "--rules takes a folder that holds .toml files")
        for path, file in toml_files(folder):
            _take(path, f"{folder}/{path}" if number else path, file, files)
    chosen = with_names(replace(files, rules=_choose(files.rules, only, skip)))
    return Rulebook(chosen.rules, chosen.lexicons, compiled(chosen), digest(folders), chosen.lists)


def scan(book: Rulebook, page: Page) -> Scan:
    """What of the rulebook stands in each sentence of the page."""
    return _scan(book.automaton, page)


def _take(path: str, name: str, file: Traversable, files: Files) -> None:
    """Reads one file into `files`; `path` is that within its pack, `name` what an error calls it."""
    stem = file.name.removesuffix(".toml")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{name}: cannot be read: {error}") from None
    if path.split("/")[0] == _WORDS:
        lexicon = read_lexicon(name, text, stem)
        before = files.lexicons.get(stem)  # a pack adds its words to those of the same name
        files.lexicons[stem] = lexicon if before is None else replace(
            before, words=(*before.words, *lexicon.words), includes=(*before.includes, *lexicon.includes))  # fmt: skip
        files.homes[f"<{stem}>"] = name
    elif path.split("/")[0] == _PRODUCTS:
        listed = read_products(name, text, stem)
        if listed.id in files.homes:
            raise RuleError(f"{name}: {listed.id!r} is there already, in {files.homes[listed.id]}", "choose another name")
        files.lists[listed.id] = listed
        files.homes[listed.id] = name
    else:
        rule = read_rule(name, text, stem)
        if rule.id in files.homes:
            raise RuleError(f"{name}: rule {rule.id!r} is there already, in {files.homes[rule.id]}",
                            "ids are never used twice; choose another name")  # fmt: skip
        files.rules[rule.id] = rule
        files.homes[rule.id] = name


def _choose(rules: Mapping[str, Rule], only: Collection[str], skip: Collection[str]) -> dict[str, Rule]:
    for name in [*only, *skip]:
        if name not in rules:
            raise UsageError(f"no rule {name!r}", likely(name, rules, "`caveat rules list` shows them all"))
    return {name: rule for name, rule in rules.items()
            if not isinstance(rule, ClaimRule | CaveatRule) or ((not only or name in only) and name not in skip)}  # fmt: skip
