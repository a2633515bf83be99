"""Puts rule files and lexicons together into the rulebook that roles and judging are given."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.abc import Traversable
from pathlib import Path
from typing import NamedTuple, TypeVar

from caveat.errors import RuleError, UsageError
from caveat.model import Page
from caveat.rulebook import law as laws
from caveat.rulebook.automaton import Automaton
from caveat.rulebook.compiling import Files, compiled, with_names
from caveat.rulebook.law import ABROAD, HOME, Law
from caveat.rulebook.loader import read_law, read_lexicon, read_products, read_rule
from caveat.rulebook.products import ProductList
from caveat.rulebook.rules import DATED, Lexicon, Rule
from caveat.rulebook.scan import Scan
from caveat.rulebook.scan import scan as _scan
from caveat.rulebook.spelling import likely
from caveat.rulebook.tongue import ENGLISH, LANGUAGES
from caveat.rulebook.translation import read_translation
from caveat.shipped import digest, shipped, toml_files

_WORDS = "words"  # the folder of lexicons within a pack
_PRODUCTS = "products"  # that of the lists of approved products
_R = TypeVar("_R", bound=Rule)


class _Source(NamedTuple):
    """A file not read yet: its path within its pack, and what an error calls it."""

    path: str
    name: str
    file: Traversable

    @property
    def stem(self) -> str:
        return self.file.name.removesuffix(".toml")

    @property
    def is_lexicon(self) -> bool:
        return self.path.split("/")[0] == _WORDS

    @property
    def is_abroad(self) -> bool:
        return self.path.split("/")[0] == ABROAD

    @property
    def language(self) -> str:
        """That of the folder named after a language in which it stands, else that of the rules themselves."""
        return next((part for part in self.path.split("/")[:-1] if part in LANGUAGES), ENGLISH)


@dataclass(frozen=True)
class Rulebook:
    """
    Rules by id, the automaton they were compiled into, the digest of the files they came from, and the approved products.

    It holds the law of `places` as it stood on `as_of`: `set_aside` says of a rule why it was not in force then, `elsewhere` are rules of
    other places, which were not read.
    """

    rules: Mapping[str, Rule]
    lexicons: Mapping[str, Lexicon]
    automaton: Automaton
    digest: str
    language: str = ENGLISH
    products: Mapping[str, ProductList] = field(default_factory=dict)  # by the id of their list
    lists: tuple[tuple[str, datetime.date], ...] = ()  # the id of each, and the day it was taken
    law: Law = field(default_factory=lambda: Law(datetime.date.min, {}))
    as_of: datetime.date = datetime.date.min
    asked: tuple[str, ...] = (HOME,)  # the places, as they were asked for
    places: tuple[str, ...] = (HOME,)  # the same with those whose law binds there too
    set_aside: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    _unread: Mapping[str, Sequence[_Source]] = field(default_factory=dict, repr=False, compare=False)  # of other languages
    _spoken: dict[str, Rulebook] = field(default_factory=dict, repr=False, compare=False)

    def of(self, kind: type[_R]) -> dict[str, _R]:
        """The rules of one kind by id."""
        return {name: rule for name, rule in self.rules.items() if isinstance(rule, kind)}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that there are rules for."""
        return (self.language, *self._unread)

    def speaking(self, language: str) -> Rulebook | None:
        """
        The rules in the words of another language, None where there are none. They are read and compiled when they are first asked for:
        a run over English pages never pays for them. "" is a text whose language nothing tells, and English. Raises RuleError.
        """
        if language in ("", self.language):
            return self
        if language not in self._spoken and language in self._unread:
            self._spoken[language] = _translated(self, language, self._unread[language])
        return self._spoken.get(language)


def load(
    packs: Sequence[Path] = (),
    only: Collection[str] = (),
    skip: Collection[str] = (),
    *,
    places: Iterable[str] | None = (),
    as_of: datetime.date | None = None,
    base: Traversable | None = None,
) -> Rulebook:
    """
    The shipped rules, or those of `base` in their place, and those of `packs`, compiled. `only` and `skip` choose among claim, weighing
    and caveat rules by id. `places`: the codes of those whose law is asked for, the United States where none is; None is every place.
    `as_of`: the day whose law it is to be, that on which the rules were last held against it when none is given.

    Raises RuleError for a file that cannot be read, UsageError for an id or a place that is not there.
    """
    folders: list[Traversable] = [base or shipped(), *packs]
    law = _law(folders[0])
    abroad = places is None or any(law.code(place).partition("-")[0] != HOME for place in places)
    files = Files({}, {}, {})
    unread: dict[str, list[_Source]] = {}
    foreign: set[str] = set()
    for source in _sources(folders):
        if source.is_abroad and not source.is_lexicon:
            foreign.add(source.stem)
        if source.is_abroad and not abroad:
            continue
        if source.language == ENGLISH:
            _take(source, files)
        else:
            unread.setdefault(source.language, []).append(source)
    _all_translate_something(unread, files)
    asked, bound = _places(places, law, files.rules)
    here = {name: rule for name, rule in files.rules.items() if name not in foreign or _is_near(rule, bound)}
    elsewhere = frozenset(foreign - here.keys())
    chosen = _choose(here, only, skip, elsewhere)
    day = as_of or law.day
    stood = {name: laws.as_it_stood(rule, day) for name, rule in chosen.items()}
    then = with_names(replace(files, rules={name: rule for name, (rule, _) in stood.items() if rule}), day)
    book = Rulebook(
        then.rules, then.lexicons, compiled(then), digest(folders), products=then.lists,
        lists=tuple((name, listed.taken) for name, listed in sorted(files.lists.items())), law=law, as_of=day, asked=asked, places=bound,
        set_aside={name: why for name, (_, why) in stood.items() if why}, elsewhere=elsewhere, _unread=unread,
    )  # fmt: skip
    for language, sources in unread.items():
        if packs and any(source.name != source.path for source in sources):
            book.speaking(language)  # what a user wrote is looked through before anything is audited
    return book


