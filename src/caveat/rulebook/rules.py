"""What a rule file may say, one dataclass a kind: the loader takes its keys from the fields, so each key exists once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

from caveat.model import Category, FailureKind, Outcome, Place, Role, Severity, StanceValue


class Says(StrEnum):
    """What a cue says of the words within its reach."""

    NEGATED = "negated"
    ASKED = "asked"
    CONDITIONAL = "conditional"
    CRITICISED = "criticised"
    STUDY_CONDUCT = "study-conduct"
    OTHER_CARE = "other-care"
    APPROVED_USE = "approved-use"
    CAVEAT = "caveat"
    OTHER_SENSE = "other-sense"
    HEDGED = "hedged"
    ATTRIBUTED = "attributed"
    AFFIRMED = "affirmed"  # looks like a negation and is none: takes away the cues it overlaps


LOWERS = (Says.HEDGED, Says.ATTRIBUTED)


class Reach(StrEnum):
    FORWARD = "forward"  # from the cue to the end of its clause
    BACKWARD = "backward"  # from the cue back to the start of the sentence
    SENTENCE = "sentence"


class Need(StrEnum):
    """What a claim rule needs beside its patterns."""

    THERAPY = "therapy"  # in the sentence, or carried over from what stands before
    NAMED = "named-therapy"  # in the sentence itself


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words for `<id>` in patterns."""

    id: str
    about: str
    words: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """What a page says."""

    id: str
    kind: str
    category: Category
    severity: Severity
    title: str
    why: str
    authority: tuple[str, ...]
    in_force_from: datetime.date  # since when the authority that the rule rests on has been law
    patterns: tuple[str, ...]
    flags: tuple[str, ...]
    passes: tuple[str, ...]
    unless: tuple[str, ...] = ()  # patterns that, in the same sentence, keep the rule from firing
    needs: tuple[Need, ...] = (Need.THERAPY,)
    immune: tuple[Says, ...] = ()  # cues that do not hold this rule back
    listed: str = ""  # the message where a product is approved for the use named; {use}, {products}, {agency}, {date}
    unlisted: str = ""  # the message where none is
    jurisdictions: tuple[str, ...] = ("US",)
    in_force_to: datetime.date | None = None  # the last day on which it is


@dataclass(frozen=True, slots=True)
class WeighingRule:
    """
    Signs that are none of them a claim, and what each adds to a sum: from `least` the sentence is a claim, from `untied` where nothing
    ties it to a therapy, and under `veto` one that another rule found is held back. The names of signs that are no words of the page
    stand in `judging.signs`.
    """

    id: str
    kind: str
    category: Category  # where none of `categories` has a sign in the sentence
    severity: Severity
    title: str
    why: str
    authority: tuple[str, ...]
    in_force_from: datetime.date
    least: float
    veto: float
    untied: float
    signs: dict[str, tuple[str, ...]]  # name → patterns
    weights: dict[str, float]
    flags: tuple[str, ...]
    passes: tuple[str, ...]
    categories: dict[Category, tuple[str, ...]] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ("US",)
    in_force_to: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class CueRule:
    """Words that lift, lower or let off a claim."""

    id: str
    kind: str
    says: Says
    reach: Reach
    about: str
    patterns: tuple[str, ...]
    flags: tuple[str, ...]
    passes: tuple[str, ...]
    unless: tuple[str, ...] = ()
    informs: float = 0.0  # how much each sentence with the cue speaks for an informer's page


@dataclass(frozen=True, slots=True)
class StanceRule:
    """Words that speak for a promoter's or for an informer's page."""

    id: str
    kind: str
    stance: StanceValue
    weight: float
    about: str
    patterns: tuple[str, ...]
    flags: tuple[str, ...]
    passes: tuple[str, ...]
    unless: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()  # where on the page the words count; none given: wherever the page is heard
    hosts: tuple[str, ...] = ()  # parts of the name of the site the page is of


@dataclass(frozen=True, slots=True)
class BoilerplateRule:
    """Marks of one kind of boilerplate. `names` match id, class and ARIA tokens: whole, or their beginning when they end in `*`."""

    id: str
    kind: str
    role: Role
    title: str
    why: str
    patterns: tuple[str, ...]  # text that is enough by itself
    flags: tuple[str, ...]
    passes: tuple[str, ...]
    hints: tuple[str, ...] = ()  # text that needs mark-up, a form or a like neighbour beside it
    lines: tuple[str, ...] = ()  # whole lines that are enough by themselves
    labels: tuple[str, ...] = ()  # whole lines that need company, as hints do
    about: tuple[str, ...] = ()  # a title or heading that makes this the page's own subject: then text alone is not enough
    names: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()  # words within such a token: `cookie banner` is in `site-cookie-banner__text`
    but: tuple[str, ...] = ()  # words within a token that make it something else: `card footer`
    loose: tuple[str, ...] = ()  # tokens of containers in which only links, buttons and short lines are meant
    tags: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WallRule:
    """
    A page that stands where another was asked for. `most` are the words of content outside links above which a page is never one,
    whatever it says; `bare` finds it also in a page that has scripts and hardly any words at all.
    """

    id: str
    kind: str
    failure: FailureKind
    title: str
    says: str  # what the failure's reason says of the page
    hint: str
    most: int
    patterns: tuple[str, ...]
    flags: tuple[str, ...]
    passes: tuple[str, ...]
    bare: bool = False
    unless: tuple[str, ...] = ()


