"""Reads how a whole page is written: the same sentence is a promise among slogans and a piece of a primer among prose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean

from caveat.judging.context import Reading
from caveat.rulebook import Says

_FEWEST = 6  # sentences: fewer have no style
_WORDS = ((8, "fewer than 8"), (11, "8 to 10"), (14, "11 to 13"), (17, "14 to 16"))
_SHARES = ((0.02, "hardly any"), (0.08, "up to 8 %"), (0.16, "up to 16 %"), (0.25, "up to 25 %"), (0.34, "up to 34 %"), (0.5, "up to half"))
_OF_READINGS: Mapping[str, Callable[[Reading], bool]] = {
    "hedges": lambda reading: any(cue.rule.says is Says.HEDGED for cue in reading.cues),
    "has a cue": lambda reading: bool(reading.cues),
    "names a therapy": lambda reading: "therapy" in reading.sighting.words,
    "names who treats": lambda reading: "provider" in reading.sighting.words,
    "names a disease": lambda reading: "condition" in reading.sighting.words,
    "names other care": lambda reading: "standard_care" in reading.sighting.words,
}


def style(readings: Sequence[Reading], claims: Sequence[bool]) -> Iterator[str]:
    """The signs that all sentences of a page share: how long they are, and how many do what. `claims`: which of them state a benefit."""
    if len(readings) < _FEWEST:
        return
    words = fmean(len(one.page.quote(one.sentence).split()) for one in readings)
    yield f"page: words a sentence, {_within(_WORDS, words, '17 and more')}"
    for what, does in _OF_READINGS.items():
        yield f"page: {what}, {_share(list(map(does, readings)))}"
    yield f"page: states a benefit, {_share(claims)}"


def _share(those: Sequence[bool]) -> str:
    return _within(_SHARES, sum(those) / len(those), "over half")


def _within(bounds: Sequence[tuple[float, str]], value: float, beyond: str) -> str:
    return next((name for bound, name in bounds if value < bound), beyond)
