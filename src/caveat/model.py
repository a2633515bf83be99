"""The nouns of the audit: frozen values that every stage takes and gives, in one file (hence its length) so that one look shows all."""

from __future__ import annotations

import datetime
import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple


class Stage(StrEnum):
    """Where a target failed."""

    OPEN = "open"  # the file, folder or list
    FETCH = "fetch"  # the network
    READ = "read"  # the bytes are no page
    AUDIT = "audit"  # judging it came to no end
    RENDER = "render"  # the browser


class Place(StrEnum):
    """Where on the page a text stands. Only `body` is what a reader of the page sees at once."""

    BODY = "body"
    TITLE = "title"
    META = "meta"
    OPEN_GRAPH = "open-graph"
    JSON_LD = "json-ld"
    ALT = "alt"
    LABEL = "label"  # title and aria-label attributes
    EMBEDDED = "embedded-json"  # __NEXT_DATA__ and its like
    DETAILS = "details"  # a closed <details>
    HIDDEN = "hidden"


class Kind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CELL = "cell"
    CAPTION = "caption"
    QUOTE = "quote"
    BUTTON = "button"
    SUMMARY = "summary"


class Role(StrEnum):
    CONTENT = "content"
    COOKIE = "cookie"
    NEWSLETTER = "newsletter"
    LEAD_FORM = "lead-form"
    NAVIGATION = "navigation"
    FOOTER = "footer"
    DISCLAIMER = "disclaimer"
    REFERENCE = "reference"


