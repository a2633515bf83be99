"""Judges one page: stance, claims, what is held back, support and caveats, each from the values of the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from caveat.judging import caveats, law, support, tongues
from caveat.judging.carry import Carried, carry
from caveat.judging.claims import Candidate, candidate, finding, held_back
from caveat.judging.context import read
from caveat.judging.records import Answers, Records, look_up_checks
from caveat.judging.stance import Leaning, stance
from caveat.judging.weigh import weighed
from caveat.model import (
    Block,
    Check,
    CheckState,
    CueSaid,
    Finding,
    HeldBack,
    Page,
    PageReport,
    Place,
    Role,
    Severity,
    Span,
    Stance,
    StanceValue,
)
from caveat.roles import stripped
from caveat.rulebook import Rulebook, Scan, fold

_NO_THERAPY = Stance(StanceValue.INFORMER, (CueSaid("no therapy is named", "names-no-therapy"),))
_SEVERAL = 2  # chocolate drips, and a ship may be an MSC; a page that speaks of drips and of peptides sells neither chocolate nor freight
_SOFTENED = 0.6  # of the weight of a claim with a hedge: those who report on research hedge more than those who sell
UNJUDGED = (Role.COOKIE, Role.NAVIGATION, Role.REFERENCE)


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asks of the judging."""

    stance: StanceValue | None = None  # None: found from the page
    jurisdictions: tuple[str, ...] = ()  # codes of places; none: those the rulebook was loaded for


@dataclass(frozen=True, slots=True)
class Judged:
    """The report of a page with what it was made from. A page that names no therapy sells none, and claims nothing."""

    report: PageReport
    names_therapy: bool
    carried: Mapping[int, Carried]  # by the start of each sentence; of a page that names no therapy none
    matched: Sequence[Candidate]  # every sentence that matched a rule, before it was weighed
    candidates: Sequence[Candidate]  # every sentence that was judged, as the weighing left it
    leaning: Leaning | None  # None: the stance was asked for, or no therapy is named


def judge(page: Page, scan: Scan, book: Rulebook, options: Options = Options(), answers: Answers | None = None) -> PageReport:
    """The report of one page whose blocks have their roles; `answers` is what was looked up of the studies it cites, None for nothing."""
    return judged(page, scan, book, options, answers).report


def judged(page: Page, scan: Scan, book: Rulebook, options: Options, answers: Answers | None = None) -> Judged:
    """The report and what it rests on, for `explain`."""
    promotes = _names_therapy(page, scan)  # a page that names no therapy sells none, and claims nothing
    carried = carry(page, scan) if promotes else {}
    matched = candidates(page, scan, book, carried) if promotes else []
    leaning = _stance(page, scan, book, matched) if promotes and not options.stance else None
    decided = Stance(options.stance) if options.stance else leaning.stance if leaning else _NO_THERAPY
    every = weighed(page, scan, book, carried, matched) if promotes and decided.value is StanceValue.PROMOTER else matched
    by_text, repeats = distinct(page, every)
    found = sorted(by_text.values(), key=lambda one: one.sentence.start)
    stated = [one for one in found if one.stated]
    site = urlsplit(page.url).hostname or page.target
    claims: list[Finding] = []
    held: list[HeldBack] = [held_back(one, page) for one in found if not one.stated]
    if decided.value is StanceValue.PROMOTER:
        supports = support.read(page, scan, Records(page, book, answers))
        claims = [finding(one, page, supports.of(one.block_number, one.sentence), site, repeats[key(page, one.sentence)], book.products)
                  for one in stated]  # fmt: skip
    else:
        held += [held_back(one, page, CueSaid("the page informs", "informer")) for one in stated]
    places = law.places_of(options.jurisdictions, book)
    missing, checks = caveats.check(page, scan, book, claims, places, site)
    report = PageReport(
        target=page.target, url=page.url, fetched=page.fetched, sha256=page.sha256, title=page.title, language=page.language,
        stance=decided, blocks=len(page.blocks), stripped=stripped(page), findings=tuple(_worst_first([*claims, *missing])),
        held_back=tuple(sorted(held, key=lambda one: (one.line, one.column))),
        checks=(*_reading_checks(page, book), *look_up_checks(claims, answers), *checks, *law.checks(book, places)),
        redirects=page.redirects, languages=tongues.spoken(page), jurisdictions=places,
        browser=page.rendered.browser if page.rendered else None,
    )  # fmt: skip
    return Judged(report, promotes, carried, matched, every, leaning)


