"""Says of one sentence which rules came near and what became of each, what its cues cover, and whom it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from caveat.judging.carry import Carried, link, reaches
from caveat.judging.claims import Candidate, candidate, weight
from caveat.judging.context import Cue, Reading, holding, lets_off, read, spoken_of, standing, stop
from caveat.judging.weigh import TOO_LIGHT
from caveat.model import Block, CarriedOver, CueSaid, CueSeen, Fate, Page, Passed, RuleSeen, Span
from caveat.rulebook import LOWERS, ClaimRule, Match, Reach, Rulebook, Says, Scan, WeighingRule
from caveat.rulebook.near import Near, Sought, near, sought

_LEADS_BY = ("severity", "category", "parts", "closeness", "position")  # in the order of `claims.weight`
_SUCH_AS = 3  # words of a lexicon that are named where one of them is missing
_NEAREST = 8  # rules that nearly match: farther ones say nothing


Stated = ClaimRule | WeighingRule


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence as the audit reads it; `candidate` is None where no rule matches."""

    page: Page
    scan: Scan
    book: Rulebook
    number: int
    block: Block
    sentence: Span
    reading: Reading
    before: Carried
    candidate: Candidate | None
    spoken: Rulebook | None  # the rules in the language of the sentence, and what they look for
    wanted: tuple[Sought, ...]

    @property
    def stated(self) -> tuple[tuple[Stated, Match], ...]:
        return self.candidate.stated if self.candidate else ()

    @property
    def let_off(self) -> tuple[tuple[Stated, Match, CueSaid], ...]:
        return self.candidate.let_off if self.candidate else ()

    @property
    def carried(self) -> bool:
        return reaches(self.page, self.number, self.sentence, self.reading.sighting, self.before)

    def holding(self, rule: Stated, match: Match) -> tuple[Span, Says] | None:
        return holding(self.reading, match, rule.immune, self.carried, rule.category) if isinstance(rule, ClaimRule) else None

    def nearest(self) -> list[Near]:
        """The rules that nearly match, the nearest first."""
        return near(self.spoken, self.wanted, self.reading.sighting, self.page.text) if self.spoken else []


Wanted = dict[str, tuple[Sought, ...]]  # by language; filled as sentences ask


def case(
    page: Page, scan: Scan, book: Rulebook, number: int, sentence: Span, before: Carried, found: Candidate | None, wanted: Wanted
) -> Case:
    """`found` is what the audit made of the sentence, if it judged it at all."""
    block = page.blocks[number]
    spoken = book.speaking(block.language)
    if spoken and block.language not in wanted:
        wanted[block.language] = sought(spoken)
    reading = read(page, sentence, scan[sentence], book)
    found = found or candidate(number, block, sentence, reading, before, book)
    return Case(page, scan, book, number, block, sentence, reading, before, found, spoken, wanted.get(block.language, ()))


def rules(case: Case) -> tuple[RuleSeen, ...]:
    """Every claim rule that matches, the one that leads first, by what became of it; then those that come nearest to it, nearest first."""
    found: dict[str, RuleSeen] = {}
    for seen in (*_stated(case), *_let_off(case), *_excepted(case)):
        found.setdefault(seen.rule, seen)
    nearest = (each for each in case.nearest() if each.rule.id not in found)
    return (*found.values(), *(_nearly(case, each) for each in islice(nearest, _NEAREST)))


def _stated(case: Case) -> Iterator[RuleSeen]:
    by_rule: dict[str, tuple[Stated, Match]] = {}
    for rule, match in case.stated:
        by_rule.setdefault(rule.id, (rule, match))  # the first is its weightiest
    ranked = list(by_rule.values())
    for place, (rule, match) in enumerate(ranked):
        if place:
            yield _seen(case, rule, match, Fate.STATED)
        else:
            yield replace(_seen(case, rule, match, Fate.LEADS), leads_by=_leads_by(ranked[:2]))


def _leads_by(ranked: Sequence[tuple[Stated, Match]]) -> str:
    """By what the first of two comes before the second; "" where there is but one."""
    if len(ranked) < 2:
        return ""
    (rule, match), (other, its) = ranked
    if not isinstance(rule, ClaimRule) or not isinstance(other, ClaimRule):
        return "sum"
    first, second = weight(rule, match), weight(other, its)
    return next((name for name, one, other in zip(_LEADS_BY, first, second, strict=True) if one != other), _LEADS_BY[-1])


def _let_off(case: Case) -> Iterator[RuleSeen]:
    for rule, match, cue in case.let_off:
        fate = Fate.LIGHT if cue.says == TOO_LIGHT else Fate.LET_OFF if case.holding(rule, match) else Fate.NEEDS
        yield replace(_seen(case, rule, match, fate), cue=cue)


def _excepted(case: Case) -> Iterator[RuleSeen]:
    sighting = case.reading.sighting
    lifted = sighting.lifted("claim")
    for match in sighting.of("claim"):
        rule = case.book.rules[match.owner.id]
        if match.owner.id in lifted and not match.owner.part and isinstance(rule, ClaimRule):
            spans = (Span(each.start, each.end) for each in sighting.of("claim") if each.owner.id == rule.id and each.owner.part)
            yield replace(_seen(case, rule, match, Fate.UNLESS), unless=tuple(dict.fromkeys(map(case.page.quote, spans))))


def _seen(case: Case, rule: Stated, match: Match | Near, fate: Fate) -> RuleSeen:
    return RuleSeen(rule.id, rule.title, rule.category, rule.severity, fate, tuple(case.page.quote(part) for part in match.parts))


