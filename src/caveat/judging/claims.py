"""Turns the matches of one sentence into one claim, or into a sentence held back with the cue that let it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote as percent_encoded

from caveat.judging import approved
from caveat.judging.carry import Carried, reaches
from caveat.judging.context import Reading, holds, lowers
from caveat.judging.fingerprint import fingerprint
from caveat.model import Block, Category, CueSaid, Finding, HeldBack, Page, Place, Severity, Slots, Span, Strength, Support
from caveat.rulebook import ClaimRule, Match, Need, ProductList, Rulebook, Says, WeighingRule

_WEIGHTIEST = list(Category)  # among equals the category named first in the codebook leads
_LINK_WORDS = 6  # words at each end of a text fragment


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that matched rules: `stated` are those that stand, strongest first; `let_off` why the others do not."""

    block_number: int
    block: Block
    sentence: Span
    reading: Reading
    before: Carried
    stated: tuple[tuple[ClaimRule | WeighingRule, Match], ...]
    let_off: tuple[tuple[ClaimRule | WeighingRule, Match, CueSaid], ...]
    cues: tuple[CueSaid, ...]


def candidate(number: int, block: Block, sentence: Span, reading: Reading, before: Carried, book: Rulebook) -> Candidate | None:
    """What the claim rules say of a sentence; None where none matches."""
    found = reading.sighting.of("claim")
    if not found:
        return None
    lifted = reading.sighting.lifted("claim")
    carried = reaches(reading.page, number, sentence, reading.sighting, before)
    stated: list[tuple[ClaimRule, Match]] = []
    let_off: list[tuple[ClaimRule, Match, CueSaid]] = []
    for match in found:
        rule = book.rules[match.owner.id]
        if match.owner.part or match.owner.id in lifted or not isinstance(rule, ClaimRule):
            continue
        if cue := holds(reading, match, rule.immune, carried, rule.category) or _lacks(rule, reading, carried, before):
            let_off.append((rule, match, cue))
        else:
            stated.append((rule, match))
    if not stated and not let_off:
        return None
    stated.sort(key=lambda pair: weight(*pair))
    let_off.sort(key=lambda entry: weight(entry[0], entry[1]))
    return Candidate(number, block, sentence, reading, before, tuple(stated), tuple(let_off), lowers(reading))


def _lacks(rule: ClaimRule, reading: Reading, carried: bool, before: Carried) -> CueSaid | None:
    named = "therapy" in reading.sighting.words
    if named or not rule.needs or (Need.NAMED not in rule.needs and carried):
        return None
    return CueSaid(f"speaks of {before.agent}", Says.OTHER_CARE)


def weight(rule: ClaimRule, match: Match) -> tuple[int, int, int, int, int]:
    """What decides which rule leads, least first: severity, category, parts, closeness of the parts, place in the sentence."""
    return (-rule.severity.rank, _WEIGHTIEST.index(rule.category), -len(match.parts), match.end - match.start, match.start)


def finding(found: Candidate, page: Page, support: Support, site: str, repeats: int, lists: Mapping[str, ProductList]) -> Finding:
    """The claim of a candidate that has at least one stated match."""
    rule, match = found.stated[0]
    strength = _strength(found.cues)
    hedged = strength is Strength.HEDGED and rule.severity is not Severity.NOTE
    text = page.quote(found.sentence)
    line, column = page.place_of(found.sentence.start)
    # A bare offer beside a claim adds nothing to it.
    also = dict.fromkeys(other.id for other, _ in found.stated if other.id != rule.id and other.category is not Category.OFFER)
    return Finding(
        id=fingerprint(rule.id, text, site), kind="claim", rule=rule.id, category=rule.category, title=rule.title,
        severity=_hedged(rule.severity) if hedged else rule.severity, strength=strength,
        message=_message(rule, page, found, lists), authority=rule.authority,
        quote=text, match=tuple(page.quote(part) for part in match.parts), line=line, column=column, role=found.block.role,
        place=found.block.place, heading=found.block.heading, link=_link(page, found.block, text),
        slots=_slots(found, match, page), cues=found.cues, support=support, also=tuple(also), repeats=repeats,
        jurisdictions=rule.jurisdictions,
    )  # fmt: skip


def _message(rule: ClaimRule | WeighingRule, page: Page, found: Candidate, lists: Mapping[str, ProductList]) -> str:
    """Why the rule finds fault, or, of a claim of approval, what is approved for the use it names."""
    if isinstance(rule, ClaimRule) and rule.unlisted:
        return approved.message(rule, page, found.reading.sighting, lists)
    return rule.why


def held_back(found: Candidate, page: Page, cue: CueSaid | None = None) -> HeldBack:
    """A candidate with no stated match, or one that `cue` lets off as a whole."""
    rule, match, said = (*found.stated[0], cue) if cue else found.let_off[0]
    line, column = page.place_of(found.sentence.start)
    return HeldBack(rule.id, rule.category, page.quote(found.sentence), tuple(page.quote(part) for part in match.parts),
                    line, column, said, found.block.role, found.block.place)  # fmt: skip


def _strength(cues: tuple[CueSaid, ...]) -> Strength:
    said = {cue.says for cue in cues}
    return Strength.HEDGED if Says.HEDGED in said else Strength.ATTRIBUTED if Says.ATTRIBUTED in said else Strength.DEFINITE


def _hedged(severity: Severity) -> Severity:
    """One level down for a hedge, but a claim stays above a mere offer."""
    return Severity.LOW if severity is Severity.LOW else severity.lowered()


def _slots(found: Candidate, match: Match, page: Page) -> Slots:
    words: Mapping[str, tuple[Span, ...]] = found.reading.sighting.words

    def first(*lexicons: str) -> str:
        spans = [span for name in lexicons for span in words.get(name, ())]
        return page.quote(max(spans, key=lambda span: (span.end - span.start, -span.start))) if spans else ""

    return Slots(first("therapy") or found.before.therapy, first("condition") or first("symptom"), page.quote(Span(match.start, match.end)))


def _link(page: Page, block: Block, text: str) -> str:
    """The page's address with a text fragment, so that a browser shows the sentence."""
    if not page.url or block.place is not Place.BODY:
        return page.url
    words = text.split()
    ends = [text] if len(words) <= 2 * _LINK_WORDS else [" ".join(words[:_LINK_WORDS]), " ".join(words[-_LINK_WORDS:])]
    fragment = ",".join(percent_encoded(end, safe="").replace("-", "%2D") for end in ends)
    return f"{page.url.partition('#')[0]}#:~:text={fragment}"