def _sources(folders: Sequence[Traversable]) -> Iterator[_Source]:
    """The files of all packs but that of the law, which is read first. Raises UsageError."""
    for number, folder in enumerate(folders):
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such folder of rules", "--rules takes a folder that holds .toml files")
        for path, file in toml_files(folder):
            if number or path != laws.NAME:
                yield _Source(path, f"{folder}/{path}" if number else path, file)


def _law(folder: Traversable) -> Law:
    return read_law(laws.NAME, _read(folder / laws.NAME, laws.NAME))


def _places(given: Iterable[str] | None, law: Law, rules: Mapping[str, Rule]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The places as they are asked for, and with those whose law binds there too. Raises UsageError."""
    named = {place for rule in rules.values() if isinstance(rule, DATED) for place in rule.jurisdictions}
    asked = laws.asked(sorted({*named, *law.places}) if given is None else given, law, named)
    return asked, law.binding(asked)


def _is_near(rule: Rule, places: Collection[str]) -> bool:
    """Whether a rule's law is that of a country asked for, or of a state of it: then a report says whether it was asked for."""
    countries = {place.partition("-")[0] for place in places}
    return isinstance(rule, DATED) and not countries.isdisjoint(place.partition("-")[0] for place in rule.jurisdictions)


def _all_translate_something(unread: Mapping[str, Sequence[_Source]], files: Files) -> None:
    """Raises RuleError for words of a rule that is not there."""
    ours = {source.stem for language in unread for source in unread[language] if not source.is_lexicon}
    if unknown := sorted(ours - files.rules.keys()):
        raise RuleError(f"no rule {unknown[0]!r}, though there are words for it in another language", likely(unknown[0], files.rules))


def scan(book: Rulebook, page: Page) -> Scan:
    """
    What of the rulebook stands in each sentence of the page, each by the rules in the language of its block. Where there are none the
    rules' own language is looked for: cookie dialogues and product names are in English on pages of every kind.
    """
    languages = sorted({block.language for block in page.blocks})
    return _scan({language: (book.speaking(language) or book).automaton for language in languages or [""]}, page)


def _translated(book: Rulebook, language: str, sources: Sequence[_Source]) -> Rulebook:
    files = Files({}, {}, {}, language)
    for source in sources:
        if source.is_lexicon or source.stem in book.rules:
            _take(source, files, book.rules)
    for name, rule in files.rules.items():
        files.rules[name] = laws.as_it_stood(rule, book.as_of)[0] or rule
    return Rulebook(files.rules, files.lexicons, compiled(files), book.digest, language)


def _read(file: Traversable, name: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{name}: cannot be read: {error}") from None


def _take(source: _Source, files: Files, main: Mapping[str, Rule] | None = None) -> None:
    """Reads one file into `files`; a rule as a translation of that in `main`, where there are any."""
    name, stem = source.name, source.stem
    text = _read(source.file, name)
    if source.is_lexicon:
        lexicon = read_lexicon(name, text, stem)
        before = files.lexicons.get(stem)  # a pack adds its words to those of the same name
        files.lexicons[stem] = lexicon if before is None else replace(
            before, words=(*before.words, *lexicon.words), includes=(*before.includes, *lexicon.includes))  # fmt: skip
        files.homes[f"<{stem}>"] = name
    elif source.path.split("/")[0] == _PRODUCTS:
        listed = read_products(name, text, stem)
        if listed.id in files.homes:
            raise RuleError(f"{name}: {listed.id!r} is there already, in {files.homes[listed.id]}", "choose another name")
        files.lists[listed.id] = listed
        files.homes[listed.id] = name
    else:
        rule = read_rule(name, text, stem) if main is None else read_translation(name, text, stem, main.get(stem))
        if rule.id in files.homes:
            raise RuleError(f"{name}: rule {rule.id!r} is there already, in {files.homes[rule.id]}",
                            "ids are never used twice; choose another name")  # fmt: skip
        files.rules[rule.id] = rule
        files.homes[rule.id] = name


def _choose(rules: Mapping[str, Rule], only: Collection[str], skip: Collection[str], elsewhere: Collection[str]) -> dict[str, Rule]:
    for name in [*only, *skip]:
        if name in elsewhere:
            hint = "--jurisdiction asks for that; `caveat rules show` says whose it is"
            raise UsageError(f"rule {name!r} is of the law of another place", hint)
        if name not in rules:
            raise UsageError(f"no rule {name!r}", likely(name, rules, "`caveat rules list` shows them all"))
    chosen = {name for name in rules if (not only or name in only) and name not in skip}
    return {name: rule for name, rule in rules.items() if name in chosen or not isinstance(rule, DATED)}