class Mode(StrEnum):
    """How a caveat rule is judged."""

    REQUIRED = "required"  # a statement that has to stand on the page
    FLAW = "flaw"  # words that look like a caveat or a seal and are none
    NOTICE = "notice"  # a fixed text of a state
    RESTRICTED = "restricted"  # claims that a law restricts, whatever stands beside them


class Confidence(StrEnum):
    """How well the law behind a rule is known."""

    HIGH = "high"  # its text was read
    MEDIUM = "medium"  # known from secondary sources, which the finding says


class Asked(StrEnum):
    """What on the page asks for a caveat."""

    OFFER = "offer"  # any claim, and a bare offer too, which counts one level less
    CLAIM = "claim"  # a claim that is more than an offer
    RESULT = "result"  # a testimonial or an outcome
    SHOWN = "shown"  # nothing: the rule only knows the text when it is there


@dataclass(frozen=True, slots=True)
class CaveatRule:
    """
    What a page leaves out, hides or gets wrong.

    A statement is complete when it, with what stands right beside it, shows every element and no limit. `unless` takes a
    sentence out; `near` lets a flaw pass when it stands in the same sentence or the next. Messages have {slots}.
    """

    id: str
    kind: str
    severity: Severity
    title: str
    why: str
    authority: tuple[str, ...]
    in_force_from: datetime.date
    mode: Mode
    when: Asked
    flags: tuple[str, ...]
    passes: tuple[str, ...]
    messages: dict[Outcome, str]
    elements: dict[str, tuple[str, ...]] = field(default_factory=dict)  # element → patterns; the first has to be in the sentence itself
    core: tuple[str, ...] = ()  # elements without which nothing of the kind is said; none given: the first alone
    about: tuple[str, ...] = ()  # kept lexicons, of which one has to be named in the sentence or right beside it
    stand_ins: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what pages say in an element's place → patterns
    limits: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what takes a full statement back in part → patterns
    flaws: dict[str, tuple[str, ...]] = field(default_factory=dict)  # flaw → patterns
    undone: tuple[str, ...] = ()  # what takes a good statement back in the same sentence or the next: "but don't let that stop you"
    contradicted: tuple[str, ...] = ()  # what takes it back anywhere on the page, in a claim of one of the categories `against`
    against: tuple[Category, ...] = ()
    aside: tuple[str, ...] = ()  # keeps `contradicted` from counting in the same sentence: what is cleared is a centrifuge
    says: dict[str, str] = field(default_factory=dict)  # element, stand-in, limit or flaw → how the message puts it
    unless: tuple[str, ...] = ()
    even_so: tuple[str, ...] = ()  # patterns that take `unless` back: "not without risk"
    near: tuple[str, ...] = ()
    families: tuple[str, ...] = ()  # lexicons: asked only where a claim, a heading or the title is about one of them
    scope: tuple[str, ...] = ()  # asked only where one of these patterns stands on the page
    asked_by: tuple[str, ...] = ()  # patterns that ask for it too, beside what `when` says
    covers: bool = False  # the statement must be about the therapies and the conditions that the claims are about
    all_products: tuple[str, ...] = ()  # words by which it is about every therapy, whatever it names: "none of our treatments"
    all_uses: tuple[str, ...] = ()  # the same of uses: "or any other disease"
    never_in: tuple[Category, ...] = ()  # claims of these categories are no such statement, whatever they name
    state: str = ""  # whose law the notice is of, as in "US-WA"
    notice: tuple[str, ...] = ()  # statutory wordings, word for word
    verified: bool = True  # whether the wording was read in the official text; if not, small differences are no more than a note
    note: str = ""  # what a satisfied check adds
    largest_type: bool = False  # the notice may be no smaller than the largest type on the page
    category: str = "caveat"
    jurisdictions: tuple[str, ...] = ("US",)
    in_force_to: datetime.date | None = None
    since: dict[str, datetime.date] = field(default_factory=dict)  # flaw → the day from which on it is one, where that is later
    confidence: Confidence = Confidence.HIGH
    claims: tuple[str, ...] = ()  # of a restricted claim: the claim rules that find it
    categories: tuple[Category, ...] = ()  # the same by category
    unsupported: bool = False  # of these only claims beside which nothing is cited

    @property
    def opening(self) -> frozenset[str]:
        """The parts of which one has to be shown in a sentence for it to be a statement: the others only complete one."""
        names = [f"elements.{name}" for name in list(self.elements)[:1]]
        names += [f"stand_ins.{name}" for name in self.stand_ins] + [f"flaws.{name}" for name in self.flaws]
        return frozenset([*names, "undone", "contradicted", "scope", "asked_by"])


DATED = (ClaimRule, WeighingRule, CaveatRule)  # the kinds that rest on law

Rule = ClaimRule | WeighingRule | CueRule | StanceRule | BoilerplateRule | WallRule | CaveatRule
