"""Proves rules by their own files: what a rule must flag it flags, what it must pass it passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from caveat.judging.carry import carry
from caveat.judging.claims import candidate
from caveat.judging.context import read as read_context
from caveat.judging.judge import Options, judge
from caveat.judging.stance import of_host
from caveat.model import Capture, Failure, Page, StanceValue
from caveat.reading import read
from caveat.roles import label, wall
from caveat.rulebook import BoilerplateRule, CaveatRule, ClaimRule, Rule, Rulebook, Scan, StanceRule, WallRule, WeighingRule, scan
from caveat.rulebook.law import HOME

# A claim rule is proved under a heading of a clinic: its texts may leave the therapy to be carried over.
_CLINICS = {
    "en": "Regenerative medicine: stem cells, exosomes and PRP",
    "es": "Medicina regenerativa: células madre, exosomas y PRP",
}


@dataclass(frozen=True, slots=True)
class Unproven:
    """A text of a rule file that does not do what the file says of it."""

    rule: str
    key: str  # flags | passes
    text: str
    language: str


def prove(book: Rulebook, only: frozenset[str] | None = None) -> Iterator[Unproven]:
    """Every text of every rule (or of those in `only`) that fails, in the order of the files, language by language."""
    for spoken in filter(None, map(book.speaking, book.languages)):
        yield from _proved(book, spoken, only)


def _proved(book: Rulebook, spoken: Rulebook, only: frozenset[str] | None) -> Iterator[Unproven]:
    """`spoken`: the rules in the words of one language, which are tried as part of the whole book."""
    for name, rule in spoken.rules.items():
        if only is not None and name not in only:
            continue
        fires = _FIRES.get(type(rule), _stands)
        for key, wanted in (("flags", True), ("passes", False)):
            for text in getattr(rule, key):
                if fires(rule, text, spoken.language, book) is not wanted:
                    yield Unproven(name, key, text, spoken.language)


def _seen(text: str, language: str, book: Rulebook) -> tuple[Page, Scan]:
    """A text as a page in the language that its rule is written in: few words do not tell."""
    page = read(Capture("proof.txt", text.encode()))
    if isinstance(page, Failure):
        raise ValueError(f"{text!r} cannot be read as a page: {page.reason}")
    page = replace(page, language=language, blocks=tuple(block._replace(language=language) for block in page.blocks))
    seen = scan(book, page)
    return label(page, seen, book), seen


def _claims(rule: Rule, text: str, language: str, book: Rulebook) -> bool:
    """Whether the rule is among those that state a claim of any sentence of the text."""
    page, seen = _seen(f"{_CLINICS[language]}\n\n{text}\n", language, book)
    carried = carry(page, seen)
    for number, block in enumerate(page.blocks):
        for sentence in block.sentences:
            reading = read_context(page, sentence, seen[sentence], book)
            found = candidate(number, block, sentence, reading, carried[sentence.start], book)
            if found and page.place_of(sentence.start)[0] > 1 and any(other.id == rule.id for other, _ in found.stated):
                return True
    return False


def _adds_up(rule: Rule, text: str, language: str, book: Rulebook) -> bool:
    """Whether the rule finds a claim in the text, under the heading of a clinic."""
    return _reports(rule, f"{_CLINICS[language]}\n\n{text}\n", language, book)


def _reports(rule: Rule, text: str, language: str, book: Rulebook) -> bool:
    """Whether the report of the text as a promoter's page has a finding of the rule."""
    page, seen = _seen(text, language, book)
    asked = rule.jurisdictions if isinstance(rule, CaveatRule) else (HOME,)
    report = judge(page, seen, book, Options(StanceValue.PROMOTER, tuple(asked)))
    return any(found.rule == rule.id for found in report.findings)


def _labels(rule: Rule, text: str, language: str, book: Rulebook) -> bool:
    """Whether the text, standing alone on a page, gets the role the rule is for."""
    page, _ = _seen(text, language, book)
    return isinstance(rule, BoilerplateRule) and any(block.role is rule.role for block in page.blocks)


def _stands_in_the_way(rule: Rule, text: str, language: str, book: Rulebook) -> bool:
    """Whether the text, as all that a page says, is taken for a wall of the rule's kind."""
    page, seen = _seen(text, language, book)
    found = wall(page, text.encode(), seen, book)
    return isinstance(rule, WallRule) and found is not None and found.kind is rule.failure


def _speaks(rule: Rule, text: str, language: str, book: Rulebook) -> bool:
    """Whether the rule hears a voice in the text, or in its host where it is an address."""
    return (isinstance(rule, StanceRule) and of_host(rule, text) != "") or _stands(rule, text, language, book)


def _stands(rule: Rule, text: str, language: str, book: Rulebook) -> bool:
    """Whether a pattern of the rule stands in any sentence, and none of its exceptions in the same one."""
    page, seen = _seen(text, language, book)
    for block in page.blocks:
        for sentence in block.sentences:
            parts = {match.owner.part for match in seen[sentence].of(rule.kind) if match.owner.id == rule.id}
            if "" in parts and "unless" not in parts:
                return True
    return False


_FIRES: Mapping[type[Rule], Callable[[Rule, str, str, Rulebook], bool]] = {
    ClaimRule: _claims,
    WeighingRule: _adds_up,
    CaveatRule: _reports,
    BoilerplateRule: _labels,
    WallRule: _stands_in_the_way,
    StanceRule: _speaks,
}
