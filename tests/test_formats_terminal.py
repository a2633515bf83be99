"""The report a journalist reads: order, quotes, marks, what was let off, and nothing a page can do to the terminal."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

import caveat
from caveat.formats.terminal import render
from caveat.model import (
    Category,
    Check,
    CheckState,
    CueSaid,
    Failure,
    Finding,
    Level,
    LookedUp,
    PageReport,
    Record,
    Severity,
    Stage,
    Stripped,
    Support,
    SupportState,
)
from test_formats_clean import HOSTILE
from test_formats_sample import CAVEATS, CLAIMS, CLEAN, CLINIC, FAILURES, HELD_BACK, LOOKED_UP, REPORT, claim, one


def flat(text: str) -> str:
    """The report as running text, so that a sentence can be looked for wherever its lines break."""
    return " ".join(re.sub("[«»]", "", text).split())


def test_what_was_looked_up_is_shown_with_source_date_and_address_and_what_was_not_with_the_reason() -> None:
    shown = flat(page_with(replace(simple("They cure lupus.", "cure"), support=Support(SupportState.RETRACTED, (LOOKED_UP,)))))
    assert "cited-retracted: a study that is cited has been retracted" in shown
    assert "Crossref: “Vesicles and the aged knee”, journal-article, asked 2026-11-02T09:14:05Z (kept since), https://api.crossref" in shown
    assert "not looked up: ClinicalTrials.gov: it answers 500 (tried 3 times), asked 2026-11-02T09:14:07Z, https://clinical" in shown


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ([Level.REGISTRATION, Level.PROTOCOL], "cited: what is cited is the plan of a study, not its result"),
        ([Level.REGISTRATION, Level.REVIEW], "cited: a study is cited; that alone is no support"),
    ],
)
def test_a_plan_is_not_spoken_of_as_a_study(levels: list[Level], words: str) -> None:
    beside = Support(SupportState.CITED, tuple(replace(LOOKED_UP, level=level) for level in levels))
    assert words in flat(page_with(replace(simple("They cure lupus.", "cure"), support=beside)))


def page_with(*findings: Finding) -> str:
    return render(one(replace(CLINIC, findings=findings)))


def simple(quote: str, *match: str, severity: Severity = Severity.HIGH) -> Finding:
    return claim("ends-disease", Category.CURE, severity, quote, match, 5)


def test_caveats_come_first_and_both_lists_have_the_worst_on_top() -> None:
    report = render(one(CLINIC))
    levels = re.findall(r"^(HIGH|MEDIUM|LOW|NOTE)\b", report, re.MULTILINE)
    assert levels == ["HIGH", "MEDIUM", "MEDIUM", "HIGH", "HIGH", "MEDIUM", "MEDIUM", "MEDIUM", "LOW", "NOTE", "NOTE"]
    assert report.index("fda-status") < report.index("ends-disease")


@pytest.mark.parametrize("found", CLAIMS + CAVEATS, ids=lambda found: f"{found.rule}-{found.line}")
def test_every_finding_is_shown_with_its_full_quote_and_place(found: Finding) -> None:
    report = render(one(CLINIC))
    assert found.quote in flat(report)
    assert found.rule in report
    assert not found.line or f"{found.line}:{found.column}" in report


def test_the_head_says_what_was_read_and_how_it_was_taken() -> None:
    report = flat(render(one(CLINIC)))
    for said in (
        CLINIC.title,
        CLINIC.url,
        "after 301 from https://larkspur-cells.example/autoimmune",
        "language en",
        f"sha256 {CLINIC.sha256[:12]}",
        CLINIC.fetched,
        "promoter",
        "“Call a care guide today” (call to action)",
        "and 1 more",
        "2 high, 3 medium, 2 low, 4 note",
        "1 missing, 1 incomplete, 1 misapplied",
    ):
        assert said in report


def test_a_faulty_caveat_is_said_with_its_outcome_its_words_and_its_authority() -> None:
    report = flat(page_with(CAVEATS[0]))
    for said in ("incomplete", CAVEATS[0].message, CAVEATS[0].quote, "“Some of” (leaves open which)", "FD&C Act 201(n); 16 CFR 255.0"):
        assert said in report


def test_a_claim_shows_what_lowered_it_and_what_its_citation_is_of() -> None:
    report = flat(page_with(CLAIMS[2]))
    assert "treatment · attributed · 51:1 · Multiple sclerosis" in report
    assert "“Researchers report” (attributed)" in report
    assert "cited-mismatch: what is cited is about another therapy or condition" in report
    assert "line 52, randomised (marrow transplant after chemotherapy, not umbilical cells)" in report
    assert "treats-disease, also beats-standard-care" in report


def test_a_therapy_carried_over_from_another_sentence_is_named() -> None:
    assert "therapy: placental exosomes" in flat(page_with(CLAIMS[1]))


def test_text_that_is_no_visible_content_says_where_it_stands() -> None:
    report = flat(render(one(CLINIC)))
    assert "outside the visible text: page title" in report
    assert "in a newsletter block · stands 2 times" in report
    assert "outside the visible text: alternative text of an image" in report


def test_the_authority_of_a_rule_is_spelled_out_once_a_page_and_then_pointed_to() -> None:
    report = page_with(simple("Cells cure lupus.", "cure"), replace(simple("Cells cure gout.", "cure"), line=9))
    assert report.count("PHS Act 351(a)(1)") == 1
    assert "authority as at 5:1" in report


def test_authorities_do_not_break_inside_a_citation() -> None:
    lines = page_with(replace(simple("Cells cure lupus.", "cure"), authority=tuple(f"Invented Code of Care {n}(b)" for n in range(9))))
    assert all(f"Invented Code of Care {n}(b)" in lines for n in range(9))


@pytest.mark.parametrize(
    ("quote", "match", "shown"),
    [
        ("Exosomes cure lupus.", ("Exosomes", "cure", "lupus"), "«Exosomes cure lupus»."),
        ("A secure clinic can cure you.", ("cure",), "A secure clinic can «cure» you."),
        ("Cells help cells heal gout.", ("cells", "heal"), "«Cells» help cells «heal» gout."),
        ("Our CELLS  end   pain.", ("cells end pain",), "Our «CELLS end pain»."),
        ("«Nous» cure lupus.", ("cure",), "«Nous» ⟪cure⟫ lupus."),
        ("[bold red]cure[/] lupus :smile:", ("cure",), "[bold red]«cure»[/] lupus :smile:"),
        ("幹細胞で治る", ("治る",), "幹細胞で«治る»"),
    ],
)
def test_the_words_that_fired_are_marked(quote: str, match: tuple[str, ...], shown: str) -> None:
    assert shown in " ".join(page_with(simple(quote, *match)).split())


def test_words_that_fired_and_stand_elsewhere_are_named_rather_than_lost() -> None:
    assert "fired on “umbilical cells”" in page_with(simple("They cure lupus.", "umbilical cells", "cure"))


def test_in_colour_the_quote_stays_verbatim_and_the_words_are_underlined() -> None:
    report = render(one(replace(CLINIC, findings=(simple("Exosomes cure lupus.", "cure"),))), color=True)
    assert "Exosomes \x1b[1;4mcure\x1b[0m lupus." in report
    assert "«" not in report
    assert render(one(CLINIC)).count("\x1b") == 0


def test_lesser_claims_of_one_rule_stand_close_together_with_what_lowered_each() -> None:
    report = render(one(CLINIC))
    assert "  20:1      Early work hints that «secretome» may «ease rheumatoid arthritis».\n" in report
    assert "[“could” (hedged); cited, line 34]" in flat(report)
    shown, _, unshown = report.partition("Claims not shown to the reader")
    assert shown.count("offer · definite · offers-therapy") == unshown.count("offer · definite · offers-therapy") == 1


def test_a_very_long_list_is_shown_to_its_end() -> None:
    many = tuple(replace(simple(f"Vial {n} cures lupus.", "cures"), line=n) for n in range(1, 301))
    report = page_with(*many)
    assert all(f"Vial {n} «cures» lupus." in report for n in range(1, 301))
    assert report.count("\n") < 500


def test_what_was_stripped_and_what_was_not_checked_is_said() -> None:
    report = flat(render(one(CLINIC)))
    assert "stripped lead form ×11 (33 blocks), cookie 6" in report
    stands = "risks: line 70; the page makes no claim that asks for it"
    assert f"present {stands}; typical-results: “Results differ from person to person” at 57:1" in report
    assert "not checked type-size: static HTML does not show how large a notice is set" in report
    assert "not asked fl-notice: no --jurisdiction US-FL; wa-notice: no --jurisdiction US-WA" in report


def test_checks_that_share_a_reason_share_its_words() -> None:
    checks = tuple(Check(name, CheckState.NOT_CHECKED, "the page is in French") for name in ("risks", "fda-status"))
    assert "not checked fda-status, risks: the page is in French" in flat(render(one(replace(CLEAN, checks=checks))))


def test_sentences_let_off_are_counted_and_shown_with_their_cue_when_asked_for() -> None:
    counted, shown = render(one(CLINIC)), render(one(CLINIC), show_held_back=True)
    assert "2 sentences that matched a rule" in counted and "--show-held-back" in counted
    for held in HELD_BACK:
        assert held.quote not in flat(counted)
        assert f"{held.line}:{held.column} {held.quote} {held.rule}, let off by “{held.cue.text}” ({held.cue.says})" in flat(shown)


def test_a_page_without_findings_is_no_clearance_and_counts_only_checks_that_were_made() -> None:
    assert "Nothing found at any level by 2 checks; this is not clearance." in render(one(CLEAN))
    assert "Nothing found at any level; this is not clearance." in render(one(replace(CLEAN, checks=())))
    unmade = (Check("claims", CheckState.DONE), Check("risks", CheckState.NOT_CHECKED, "no text"))
    assert "by 1 check;" in render(one(replace(CLEAN, checks=unmade)))


def test_a_page_without_text_is_not_called_clean() -> None:
    report = render(one(replace(CLEAN, blocks=0)))
    assert "nothing could be judged" in report
    assert "Nothing found" not in report


def test_failures_stand_at_the_end_with_stage_kind_reason_and_hint() -> None:
    report = flat(render(REPORT))
    assert "pages/gone.html open unreadable: no such file hint the folder holds gone-2.html" in report
    assert "https://nowhere.example/ fetch unreadable: the host is not known" in report
    assert "4 targets: 2 read, 2 not read; findings on 1 page; 1 page not checked in full" in report


def test_pages_of_a_run_are_numbered() -> None:
    report = render(REPORT)
    assert "── page 1 of 2 ─" in report and "── page 2 of 2 ─" in report
    assert "── page" not in render(one(CLINIC))


def test_the_report_speaks_of_wording_and_never_of_breaking_the_law() -> None:
    report = flat(render(REPORT, show_held_back=True))
    assert "The report is about wording." in report and "finding nothing is no clearance" in report
    assert not re.search(r"illegal|unlawful|violat|offen[cs]e|guilty", report, re.IGNORECASE)


@pytest.mark.parametrize("width", [40, 61, 80, 100])
def test_no_line_is_wider_than_asked(width: int) -> None:
    wide = simple("治る" * 90 + "x" * 200, "治る")
    report = render(one(replace(CLINIC, title="t" * 150, findings=(*CLINIC.findings, wide))), width=width, show_held_back=True)
    assert max(map(cell_len, report.splitlines())) <= width
    assert not [line for line in report.splitlines() if line != line.rstrip()]


def test_the_same_report_gives_the_same_text_whatever_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [render(REPORT), render(REPORT, color=True)]
    for name, value in {"COLUMNS": "200", "NO_COLOR": "1", "FORCE_COLOR": "1", "TERM": "dumb", "COLORTERM": "truecolor"}.items():
        monkeypatch.setenv(name, value)
    assert [render(REPORT), render(REPORT, color=True)] == before


def haunted(text: str) -> PageReport:
    """The sample page with `text` in everything that a page or an address can fill."""
    quote = f"cells {text} cure"
    finding = replace(CLAIMS[2], quote=quote, match=("cure", text), heading=(text, text), cues=(CueSaid(text, "hedged"),))
    told = LookedUp("doi:1", text, text, text, True, Record(text, (text,), sponsor=text))
    reference = replace(LOOKED_UP, text=text, why=text, looked_up=(told, LookedUp("doi:2", text, text, text, failure=text)))
    assert finding.support
    finding = replace(finding, slots=replace(finding.slots, therapy=text), support=replace(finding.support, references=(reference,)))
    findings = (finding, replace(finding, severity=Severity.NOTE), replace(CAVEATS[0], quote=quote, match=(text,)))
    return replace(
        CLINIC,
        target=text,
        url=text,
        title=text,
        language=text,
        fetched=text,
        stance=replace(CLINIC.stance, cues=(CueSaid(text, "price"),)),
        stripped=tuple(replace(each, sample=text) for each in CLINIC.stripped),
        findings=findings,
        held_back=tuple(replace(held, quote=quote, cue=CueSaid(text, "negated")) for held in HELD_BACK),
        checks=(Check("risks", CheckState.NOT_CHECKED, text),),
    )


@settings(max_examples=60, deadline=None)
@given(HOSTILE, st.integers(10, 120))
def test_no_page_can_act_on_the_terminal(text: str, width: int) -> None:
    failures = (*FAILURES, Failure(text, Stage.OPEN, text, text))
    report = render(replace(REPORT, pages=(haunted(text),), failures=failures), width=width, show_held_back=True)
    assert {char for char in report if unicodedata.category(char) == "Cc"} == {"\n"}
    assert not set(report) & set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    report.encode("utf-8")


def test_boilerplate_that_repeats_in_one_block_is_not_counted_twice() -> None:
    report = render(one(replace(CLEAN, stripped=(Stripped(CLINIC.stripped[0].role, 4, 4, "Call us"),))))
    assert "lead form ×4\n" in report


def test_colour_changes_no_word_of_the_report() -> None:
    plain = render(one(replace(CLINIC, findings=CAVEATS[2:])))
    colored = render(one(replace(CLINIC, findings=CAVEATS[2:])), color=True)
    unmarked = re.sub(r"\x1b\[[0-9;]*m", "", colored).replace("Underlined are", "«» marks")
    assert " ".join(unmarked.split()) == " ".join(plain.split())


def test_claims_that_no_reader_is_shown_stand_apart(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    meta = '<meta name="description" content="Our stem cells cure arthritis for good.">'
    body = "<h1>Stem cells</h1><p>Our exosomes relieve joint pain.</p>"
    page.write_text(f'<html lang="en"><head><title>Larkmead clinic</title>{meta}</head><body>{body}</body></html>', encoding="utf-8")
    book = caveat.load()
    screen = render(caveat.report(caveat.results(caveat.captures([str(page)]), book, caveat.Options()), book), width=80)
    shown, apart = screen.split("Claims not shown to the reader")
    assert "Our exosomes" in shown
    assert "cure arthritis" in apart
    assert "cure arthritis" not in shown
