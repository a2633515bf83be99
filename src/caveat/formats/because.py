"""Says in plain words why a verdict fell as it did, whom a sentence speaks of, and what a cue did."""

from __future__ import annotations

from collections.abc import Iterable

from caveat.formats.wording import WITHIN
from caveat.model import CarriedOver, CueSeen, Explained, Fate, Finding, HeldBack, RuleSeen, Severity, Strength, VerdictValue

_LEADS = {
    "": "leads: no other stands",
    "sum": "leads: what the sentence adds up to weighs more than the rules that match",
    "severity": "leads: it weighs more than the next",
    "category": "leads: of equal weight, its category comes before the next one's",
    "parts": "leads: more of its parts stand there than of the next one's",
    "closeness": "leads: its words stand closer together than the next one's",
    "position": "leads: its words come first",
}
_CHOICES = 4  # of a missing part that are named
_PASSES = {
    "immune": "does not hold back",
    "own-words": "is part of what is looked for by",
    "out-of-reach": "does not reach",
    "mere-name": "names a product and speaks of none of its approved uses, so it leaves",
}
_TIES = {
    "names-who-treats": "the sentence names who treats",
    "names-the-treatment": "the sentence says “the treatment” or the like",
    "points-back": "a word of the sentence points back",
    "item-cell-or-heading": "an item, cell, heading, caption or button takes it from what it belongs to",
    "calls-to-act": "the sentence opens with a call to act",
    "too-short-to-name-it": "the sentence is too short to name it",
    "same-block": "it was named earlier in the same block",
    "points-nowhere": "nothing in the sentence points back to one",
}


def because(said: Explained) -> str:
    """Why the verdict fell as it did, in one sentence without a full stop."""
    verdict = said.verdict
    if verdict.found:
        words = _flagged(verdict.found, said)
    elif verdict.held:
        words = _held_back(verdict.held, said)
    elif verdict.value is VerdictValue.NOT_JUDGED:
        words = f"not judged: {_unjudged(said)}"
    else:
        words = _no_match(said)
    return words + (f"; the same text stands at {verdict.line}:{verdict.column}, and is judged there" if verdict.line else "")


def _unjudged(said: Explained) -> str:
    match said.verdict.unjudged:
        case "role":
            return f"it stands {WITHIN[said.role]}"
        case "language":
            return f"there are no rules for its language ({said.language})"
        case _:
            return "the page names no therapy, so it sells none"


def _flagged(found: Finding, said: Explained) -> str:
    summed = next((done for done in said.sums if done.rule == found.rule), None)
    if summed:
        why = f"its signs add up to {summed.total:.2f}, a claim from {summed.least:g} on ({found.rule})"
    else:
        why = f"{found.rule} matches and no cue lets it off"
    words = f"flagged as {found.category}, {found.severity}: {why}"
    softening = _listed(f"“{cue.text}”" for cue in found.cues)
    if found.strength is Strength.DEFINITE or not softening:
        return words
    usual = next((rule.severity for rule in said.rules if rule.rule == found.rule), found.severity)
    lowered = f"which lowers it from {usual}" if usual is not found.severity else "which does not lower it"
    return f"{words}; it is {found.strength} by {softening}, {lowered}"


def _held_back(held: HeldBack, said: Explained) -> str:
    if held.cue.says == "informer":
        return f"held back: {held.rule} matches, but the page informs and does not sell"
    if any(rule.rule == held.rule and rule.fate is Fate.NEEDS for rule in said.rules):
        return f"held back: {held.rule} matches, but {not_carried(said.carried)}"
    light = next((rule for rule in said.rules if rule.rule == held.rule and rule.fate is Fate.LIGHT), None)
    if light and light.cue:
        return f"held back: {held.rule} matches, but all its signs taken together say too little ({light.cue.text})"
    others = len({rule.rule for rule in said.rules if rule.fate in (Fate.LET_OFF, Fate.NEEDS)}) - 1
    more = f"; so is every other rule that matches ({others})" if others > 0 else ""
    return f"held back: {held.rule} matches and is let off by “{held.cue.text}” ({held.cue.says}){more}"


