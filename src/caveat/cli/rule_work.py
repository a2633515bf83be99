"""What `caveat rules` does: lists, shows, proves and drafts rules."""

from __future__ import annotations

import datetime
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import fields
from importlib.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.cli.output import printed
from caveat.cli.say import counted, ended, plain
from caveat.errors import Exit, OutputError, UsageError
from caveat.rulebook import CaveatRule, ClaimRule, ProductList, Rule, Rulebook, WeighingRule, load
from caveat.rulebook.draft import draft, draft_words
from caveat.rulebook.rules import DATED, Confidence
from caveat.rulebook.spelling import likely
from caveat.rulebook.tongue import ENGLISH
from caveat.rulebook.translation import worded
from caveat.shipped import shipped, toml_files

if TYPE_CHECKING:
    from caveat.judging.prove import Unproven

ID = re.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LABELS = {"flags": "flags (must be found)", "passes": "passes (must not be found)"}
FAULTS = {"flags": "must be found and is not", "passes": "must not be found and is"}


def listing(packs: Sequence[Path]) -> Exit:
    book = load(packs, places=None)
    books = [spoken for spoken in map(book.speaking, book.languages) if spoken]
    rows = [_row(rule, [spoken.language for spoken in books if rule.id in spoken.rules]) for rule in book.rules.values()]
    return printed(_columns(rows))


def law(packs: Sequence[Path]) -> Exit:
    """Whose law each rule rests on, and from when until when it is in force."""
    book = load(packs, places=None)
    rows = [_law_row(rule) for rule in book.rules.values() if isinstance(rule, DATED)]
    known = "".join(f"{line}\n" for line in (f"The rules know the law up to {book.law.day}. Places:", *_places(book)))
    return printed(_columns([*rows, *((name, "-", "-", why) for name, why in book.set_aside.items())]) + f"\n{known}")


def _law_row(rule: ClaimRule | WeighingRule | CaveatRule) -> tuple[str, str, str, str]:
    """Id, places, the first and the last day, and how well the law is known where that is not from its text."""
    days = f"from {rule.in_force_from}" + (f" to {rule.in_force_to}" if rule.in_force_to else "")
    known = "secondary sources" if isinstance(rule, CaveatRule) and rule.confidence is Confidence.MEDIUM else ""
    return rule.id, " ".join(rule.jurisdictions), days, known


