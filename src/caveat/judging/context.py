"""Reads the words around a match: whether it is stated, softened, denied, asked, doubted, or said of something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from caveat.judging import approved
from caveat.judging.approved import NOTHING_LISTED, Listed
from caveat.judging.grammar import SPANISH, Grammar
from caveat.judging.topics import condition_spans
from caveat.model import Category, CueSaid, Page, Span
from caveat.rulebook import LOWERS, CueRule, Match, Owner, Reach, Rulebook, Says, Sighting

# Where a clause ends, for cues that reach forward. A comma alone does not: "it does not treat, cure or prevent".
_CLAUSE_END = re.compile(
    r"[;:—–]| - |\.\s|,\s(?:and\s)?(?:it|they|we|our|you|your|but|so|because|which|he|she|then)\b"
    r"|\b(?:but|however|although|though|yet|instead|nevertheless|because|until|unless)\b",
    re.IGNORECASE,
)
# "Since they do not come from blood, the cells are safe", "Instead of masking pain, they heal": the comma closes what the opening denies.
_SUBORDINATE = re.compile(
    r"\W*(?:since|because|although|though|while|as|if|when|whereas|even if|even though|instead of|rather than)\b", re.IGNORECASE
)
# "without surgery", "instead of drugs": standard care that is spared, not given.
_SPARED = re.compile(
    r"\b(?:without|no|avoid\w*|cancel\w*|skip\w*|postpon\w*|delay\w*|escap\w*|prevent\w*|ditch\w*|forget|spare\w*|leave|behind|instead of"
    r"|unlike|than|not|despite|before|need for|needs? of|replac\w*|off|from|(?:stay|keep|kept|steer)\w*(?: \w+)? (?:out|clear) of|last"
    r"|another|versus|vs)\W+(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"no\s?[,.!–—]", re.IGNORECASE)  # "No, such cells do not form tumours": an answer denies the question
_DENIAL = re.compile(r"(?:no|not|nor|never|without|zero|sin|ni|nunca|ning[uú]n[ao]?)\b", re.IGNORECASE)
_LISTED = re.compile(r"(?:,|\b(?:and|or|nor|y|ni|o))\s*\Z", re.IGNORECASE)  # what ends right before the next of several
_JOINS = re.compile(
    r"\b(?:with|by|after|following|thanks to|from|using|under|through|via|to|of|in|at|our|on)\W+(?:\w+\W+){0,2}$", re.IGNORECASE
)
_CONDITION = Owner("condition", "")  # "licensed for leukaemia, not for arthritis": what a denial is held against
_ENGLISH = Grammar(_CLAUSE_END, _SUBORDINATE, _SPARED, _ANSWER, _JOINS)
_GRAMMARS = {"en": _ENGLISH, "es": SPANISH}


@dataclass(frozen=True, slots=True)
class Cue:
    rule: CueRule
    span: Span
    parts: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence with its cues, those that only look like cues taken out, and those of approved uses that no list bears out."""

    page: Page
    sentence: Span
    sighting: Sighting
    cues: tuple[Cue, ...]
    listed: Listed  # what of the lists of approved products it names, where they bear the sentence out

    @property
    def grammar(self) -> Grammar:
        """That of the language whose rules the sentence was looked at with."""
        return _GRAMMARS[self.sighting.language]


def read(page: Page, sentence: Span, sighting: Sighting, book: Rulebook) -> Reading:
    """The cues that stand in a sentence."""
    cues = standing(sighting, book)
    affirmed = [cue.span for cue in cues if cue.rule.says is Says.AFFIRMED]
    kept = tuple(cue for cue in cues
                 if cue.rule.says is not Says.AFFIRMED
                 and not (cue.rule.says is Says.NEGATED and any(_overlap(cue.span, span) for span in affirmed)))  # fmt: skip
    listed = approved.listed(sighting, book.products)
    reading = Reading(page, sentence, sighting, kept, listed)
    approves = [cue for cue in kept if cue.rule.says is Says.APPROVED_USE]
    likened = any(isinstance(rule := book.rules[name], CueRule) and rule.says is Says.APPROVED_USE for name in sighting.lifted("cue"))
    if not (approves or listed.named) or (not likened and _borne_out(reading, approves)):
        return reading
    return replace(reading, cues=tuple(cue for cue in kept if cue not in approves), listed=NOTHING_LISTED)


def standing(sighting: Sighting, book: Rulebook) -> list[Cue]:
    """The words of cues, those among them that only look like cues, and those of approved uses whether borne out or not."""
    lifted = sighting.lifted("cue")
    cues = []
    for match in sighting.of("cue"):
        rule = book.rules[match.owner.id]
        if match.owner.part == "" and match.owner.id not in lifted and isinstance(rule, CueRule):
            cues.append(Cue(rule, Span(match.start, match.end), match.parts))
    return cues


def holds(reading: Reading, match: Match, immune: Sequence[Says], carried: bool, category: Category | None = None) -> CueSaid | None:
    """The cue that lets a match off, if any; other care counts as one, and a listed product in its approved use."""
    held = holding(reading, match, immune, carried, category)
    return CueSaid(reading.page.quote(held[0]), held[1]) if held else None