def _nearly(case: Case, found: Near) -> RuleSeen:
    lexicon = (case.spoken or case.book).lexicons.get(found.missing.strip("<>")) if found.missing.startswith("<") else None
    such_as = tuple(word.replace("~", "").rstrip("*") for word in lexicon.words[:_SUCH_AS]) if lexicon else ()
    return replace(_seen(case, found.rule, found, Fate.NEAR), pattern=found.pattern, missing=found.missing, such_as=such_as)


def cues(case: Case) -> tuple[CueSeen, ...]:
    """Every cue that stands in the sentence, those that only look like one among them, in the order in which they stand."""
    stand = standing(case.reading.sighting, case.book)
    seen = {(cue.span.start, -cue.span.end, cue.rule.id): _cue(case, cue) for cue in case.reading.cues}
    for cue in stand:
        if cue not in case.reading.cues:
            seen[cue.span.start, -cue.span.end, cue.rule.id] = _undone(case, cue, stand)
    seen |= {(span.start, -span.end, ""): other for span, other in _unruled(case)}
    return tuple(seen[place] for place in sorted(seen))


def _undone(case: Case, cue: Cue, stand: Sequence[Cue]) -> CueSeen:
    """A cue that was taken out: what affirms, a denial that is none, an approved use that no list bears out."""
    by = [other.span for other in stand if other.rule.says is Says.AFFIRMED and cue.rule.says is Says.NEGATED
          and other.span.start < cue.span.end and cue.span.start < other.span.end]  # fmt: skip
    why = "unlisted" if cue.rule.says is Says.APPROVED_USE else "affirmed"
    undone_by = case.page.quote(by[0]) if by else ""
    return CueSeen(case.page.quote(cue.span), cue.rule.says, cue.rule.reach, cue.rule.id, undone=why, undone_by=undone_by)


def _cue(case: Case, cue: Cue) -> CueSeen:
    covered, stopped = _covered(case.reading, cue)
    pairs = [] if cue.rule.says in LOWERS else [*case.stated, *((rule, match) for rule, match, _ in case.let_off)]
    matched: dict[str, tuple[ClaimRule, Match]] = {}
    for rule, match in pairs:
        if isinstance(rule, ClaimRule):
            matched.setdefault(rule.id, (rule, match))
    passed = {name: why for name, (rule, match) in matched.items() if (why := _passes(case, cue, rule, match))}
    quote = case.page.quote
    return CueSeen(
        quote(cue.span), cue.rule.says, cue.rule.reach, cue.rule.id, quote(covered), quote(stopped) if stopped else "",
        tuple(name for name in matched if name not in passed), tuple(Passed(name, why) for name, why in passed.items()),
    )  # fmt: skip


def _covered(reading: Reading, cue: Cue) -> tuple[Span, Span | None]:
    """What a cue covers, and the words it stops at. What softens, softens the whole sentence."""
    if cue.rule.reach is Reach.SENTENCE or cue.rule.says in LOWERS:
        return reading.sentence, None
    if cue.rule.reach is Reach.BACKWARD:
        return Span(reading.sentence.start, cue.span.start), None
    stopped = stop(reading, cue, reading.sentence.end - 1)
    return Span(cue.span.end, stopped.start if stopped else reading.sentence.end), stopped


def _passes(case: Case, cue: Cue, rule: ClaimRule, match: Match) -> str:
    """Why a cue does not let a match off; "" where it does."""
    if cue.rule.says in rule.immune:
        return "immune"
    if lets_off(case.reading, cue, match) or case.holding(rule, match) == (cue.span, cue.rule.says):
        return ""
    if cue.rule.says is Says.APPROVED_USE and cue.span in case.reading.listed.products:
        return "mere-name"
    return "own-words" if spoken_of(cue, match) else "out-of-reach"


def _unruled(case: Case) -> Iterator[tuple[Span, CueSeen]]:
    """Other care and approved products that let a rule off: no cue rule names them."""
    cues = {(cue.span, cue.rule.says) for cue in case.reading.cues}
    held: dict[tuple[Span, Says], list[str]] = {}
    for rule, match, _ in case.let_off:
        by = case.holding(rule, match)
        if by and by not in cues:
            held.setdefault(by, []).append(rule.id)
    for (span, says), names in held.items():
        words, whole = case.page.quote(span), case.page.quote(case.sentence)
        yield span, CueSeen(words, says, Reach.SENTENCE, covers=whole, lets_off=tuple(dict.fromkeys(names)))


def carried_over(case: Case) -> CarriedOver:
    """Whom the sentence speaks of: the therapy it names, or what is carried over to it."""
    page, before = case.page, case.before
    words = case.reading.sighting.words.get("therapy", ())
    named = [span for span in words if not any(other != span and other.start <= span.start and span.end <= other.end for other in words)]
    return CarriedOver(
        tuple(dict.fromkeys(map(page.quote, named))),
        before.agent,
        before.therapy,
        _line_named(case),
        page.place_of(page.blocks[before.turned].start)[0] if before.turned >= 0 else 0,
        "names-therapy" if named else link(page, case.number, case.sentence, case.reading.sighting, before),
        bool(named) or case.carried,
    )


def _line_named(case: Case) -> int:
    """The line of the sentence that named the therapy carried over; 0 where none did."""
    if case.before.block < 0:
        return 0
    block = case.page.blocks[case.before.block]
    naming = [each.start for each in block.sentences if each.start < case.sentence.start and "therapy" in case.scan[each].words]
    return case.page.place_of(naming[-1] if naming else block.start)[0]
