"""Decides whether a page promotes or informs, from cues that add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from caveat.model import CueSaid, Page, Place, Role, Span, Stance, StanceValue
from caveat.rulebook import CueRule, Match, Rulebook, Scan, Sighting, StanceRule

_UNHEARD = (Role.COOKIE, Role.NAVIGATION, Role.DISCLAIMER)  # a promoter's small print speaks like an informer
_HEARD = (Place.BODY, Place.TITLE, Place.DETAILS)
_MOST_A_RULE = 4  # sentences in which one rule counts: a long page is no surer than a short one
_MOST_CLAIMS = 8.0
_LEAD_FORM = 2.0
_LEAST_INFORMER = 3.0  # one doubting sentence makes no informer
_SHOWN = 6


def stance(page: Page, scan: Scan, book: Rulebook, claims: float) -> Stance:
    """The stance of a page; `claims` weighs the sentences that state a benefit of a therapy, see `judge`."""
    score = dict.fromkeys(StanceValue, 0.0)
    counted: defaultdict[str, int] = defaultdict(int)
    cues: dict[StanceValue, list[CueSaid]] = {value: [] for value in StanceValue}
    for place, sentence in _sentences(page):
        for value, weight, match in _speaks(scan[sentence], place, book):
            counted[match.owner.id] += 1
            if counted[match.owner.id] <= _MOST_A_RULE:
                score[value] += weight
                cues[value].append(CueSaid(page.text[match.start : match.end], match.owner.id))
    if any(block.role is Role.LEAD_FORM for block in page.blocks):
        score[StanceValue.PROMOTER] += _LEAD_FORM
        cues[StanceValue.PROMOTER].append(CueSaid("a lead form", "calls-to-act"))
    score[StanceValue.PROMOTER] += min(claims, _MOST_CLAIMS)
    least = _LEAST_INFORMER if score[StanceValue.PROMOTER] else 1.0
    informs = score[StanceValue.INFORMER] >= max(least, score[StanceValue.PROMOTER])
    value = StanceValue.INFORMER if informs else StanceValue.PROMOTER
    return Stance(value, tuple(cues[value][:_SHOWN]))


def _sentences(page: Page) -> Iterator[tuple[Place, Span]]:
    for block in page.blocks:
        if block.role not in _UNHEARD and block.place in _HEARD:
            yield from ((block.place, sentence) for sentence in block.sentences)


def _speaks(sighting: Sighting, place: Place, book: Rulebook) -> Iterator[tuple[StanceValue, float, Match]]:
    """What each rule says of the page in one sentence, once a rule: the stance it speaks for, how loudly, and its first match."""
    found = sighting.of("stance")
    lifted = {match.owner.id for match in found if match.owner.part}
    for match in {match.owner.id: match for match in reversed(found) if match.owner.id not in lifted}.values():
        rule = book.rules[match.owner.id]
        if isinstance(rule, StanceRule):
            if not rule.places or place in rule.places:
                yield rule.stance, rule.weight, match
        elif isinstance(rule, CueRule):
            yield StanceValue.INFORMER, rule.informs, match
