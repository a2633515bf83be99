"""What a rule file may say, one dataclass a kind: the loader takes its keys from the fields, so each key exists once."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from caveat.model import Category, Outcome, Role, Severity, StanceValue


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
    patterns: tuple[str, ...]
    flags: tuple[str, ...]
    passes: tuple[str, ...]
    unless: tuple[str, ...] = ()  # patterns that, in the same sentence, keep the rule from firing
    needs: tuple[Need, ...] = (Need.THERAPY,)
    jurisdictions: tuple[str, ...] = ("US",)


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
    names: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaveatRule:
    """What a page leaves out, hides or gets wrong."""

    id: str
    kind: str
    severity: Severity
    title: str
    why: str
    authority: tuple[str, ...]
    mode: str  # required | flaw | notice
    when: str  # claim | disease-claim | testimonial | always: what on the page asks for it
    flags: tuple[str, ...]
    passes: tuple[str, ...]
    messages: dict[Outcome, str]
    elements: dict[str, tuple[str, ...]] = field(default_factory=dict)  # element → patterns that show it
    flaws: dict[str, tuple[str, ...]] = field(default_factory=dict)  # flaw → patterns that show it
    unless: tuple[str, ...] = ()
    notice: tuple[str, ...] = ()  # statutory wordings, word for word; the first is the official one
    category: str = "caveat"
    jurisdictions: tuple[str, ...] = ("US",)


Rule = ClaimRule | CueRule | StanceRule | BoilerplateRule | CaveatRule
