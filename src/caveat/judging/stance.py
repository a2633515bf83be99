"""Decides whether a page promotes or informs, from cues that add up."""

from __future__ import annotations

from collections import defaultdict

from caveat.model import CueSaid, Page, Place, Role, Stance, StanceValue
from caveat.rulebook import Rulebook, Scan, StanceRule

_UNHEARD = (Role.COOKIE, Role.NAVIGATION, Role.DISCLAIMER)  # a promoter's small print speaks like an informer
_MOST_A_RULE = 4  # sentences in which one rule counts: a long page is no surer than a short one
_MOST_CLAIMS = 8.0
_LEAST_INFORMER = 3.0  # one doubting sentence makes no informer


def stance(page: Page, scan: Scan, book: Rulebook, claims: float) -> Stance:
    """The stance of a page; `claims` is how many of its sentences state a benefit of a therapy, a hedged one counting half."""
    score = dict.fromkeys(StanceValue, 0.0)
    counted: defaultdict[str, int] = defaultdict(int)
    cues: dict[StanceValue, list[CueSaid]] = {value: [] for value in StanceValue}
    for block in page.blocks:
        if block.role in _UNHEARD or block.place not in (Place.BODY, Place.TITLE, Place.DETAILS):
            continue
        for sentence in block.sentences:
            found = scan[sentence].of("stance")
            lifted = {match.owner.id for match in found if match.owner.part}
            for match in {match.owner.id: match for match in found if match.owner.id not in lifted}.values():
                rule = book.rules[match.owner.id]
                if isinstance(rule, StanceRule) and counted[rule.id] < _MOST_A_RULE:
                    counted[rule.id] += 1
                    score[rule.stance] += rule.weight
                    cues[rule.stance].append(CueSaid(page.text[match.start : match.end], rule.id))
    if any(block.role is Role.LEAD_FORM for block in page.blocks):
        score[StanceValue.PROMOTER] += 2
        cues[StanceValue.PROMOTER].append(CueSaid("a lead form", "calls-to-act"))
    score[StanceValue.PROMOTER] += min(claims, _MOST_CLAIMS)
    least = _LEAST_INFORMER if score[StanceValue.PROMOTER] else 1.0
    informs = score[StanceValue.INFORMER] >= max(least, score[StanceValue.PROMOTER])
    value = StanceValue.INFORMER if informs else StanceValue.PROMOTER
    return Stance(value, tuple(cues[value][:6]))
