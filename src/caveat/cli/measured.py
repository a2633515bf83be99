"""What `caveat rules list --measured` prints: counts first, and a share only beside enough of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from caveat.cli.output import printed
from caveat.errors import Exit
from caveat.judging.tongues import NAMES
from caveat.model import Category
from caveat.rulebook import CaveatRule, ClaimRule, Rulebook, WeighingRule, load
from caveat.rulebook.measured import HALVES, Count, Counts, Figures, Measured, measured

ENOUGH = 10  # cases from which on a share says something
_NAME = 24  # cells of the first column; with two halves of 20 a line stays under 80
_HALF = 20
_GAP = "   "
_WHAT = {
    "held": "nobody read it while the rules were written: the more honest half",
    "write": "could be read while the rules were written",
}
_HOW = (
    "Counted on text labelled by hand. A claim rule is right in a passage labelled a",
    "claim and wrong in any other, whether it leads or is named beside. A caveat rule",
    "is right on a seller's page that it reports and that has no good statement of",
    "its kind, or has the flaw; it misses such a page if it is quiet.",
    f"Shares are given from {ENOUGH} cases on.",
)

Cells = Callable[[Count], tuple[int, int, str]]


def listing(packs: Iterable[Path]) -> Exit:
    return printed("".join(f"{line.rstrip()}\n" for line in lines(load(tuple(packs)), measured())))


def lines(book: Rulebook, measured: Measured) -> Iterator[str]:
    """The figures of the rules of a book, language by language; those of which nothing is known are named too."""
    if book.digest != measured.rules:
        yield f"Your rules ({book.digest}) are not the rules that were measured ({measured.rules}):"
        yield "these figures are theirs, and need not hold for yours."
        yield ""
    yield from _HOW
    for language in (book.language, *sorted(measured.languages.keys() - {book.language})):
        spoken = book.speaking(language)
        if spoken and language in measured.languages:
            yield ""
            yield from _figures(spoken, language, measured.languages[language])


def _figures(book: Rulebook, language: str, found: Figures) -> Iterator[str]:
    yield from _head(language, found)
    yield from _table("claim rules", ("right", "wrong", "prec."))
    for name, rule in sorted(book.rules.items()):
        if isinstance(rule, ClaimRule | WeighingRule):
            offers = rule.category is Category.OFFER
            yield _row(name, found.claims, _precision, "not measured: bare offers are not counted" if offers else "not measured")
    yield from _table("claims by category", ("found", "missed", "rec."))
    for category in (*Category, "all"):
        if category in found.categories:
            yield _row(category, found.categories, _recall, "")
    yield from _table("called a claim", ("right", "wrong", "prec."))
    yield _row("all", found.categories, _precision, "")
    yield from _table("caveat rules", ("right", "wrong", "missed"))
    for name in sorted(book.of(CaveatRule)):
        yield _row(name, found.caveats, _reports, "not measured: nothing labelled tells")


def _head(language: str, found: Figures) -> Iterator[str]:
    yield f"{NAMES.get(language, language)}, counted on {found.corpus}"
    for half in HALVES:
        size = found.size[half]
        yield f"{half:5}  {size['sentences']} sentences, and {size['pages']} pages with {size['passages']} passages;"
        yield f"       {_WHAT[half]}"


def _table(title: str, columns: tuple[str, str, str]) -> Iterator[str]:
    first, second, third = columns
    yield ""
    yield f"{'':{_NAME}}" + _GAP.join(f"{half:>{_HALF}}" for half in HALVES)
    yield f"{title:{_NAME}}" + _GAP.join([f"{first:>6} {second:>6} {third:>6}"] * len(HALVES))


def _row(name: str, table: Counts, cells: Cells, unknown: str) -> str:
    """A line of counts; `unknown` in their place where nothing was counted by that name."""
    if name not in table:
        return f"{name:{_NAME - 1}} {unknown}"
    halves = []
    for half in HALVES:
        count = table[name].get(half, Count())
        first, second, third = cells(count)
        halves.append(f"{first:6} {second:6} {third:>6}" if count != Count() else f"{'not seen':>{_HALF}}")
    return f"{name:{_NAME - 1}} " + _GAP.join(halves)


def _precision(count: Count) -> tuple[int, int, str]:
    return count.right, count.wrong, _share(count.right, count.wrong)


def _recall(count: Count) -> tuple[int, int, str]:
    return count.right, count.missed, _share(count.right, count.missed)


def _reports(count: Count) -> tuple[int, int, str]:
    return count.right, count.wrong, str(count.missed)


def _share(part: int, rest: int) -> str:
    return f"{100 * part / (part + rest):.0f} %" if part + rest >= ENOUGH else "–"
