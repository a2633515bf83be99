"""Weighs each sentence of a promoter's page: what adds up to a claim is one, and what a rule found with all else against it is let off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import fsum

from caveat.judging.carry import Agent, Carried, opens_with_disease
from caveat.judging.claims import Candidate
from caveat.judging.context import holds, lowers
from caveat.judging.signs import Seen, Signs, seen, signs
from caveat.model import Category, CueSaid, Page, Place, Role, Span
from caveat.rulebook import Match, Owner, Rulebook, Says, Scan, WeighingRule

_DIGITS = 6  # more than weights are written with, so that a sum that is just a claim in the rule file's digits is one
_HEARD = (Place.BODY, Place.DETAILS)
_LED = "led in by a claim"  # an item is judged with its lead-in, and is never too light alone
TOO_LIGHT = "weighed"  # what the cue says that lets off what weighs too little
# Amid talk of standard care, a sentence that names no therapy makes no claim of one; patients leave it out of their stories.
_VOICES = frozenset(("quoted", "signed", "i"))
_OF_A_THERAPY = _VOICES | {"names a therapy", "a therapy is carried over"}
_SPEAKS = 4  # signs that the report shows
# Cues that are weighed as signs; what is expressly denied, asked or doubted is no claim, whatever else speaks for one.
_SOFT = (Says.OTHER_CARE, Says.STUDY_CONDUCT, Says.CAVEAT)
_FINAL = (Says.NEGATED, Says.ASKED, Says.CRITICISED, Says.APPROVED_USE, Says.CONDITIONAL, Says.OTHER_SENSE)


def weighed(page: Page, scan: Scan, book: Rulebook, carried: Mapping[int, Carried], found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with those added that the weighing rules find, and with those let off that they find too light."""
    result = {one.sentence.start: one for one in found}
    for rule in book.of(WeighingRule).values():
        for one, its in read_signs(page, scan, book, carried, found, rule):
            result.update((one.reading.sentence.start, judged) for judged in _judged(rule, one, its))
    return sorted(result.values(), key=lambda one: one.sentence.start)


def read_signs(
    page: Page, scan: Scan, book: Rulebook, carried: Mapping[int, Carried], found: Sequence[Candidate], rule: WeighingRule
) -> Iterator[tuple[Seen, Signs]]:
    """The sentences that a rule weighs, each with its signs; `found` are the candidates of the page before they are weighed."""
    numbers = [number for number, block in enumerate(page.blocks)
               if block.place in _HEARD and block.role is Role.CONTENT and _speaks(book, block.language, rule)]  # fmt: skip
    return signs(page, seen(page, scan, book, carried, found, numbers), rule.id)


def _speaks(book: Rulebook, language: str, rule: WeighingRule) -> bool:
    """Whether the rule was fitted in a language: its weights are of no use in another."""
    spoken = book.speaking(language)
    return spoken is not None and rule.id in spoken.rules


def total(rule: WeighingRule, its: Signs) -> float:
    """What the signs come to, in whichever order they are given: a rounding that hung on it would change verdicts from run to run."""
    return round(fsum(rule.weights.get(name, 0.0) for name in its), _DIGITS)


def least(rule: WeighingRule, one: Seen, its: Signs) -> float:
    """What the signs of a sentence have to come to: more where nothing ties it to a therapy, amid other care or a disease."""
    return rule.untied if _untied(one, its) else rule.least


def _judged(rule: WeighingRule, one: Seen, its: Signs) -> list[Candidate]:
    """The sentence as the weighing leaves it; nothing where it changes nothing."""
    weight = total(rule, its)
    if one.stated and one.claim and weight < rule.veto and _alone(one, its):
        light = CueSaid(f"weighs {weight:.1f}, under {rule.veto:.1f}", TOO_LIGHT)
        return [replace(one.claim, stated=(), let_off=(*((r, match, light) for r, match in one.claim.stated), *one.claim.let_off))]
    if one.stated or one.offers or one.only_signed or weight < least(rule, one, its) or _of_other_care(its) or _denied(one):
        return []
    if not _has_words(rule, its):
        return []
    match = Match(Owner(rule.kind, rule.id), _speaking(rule, its) or (one.reading.sentence,))
    if holds(one.reading, match, _SOFT, carried=True):
        return []
    stated = (replace(rule, category=_category(rule, its)), match)
    if one.claim:
        return [replace(one.claim, stated=(stated, *one.claim.stated), let_off=())]
    return [Candidate(one.number, one.block, one.reading.sentence, one.reading, one.before, (stated,), (), lowers(one.reading))]


def _has_words(rule: WeighingRule, its: Signs) -> bool:
    """Whether the words of a sentence speak for a claim: where it stands and how long it is make none ("Number 1.")."""
    return total(rule, {name: spans for name, spans in its.items() if spans}) > 0


def _alone(one: Seen, its: Signs) -> bool:
    """Whether one rule alone found the claim: what several find is not too light, nor what its lead-in claims."""
    return one.claim is not None and len({rule.id for rule, _ in one.claim.stated}) == 1 and _LED not in its


def _of_other_care(its: Signs) -> bool:
    """Whether it names other care and nothing else that treats: what drugs do is no claim, however warmly it is told."""
    return "other care alone" in its and _OF_A_THERAPY.isdisjoint(its)


def _untied(one: Seen, its: Signs) -> bool:
    """Whether it comes right after other care, or opens with a disease as its subject, and nothing ties it to a therapy."""
    opens = opens_with_disease(one.reading.sentence, one.reading.sighting)
    if opens and one.before.agent is Agent.OTHER and _VOICES.isdisjoint(its):
        return "names a therapy" not in its
    return _OF_A_THERAPY.isdisjoint(its) and (opens or "after standard care" in its)


def _denied(one: Seen) -> bool:
    return one.claim is not None and any(cue.says in _FINAL for _, _, cue in one.claim.let_off)


def _speaking(rule: WeighingRule, its: Signs) -> tuple[Span, ...]:
    """The words of the signs that speak loudest for a claim, in the order they stand, none inside another."""
    speaking = [name for name in its if its[name] and rule.weights.get(name, 0.0) > 0]
    loudest = sorted(speaking, key=lambda name: -rule.weights[name])[:_SPEAKS]
    kept: list[Span] = []
    for span in sorted({its[name][0] for name in loudest}, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


def _category(rule: WeighingRule, its: Signs) -> Category:
    return next((category for category, names in rule.categories.items() if any(name in its for name in names)), rule.category)
