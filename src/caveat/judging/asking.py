"""Holds what a page's claims are of, decides which caveats that asks for, and words what is found."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from caveat.judging.fingerprint import fingerprint
from caveat.judging.prominence import absent, measured
from caveat.judging.statements import Statement
from caveat.judging.topics import FAMILIES, canon, conditions, families
from caveat.model import Block, Category, Check, CheckState, Finding, Kind, Outcome, Page, Place, Span
from caveat.reading.styles import Looks
from caveat.rulebook import CaveatRule, ClaimRule, Rulebook, Scan
from caveat.rulebook import law as laws
from caveat.rulebook.fold import words
from caveat.rulebook.rules import Asked, Confidence, Mode

_SECONDARY = " (The law is known here from secondary sources.)"
_RESULTS = (Category.TESTIMONIAL, Category.OUTCOME)
PRODUCTS = frozenset(("cells", "exosomes", "birth_tissue"))  # sold as biologics of their own; platelets come from a kit
_NO_USE = (Category.SAFETY, Category.APPROVAL, Category.SUPERIORITY)  # what such claims name is not what the therapy is for


@dataclass(frozen=True)
class Asking:
    """What the rules are asked about: the page, its claims, and what these are of."""

    page: Page
    scan: Scan
    claims: Sequence[Finding]
    places: Collection[str]
    site: str
    families: frozenset[str]  # named in the claims' sentences, the headings and the title
    conditions: frozenset[str]  # the same of conditions
    categories: Mapping[int, str]  # where the sentence of a claim begins → its category
    last_claim: int  # the block in which the last claim stands, -1 for none
    results: bool  # a testimonial or an outcome is among the claims
    kinds: Mapping[int, frozenset[str]] = field(default_factory=dict)  # the same of every rule that states it
    promised: Mapping[str, int] = field(default_factory=dict)  # product or condition → claims and offers of it; a heading counts as two

    @cached_property
    def looks(self) -> Looks:
        """How the page's texts are set."""
        return Looks(self.page)

    @cached_property
    def spots(self) -> Sequence[tuple[int, Span]]:
        """Block and sentence of each claim in the visible text, in their order."""
        starts = [block.start for block in self.page.blocks]
        at = ((bisect_right(starts, start) - 1, start) for start in sorted(self.categories))
        found = ((number, each) for number, start in at for each in self.page.blocks[number].sentences if each.start == start)
        return [spot for spot in found if self.page.blocks[spot[0]].place is Place.BODY]

    @property
    def real(self) -> bool:
        """Whether there is a claim that is more than a bare offer."""
        return any(claim.category != Category.OFFER for claim in self.claims)

    @property
    def subject(self) -> str:
        """The therapy most claims name, in the page's words."""
        named = Counter(claim.slots.therapy for claim in self.claims if claim.slots.therapy)
        return f"“{named.most_common(1)[0][0]}”" if named else "a therapy"

    @property
    def uses(self) -> str:
        """The conditions that most claims of benefit name, in the page's words; broad ones only where no other is named."""
        given = [claim.slots.condition for claim in self.claims if claim.slots.condition and claim.category not in _NO_USE]
        goes_by = canon([words(name) for name in given])
        headed = {*self.conditions, *canon(self.conditions).values()}
        named: dict[str, list[str]] = {}
        for name in given:
            named.setdefault(goes_by[words(name)], []).append(name)
        most = sorted(named, key=lambda name: (name not in headed, -len(named[name])))
        most = [name for name in most if name in headed] or most
        written = [f"“{named[name][0]}”" for name in most[:3]]
        return ", ".join(written) + (" and more" if len(most) > 3 else "") if written else "uses that it describes"

    def claimed(self, statement: Statement) -> bool:
        """Whether a sentence is a claim, a heading or the title: what the page is about."""
        kind = self.page.blocks[statement.block].kind
        return statement.sentence.start in self.categories or kind is Kind.HEADING or statement.place is Place.TITLE


def ask(page: Page, scan: Scan, book: Rulebook, claims: Sequence[Finding], places: Collection[str], site: str) -> Asking:
    """Looks up the sentences of the claims, and what they, the headings and the title name."""
    kind_of = {name: rule.category for name, rule in book.of(ClaimRule).items()}
    stated = {
        (claim.line, claim.column): frozenset((claim.category, *(kind_of[name] for name in claim.also if name in kind_of)))
        for claim in claims
    }
    results = any(not found.isdisjoint(_RESULTS) for found in stated.values())
    spots = {(claim.line, claim.column): claim.category for claim in claims}
    named: set[str] = set()
    uses: set[str] = set()
    categories: dict[int, str] = {}
    kinds: dict[int, frozenset[str]] = {}
    promised: Counter[str] = Counter()
    last = -1
    lines = sorted({claim.line for claim in claims})
    for number, block in enumerate(page.blocks):
        heads = block.kind is Kind.HEADING or block.place is Place.TITLE
        holds_claim = bool(lines) and _holds(page, block, lines)
        for sentence in block.sentences if heads or holds_claim else ():
            category = spots.get(page.place_of(sentence.start)) if holds_claim else None
            if category is not None:
                categories[sentence.start] = category
                kinds[sentence.start] = stated[page.place_of(sentence.start)]
                last = number
            if category is not None or heads:
                products, named_uses = families(scan[sentence]), conditions(page, scan[sentence])
                named |= products
                uses.update(named_uses)
                if category is not None and category not in _NO_USE:
                    promised.update(dict.fromkeys({*(products & PRODUCTS), *named_uses}, 1 + heads))
    return Asking(page, scan, claims, places, site, frozenset(named), frozenset(uses), categories, last, results, kinds, promised)