def _names_therapy(page: Page, scan: Scan) -> bool:
    """Whether the page names a therapy: in words that mean nothing else, or in several of those that may."""
    if scan.names("hematopoietic"):
        return True
    everyday: set[str] = set()
    for words in (sighting.words for sighting in scan.naming("therapy")):
        spans = set(words["therapy"])
        if not spans <= set(words.get("everyday_therapy", ())):
            return True
        everyday |= {page.quote(span).lower() for span in spans}
    return len(everyday) >= _SEVERAL


def candidates(page: Page, scan: Scan, book: Rulebook, carried: Mapping[int, Carried]) -> list[Candidate]:
    """Every sentence that matched a rule."""
    found = []
    for number, block in enumerate(page.blocks):
        if not is_judged(block, book):
            continue
        for sentence in block.sentences:
            sighting = scan[sentence]
            if not sighting.of("claim"):
                continue
            reading = read(page, sentence, sighting, book)
            if one := candidate(number, block, sentence, reading, carried[sentence.start], book):
                found.append(one)
    return found


def is_judged(block: Block, book: Rulebook) -> bool:
    """Whether what a block says is judged: not in a cookie dialogue, a menu or a reference, nor in a language without rules."""
    return block.role not in UNJUDGED and book.speaking(block.language) is not None


def _stance(page: Page, scan: Scan, book: Rulebook, matched: Sequence[Candidate]) -> Leaning:
    by_text, _ = distinct(page, matched)
    found = sorted(by_text.values(), key=lambda one: one.sentence.start)
    return stance(page, scan, book, sum(_weight(one) for one in found if one.stated))


def distinct(page: Page, matched: Sequence[Candidate]) -> tuple[dict[str, Candidate], dict[str, int]]:
    """By its folded text each distinct sentence once, and how often each stands on the page."""
    found: dict[str, Candidate] = {}
    repeats: dict[str, int] = {}
    for one in matched:
        text = key(page, one.sentence)
        repeats[text] = repeats.get(text, 0) + 1
        if text not in found or _shown(one) > _shown(found[text]):
            found[text] = one
    return found, repeats


def _shown(one: Candidate) -> bool:
    """A text that stands in the body is reported there, not in the title or meta text that repeats it."""
    return one.block.place is Place.BODY


def key(page: Page, sentence: Span) -> str:
    """By what texts count as the same."""
    return " ".join(fold(page.quote(sentence)).text.split())


def _weight(one: Candidate) -> float:
    """What a stated sentence adds to the page's stance: less where the therapy is only carried over, and where it is softened."""
    rule = one.stated[0][0]
    if rule.severity.rank <= Severity.LOW.rank:
        return 0.0
    return (1.0 if "therapy" in one.reading.sighting.words else 0.5) * (_SOFTENED if one.cues else 1.0)


def _worst_first(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (-one.severity.rank, one.kind != "caveat", one.line, one.column, one.rule))


def _reading_checks(page: Page, book: Rulebook) -> list[Check]:
    read = (Check("reading", CheckState.DONE, note) for note in page.notes)
    return [*page.checks, *read, *_rendering(page), *tongues.unread(page, book)]


def _rendering(page: Page) -> Iterator[Check]:
    """What a browser asked for on the page's behalf and did not get."""
    if page.rendered and page.rendered.missed:
        first, more = page.rendered.missed[0], len(page.rendered.missed) - 1
        rest = f" and {more} more" if more else ""
        state = CheckState.DONE if page.rendered.styled else CheckState.NOT_CHECKED
        which = "" if page.rendered.styled else ", a style sheet among them: sizes and colours were not measured"
        yield Check("rendering", state, f"the page asked for what did not come: {first}{rest}{which}")
