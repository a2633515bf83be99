"""The report that the tests of the formats set, built by hand: an invented clinic with every severity, outcome and state of support."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from caveat.model import (
    Category,
    Check,
    CheckState,
    CueSaid,
    Failure,
    Finding,
    HeldBack,
    Level,
    LookedUp,
    Outcome,
    PageReport,
    Record,
    Redirect,
    Reference,
    Report,
    Role,
    Severity,
    Slots,
    Stage,
    Stance,
    StanceValue,
    Strength,
    Stripped,
    Summary,
    Support,
    SupportState,
)

DISEASE_CLAIM = ("FD&C Act 201(g)(1)(B)", "PHS Act 351(a)(1)")

MOUSE = Reference(
    "Reference: Okafor T, Lindqvist M. Vesicles of placental cells spare the cartilage of aged mice. Invented J Joints 9, 112 (2019).",
    34,
    Level.ANIMAL,
    "of aged mice",
)
OTHER = Reference(
    "Reference: Brandt E. Own marrow transplant after chemotherapy against drug treatment in relapsing MS: a randomised trial (2020).",
    52,
    Level.RANDOMISED,
    "marrow transplant after chemotherapy, not umbilical cells",
)
LOOKED_UP = replace(
    MOUSE,
    ids=("doi:10.5555/knee.1", "nct:NCT01234567"),
    looked_up=(
        LookedUp(
            "doi:10.5555/knee.1",
            "Crossref",
            "https://api.crossref.org/works/10.5555%2Fknee.1",
            "2026-11-02T09:14:05Z",
            True,
            Record("Vesicles and the aged knee", ("journal-article",), retracted="retraction of 2021-03-02 (Crossref)"),
        ),
        LookedUp(
            "nct:NCT01234567",
            "ClinicalTrials.gov",
            "https://clinicaltrials.gov/api/v2/studies/NCT01234567?fields=protocolSection,hasResults",
            "2026-11-02T09:14:07Z",
            failure="not looked up: ClinicalTrials.gov: it answers 500 (tried 3 times)",
        ),
    ),
)


def claim(rule: str, category: Category, severity: Severity, quote: str, match: tuple[str, ...], line: int, **more: object) -> Finding:
    base = Finding(
        id=hashlib.sha256(f"{rule}{quote}".encode()).hexdigest()[:16],
        kind="claim",
        rule=rule,
        category=category,
        severity=severity,
        message=f"The page states: {quote}",
        authority=DISEASE_CLAIM,
        title="Says what a therapy does",
        strength=Strength.DEFINITE,
        quote=quote,
        match=match,
        line=line,
        column=1,
        role="content",
        place="body",
        link=f"https://larkspur-cells.example/lupus#:~:text={quote[:9]}",
        support=Support(),
    )
    return replace(base, **more)  # type: ignore[arg-type]  # the fields of Finding, by name


def caveat(rule: str, severity: Severity, outcome: Outcome, message: str, authority: tuple[str, ...], **more: object) -> Finding:
    base = Finding(f"caveat-{rule}", "caveat", rule, "status", severity, message, authority, outcome=outcome)
    return replace(base, **more)  # type: ignore[arg-type]  # the fields of Finding, by name


CAVEATS = (
    caveat(
        "fda-status",
        Severity.HIGH,
        Outcome.INCOMPLETE,
        "The page names diseases beside cell products, and no plain statement was found that these products are not approved by the FDA "
        "for them: the words that come nearest leave open which products are meant.",
        ("FD&C Act 201(n)", "16 CFR 255.0"),
        quote="Some of the products on this site have not been confirmed by the Food and Drug Administration.",
        match=("Some of the products", "have not been confirmed"),
        line=58,
        column=131,
        role="disclaimer",
        place="body",
        cues=(CueSaid("Some of", "leaves open which"), CueSaid("confirmed", "is not “approved”")),
    ),
    caveat(
        "supplement-disclaimer",
        Severity.MEDIUM,
        Outcome.MISAPPLIED,
        "The disclaimer for dietary supplements stands on a page about injected cells, where it has no effect.",
        ("21 CFR 101.93(c)",),
        quote="These products are not intended to diagnose, treat, cure, or prevent any disease.",
        match=("not intended to diagnose, treat, cure, or prevent any disease",),
        line=58,
        column=1,
        role="disclaimer",
        place="body",
    ),
    caveat("risks", Severity.MEDIUM, Outcome.MISSING, "No statement of risks was found anywhere on the page.", ("FD&C Act 201(n)",)),
)

CLAIMS = (
    claim(
        "ends-disease",
        Category.CURE,
        Severity.HIGH,
        "Within ninety days our umbilical exosomes reverse lupus and let most patients put their prescriptions aside for good.",
        ("exosomes", "reverse", "lupus"),
        12,
        heading=("Lupus and other autoimmune disease", "What our exosomes do"),
        slots=Slots("umbilical exosomes", "lupus", "reverse"),
        also=("replaces-drugs", "most-patients"),
    ),
    claim(
        "regrows-tissue",
        Category.REGENERATION,
        Severity.HIGH,
        "They rebuild worn cartilage in the knee, so that bone no longer grinds on bone.",
        ("rebuild", "cartilage"),
        33,
        column=88,
        heading=("Knees and hips",),
        slots=Slots("placental exosomes", "", "rebuild"),
        cues=(CueSaid("They", "carried over from the sentence before"),),
        support=Support(SupportState.PRECLINICAL, (MOUSE,)),
    ),
    claim(
        "treats-disease",
        Category.TREATMENT,
        Severity.MEDIUM,
        "Researchers report that umbilical cells slow multiple sclerosis more than standard drugs.",
        ("umbilical cells", "slow", "multiple sclerosis"),
        51,
        heading=("Multiple sclerosis",),
        strength=Strength.ATTRIBUTED,
        slots=Slots("umbilical cells", "multiple sclerosis", "slow"),
        cues=(CueSaid("Researchers report", "attributed"),),
        support=Support(SupportState.MISMATCH, (OTHER,), "marrow transplant"),
        also=("beats-standard-care",),
    ),
    claim(
        "no-risk",
        Category.SAFETY,
        Severity.MEDIUM,
        "Subscribe and learn why placental cells are free of side effects.",
        ("placental cells", "free of side effects"),
        71,
        role="newsletter",
        repeats=2,
        slots=Slots("placental cells", "", "free of side effects"),
    ),
    claim(
        "ends-disease",
        Category.CURE,
        Severity.MEDIUM,
        "Larkspur: beat arthritis with stem cells",
        ("beat", "arthritis", "stem cells"),
        1,
        place="title",
        slots=Slots("stem cells", "arthritis", "beat"),
        support=Support(SupportState.RETRACTED, (LOOKED_UP,), "retraction of 2021-03-02 (Crossref)"),
    ),
    claim(
        "may-help",
        Category.TREATMENT,
        Severity.LOW,
        "Early work hints that secretome may ease rheumatoid arthritis.",
        ("secretome", "ease", "rheumatoid arthritis"),
        20,
        strength=Strength.HEDGED,
        cues=(CueSaid("hints", "hedged"), CueSaid("may", "hedged")),
        support=Support(SupportState.UNNAMED),
    ),
    claim(
        "may-help",
        Category.TREATMENT,
        Severity.LOW,
        "It could also calm the flares of Crohn's disease.",
        ("calm", "Crohn's disease"),
        21,
        strength=Strength.HEDGED,
        cues=(CueSaid("could", "hedged"),),
        support=Support(SupportState.CITED, (replace(MOUSE, level=Level.REVIEW, why=""),)),
    ),
    *(
        claim(
            "offers-therapy",
            Category.OFFER,
            Severity.NOTE,
            f"Exosome therapy for {condition}",
            ("Exosome therapy", condition),
            line,
            place="alt" if line == 43 else "body",
        )
        for line, condition in enumerate(("lupus", "neuropathy", "long COVID", "Lyme disease"), 40)
    ),
)

HELD_BACK = (
    HeldBack(
        "ends-disease",
        "cure",
        "There is no known cure for lupus to date.",
        ("cure", "lupus"),
        10,
        1,
        CueSaid("no known", "negated"),
        "content",
        "body",
    ),
    HeldBack(
        "no-risk",
        "safety",
        "Ibuprofen is safe for most adults.",
        ("safe",),
        18,
        40,
        CueSaid("Ibuprofen", "standard care, not what is sold"),
        "content",
        "body",
    ),
)

CLINIC = PageReport(
    target="https://larkspur-cells.example/autoimmune",
    url="https://larkspur-cells.example/lupus",
    fetched="2026-11-02T09:14:05Z",
    sha256=hashlib.sha256(b"larkspur").hexdigest(),
    title="Larkspur: beat arthritis with stem cells",
    language="en",
    stance=Stance(
        StanceValue.PROMOTER,
        (
            CueSaid("Call a care guide today", "call to action"),
            CueSaid("our patients", "first person"),
            CueSaid("$4,900 per vial", "price"),
            CueSaid("our clinic", "first person"),
        ),
    ),
    blocks=94,
    stripped=(Stripped(Role.LEAD_FORM, 33, 11, "Send me the free guide"), Stripped(Role.COOKIE, 6, 1, "We bake cookies into this site")),
    findings=CLAIMS + CAVEATS,
    held_back=HELD_BACK,
    checks=(
        Check("claims", CheckState.DONE),
        Check("registered-not-approved", CheckState.DONE),
        Check("typical-results", CheckState.SATISFIED, "“Results differ from person to person” at 57:1"),
        Check("type-size", CheckState.NOT_CHECKED, "static HTML does not show how large a notice is set"),
        Check("wa-notice", CheckState.NOT_ASKED, "no --jurisdiction US-WA"),
        Check("fl-notice", CheckState.NOT_ASKED, "no --jurisdiction US-FL"),
        Check("risks", CheckState.STANDS, "line 70; the page makes no claim that asks for it"),
    ),
    redirects=(Redirect(301, "https://larkspur-cells.example/autoimmune"),),
)

CLEAN = PageReport(
    target="pages/county-library.html",
    url="",
    fetched="",
    sha256=hashlib.sha256(b"library").hexdigest(),
    title="",
    language="",
    stance=Stance(StanceValue.INFORMER),
    blocks=7,
    checks=(Check("claims", CheckState.DONE), Check("fda-status", CheckState.DONE)),
)

FAILURES = (
    Failure("pages/gone.html", Stage.OPEN, "no such file", "the folder holds gone-2.html"),
    Failure("https://nowhere.example/", Stage.FETCH, "the host is not known"),
)

REPORT = Report(
    version="0.1.0",
    rules_digest="5f0c7d2e9ab14c6688d1",
    pages=(CLINIC, CLEAN),
    failures=FAILURES,
    summary=Summary(4, 2, 2, {"high": 3, "medium": 5, "low": 2, "note": 4}, 1, 1),
)


def one(page: PageReport) -> Report:
    """A run of one page, with no failures."""
    counts = {severity.value: sum(found.severity is severity for found in page.findings) for severity in Severity}
    return replace(REPORT, pages=(page,), failures=(), summary=Summary(1, 1, 0, counts, int(bool(page.findings)), 0))


@pytest.mark.parametrize(
    ("shown", "every"),
    [
        ({found.severity for found in CLINIC.findings}, set(Severity)),
        ({found.strength for found in CLAIMS}, set(Strength)),
        ({found.support.state for found in CLAIMS if found.support}, set(SupportState)),
        ({check.state for check in CLINIC.checks}, set(CheckState)),
        ({page.stance.value for page in REPORT.pages}, set(StanceValue)),
    ],
)
def test_the_sample_shows_every_value_a_reader_may_meet(shown: set[object], every: set[object]) -> None:
    assert shown == every