def holding(reading: Reading, match: Match, immune: Sequence[Says], carried: bool, category: Category | None) -> tuple[Span, Says] | None:
    """Where the words stand that let a match off, and what they say."""
    for cue in reading.cues:
        if cue.rule.says is not Says.APPROVED_USE and cue.rule.says not in immune and lets_off(reading, cue, match):
            return cue.span, cue.rule.says
    if Says.APPROVED_USE not in immune and (words := _approved_use(reading, match, category)):
        return words, Says.APPROVED_USE
    if Says.OTHER_CARE not in immune and (other := _other_care(reading, match, carried)):
        return other, Says.OTHER_CARE
    return None


def lets_off(reading: Reading, cue: Cue, match: Match) -> bool:
    """Whether a cue lets a match off by itself. The mere name of a product is no word for its approved use."""
    named = cue.rule.says is Says.APPROVED_USE and cue.span in reading.listed.products
    return cue.rule.says not in LOWERS and not named and _within(reading, cue, match)


def _approved_use(reading: Reading, match: Match, category: Category | None) -> Span | None:
    """The words that let the match off as one of an approved product in its use."""
    speaks = [cue.span for cue in reading.cues if cue.rule.says is Says.APPROVED_USE and lets_off(reading, cue, match)]
    return approved.excuses(category, match, reading.listed) or (speaks[0] if speaks else None)


def _borne_out(reading: Reading, approves: Sequence[Cue]) -> bool:
    """Whether the lists bear out what the sentence says of an approved use."""
    said = [part for cue in approves for part in cue.parts]
    denials = [cue for cue in reading.cues if cue.rule.says is Says.NEGATED]
    denied = [span for span in condition_spans(reading.sighting)
              if any(_within(reading, cue, Match(_CONDITION, (span,))) for cue in denials)]  # fmt: skip
    return approved.borne_out(reading.page, reading.sentence, reading.sighting, reading.listed, said, denied)


def lowers(reading: Reading) -> tuple[CueSaid, ...]:
    """The cues that soften whatever the sentence claims, in the order they stand."""
    found = {cue.span: CueSaid(reading.page.quote(cue.span), cue.rule.says) for cue in reading.cues if cue.rule.says in LOWERS}
    return tuple(found[span] for span in sorted(found, key=lambda span: (span.start, -span.end)))


def _within(reading: Reading, cue: Cue, match: Match) -> bool:
    if spoken_of(cue, match):
        return False
    if cue.rule.reach is Reach.SENTENCE:
        return True
    if cue.rule.reach is Reach.BACKWARD:
        return cue.span.start >= match.end
    onward = [part for part in match.parts if part.start >= cue.span.end]
    return bool(onward) and not _one_of_a_list(reading, cue, match) and stop(reading, cue, onward[0].start) is None


def _one_of_a_list(reading: Reading, cue: Cue, match: Match) -> bool:
    """Whether cue and match are denials side by side, and none of the other: "no allergy, no infection and no rejection"."""
    text = reading.page.text
    denies = cue.rule.says is Says.NEGATED and _DENIAL.match(text, match.start)
    return bool(denies) and _LISTED.search(text, cue.span.end, match.start) is not None


def spoken_of(cue: Cue, match: Match) -> bool:
    """Whether the rule itself speaks of what the cue says: "no side effects"."""
    return cue.rule.reach is not Reach.SENTENCE and any(_overlap(cue.span, part) for part in match.parts)


def stop(reading: Reading, cue: Cue, before: int) -> Span | None:
    """The words at which a cue that reaches forward stops on its way to an offset; None where nothing stops it."""
    text, onward, grammar = reading.page.text, cue.span.end, reading.grammar
    if answer := grammar.answer.match(text, cue.span.start):
        return Span(answer.end() - 1, answer.end())
    found = [Span(*end.span())] if (end := grammar.clause_end.search(text, onward, before + 1)) else []
    if grammar.subordinate.match(text, reading.sentence.start) and (comma := text.find(",", onward, before)) >= 0:
        found.append(Span(comma, comma + 1))
    return min(found, default=None)


def _other_care(reading: Reading, match: Match, carried: bool) -> Span | None:
    """Standard care that acts in place of the therapy: it stands before the match and no therapy does, or it stands alone."""
    words = reading.sighting.words
    named = words.get("therapy", ())
    text, start = reading.page.text, reading.sentence.start
    care = [span for span in words.get("standard_care", ())
            if not _covered(span, named) and not reading.grammar.spared.search(text[start : span.start])]  # fmt: skip
    if not care:
        return None
    back = [span for span in words.get("the_therapy", ()) if not any(_overlap(span, other) for other in care)]
    ours = [*named, *back, *(words.get("acting", ()) if carried else ())]
    if not ours:
        return care[0]
    before = [span for span in care if span.end <= match.end]
    if not before or any(span.start <= match.parts[-1].start for span in ours):
        return None
    return None if any(reading.grammar.joins.search(text[start : span.start]) for span in named) else before[0]


def _covered(span: Span, others: Sequence[Span]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in others)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