def _places(book: Rulebook) -> Iterator[str]:
    for code, place in sorted(book.law.places.items()):
        also = f", also {' '.join(place.also)}" if place.also else ""
        yield f"    {code:5}  {place.name}{also}" + (f", with the law of {' '.join(place.under)}" if place.under else "")


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    """The rows in order of their first cell, each column as wide as it has to be."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = ("  ".join(f"{cell:{width}}" for cell, width in zip(row, [*widths, 0], strict=True)) for row in sorted(rows))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _row(rule: Rule, languages: Sequence[str]) -> tuple[str, str, str, str, str, str]:
    """Id, category (for what is no claim and no caveat: its kind), severity, whose law it rests on, the languages it knows, title."""
    title = getattr(rule, "title", "") or getattr(rule, "about", "")
    places = " ".join(getattr(rule, "jurisdictions", "-"))
    return rule.id, getattr(rule, "category", rule.kind), getattr(rule, "severity", "-"), places, " ".join(languages), title


def show(name: str, packs: Sequence[Path]) -> Exit:
    book = load(packs, places=None)
    if name not in book.rules:
        raise UsageError(f"no rule {name!r}", likely(name, book.rules, "`caveat rules list` shows them all"))
    rule = book.rules[name]
    lines = [line for field in fields(rule) for line in _shown(field.name, getattr(rule, field.name))]
    for spoken in filter(None, map(book.speaking, book.languages[1:])):
        if name in spoken.rules:
            other = spoken.rules[name]
            inner = (line for key in worded(other) for line in _shown(key, getattr(other, key)))
            lines += [f"in the language {spoken.language!r}:", *(f"    {line}" for line in inner)]
    return printed("".join(f"{line}\n" for line in lines))


def _shown(key: str, value: object) -> Iterator[str]:
    label = LABELS.get(key, key)
    match value:
        case () | {} | "":
            return
        case tuple():
            yield f"{label}:"
            yield from (f"    {item}" for item in value)
        case dict():
            yield f"{label}:"
            for name, inner in value.items():
                yield from (f"    {line}" for line in _shown(name, inner))
        case _:
            yield f"{label}: {value}"


def products(name: str, packs: Sequence[Path], as_of: datetime.date | None = None) -> Exit:
    """The lists of approved products, as they stood on a day, or what they say of one product, by its brand or proper name."""
    lists = load(packs, as_of=as_of).products.values()
    known = {each.casefold() for listed in lists for product in listed.products for each in (product.name, product.proper)}
    if name and name.casefold() not in known:
        raise UsageError(f"no approved product {name!r}", likely(name.casefold(), known, "`caveat rules products` shows them all"))
    return printed("".join(f"{line}\n" for listed in lists for line in _listed(listed, name.casefold())))


def _listed(listed: ProductList, name: str) -> Iterator[str]:
    yield f"{listed.id}: {counted(len(listed.products), 'product')} approved by {listed.agency}, as of {listed.taken}"
    yield f"    {listed.source}"
    for product in listed.products:
        if not name or name in (product.name.casefold(), product.proper.casefold()):
            ended = f", given up {product.withdrawn}" if product.withdrawn else ""
            proper = "" if product.proper in product.name else f" ({product.proper})"
            yield f"{product.name}{proper}, {product.approved or product.year}{ended}: {listed.kinds[product.kind].says}"
            yield from (f"    for {listed.uses[use].says}" for use in product.uses)
            yield from (f"    {product.note}" for _ in product.note[:1])


def test(folder: Path | None) -> Exit:
    """Proves the rules of a folder, or the shipped ones; exit code 2 when a text does not do what its rule file says."""
    from caveat.judging.prove import prove  # reads and judges, which listing and showing need not wait for

    pack = folder if folder and not _is_shipped(folder) else None
    book = load((pack,) if pack else (), places=None)
    ours = _ids(pack or shipped()) & book.rules.keys()
    if not ours:
        raise UsageError(f"{folder}: holds no rule", "`caveat rules new ID --dir DIR` writes one to fill in")
    failed = list(prove(book, ours))
    lines = [f"{_called(fault)}: {FAULTS[fault.key]}: {plain(fault.text)}" for fault in failed]
    wrong = len({fault.rule for fault in failed})
    printed("".join(f"{line}\n" for line in [*lines, f"{counted(len(ours) - wrong, 'rule')} of {len(ours)} proved"]))
    return ended(Exit.USAGE, f"{counted(len(failed), 'text')} of {counted(wrong, 'rule')} not as the file says") if failed else Exit.CLEAN


def _called(fault: Unproven) -> str:
    return fault.rule if fault.language == ENGLISH else f"{fault.rule} ({fault.language})"


def _ids(pack: Traversable) -> frozenset[str]:
    """The ids of a folder of rules: by the loader's law they are the names of the files."""
    return frozenset(file.name.removesuffix(".toml") for _, file in toml_files(pack))


def _is_shipped(folder: Path) -> bool:
    home = shipped()
    return isinstance(home, Path) and folder.is_dir() and folder.samefile(home)


def new(name: str, kind: str, folder: Path) -> Exit:
    """Writes the draft of a rule as a new file, and says how to go on."""
    if not ID.fullmatch(name):
        spelt = "-".join(re.findall("[a-z0-9]+", name.lower())).lstrip("0123456789-")
        raise UsageError(f"{name!r} is no id: small letters, digits and hyphens", f"did you mean {spelt!r}?" if spelt else "")
    if name in _ids(shipped()):
        raise UsageError(f"rule {name!r} is there already", f"`caveat rules show {name}` shows it")
    return _written(folder / f"{name}.toml", draft(name, kind), folder)


def translate(name: str, language: str, folder: Path) -> Exit:
    """Writes the draft of a shipped rule's words in another language, in the folder of that language."""
    book = load(places=None)
    if name not in book.rules:
        raise UsageError(f"no rule {name!r} to translate", likely(name, book.rules, "`caveat rules list` shows them all"))
    spoken = book.speaking(language)
    if spoken and name in spoken.rules:
        raise UsageError(f"rule {name!r} is there in {str(language)!r} already", f"`caveat rules show {name}` shows it")
    return _written(folder / language / f"{name}.toml", draft_words(book.rules[name]), folder)


def _written(file: Path, text: str, pack: Path) -> Exit:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        raise UsageError(f"{file}: is there already", "choose another id or another --dir") from None
    except OSError as error:
        raise OutputError(f"{file}: cannot be written: {error.strerror}") from None
    return printed(f"{file} is written. Fill it in, then prove it:\n    caveat rules test {shlex.quote(str(pack))}\n")
