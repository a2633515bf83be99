"""Finds the studies a page cites: reference lines, lists of sources, and DOIs, trial numbers, authors and years in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from caveat.judging.identifiers import NUMBERS, identifiers, is_registered
from caveat.model import Block, Page, Place, Role, Span
from caveat.rulebook.fold import words

_PASSED_OVER = (Role.COOKIE, Role.NAVIGATION, Role.NEWSLETTER, Role.LEAD_FORM)
_VISIBLE = (Place.BODY, Place.DETAILS)

_NAME = r"[A-Z][\w'’-]+"
_MONTH = (
    r"(?!January|February|March|April|May|June|July|August|September|October|November|December|Since|In|Until|From|Updated|Copyright"
    r"|Enero|Febrero|Marzo|Abril|Mayo|Junio|Julio|Agosto|Septiembre|Octubre|Noviembre|Diciembre|Desde\b|En\b)"
)
_AUTHOR_YEAR = (
    rf"\((?:see |e\.g\.,? )?{_MONTH}{_NAME}(?:,? et al\.?,?|,? (?:and|&) {_NAME},?|,) (?:19|20)\d\d[a-z]?(?:;[^()]{{0,120}})?\)"
    rf"|\b{_NAME},? et al\.?,? \(?(?:19|20)\d\d[a-z]?\)?"
)
_CITED_BY_AUTHOR = re.compile(_AUTHOR_YEAR)
_CITED = re.compile(f"(?i:{NUMBERS})|{_AUTHOR_YEAR}")
MARK = re.compile(r"\[(\d{1,3}(?:\s?[,–-]\s?\d{1,3})*)\]|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|(?<=[a-z.,)”])(\d{1,2}(?:[,–-]\d{1,2})*)(?=[\s.,;:)]|$)")
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_KINDS = "references?|sources?|citations?|bibliography|literature|referencias?|fuentes?|bibliografía|citas"
_LABEL = re.compile(rf"(?:scientific |medical )?(?:{_KINDS}|ref|published in|study)\s?(?:\d{{1,2}})?\s?[:–—-]\s*", re.I)
_HEADING = re.compile(
    r"(?:(?:scientific|medical|selected|key|article|study|clinical|our|the) )*"
    rf"(?:{_KINDS}|works cited|further reading|publications|research papers)(?: cited| and notes| list| bibliográficas| científicas)?",
    re.I,
)
_NUMBERED = re.compile(r"(?:\[(\d{1,3})\]|\(?(\d{1,3})[.)])\s+(?=\S)")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AUTHORS = re.compile(rf"{_NAME},? (?:[A-Z]\.?[ -]?){{1,3}}(?:[,;.&]| and |$)|\bet al\b")
_ISSUE = re.compile(r"\b\d{1,4}\s?\(\d{1,4}\)|;\s?\d{1,4}|:\s?e?\d{1,6}[-–]\d+|\bvol\.? ?\d|\bpp?\. ?\d|\b\d{1,4}, \d{2,6}\b|doi", re.I)
_MOST_WORDS = 110  # a longer block is text with a citation in it


@dataclass(frozen=True, slots=True)
class Cited:
    """
    A study that the page cites. `closes`: it stands on a line or in a list of its own, not inside a sentence. `links`: where its links
    lead; a citation that does not close and has one is that link alone, somewhere in its block.
    """

    block: int
    span: Span
    closes: bool
    number: int = 0  # its number in a list, 0 for none
    links: tuple[str, ...] = ()

    def text(self, page: Page) -> str:
        return self.links[0] if self.links and not self.closes else page.quote(self.span)

    def named(self, page: Page) -> str:
        """All that may hold the numbers by which it can be looked up."""
        return " ".join((page.quote(self.span), *self.links)) if self.closes else self.text(page)


def references(page: Page) -> list[Cited]:
    """Every citation in the order of the page, each once where it stands."""
    found: list[Cited] = []
    listed = 0
    for number, block in enumerate(page.blocks):
        if block.place not in _VISIBLE or block.role in _PASSED_OVER:
            continue
        text = page.text[block.start : block.end]
        if not _DIGIT.search(text) and block.role is not Role.REFERENCE and not block.cites:
            continue
        in_list = bool(block.heading) and bool(_HEADING.fullmatch(block.heading[-1].strip(" :.")))
        label = _LABEL.match(text)
        if _is_reference(text, block, in_list, label):
            entries = list(_entries(text, label.end() if label else 0))
            for given, start, end in entries:
                listed = given or (listed + 1 if in_list or len(entries) > 1 else 0)
                links = block.cites if len(entries) == 1 else ()
                found.append(Cited(number, Span(block.start + start, block.start + end), True, listed, links))
        else:
            listed = 0 if not in_list else listed
            found += (Cited(number, Span(block.start + hit.start(), block.start + hit.end()), False) for hit in _CITED.finditer(text))
            found += (Cited(number, Span(block.start, block.end), False, 0, (link,)) for link in _unsaid(block.cites, text))
    return found


def _unsaid(links: Sequence[str], text: str) -> list[str]:
    """The links that lead to a study whose number does not stand in the text as well; of two to the same study the first."""
    known = {*identifiers(text)}
    found = []
    for link in links:
        named = {*identifiers(link)}
        if named - known:
            found.append(link)
            known |= named
    return found


def registration(text: str) -> str:
    """The number of a trial in a register, where a citation names no publication beside it; "" otherwise."""
    found = identifiers(text)
    published = _CITED_BY_AUTHOR.search(text) or (_AUTHORS.search(text) and _ISSUE.search(text))
    return found[0].partition(":")[2] if found and all(map(is_registered, found)) and not published else ""


def marks(text: str) -> set[int]:
    """The numbers of a list that a text points to: `[1, 3-5]`, superscripts, and digits that stand on a word."""
    found: set[int] = set()
    for hit in MARK.finditer(text):
        for part in re.split(r"\s?,\s?", hit[1] or hit[2] or hit[0].translate(_SUPERSCRIPT)):
            first, _, last = part.replace("–", "-").replace(" ", "").partition("-")
            found.update(range(int(first), min(int(last or first), int(first) + 30) + 1))
    return found


def _is_reference(text: str, block: Block, in_list: bool, label: re.Match[str] | None) -> bool:
    length = text.count(" ") + 1
    if in_list:
        return length >= 4 and (length <= _MOST_WORDS or bool(_NUMBERED.match(text)))
    has_year = bool(_YEAR.search(text))
    if label or block.role is Role.REFERENCE:
        return length >= 4 and bool(has_year or _CITED.search(text) or _AUTHORS.search(text))
    if not has_year or length > _MOST_WORDS or length < 6:
        return False
    begins = _NUMBERED.match(text)
    authors = _AUTHORS.search(text, begins.end() if begins else 0)
    early = authors is not None and authors.start() - (begins.end() if begins else 0) <= 60
    return early and bool(_ISSUE.search(text))


def _entries(text: str, start: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each entry of a reference block; one with no number is the whole block."""
    begins = [hit for hit in _NUMBERED.finditer(text, start) if hit.start() == start or text[hit.start() - 1] in " \n"]
    numbers = [int(hit[1] or hit[2]) for hit in begins]
    if not numbers or begins[0].start() != start or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        first = begins[0] if begins and begins[0].start() == start else None
        yield (int(first[1] or first[2]) if first else 0, 0, len(text))
        return
    for number, here, there in zip(numbers, begins, [*begins[1:], None], strict=True):
        yield number, here.end(), len(text[: there.start()].rstrip()) if there else len(text)


def named_alike(inline: str, entry: str) -> bool:
    """Whether an author and year in a sentence are those of an entry in a list."""
    author, year = re.search(_NAME, inline), _YEAR.search(inline)
    return bool(author and year and year[0] in entry and words(author[0]) in words(entry[:160]))