def _no_match(said: Explained) -> str:
    against = next((done for done in said.sums if done.total >= done.least), None)
    if against:
        but = "its cues speak against one" if said.carried.carried or said.carried.named else not_carried(said.carried)
        if sum(sign.weight for sign in against.signs if sign.words) <= 0:
            but = "its own words speak for none"
        return f"no rule matches; its signs add up to {against.total:.2f} ({against.least:g} is a claim), but {but}"
    if not said.rules:
        return "no rule matches, and none comes near"
    first = said.rules[0]
    if first.fate is Fate.UNLESS:
        return f"no rule matches: {first.rule} is kept out by an exception of its own, {_words(first.unless)}"
    return f"no rule matches; {first.rule}, the nearest, {lack(first)}"


def lack(rule: RuleSeen) -> str:
    """What a near miss lacks."""
    if not rule.missing:
        return "has all parts of a pattern there, but too far apart or not at the edge of the sentence"
    such_as = f" ({', '.join(rule.such_as)} …)" if rule.such_as else ""
    return f"lacks {_short(rule.missing)}{such_as}"


def _short(part: str) -> str:
    """A part of a pattern, of which the first few alternatives."""
    choices = part.strip("()").split("|") if part.startswith("(") else [part]
    return " or ".join(choices[:_CHOICES]) + (" or the like" if len(choices) > _CHOICES else "")


def fate(rule: RuleSeen) -> str:
    """What became of a rule that matches."""
    match rule.fate:
        case Fate.LEADS:
            return _LEADS[rule.leads_by]
        case Fate.STATED:
            return "stands too"
        case Fate.LET_OFF if rule.cue:
            return f"is let off by “{rule.cue.text}” ({rule.cue.says})"
        case Fate.LIGHT if rule.cue:
            return f"is let off, for the sentence {rule.cue.text}"
        case Fate.NEEDS:
            return "needs a therapy, and none is named or carried over"
        case Fate.UNLESS:
            return f"is kept out by an exception of its own: {_words(rule.unless)}"
        case _:
            return lack(rule)


def speaks_of(carried: CarriedOver) -> str:
    """The therapy a sentence is about, and how it comes by it; or why there is none."""
    if carried.named:
        return f"{_words(carried.named)}, named in the sentence"
    if not carried.carried:
        return not_carried(carried)
    source = f"“{carried.therapy}”, line {carried.line}" if carried.line else "the therapy that the page begins with"
    return f"none is named; carried over is {source}: {_TIES[carried.link]}"


def not_carried(carried: CarriedOver) -> str:
    """Why a sentence that names no therapy has none carried over to it."""
    turned = f" (line {carried.turned})" if carried.turned else ""
    why = {
        "after-standard-care": f"the text before it turned to standard care{turned}",
        "after-something-else": f"the text before it turned to the disease{turned}" if turned else "no therapy was named before it",
    }.get(carried.link) or _TIES[carried.link]
    return f"no therapy is named or carried over: {why}"


def did(cue: CueSeen) -> list[str]:
    """What a cue covers, where it stops and what it did, each in a few words."""
    if cue.undone == "unlisted":
        return ["counts for nothing: no list of approved products bears it out"]
    if cue.undone:
        return [f"no denial here: it belongs to “{cue.undone_by}”" if cue.undone_by else "what it overlaps is no denial"]
    parts = [_reach(cue)]
    if cue.lets_off:
        parts.append(f"lets off {', '.join(cue.lets_off)}")
    for why in dict.fromkeys(passed.why for passed in cue.passes):
        parts.append(f"{_PASSES[why]} {', '.join(passed.rule for passed in cue.passes if passed.why == why)}")
    return parts


def _reach(cue: CueSeen) -> str:
    if cue.reach == "sentence" or cue.says in (Strength.HEDGED, Strength.ATTRIBUTED):
        return "covers the whole sentence"
    if not cue.covers:
        return f"covers nothing: it stops at once, at “{cue.stops_at}”" if cue.stops_at else "covers nothing: it stands at the edge"
    return f"covers “{cue.covers}”" + (f" and stops at “{cue.stops_at}”" if cue.stops_at else " to the edge of the sentence")


def level(rule: RuleSeen) -> str:
    return f"{rule.category}, {Severity(rule.severity)}"


def _words(quotes: Iterable[str]) -> str:
    return _listed(f"“{quote}”" for quote in quotes)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))
