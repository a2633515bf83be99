"""Decides whether a page promotes or informs, from cues that add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum
from urllib.parse import urlsplit

from caveat.model import CueSaid, Page, Place, Role, Span, Stance, StanceValue
from caveat.rulebook import CueRule, Match, Rulebook, Scan, Sighting, StanceRule

_UNHEARD = (Role.COOKIE, Role.NAVIGATION, Role.DISCLAIMER)  # a promoter's small print speaks like an informer
_HEARD = (Place.BODY, Place.TITLE, Place.DETAILS)
_MOST_A_RULE = 4  # sentences in which one rule counts: a long page is no surer than a short one
_MOST_CLAIMS = 8.0
_LEAD_FORM = 2.0
_LEAST_INFORMER, _MARGIN = 3.0, 0.5  # one doubting sentence makes no informer, and sellers doubt too, of others
# The same where nothing speaks for a promoter but what reads like claims: primers and news read so too.
_LEAST_UNSPOKEN, _MARGIN_UNSPOKEN = 2.0, -1.0
_LEAST_ALONE = 1.0  # where nothing does
_SHOWN = 6
_DIGITS = 6  # more than weights are written with: sides that are even in the rule files' digits are even


@dataclass(frozen=True, slots=True)
class Voice:
    """What speaks for a stance, how loudly, and where it begins; -1 for what stands in no one place."""

    stance: StanceValue
    weight: float
    cue: CueSaid
    start: int = -1


@dataclass(frozen=True, slots=True)
class Leaning:
    """A stance and what it was weighed from: `claims` counts for a promoter, and an informer needs `least`."""

    value: StanceValue
    voices: tuple[Voice, ...]
    claims: float
    least: float

    def weight(self, value: StanceValue) -> float:
        claims = self.claims if value is StanceValue.PROMOTER else 0.0
        return round(fsum((*(voice.weight for voice in self.voices if voice.stance is value), claims)), _DIGITS)

    @property
    def stance(self) -> Stance:
        return Stance(self.value, tuple(voice.cue for voice in self.voices if voice.stance is self.value)[:_SHOWN])


def stance(page: Page, scan: Scan, book: Rulebook, claims: float) -> Leaning:
    """The stance of a page; `claims` weighs the sentences that state a benefit of a therapy, see `judge`."""
    counted: defaultdict[str, int] = defaultdict(int)
    voices: list[Voice] = []
    for place, sentence in _sentences(page):
        for value, weight, match in _speaks(scan[sentence], place, book):
            counted[match.owner.id] += 1
            if counted[match.owner.id] <= _MOST_A_RULE:
                voices.append(Voice(value, weight, CueSaid(page.text[match.start : match.end], match.owner.id), match.start))
    if any(block.role is Role.LEAD_FORM for block in page.blocks):
        voices.append(Voice(StanceValue.PROMOTER, _LEAD_FORM, CueSaid("a lead form", "calls-to-act")))
    voices += [
        Voice(rule.stance, rule.weight, CueSaid(host, rule.id))
        for rule in book.of(StanceRule).values()
        if (host := of_host(rule, page.url))
    ]
    leaning = Leaning(StanceValue.PROMOTER, tuple(voices), min(claims, _MOST_CLAIMS), 0.0)
    promotes = leaning.weight(StanceValue.PROMOTER)
    least = _least(promotes, any(voice.stance is StanceValue.PROMOTER for voice in voices))
    informs = leaning.weight(StanceValue.INFORMER) >= least
    return Leaning(StanceValue.INFORMER if informs else StanceValue.PROMOTER, leaning.voices, leaning.claims, least)


def _least(promotes: float, sells: bool) -> float:
    """How loudly an informer has to speak against what promotes; `sells`: whether any word of the page is a seller's."""
    if not promotes:
        return _LEAST_ALONE
    return max(_LEAST_INFORMER, promotes + _MARGIN) if sells else max(_LEAST_UNSPOKEN, promotes + _MARGIN_UNSPOKEN)


def of_host(rule: StanceRule, url: str) -> str:
    """The host of an address where a part of it is one that the rule names; else nothing."""
    host = (urlsplit(url).hostname or "") if rule.hosts and "://" in url else ""
    return host if any(part in host for part in rule.hosts) else ""


def _sentences(page: Page) -> Iterator[tuple[Place, Span]]:
    for block in page.blocks:
        if block.role not in _UNHEARD and block.place in _HEARD:
            yield from ((block.place, sentence) for sentence in block.sentences)


def _speaks(sighting: Sighting, place: Place, book: Rulebook) -> Iterator[tuple[StanceValue, float, Match]]:
    """What each rule says of the page in one sentence, once a rule: the stance it speaks for, how loudly, and its first match."""
    found = sighting.of("stance")
    lifted = sighting.lifted("stance")
    for match in {match.owner.id: match for match in reversed(found) if match.owner.id not in lifted}.values():
        rule = book.rules[match.owner.id]
        if isinstance(rule, StanceRule):
            if not rule.places or place in rule.places:
                yield rule.stance, rule.weight, match
        elif isinstance(rule, CueRule):
            yield StanceValue.INFORMER, rule.informs, match
