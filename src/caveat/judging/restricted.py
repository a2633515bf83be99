"""Finds the claims of a page that a law restricts in advertising, whatever stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from caveat.judging.asking import Asking, finding, quiet, unasked
from caveat.judging.statements import Statement
from caveat.model import Check, CheckState, Finding, Outcome, Place, SupportState
from caveat.rulebook import CaveatRule

_MOST = 5  # lines that a message names
_UNSUPPORTED = (SupportState.NONE, SupportState.UNNAMED)


def restricted(rule: CaveatRule, said: Sequence[Statement], asking: Asking) -> Finding | Check:
    """
    The worst claim that is of one of the rule's `claims` or `categories`, or in a sentence that shows one of its `flaws`; where the rule
    has both, the claim has to be both.
    """
    if reason := unasked(rule, said, asking):
        return quiet(rule, CheckState.NOT_ASKED, reason)
    shown = {asking.page.place_of(each.sentence.start): each for each in said if each.shown(rule, "flaws", False) and not each.spoilt}
    found = [claim for claim in asking.claims if _is_of(rule, claim) and (not rule.flaws or (claim.line, claim.column) in shown)]
    if not found:
        return quiet(rule, CheckState.DONE, "no such claim was found")
    worst = min(found, key=lambda claim: (claim.place not in (Place.BODY, ""), -claim.severity.rank, claim.line, claim.column))
    at = shown.get((worst.line, worst.column)) or _statement(worst, asking)
    words = at.words(asking.page, "flaws")
    lines = ", ".join(dict.fromkeys(str(claim.line) for claim in found if claim is not worst))
    more = f" Lines with more: {', '.join(lines.split(', ')[:_MOST])}{' …' if lines.count(',') >= _MOST else ''}." if lines else ""
    made = finding(rule, Outcome.RESTRICTED, asking, at, words or worst.match, words="”, “".join(words) or worst.slots.effect)
    return replace(made, message=made.message + more, repeats=len(found))


def _is_of(rule: CaveatRule, claim: Finding) -> bool:
    if rule.unsupported and (claim.support is None or claim.support.state not in _UNSUPPORTED):
        return False
    every = not rule.claims and not rule.categories
    return every or claim.category in rule.categories or not {claim.rule, *claim.also}.isdisjoint(rule.claims)


def _statement(claim: Finding, asking: Asking) -> Statement:
    """The sentence of a claim."""
    for number, block in enumerate(asking.page.blocks):
        for sentence in block.sentences:
            if asking.page.place_of(sentence.start) == (claim.line, claim.column):
                return Statement(number, sentence, {}, (), frozenset(), frozenset(), block.place, block.role)
    raise LookupError(f"no sentence begins at {claim.line}:{claim.column}")
