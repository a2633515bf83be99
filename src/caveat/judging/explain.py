"""Explains the verdicts of a page sentence by sentence, from what the judging itself came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caveat.judging.carry import carry
from caveat.judging.claims import Candidate
from caveat.judging.judge import UNJUDGED, Judged, distinct, is_judged, key
from caveat.judging.reasons import Case, Wanted, carried_over, case, cues, rules
from caveat.judging.weigh import least, read_signs, total
from caveat.model import (
    Explained,
    Page,
    PageExplained,
    Sign,
    Span,
    StanceExplained,
    StanceValue,
    StanceVoice,
    Sum,
    Verdict,
    VerdictValue,
)
from caveat.rulebook import Rulebook, Scan, WeighingRule

_MOST_NEAR = 12  # sentences of a page that are shown for a near miss alone
_TELLING = 2  # parts of a pattern that have to stand for that


@dataclass(frozen=True, slots=True)
class _Audit:
    """What the audit of a page came to, as its sentences are asked for it."""

    judged: Judged
    by_text: Mapping[str, Candidate]  # of each distinct text the sentence that is reported
    sums: Mapping[int, list[Sum]]  # by the start of the sentence


def explain(page: Page, scan: Scan, book: Rulebook, judged: Judged, line: int = 0, column: int = 0, every: bool = False) -> PageExplained:
    """
    The sentences that stand on a line, or the one at a line and column; without a line every one of the page, or those that have a
    finding or a held-back match, each text once, and those that come nearest to matching. Lines and columns are those of the reading
    copy, from 1.
    """
    carried = judged.carried or carry(page, scan)
    wanted: Wanted = {}
    found = {one.sentence.start: one for one in judged.candidates}
    cases = [
        case(page, scan, book, number, sentence, carried[sentence.start], found.get(sentence.start), wanted)
        for number, block in enumerate(page.blocks)
        for sentence in block.sentences
        if not line or _stands(page, sentence, line, column)
    ]
    audit = _Audit(judged, distinct(page, judged.candidates)[0], _sums(page, scan, book, judged))
    chosen, left_out = (cases, 0) if line or every else _telling(cases, audit)
    lines = page.place_of(len(page.text.rstrip()))[0]
    sentences = tuple(_explained(each, audit) for each in chosen)
    return PageExplained(judged.report, book.digest, _stance(page, judged), sentences, lines, left_out, book.as_of)


def _sums(page: Page, scan: Scan, book: Rulebook, judged: Judged) -> dict[int, list[Sum]]:
    """What the signs of each sentence add up to, by the weighing that the audit of a promoter's page makes."""
    found: dict[int, list[Sum]] = {}
    if not judged.names_therapy or judged.report.stance.value is not StanceValue.PROMOTER:
        return found
    for rule in book.of(WeighingRule).values():
        for one, its in read_signs(page, scan, book, judged.carried, judged.matched, rule):
            weighty = [Sign(name, rule.weights[name], tuple(map(page.quote, its[name]))) for name in its if rule.weights.get(name)]
            weighty.sort(key=lambda sign: (-abs(sign.weight), sign.name))
            done = Sum(rule.id, total(rule, its), least(rule, one, its), rule.veto, tuple(weighty))
            found.setdefault(one.reading.sentence.start, []).append(done)
    return found


def _stands(page: Page, sentence: Span, line: int, column: int) -> bool:
    """Whether a sentence holds the place, or any of the line where no column is given."""
    first, last = page.place_of(sentence.start), page.place_of(sentence.end - 1)
    return first <= (line, column) <= last if column else first[0] <= line <= last[0]


def _telling(cases: list[Case], audit: _Audit) -> tuple[list[Case], int]:
    """Of a whole page the sentences worth explaining, and how many near misses are left out."""
    places = {(found.line, found.column) for found in audit.judged.report.findings}
    places |= {(held.line, held.column) for held in audit.judged.report.held_back}
    matched = [each for each in cases if each.page.place_of(each.sentence.start) in places]
    shown = {key(each.page, each.sentence) for each in matched}
    nearly: list[tuple[int, Case]] = []
    for each in cases:
        if not is_judged(each.block, each.book) or each.reading.sighting.of("claim") or key(each.page, each.sentence) in shown:
            continue
        if (nearest := each.nearest()) and nearest[0].telling >= _TELLING:
            shown.add(key(each.page, each.sentence))
            nearly.append((-nearest[0].telling, each))
    kept = sorted(nearly, key=lambda pair: pair[0])[:_MOST_NEAR]
    chosen = sorted([*matched, *(each for _, each in kept)], key=lambda each: each.sentence.start)
    return chosen, len(nearly) - len(kept)


def _explained(each: Case, audit: _Audit) -> Explained:
    page, block = each.page, each.block
    line, column = page.place_of(each.sentence.start)
    caveats = (found for found in audit.judged.report.findings if found.kind == "caveat" and (found.line, found.column) == (line, column))
    return Explained(
        page.quote(each.sentence), line, column, block.kind, block.role, block.reason, block.language, block.place, block.heading,
        _verdict(each, audit), carried_over(each), rules(each), cues(each),
        tuple(audit.sums.get(each.sentence.start, ())), tuple(caveats),
    )  # fmt: skip


def _verdict(each: Case, audit: _Audit) -> Verdict:
    """The audit's own verdict on the sentence, or on the same text where the page has it first."""
    judged = audit.judged
    if not judged.names_therapy or not is_judged(each.block, each.book):
        why = "no-therapy" if not judged.names_therapy else "role" if each.block.role in UNJUDGED else "language"
        return Verdict(VerdictValue.NOT_JUDGED, unjudged=why)
    same = audit.by_text.get(key(each.page, each.sentence))
    if same is None:
        return Verdict(VerdictValue.NO_MATCH)
    place = each.page.place_of(same.sentence.start)
    line, column = (0, 0) if same.sentence == each.sentence else place
    for found in judged.report.findings:
        if found.kind == "claim" and (found.line, found.column) == place:
            return Verdict(VerdictValue.FLAGGED, found=found, line=line, column=column)
    held = next(held for held in judged.report.held_back if (held.line, held.column) == place)
    return Verdict(VerdictValue.HELD_BACK, held=held, line=line, column=column)


def _stance(page: Page, judged: Judged) -> StanceExplained:
    leaning = judged.leaning
    if leaning is None:
        return StanceExplained(judged.report.stance.value, asked=not judged.report.stance.cues)
    voices = tuple(
        StanceVoice(voice.stance, voice.weight, voice.cue.says, voice.cue.text, page.place_of(voice.start)[0] if voice.start >= 0 else 0)
        for voice in leaning.voices
    )
    promoter, informer = leaning.weight(StanceValue.PROMOTER), leaning.weight(StanceValue.INFORMER)
    return StanceExplained(leaning.value, False, promoter, informer, leaning.least, leaning.claims, voices)