def _holds(page: Page, block: Block, lines: Sequence[int]) -> bool:
    """Whether one of the lines, which are in order, is in a block."""
    return bisect_left(lines, page.place_of(block.start)[0]) < bisect_right(lines, page.place_of(block.end)[0])


def binds(rule: CaveatRule, places: Collection[str]) -> bool:
    """Whether the law a rule rests on is that of one of the places: that of the US binds in every state."""
    return laws.binds(rule.jurisdictions, places)


def unasked(rule: CaveatRule, said: Sequence[Statement], asking: Asking) -> str:
    """Why this page isn't asked for the caveat; empty when it is."""
    if not binds(rule, asking.places):
        return f"asked for under {', '.join(rule.jurisdictions)}, not under {', '.join(sorted(asking.places))}"
    parts = {part for statement in said for part in statement.parts}
    if rule.when is Asked.CLAIM and not asking.real:
        return "the page makes no claim beyond a bare offer"
    if rule.when is Asked.RESULT and not asking.results and "asked_by" not in parts:
        return "no testimonial and no figure of success was found"
    if rule.families and asking.families.isdisjoint(rule.families):
        return f"no claim is about {_either([FAMILIES[name] for name in rule.families if name in FAMILIES])}"
    if rule.scope and not any("scope" in each.parts and asking.claimed(each) and _within(rule, each, asking) for each in said):
        return "nothing that the claims name falls within its scope"
    return ""


def _within(rule: CaveatRule, statement: Statement, asking: Asking) -> bool:
    """Whether what the statement names, if it names anything, is among what the rule is for: not exosomes where cells are meant."""
    named = families(asking.scan[statement.sentence])
    return not named or not rule.families or not named.isdisjoint(rule.families)


def quiet(rule: CaveatRule, state: CheckState, reason: str) -> Check:
    return Check(rule.id, state, reason)


def satisfied(rule: CaveatRule, reason: str, at: Statement, asking: Asking) -> Check:
    """The check of a rule that a statement satisfies."""
    return Check(rule.id, CheckState.SATISFIED, reason, measured(at, asking))


def finding(
    rule: CaveatRule, outcome: Outcome, asking: Asking, at: Statement | None = None, match: Sequence[str] = (), **slots: str
) -> Finding:
    """A caveat finding. `at` is the sentence it rests on, if there is one; `slots` fill the rule's message beside the usual ones."""
    page = asking.page
    severity = rule.severity
    if outcome in (Outcome.INCOMPLETE, Outcome.BURIED):
        severity = severity.lowered()
    if rule.when is Asked.OFFER and not asking.real:
        severity = severity.lowered()
    filled = {"therapy": asking.subject, "uses": asking.uses, "words": "”, “".join(match), **slots}
    quote = page.quote(at.sentence) if at else ""
    line, column = page.place_of(at.sentence.start) if at else (0, 0)
    return Finding(
        id=fingerprint(rule.id, quote, asking.site),
        kind="caveat",
        rule=rule.id,
        category=rule.category,
        severity=severity,
        message=_worded(rule, outcome, filled),
        authority=rule.authority,
        title=rule.title,
        quote=quote,
        match=tuple(match),
        line=line,
        column=column,
        role=at.role.value if at else "",
        place=at.place.value if at else "",
        heading=page.blocks[at.block].heading if at else (),
        outcome=outcome,
        jurisdictions=tuple(place for place in rule.jurisdictions if laws.binds([place], asking.places)),
        prominence=() if rule.mode in (Mode.FLAW, Mode.RESTRICTED) else measured(at, asking) if at else absent(asking),
    )


def sentence_words(asking: Asking, sentence: Span) -> tuple[set[str], list[str]]:
    """Families and conditions that a sentence names."""
    return families(asking.scan[sentence]), conditions(asking.page, asking.scan[sentence])


def _worded(rule: CaveatRule, outcome: Outcome, slots: Mapping[str, str]) -> str:
    """The rule's message; a slot nobody fills is left out, since a pack of a user's own may ask for anything."""
    sources = _SECONDARY if rule.confidence is Confidence.MEDIUM else ""
    return rule.messages.get(outcome, rule.why).format_map(defaultdict(str, slots)) + sources


def _either(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " or " + names[-1] if len(names) > 1 else "".join(names)