class Severity(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """3 for high down to 0 for note."""
        return 3 - list(Severity).index(self)

    def lowered(self) -> Severity:
        """One level down, but never under note."""
        return list(Severity)[min(3, list(Severity).index(self) + 1)]


class Category(StrEnum):
    CURE = "cure"
    TREATMENT = "treatment"
    REGENERATION = "regeneration"
    PREVENTION = "prevention"
    SAFETY = "safety"
    SUPERIORITY = "superiority"
    APPROVAL = "approval"
    TESTIMONIAL = "testimonial"
    OUTCOME = "outcome"
    OFFER = "offer"


class Strength(StrEnum):
    DEFINITE = "definite"
    ATTRIBUTED = "attributed"
    HEDGED = "hedged"


class StanceValue(StrEnum):
    PROMOTER = "promoter"
    INFORMER = "informer"


class SupportState(StrEnum):
    """What stands beside a claim. There is no `supported`: a citation is not support."""

    NONE = "none"
    UNNAMED = "unnamed-study"
    CITED = "cited"
    PRECLINICAL = "cited-preclinical"
    MISMATCH = "cited-mismatch"
    RETRACTED = "cited-retracted"  # only a look-up tells


class Level(StrEnum):
    """What kind of study a reference is, as far as its own words, the page's and, when looked up, its record's say."""

    IN_VITRO = "in-vitro"
    ANIMAL = "animal"
    REVIEW = "review"
    UNCONTROLLED = "uncontrolled"
    CONTROLLED = "controlled"
    RANDOMISED = "randomised"
    PROTOCOL = "protocol"  # what a study is to do, not what it found
    REGISTRATION = "registration"  # the same, as entered in a register of trials
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """How a caveat falls short."""

    MISSING = "missing"
    INCOMPLETE = "incomplete"
    BURIED = "buried"
    MISAPPLIED = "misapplied"
    WRONG_STATE = "wrong-state"
    CONTRADICTED = "contradicted"
    RESTRICTED = "restricted"  # a claim that a law restricts in advertising, whatever stands beside it


class Criterion(StrEnum):
    """What makes a caveat hard to miss. Each is put so that `yes` speaks for the caveat."""

    SAME_PAGE = "same-page"
    SAME_BLOCK = "same-block"  # as a claim
    SAME_SECTION = "same-section"  # under the heading of a claim
    NEAR = "near"  # few words from the nearest claim
    NOT_AFTER_LAST_CLAIM = "not-after-last-claim"
    ON_SCREEN = "near-on-screen"  # no more than a screen of the window from it
    NOT_FOOTER_ONLY = "not-footer-only"
    NOT_BEHIND_LINK = "not-behind-link"
    NOT_COLLAPSED = "not-collapsed"
    NOT_HIDDEN = "not-hidden"
    NOT_IMAGE_ONLY = "not-alt-or-image-only"
    IN_TEXT = "in-page-text"  # not in the title, meta tags, labels or data alone
    NOT_COOKIE = "not-in-cookie-dialogue"
    SIZE_CLAIM = "size-against-claim"
    SIZE_LARGEST = "size-against-largest"
    CONTRAST = "contrast"
    LANGUAGE = "language-of-claim"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_MEASURED = "not-measured"


class CheckState(StrEnum):
    DONE = "done"
    SATISFIED = "satisfied"
    NOT_CHECKED = "not-checked"
    NOT_ASKED = "not-asked"
    STANDS = "stands"  # a caveat on a page that makes no claim: for a site's other pages it may be meant


class Decision(StrEnum):
    """What an analyst has decided of a finding."""

    MISTAKEN = "mistaken"  # it is no claim, or the caveat is there
    ACCEPTED = "accepted"  # it is rightly found, and left as it is for now
    REPORTED = "reported"  # it is rightly found, and has been passed on


@dataclass(frozen=True, slots=True)
class Ignore:
    """A finding that is no longer to count: one entry of a file of decisions, whose keys are these fields."""

    id: str  # that of the finding
    decision: Decision
    reason: str
    who: str
    date: datetime.date
    expires: datetime.date | None = None  # the last day on which it holds
    page: str = ""  # where the finding stood: the target or the address
    rule: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Ignores:
    """The decisions a run is given, by the id of the finding, and the day on which it asks whether they still hold."""

    entries: Mapping[str, Ignore]
    homes: Mapping[str, str]  # id → the file it stands in
    files: tuple[str, ...]
    today: datetime.date
    sought: frozenset[str]  # ids that the run would find if they were there; of the others it cannot say that they are gone

    @cached_property
    def pages(self) -> frozenset[str]:
        """The pages that the entries name."""
        return frozenset(entry.page for entry in self.entries.values() if entry.page)


@dataclass(frozen=True, slots=True)
class Ignored:
    """What a run has made of the decisions so far."""

    ignores: Ignores
    findings: int = 0  # not counted for them
    seen: frozenset[str] = frozenset()  # ids of entries that some finding had, expired ones too
    pages: frozenset[str] = frozenset()  # pages that entries name and that were audited

    @property
    def stale(self) -> tuple[Ignore, ...]:
        """Entries whose page was audited while no finding of the run has their id."""
        return tuple(entry for name, entry in self.ignores.entries.items()
                     if entry.page in self.pages and name in self.ignores.sought and name not in self.seen)  # fmt: skip

    @property
    def expired(self) -> tuple[Ignore, ...]:
        """Entries that no longer hold, without those that are stale besides."""
        stale, today = {entry.id for entry in self.stale}, self.ignores.today
        return tuple(entry for name, entry in self.ignores.entries.items()
                     if entry.expires and entry.expires < today and name not in stale)  # fmt: skip


class Action(StrEnum):
    """What a run would do with a target, as far as that can be told without asking for it."""

    FETCH = "fetch"
    KEPT = "kept"  # it was fetched before, and is young enough
    READ = "read"  # it is on this machine
    ROBOTS = "robots"  # the site asks robots not to read it
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Planned:
    """What a run would do with one target, or with one address that the sitemaps of a crawled site name."""

    target: str
    action: Action
    reason: str = ""
    list_id: str = ""
    start: str = ""  # the target whose sitemaps name it


@dataclass(frozen=True, slots=True)
class Redirect:
    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Browser:
    """What a page was rendered with: name and version, and the size of its window in px."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """
    A page as a browser has made it of a capture. Each element of `html` that holds text has an attribute named `attribute`, which
    no page can foresee, with what was measured of it: see `reading.shown`.
    """

    browser: Browser
    html: str
    attribute: str
    styled: bool  # every style sheet that the page asked for came
    missed: tuple[str, ...] = ()  # addresses of what the page asked for and did not get


@dataclass(frozen=True)
class Capture:
    """The bytes of one target as they came. `url` is the address they came from in the end, `fetched` an ISO 8601 time in UTC."""

    target: str
    data: bytes
    url: str = ""
    fetched: str = ""
    media_type: str = ""
    charset: str = ""
    redirects: tuple[Redirect, ...] = ()
    checks: tuple[Check, ...] = ()  # what a reader of the report has to know of how it was come by
    rendered: Rendered | None = None  # None: by no browser

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class FailureKind(StrEnum):
    """Why a target gave no page, as a script can tell it; the words for a reader are the failure's `reason`."""

    UNREADABLE = "unreadable"  # a file, folder or list that cannot be opened, or bytes that are no text
    NO_PAGE = "no-page"  # a PDF, an image, data: nothing to read as a page
    TOO_LARGE = "too-large"
    ADDRESS = "bad-address"
    REFUSED = "refused-address"  # a private, loopback, link-local or metadata address, at first or after a redirect
    UNKNOWN_HOST = "unknown-host"
    UNREACHABLE = "unreachable"  # refused or broken connections
    TLS = "tls"
    TIME = "time-out"
    GARBLED = "garbled"  # an answer that is not HTTP, lies about its length or cannot be decompressed
    REDIRECTS = "redirects"
    STATUS = "http-status"
    NOT_FOUND = "not-found"  # 404, 410, and pages that say so with status 200
    LOGIN = "login"
    BLOCKED = "blocked"  # turned away as a robot, or asked for proof of being none
    CONSENT = "consent-wall"
    SCRIPT = "needs-javascript"
    ROBOTS = "robots"  # the site asks robots not to read it
    PARKED = "parked"  # an address without a site: for sale, expired, suspended
    LANGUAGE = "language"  # read, but in no language that the rules speak
    CRASHED = "crashed"  # the process that judged it died, or caveat itself failed on it


@dataclass(frozen=True, slots=True)
class Failure:
    """A target that could not be read: a value among the pages, never an exception through the run."""

    target: str
    stage: Stage
    reason: str
    hint: str = ""
    kind: FailureKind = FailureKind.UNREADABLE
    list_id: str = ""  # of its target, as the list has it
    start: str = ""  # the target whose crawl came to it


@dataclass(frozen=True, slots=True)
class Skipped:
    """What of an archive's records was passed over, for it is no page: `kinds` with their counts, the commonest first."""

    target: str
    records: int
    pages: int
    kinds: tuple[tuple[str, int], ...]


class Purpose(StrEnum):
    """What a request was made for."""

    PAGE = "page"
    ROBOTS = "robots"
    SITEMAP = "sitemap"
    PART = "part"  # of a page, for a browser: a style sheet, a script, a picture


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer as they went over the wire, for whoever keeps evidence; each redirect is one of its own."""

    url: str
    started: str  # ISO 8601 time in UTC
    request: bytes  # the head as sent, with its blank line
    head: bytes  # of the answer, as received; empty: none came
    body: bytes  # as sent: still compressed, no longer chunked
    purpose: Purpose = Purpose.PAGE
    peer: str = ""  # address and port, as in 192.0.2.1:443
    tls: str = ""  # version and cipher; empty: none
    verified: bool = True  # the certificate was checked
    certificate: bytes = b""  # the peer's, DER
    robots: str = ""  # what robots.txt says of this address, in words
    truncated: str = ""  # why the body is not whole: length, time or disconnect, as in WARC-Truncated
    protocol: str = "http/1.1"  # or h2, whose heads are written here as HTTP/1.1 has them
    proxy: str = ""  # address of the proxy it went through, whose address is then the peer's; empty: none


class Listed(NamedTuple):
    """A target of a list that gives it an id."""

    target: str
    id: str


class Links(NamedTuple):
    """Where a page leads. `text` is a digest of what it says; empty where that is too little to tell two pages by."""

    addresses: tuple[str, ...] = ()  # absolute, in their order, none twice
    canonical: str = ""  # the address that the page says is its own
    follow: bool = True  # False: the page asks robots not to follow its links
    text: str = ""


class Left(StrEnum):
    """Why a crawl did not ask for an address that it found."""

    PAGES = "max-pages"
    DEPTH = "depth"
    ROBOTS = "robots"
    PATTERNS = "patterns"  # --include and --exclude
    NO_PAGE = "no-page"  # by its ending a picture, a PDF, an archive …
    TRAP = "trap"  # as loops make them: the same folder again and again, very deep or very long
    READ = "already-read"  # an address asked for before led there
    TURNED_AWAY = "turned-away"  # the site could not be read several times in a row
    FULL = "too-many"  # more than are remembered, so that some may be counted more than once


class Unreported(StrEnum):
    """Why what a crawl asked for is not in the report."""

    SAME = "same-page"  # by redirect, canonical address or text a page that was read already
    ELSEWHERE = "other-site"  # redirects to another site
    PATTERNS = "patterns"  # redirects to an address that --include and --exclude leave out


@dataclass(frozen=True, slots=True)
class Crawled:
    """
    What became of the addresses of one site: `found` is `fetched` and all that is `left`, `fetched` is `reported` (the pages and failures
    in the report) and all that is `unreported`.
    """

    target: str
    found: int
    fetched: int
    reported: int
    left: Mapping[Left, int] = field(default_factory=dict)  # no zeros
    unreported: Mapping[Unreported, int] = field(default_factory=dict)  # no zeros
    nofollow: int = 0  # pages that ask robots not to follow their links
    sitemaps: int = 0  # that were read
    notes: tuple[str, ...] = ()  # what else a reader has to know: sitemaps that could not be read, a start that leads elsewhere


class Span(NamedTuple):
    """Offsets into a page's reading copy, end excluded. A tuple, as elements and blocks are: a page has thousands of each."""

    start: int
    end: int


class Element(NamedTuple):
    """
    An element of the page's tree that has text below it. `names` are its id, classes and ARIA role, lower-case, one space apart;
    `attributes` are as the page has them, for whoever resolves its style.
    """

    tag: str
    names: str
    parent: int  # index into Page.elements, -1 at the top
    words: int  # words of text below
    link_words: int  # of these, inside links
    email_field: bool = False  # an e-mail field stands below
    form_fields: int = 0  # text, e-mail, telephone fields, selects and text areas below
    language: str = ""  # as its own `lang` attribute has it, which is a hint and no more
    attributes: Mapping[str, str | None] = {}  # shared and never written to


class Run(NamedTuple):
    """A stretch of a block's text in one element: its characters, white space not counted. An element of -1: not known."""

    characters: int
    element: int


class Block(NamedTuple):
    """One heading, paragraph, item, cell … of the page; `start` and `end` are offsets into the reading copy."""

    kind: Kind
    start: int
    end: int
    sentences: tuple[Span, ...]
    place: Place = Place.BODY
    heading: tuple[str, ...] = ()
    element: int = -1  # index into Page.elements of the innermost element, -1 in plain text
    group: int = -1  # items of one list, cells of one table row or table share a number; -1: none
    link_words: int = 0
    role: Role = Role.CONTENT
    reason: str = ""
    repeats: int = 1
    cites: tuple[str, ...] = ()  # the addresses of articles and registered trials that its links lead to
    language: str = ""  # ISO 639 code, found from the words; "und" for one that is not known, "" where nothing tells
    runs: tuple[Run, ...] = ()  # where several elements hold its text; none: `element` holds all of it


@dataclass(frozen=True, slots=True)
class Styles:
    """What a page brings along to set its text by. The rules are unread: most pages are never asked for a size."""

    rules: tuple[str, ...] = ()  # the text of each <style>
    external: int = 0  # style sheets that are elsewhere
    quirks: bool = False  # no doctype: tables take no size from around them


@dataclass(frozen=True)
class Page:
    """A page as it is read: `text` is the reading copy, and everything else points into it."""

    target: str
    text: str
    blocks: tuple[Block, ...]
    elements: tuple[Element, ...] = ()
    url: str = ""
    fetched: str = ""
    sha256: str = ""
    title: str = ""
    language: str = ""
    redirects: tuple[Redirect, ...] = ()
    notes: tuple[str, ...] = ()  # what reading had to bound or repair, for the report's checks
    checks: tuple[Check, ...] = ()  # the capture's
    styles: Styles = Styles()
    rendered: Rendered | None = None

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def place_of(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1, columns in characters."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def quote(self, span: Span | Block) -> str:
        """The text of a span on one line: white space folded, nothing else changed."""
        return " ".join(self.text[span.start : span.end].split())


@dataclass(frozen=True, slots=True)
class CueSaid:
    """A cue that lifted, lowered or let off a claim."""

    text: str
    says: str


@dataclass(frozen=True, slots=True)
class Slots:
    therapy: str = ""
    condition: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What a service says of a study: text of others, so as hostile as a page's."""

    title: str = ""
    types: tuple[str, ...] = ()  # in the service's words
    level: Level = Level.UNKNOWN  # as far as the types and the design say
    retracted: str = ""  # who says so, when and where; empty: the record tells of no retraction
    notices: tuple[str, ...] = ()  # corrections, expressions of concern and the like
    about: tuple[str, ...] = ()  # conditions and interventions, as a register lists them
    status: str = ""  # of a trial
    results: bool | None = None  # whether the register holds results of the trial; None: no trial
    sponsor: str = ""
    sponsor_class: str = ""  # in the register's words: industry, NIH, other …
    same_as: str = ""  # an identifier under which another service has more of it


@dataclass(frozen=True, slots=True)
class LookedUp:
    """One question to a service and its answer: a record, or the reason why there is none."""

    id: str  # of the form doi:10.1234/abc, pmid:123, pmcid:PMC123, nct:NCT01234567
    source: str = ""  # the service's name; empty: none was asked
    address: str = ""  # what was asked for
    asked: str = ""  # ISO 8601 time in UTC at which the service answered
    cached: bool = False
    record: Record | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A study the page cites, as it stands on the page."""

    text: str
    line: int
    level: Level
    why: str = ""  # the words the level rests on, or the mismatch
    ids: tuple[str, ...] = ()  # by which it can be looked up
    looked_up: tuple[LookedUp, ...] = ()


@dataclass(frozen=True, slots=True)
class Support:
    state: SupportState = SupportState.NONE
    references: tuple[Reference, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One criterion of a caveat's prominence, answered; `detail` has the numbers, or why there are none."""

    criterion: Criterion
    answer: Answer
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the report says of one sentence, or of one caveat. The fields are those of the report's schema."""

    id: str
    kind: str  # claim | caveat
    rule: str
    category: str
    severity: Severity
    message: str
    authority: tuple[str, ...]
    title: str = ""
    strength: Strength | None = None
    quote: str = ""
    match: tuple[str, ...] = ()
    line: int = 0  # 0: stands nowhere (a missing caveat)
    column: int = 0
    role: str = ""
    place: str = ""
    heading: tuple[str, ...] = ()
    link: str = ""
    slots: Slots = Slots()
    cues: tuple[CueSaid, ...] = ()
    support: Support | None = None
    also: tuple[str, ...] = ()
    outcome: Outcome | None = None
    repeats: int = 1  # how often this text stands on the page
    ignored: Ignore | None = None  # why it does not count
    jurisdictions: tuple[str, ...] = ()  # the places whose law the authority is
    prominence: tuple[Measured, ...] = ()  # of the caveat it quotes


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A sentence that matched a rule and was let off, with the cue that let it off."""

    rule: str
    category: str
    quote: str
    match: tuple[str, ...]
    line: int
    column: int
    cue: CueSaid
    role: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Stance:
    value: StanceValue
    cues: tuple[CueSaid, ...] = ()


@dataclass(frozen=True, slots=True)
class Stripped:
    """What one kind of boilerplate took out of the judging: `repeats` is how often its commonest run stands on the page."""

    role: Role
    blocks: int
    repeats: int
    sample: str


@dataclass(frozen=True, slots=True)
class Check:
    check: str
    state: CheckState
    reason: str = ""
    prominence: tuple[Measured, ...] = ()  # of the caveat that satisfies it


@dataclass(frozen=True, slots=True)
class Spoken:
    """How much of a page is in one language: `share` of the characters of its text, from 0 to 1."""

    language: str
    share: float
    words: int


@dataclass(frozen=True, slots=True)
class PageReport:
    target: str
    url: str
    fetched: str
    sha256: str
    title: str
    language: str
    stance: Stance
    blocks: int
    stripped: tuple[Stripped, ...] = ()
    findings: tuple[Finding, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
    checks: tuple[Check, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    languages: tuple[Spoken, ...] = ()  # where the page has several, the most spoken first
    jurisdictions: tuple[str, ...] = ()  # the places by whose law it was judged
    browser: Browser | None = None  # that rendered the page; None: it was read as it came
    list_id: str = ""  # of its target, as the list has it
    start: str = ""  # the target whose crawl came to it


@dataclass(frozen=True, slots=True)
class Summary:
    """The run in numbers; every target given is in `pages`, `failures` or `unparsed`. Ignored findings are counted in `ignored` alone."""

    targets: int
    pages: int
    failures: int
    findings: dict[str, int]  # by severity, every level present
    pages_with_findings: int
    not_checked: int  # pages on which some check could not be made
    ignored: Ignored | None = None  # None: the run was given no decisions
    failed: Mapping[str, int] = field(default_factory=dict)  # failures by their kind; no zeros
    unspoken: int = 0  # pages in a language that the rules do not speak; with `failed`, `unparsed` and the audited pages all targets
    unparsed: int = 0  # pages whose bytes name no therapy, which were not read any further


class Spread(StrEnum):
    """How a caveat is spread over the pages of a site."""

    SOME = "on-some-pages"  # of those that need it
    APART = "on-another-page"  # only where no claim is made
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Pages:
    count: int = 0
    first: tuple[str, ...] = ()  # addresses of the first few


@dataclass(frozen=True, slots=True)
class SiteCaveat:
    """What the pages of one host make of one caveat: those that need it by whether they show it, and those that show it unasked."""

    host: str
    rule: str
    spread: Spread
    message: str
    shown: Pages
    faulty: Pages  # incomplete, buried, contradicted, of the wrong state
    missing: Pages
    apart: Pages


@dataclass(frozen=True, slots=True)
class Report:
    """
    A whole run: pages and failures in the order the targets were given. `lists`: id and day of each list of approved products;
    `as_of`: the day whose law was applied.
    """

    version: str
    rules_digest: str
    pages: tuple[PageReport, ...]
    failures: tuple[Failure, ...]
    summary: Summary
    lists: tuple[tuple[str, datetime.date], ...] = ()
    as_of: datetime.date | None = None
    sites: tuple[SiteCaveat, ...] = ()
    crawls: tuple[Crawled, ...] = ()  # in the order of their targets


class Fate(StrEnum):
    """What became of a claim rule that came near a sentence."""

    LEADS = "leads"
    STATED = "stated"  # stands too, and is listed with the one that leads
    LET_OFF = "let-off"  # by a cue
    NEEDS = "needs-therapy"  # no therapy is named or carried over
    LIGHT = "too-light"  # by the sum of all signs, under what a claim weighs
    UNLESS = "unless"  # by a pattern of its own `unless`
    NEAR = "near"  # all of a pattern but one part, or its parts too far apart


class VerdictValue(StrEnum):
    FLAGGED = "flagged"
    HELD_BACK = "held-back"
    NO_MATCH = "no-match"
    NOT_JUDGED = "not-judged"


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """A claim rule that came near a sentence: `match` are its words there, the rest depends on its fate."""

    rule: str
    title: str
    category: Category
    severity: Severity
    fate: Fate
    match: tuple[str, ...]
    cue: CueSaid | None = None  # that let it off
    unless: tuple[str, ...] = ()  # the words of its `unless` that stand there
    pattern: str = ""  # the pattern that nearly stands, as its file has it
    missing: str = ""  # the part of it that does not
    such_as: tuple[str, ...] = ()  # words that the missing part stands for
    leads_by: str = ""  # what put it before the next one


@dataclass(frozen=True, slots=True)
class Passed:
    """A rule that a cue did not let off, and why not: immune, own-words, out-of-reach or mere-name."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class CueSeen:
    """A cue of a sentence: the words it covers, where it stops and at what, and what it did."""

    text: str
    says: str
    reach: str
    rule: str = ""  # "" for other care and approved products, which no cue rule names
    covers: str = ""
    stops_at: str = ""  # "" where it goes on to the edge of the sentence
    lets_off: tuple[str, ...] = ()
    passes: tuple[Passed, ...] = ()
    undone: str = ""  # why it counts for nothing: affirmed (it is no denial) or unlisted (no list of approved products bears it out)
    undone_by: str = ""  # the words that show it to be no denial


@dataclass(frozen=True, slots=True)
class Sign:
    """What one sign of a sentence adds to its sum, and the words it rests on: none for what is no word."""

    name: str
    weight: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """What the signs of a sentence come to by one weighing rule: a claim from `least` on, none under `veto`."""

    rule: str
    total: float
    least: float
    veto: float
    signs: tuple[Sign, ...]  # those that weigh anything, the heaviest first


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """Whom a sentence speaks of, by itself or by what stands before it. Lines are 0 where there is none to name."""

    named: tuple[str, ...]  # therapies named in the sentence
    agent: str  # what the text before it was about
    therapy: str  # last named before it
    line: int  # where that was
    turned: int  # the line that turned to the agent
    link: str  # what ties the sentence to it, or keeps it from it
    carried: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the audit judged a sentence. `line` and `column`: where the report has it, if the same text stands elsewhere."""

    value: VerdictValue
    found: Finding | None = None
    held: HeldBack | None = None
    line: int = 0
    column: int = 0
    unjudged: str = ""  # why it was not judged: role, language or no-therapy


@dataclass(frozen=True, slots=True)
class Explained:
    """One sentence with all that the audit's judgement of it rests on."""

    quote: str
    line: int
    column: int
    kind: Kind
    role: Role
    reason: str  # of the role
    language: str  # "" where nothing tells
    place: Place
    heading: tuple[str, ...]
    verdict: Verdict
    carried: CarriedOver
    rules: tuple[RuleSeen, ...] = ()
    cues: tuple[CueSeen, ...] = ()
    sums: tuple[Sum, ...] = ()  # none on a page that informs, or in what is not weighed
    caveats: tuple[Finding, ...] = ()  # those that quote this sentence


@dataclass(frozen=True, slots=True)
class StanceVoice:
    """What speaks for a stance, and how loudly; line 0 for what stands in no one place."""

    stance: StanceValue
    weight: float
    rule: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class StanceExplained:
    """A page's stance: `asked` on the command line, or weighed. An informer's side must come to at least `least`."""

    value: StanceValue
    asked: bool
    promoter: float = 0.0
    informer: float = 0.0
    least: float = 0.0
    claims: float = 0.0  # of the promoter's side: the sentences that state a benefit
    voices: tuple[StanceVoice, ...] = ()


@dataclass(frozen=True, slots=True)
class PageExplained:
    """Sentences of one page explained; `left_out` counts near misses that were not."""

    report: PageReport
    rules_digest: str
    stance: StanceExplained
    sentences: tuple[Explained, ...]
    lines: int  # of the reading copy
    left_out: int = 0
    as_of: datetime.date | None = None  # the day whose law was applied
