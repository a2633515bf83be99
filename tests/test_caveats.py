"""What a page leaves out, hides or gets wrong: each rule against many pages, with its outcome and the words of its message."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.errors import RuleError
from caveat.judging import caveats
from caveat.judging.address import states_of
from caveat.judging.fingerprint import fingerprint
from caveat.judging.wordings import differences
from caveat.model import Category, Check, CheckState, Finding, Outcome, Severity
from caveat.rulebook import CaveatRule, Rulebook, load, scan
from caveat.rulebook.rules import Mode
from caveat.shipped import shipped
from small_pages import claim, page

CLAIM = "Our stem cell therapy reverses lupus."
KNEE = "Our stem cell therapy rebuilds a worn knee."
EXOSOME = "Exosome infusions repair lungs scarred by COPD."
TESTIMONIAL = "“Since the stem cells my arthritis is gone,” says Marit of Oakfield."

WASHINGTON, FLORIDA, UTAH, CALIFORNIA = (f"{state}-notice" for state in ("wa", "fl", "ut", "ca"))


@cache
def book() -> Rulebook:
    return load()


def rule(name: str) -> CaveatRule:
    return book().of(CaveatRule)[name]


def wording(name: str, which: int = 0) -> str:
    return rule(name).notice[which]


Judged = tuple[dict[str, Finding], dict[str, Check]]


def judged(text: str, claims: Sequence[str] = (CLAIM,), where: Sequence[str] = ("US",), category: Category = Category.TREATMENT) -> Judged:
    """Findings and checks by rule. The claims are sentences of the text, which is put below the first of them when it holds none."""
    whole = text if any(each in text for each in claims) else "\n".join([*claims, text])
    seen = page(whole)
    found = [claim(seen, each, category) for each in claims]
    findings, checks = caveats.check(seen, scan(book(), seen), book(), found, where, "clinic.example")
    return {each.rule: each for each in findings}, {each.check: each for each in checks}


def outcome(name: str, made: Judged) -> Outcome | None:
    findings, checks = made
    assert (name in findings) != (name in checks), "a rule is found or checked, and never both"
    return findings[name].outcome if name in findings else None


# ---------------------------------------------------------------- fda-status

GOOD = [
    "Stem cell therapy for lupus has not been approved by the FDA.",
    "The FDA has not approved stem cell therapy for any use.",
    "The Food and Drug Administration hasn’t approved any of the treatments on this page.",
    "No stem cell product has been approved by the FDA for lupus.",
    "Stem cell therapy has no approval from the U.S. Food & Drug Administration.",
    "These procedures are not FDA-approved for the treatment of any disease.",
    "None of our treatments is FDA approved.",
    "Stem cell therapy is an unapproved treatment: the FDA has cleared it for nothing.",
    "For lupus an FDA-approved cell therapy does not exist.",
    "The FDA has so far approved no stem cells for lupus.",
    "Our stem cell therapy is given without FDA approval.",
    "FDA approval has not been granted for these injections.",
    "Please note: stem cell therapy is NOT F.D.A. approved.",
    "The therapies we offer have never been licensed by the FDA.",
    "Neither exosomes nor stem cells are approved therapies in the eyes of the FDA.",
]


@pytest.mark.parametrize("statement", GOOD)
def test_a_plain_statement_on_fda_status_satisfies(statement: str) -> None:
    made = judged(statement)
    assert outcome("fda-status", made) is None, made[0]["fda-status"].message
    assert made[1]["fda-status"].state is CheckState.SATISFIED
    assert "line 2" in made[1]["fda-status"].reason


SHORT = [
    ("Some of our products have not been approved by the FDA.", "leaves open which therapies"),
    ("Certain treatments described here have not been approved by the FDA.", "leaves open which therapies"),
    ("Not all of our therapies are FDA-approved.", "leaves open which therapies"),
    ("This office performs one or more stem cell therapies that have not yet been approved by the FDA.", "leaves open which therapies"),
    ("Stem cell therapy is not FDA-approved for all conditions.", "leaves open whether the uses"),
    ("The FDA has not yet approved stem cell therapy for many diseases.", "leaves open whether the uses"),
    ("Our treatments have not been confirmed by the Food and Drug Administration.", "says nothing of approval"),
    ("These statements have not been evaluated by the FDA.", "says nothing of approval"),
    ("Our methods have not yet been assessed by the health authorities.", "says nothing of approval"),
    ("Stem cell therapy is considered experimental.", "does not say that the FDA has not approved it"),
    ("We offer investigational treatments.", "does not say that the FDA has not approved it"),
    ("Nothing here is intended to diagnose or treat any disease.", "denies an intention"),
    ("Stem cell therapy has not been approved.", "does not name the FDA"),
    ("Blood-forming cells from cord blood are the only FDA-approved stem cells.", "leaves the reader to infer"),
    ("The worth of certain products has never been verified by the FDA.", "leaves open which therapies"),
    ("PRP has not been approved by the FDA.", "and the claims are about stem cells"),
    ("Stem cell therapy has not been approved by the FDA for baldness.", "the page is about lupus"),
]


@pytest.mark.parametrize(("statement", "why"), SHORT)
def test_a_statement_that_falls_short_is_incomplete_and_says_of_what(statement: str, why: str) -> None:
    made = judged(statement)
    assert outcome("fda-status", made) is Outcome.INCOMPLETE
    found = made[0]["fda-status"]
    assert why in found.message
    assert (found.quote, found.line, found.column) == (statement, 2, 1)
    assert found.match


NOTHING_SAID = [
    "Call us today for a free consultation.",
    "The FDA neither approves nor disapproves of medical procedures.",
    "FDA approval is not required for your own cells.",
    "You do not need FDA approval to use your own cells.",
    "Our cells are not only FDA-approved but young as well.",
    "The FDA does not approve surgical procedures.",
    "Your insurance may not have approved the treatment.",
    "Our laboratory is registered with the FDA.",
    "Is stem cell therapy right for you?",
    "No surgery, no drugs, no downtime.",
]


@pytest.mark.parametrize("statement", NOTHING_SAID)
def test_words_on_approval_that_say_nothing_of_the_status_leave_it_missing(statement: str) -> None:
    made = judged(statement)
    assert outcome("fda-status", made) is Outcome.MISSING
    found = made[0]["fda-status"]
    assert (found.quote, found.line, found.severity) == ("", 0, Severity.HIGH)
    assert "No statement was found" in found.message


@pytest.mark.parametrize(
    ("mark", "place"), [("[details]", "closed"), ("[hidden]", "hidden"), ("[alt]", "alternative text"), ("[meta]", "meta tags")]
)
def test_a_good_statement_that_readers_do_not_see_is_buried(mark: str, place: str) -> None:
    made = judged(f"{CLAIM}\n{mark} {GOOD[0]}")
    assert outcome("fda-status", made) is Outcome.BURIED
    assert place in made[0]["fda-status"].message


def test_a_statement_at_the_foot_of_the_page_counts_and_the_check_says_how_far_away_it_is() -> None:
    made = judged("\n".join([CLAIM, *["We are open on weekdays."] * 9, f"[footer] {GOOD[0]}"]))
    assert outcome("fda-status", made) is None
    assert "footer" in made[1]["fda-status"].reason
    assert "10 blocks after the last claim" in made[1]["fda-status"].reason


def test_a_statement_in_a_cookie_banner_is_buried_and_a_half_one_none() -> None:
    assert outcome("fda-status", judged(f"{CLAIM}\n[cookie] {GOOD[0]}")) is Outcome.BURIED
    assert outcome("fda-status", judged(f"{CLAIM}\n[cookie] Stem cell therapy is experimental.")) is Outcome.MISSING


def test_the_agency_may_stand_in_the_sentence_before() -> None:
    assert outcome("fda-status", judged("You should know where the FDA stands. Stem cell therapy has not been approved.")) is None


def test_a_claim_of_approval_contradicts_a_good_statement() -> None:
    seen = page(f"{CLAIM}\nOur treatment is FDA approved.\n[footer] {GOOD[0]}")
    claims = [claim(seen, CLAIM), claim(seen, "Our treatment is FDA", Category.APPROVAL)]
    findings, _ = caveats.check(seen, scan(book(), seen), book(), claims, ["US"], "clinic.example")
    found = {each.rule: each for each in findings}["fda-status"]
    assert found.outcome is Outcome.CONTRADICTED
    assert found.quote == "Our treatment is FDA approved."
    assert GOOD[0] in found.message


def test_a_page_of_bare_offers_is_asked_one_level_lower() -> None:
    made = judged("Call today.", ["Stem cell therapy for lupus"], category=Category.OFFER)
    assert made[0]["fda-status"].severity is Severity.MEDIUM
    assert made[1]["risks"].state is CheckState.NOT_ASKED


def test_nothing_is_asked_of_a_page_without_claims() -> None:
    findings, checks = judged(GOOD[0], [])
    assert not findings
    assert {each.state for each in checks.values()} == {CheckState.NOT_ASKED}


def test_american_rules_are_not_asked_of_a_page_for_another_country() -> None:
    findings, checks = judged("Call today.", where=["UK"])
    assert not findings
    assert "not under UK" in checks["fda-status"].reason


# ---------------------------------------------------------------- supplement-disclaimer

DENIALS = [
    "This product is not intended to diagnose, treat, cure, or prevent any disease.",
    "These statements have not been evaluated by the Food and Drug Administration.",
    "Nothing on this website is meant to treat, cure or prevent a disease.",
    "Our protocols are not designed to prevent, treat or cure disease.",
]


@pytest.mark.parametrize("denial", DENIALS)
def test_the_disclaimer_of_supplements_on_a_page_of_cells_is_misapplied(denial: str) -> None:
    made = judged(f"[footer] {denial}")
    assert outcome("supplement-disclaimer", made) is Outcome.MISAPPLIED
    assert "no effect" in made[0]["supplement-disclaimer"].message
    assert made[0]["supplement-disclaimer"].role == "footer"


@pytest.mark.parametrize(
    ("claims", "text", "state"),
    [
        ([CLAIM], GOOD[0], CheckState.DONE),
        ([CLAIM], "This site is not intended to replace the advice of your doctor.", CheckState.DONE),
        ([CLAIM], "Our supplements are not intended to diagnose, treat, cure or prevent any disease.", CheckState.SATISFIED),
        (["Our vitamin C capsules end fatigue."], DENIALS[0], CheckState.NOT_ASKED),
    ],
)
def test_the_disclaimer_is_let_pass_where_it_belongs(claims: list[str], text: str, state: CheckState) -> None:
    assert judged(text, claims)[1]["supplement-disclaimer"].state is state


def test_the_second_sentence_of_the_disclaimer_is_the_one_quoted() -> None:
    made = judged(f"{DENIALS[1]} {DENIALS[0]}")
    assert made[0]["supplement-disclaimer"].quote == DENIALS[0]
    assert made[0]["supplement-disclaimer"].repeats == 2


# ---------------------------------------------------------------- typical-results and risks


@pytest.mark.parametrize(
    ("text", "want", "why"),
    [
        ("Call today.", Outcome.MISSING, "No statement was found"),
        ("Individual results may vary.", Outcome.INCOMPLETE, "results may vary"),
        ("Your experience may differ.", Outcome.INCOMPLETE, "does not state the result"),
        ("These results are not typical.", Outcome.INCOMPLETE, "not typical"),
        ("We cannot guarantee any outcome.", Outcome.INCOMPLETE, "cannot guarantee"),
        ("On average our patients report 2 points less pain on a scale of ten.", None, ""),
        ("Half of those treated notice no change, which is what you should expect.", None, ""),
        ("Most patients feel no difference after the injection.", None, ""),
        ("[hidden] Most patients feel no difference after the injection.", Outcome.BURIED, "hidden"),
    ],
)
def test_results_call_for_what_patients_can_generally_expect(text: str, want: Outcome | None, why: str) -> None:
    made = judged(text, [TESTIMONIAL], category=Category.TESTIMONIAL)
    assert outcome("typical-results", made) is want
    assert why in (made[0]["typical-results"].message if want else "")


def test_without_results_nothing_is_asked_about_them() -> None:
    assert judged("Individual results may vary.")[1]["typical-results"].state is CheckState.NOT_ASKED


@pytest.mark.parametrize(
    "text",
    ["Watch our patient testimonials below.", "85% of our patients walk without a stick.", "After two visits my back was better again."],
)
def test_results_that_are_no_claim_finding_ask_as_well(text: str) -> None:
    assert outcome("typical-results", judged(text)) is Outcome.MISSING


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Risks of the procedure include infection and bleeding.", None),
        ("The injection can cause swelling, nerve damage or a blood clot.", None),
        ("Blindness has been reported after stem cell injections, and it can happen here.", None),
        ("Possible complications of the infusion:\n- Infection\n- Fever and chills", None),
        ("# Risks of stem cell therapy\n- Tumors", None),
        ("As with any procedure, there are risks.", Outcome.INCOMPLETE),
        ("We will gladly discuss the potential risks with you.", Outcome.INCOMPLETE),
        ("There is no risk of infection or rejection.", Outcome.MISSING),
        ("Our method reduces the risk of infection.", Outcome.MISSING),
        ("Ibuprofen carries a risk of bleeding.", Outcome.MISSING),
        ("Complications of diabetes include blindness and stroke.", Outcome.MISSING),
        ("Symptoms of lupus:\n- Headache\n- Swelling of the hands", Outcome.MISSING),
        ("[alt] Risks of the procedure include infection and bleeding.", Outcome.BURIED),
        ("Call today.", Outcome.MISSING),
    ],
)
def test_a_risk_is_a_harm_named_of_the_therapy(text: str, want: Outcome | None) -> None:
    made = judged(text)
    assert outcome("risks", made) is want, made


def test_a_claim_of_safety_is_no_statement_of_risk() -> None:
    text = "The risks of stem cell injections, such as infection, are next to nothing."
    assert outcome("risks", judged(text, [text], category=Category.SAFETY)) is Outcome.MISSING


# ---------------------------------------------------------------- seals


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("registered-not-approved", "The vials come from an FDA-registered laboratory.", "FDA-registered"),
        ("registered-not-approved", "Our tissue bank is inspected by the FDA.", "inspected by the FDA"),
        ("registered-not-approved", "Each vial has an NDC number.", "NDC"),
        ("registered-not-approved", "We are cGMP and FDA compliant.", "FDA compliant"),
        ("registered-not-approved", "[meta] FDA registered tissue bank", "FDA registered"),
        ("exemption-claim", "Your cells are minimally manipulated.", "one of four criteria"),
        ("exemption-claim", "This falls under the same surgical procedure exception.", "names an exception"),
        ("exemption-claim", "FDA approval is not required.", "not needed"),
        ("exemption-claim", "Your own cells are not a drug.", "courts of appeal"),
        ("superseded-law", "A judge in California ruled that your own cells are not drugs.", "reversed in 2024"),
        ("superseded-law", "The FDA uses its enforcement discretion.", "31 May 2021"),
        ("trial-as-seal", "Our study is registered on ClinicalTrials.gov.", "an entry in a register"),
        ("trial-as-seal", "Our protocol is IRB-approved.", "the vote of a board"),
        ("pay-to-participate", "Join our patient-funded study.", "the patients pay"),
    ],
)
def test_a_seal_is_found_with_the_words_it_rests_on(name: str, text: str, why: str) -> None:
    made = judged(text)
    assert outcome(name, made) is not None
    assert why in made[0][name].message
    assert made[0][name].quote in text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("registered-not-approved", "The lab is FDA-registered. Registration does not mean that the FDA has approved the product."),
        ("registered-not-approved", "The lab is FDA-registered, which is no approval of what it makes."),
        ("registered-not-approved", "We are not registered with the FDA."),
        ("exemption-claim", "Cells from fat are more than minimally manipulated."),
        ("superseded-law", "A judge ruled that cells are not drugs, but the ruling was reversed in 2024."),
        ("trial-as-seal", "Our study is registered on ClinicalTrials.gov. The FDA has not reviewed it."),
        ("trial-as-seal", "The trial ended in 2021."),
    ],
)
def test_a_seal_that_is_cleared_up_beside_it_passes(name: str, text: str) -> None:
    assert outcome(name, judged(text)) is None


def test_exosomes_are_no_tissue_product() -> None:
    made = judged("Our exosomes are a 361 product.", [EXOSOME])
    assert outcome("exosome-status", made) is Outcome.MISAPPLIED
    assert outcome("exosome-status", judged("Exosomes are not HCT/Ps.", [EXOSOME])) is None
    assert judged("The fat is a 361 product.")[1]["exosome-status"].state is CheckState.NOT_ASKED


# ---------------------------------------------------------------- notices


def cut(name: str) -> str:
    return wording(name).rpartition(" You are encouraged")[0]


@pytest.mark.parametrize(
    ("name", "where", "notice", "want", "why"),
    [
        (WASHINGTON, "US-WA", "", Outcome.MISSING, "was not found"),
        (WASHINGTON, "US-WA", wording(WASHINGTON), None, "word for word"),
        (WASHINGTON, "US-WA", wording(WASHINGTON).upper(), None, "word for word"),
        (WASHINGTON, "US-WA", wording(WASHINGTON).replace("LAW. This", "LAW: This"), None, "word for word"),
        (WASHINGTON, "US-WA", wording(WASHINGTON).replace(". ", ".\n"), None, "word for word"),
        (WASHINGTON, "US-WA", f"[footer] {wording(WASHINGTON)}", None, "word for word"),
        (WASHINGTON, "US-WA", f"[hidden] {wording(WASHINGTON)}", Outcome.BURIED, "hidden"),
        (WASHINGTON, "US-WA", cut(WASHINGTON), Outcome.INCOMPLETE, "“You are encouraged to consult"),
        (WASHINGTON, "US-WA", wording(WASHINGTON).replace("provider", "physician"), Outcome.INCOMPLETE, "“physician” stands for"),
        (WASHINGTON, "US-WA", wording(WASHINGTON).replace("yet ", ""), Outcome.INCOMPLETE, "“yet” is missing"),
        (WASHINGTON, "US-WA", wording(FLORIDA), Outcome.WRONG_STATE, "Florida law"),
        (FLORIDA, "US-FL", "", Outcome.MISSING, "IND or IDE"),
        (FLORIDA, "US-FL", wording(FLORIDA), None, "word for word"),
        (FLORIDA, "US-FL", wording(FLORIDA, 1), None, "word for word"),
        (FLORIDA, "US-FL", wording(FLORIDA).replace("before", "prior to"), Outcome.INCOMPLETE, "“prior to” stands for “before”"),
        (FLORIDA, "US-FL", wording(WASHINGTON), Outcome.WRONG_STATE, "Washington law"),
        (FLORIDA, "US-FL", "As Florida law demands: some therapies are not approved by the FDA.", Outcome.INCOMPLETE, "is paraphrased"),
    ],
)
def test_a_notice_that_was_asked_for(name: str, where: str, notice: str, want: Outcome | None, why: str) -> None:
    made = judged(f"{KNEE}\n{notice}", [KNEE], ["US", where])
    assert outcome(name, made) is want
    assert why in (made[0][name].message if want else made[1][name].reason)


FAR = "12 Mill Row, Larkmere"


@pytest.mark.parametrize(
    ("name", "address", "told_by"),
    [
        (WASHINGTON, f"{FAR}, Florida 33999", FLORIDA),
        (WASHINGTON, f"{FAR}, FL 33999", FLORIDA),
        (WASHINGTON, f"[footer] © Wren Clinic, {FAR}, Florida", FLORIDA),
        (WASHINGTON, f"{FAR}, WA 98999", ""),
        (WASHINGTON, "Patients come to us from Larkmere, Florida.", ""),
        (WASHINGTON, f"{FAR}, FL 33999\n9 Pier Road, Ashfen, WA 98999", ""),
        (FLORIDA, f"{FAR}, Texas 75999", FLORIDA),
        (UTAH, f"{FAR}, Idaho 83999", UTAH),
        (UTAH, f"{FAR}, Utah 84999", ""),
        (CALIFORNIA, f"{FAR}, Nevada 89999", CALIFORNIA),
    ],
)
def test_a_notice_of_another_state_than_the_pages_address(name: str, address: str, told_by: str) -> None:
    """The rule of the address's state tells of it where that state asks for a notice, else the rule of the notice."""
    findings, _ = judged(f"{KNEE}\n{wording(name)}\n{address}", [KNEE])
    assert [each for each, found in findings.items() if found.outcome is Outcome.WRONG_STATE] == ([told_by] if told_by else [])
    if told_by:
        assert "assumption" in findings[told_by].message
        assert "“Larkmere, " in findings[told_by].message


def test_a_user_who_names_the_state_knows_better_than_the_address_line() -> None:
    made = judged(f"{KNEE}\n{wording(WASHINGTON)}\n{FAR}, Florida 33999", [KNEE], ["US-WA"])
    assert outcome(WASHINGTON, made) is None


@pytest.mark.parametrize(
    ("name", "where", "said", "reason"),
    [
        (FLORIDA, "US-FL", EXOSOME, "stem cells or birth tissue"),
        (FLORIDA, "US-FL", "Our stem cell therapy slows Parkinson’s disease.", "within its scope"),
        (WASHINGTON, "US-WA", "PRP injections bring hair back.", "stem cells or birth tissue"),
        (WASHINGTON, "US-FL", KNEE, "US-WA only"),
        (CALIFORNIA, "US-CA", KNEE, "no such notice"),
        (UTAH, "US-UT", KNEE, "no such notice"),
    ],
)
def test_a_notice_that_no_law_asks_of_the_page(name: str, where: str, said: str, reason: str) -> None:
    made = judged("Call today.", [said], [where])
    assert outcome(name, made) is None
    assert reason in made[1][name].reason


def test_a_full_state_notice_leaves_the_federal_status_incomplete() -> None:
    """It says "one or more stem cell therapies", so that a reader can't tell which of those on the page are meant."""
    made = judged(f"{KNEE}\n{wording(FLORIDA)}", [KNEE], ["US-FL"])
    assert outcome("fda-status", made) is Outcome.INCOMPLETE
    assert "leaves open which" in made[0]["fda-status"].message


@given(st.text(alphabet="abc .,:", max_size=80))
def test_a_notice_with_anything_around_it_is_word_for_word(around: str) -> None:
    assert differences(rule(WASHINGTON).notice, f"{around} {wording(WASHINGTON)} {around}") == []


@given(st.integers(0, 48))
def test_a_notice_short_of_any_word_is_not(dropped: int) -> None:
    parts = wording(WASHINGTON).split()
    gone = parts.pop(dropped % len(parts))
    assert any(gone.strip(".") in each for each in differences(rule(WASHINGTON).notice, " ".join(parts)))


# ---------------------------------------------------------------- all of them


@pytest.mark.parametrize("name", sorted(book().of(CaveatRule)))
def test_each_rule_has_a_message_for_each_outcome_it_can_have(name: str) -> None:
    one = rule(name)
    needed = {
        Mode.REQUIRED: {Outcome.MISSING, Outcome.INCOMPLETE, Outcome.BURIED},
        Mode.FLAW: set(),
        Mode.NOTICE: {Outcome.WRONG_STATE},
    }[one.mode]
    assert one.messages and needed <= one.messages.keys()
    assert not {*one.elements, *one.stand_ins, *one.limits, *one.flaws} - one.says.keys()


@pytest.mark.parametrize("name", sorted(book().of(CaveatRule)))
def test_no_message_says_what_a_page_cannot_show(name: str) -> None:
    one = rule(name)
    said = " ".join([one.title, *one.messages.values(), *one.says.values()]).lower()
    assert not [word for word in ("illegal", "unlawful", "violat", "fraud", "must ") if word in said]


def test_no_rule_cites_what_is_not_verified() -> None:
    cited = " ".join(authority for one in book().of(CaveatRule).values() for authority in one.authority)
    assert not [place for place in ("Tenn", "Ga.", "Georgia", "Ariz", "AB 3095") if place in cited]


def test_an_id_holds_when_the_page_changes_around_it_and_tells_sites_apart() -> None:
    first = judged("Some of our products have not been approved by the FDA.")[0]["fda-status"].id
    moved = judged("Open on weekdays.\n\nSome of our products have  not been approved by the FDA!")[0]["fda-status"].id
    assert first == moved
    assert len(first) == 16
    assert fingerprint("fda-status", "A b.", "one.example") != fingerprint("fda-status", "A b.", "two.example")


def test_a_rule_of_ones_own_that_names_no_lexicon_is_refused(tmp_path: Path) -> None:
    words = (shipped() / "caveats" / "risks.toml").read_text(encoding="utf-8").replace('"risks"', '"my-risks"', 1)
    (tmp_path / "my-risks.toml").write_text(words.replace("done_to_patient", "done_to_pasient"), encoding="utf-8")
    with pytest.raises(RuleError, match=r"my-risks.*done_to_pasient"):
        load([tmp_path])


def test_what_a_page_cannot_show_in_its_text_is_said_not_to_be_measured() -> None:
    assert judged(GOOD[0])[1]["prominence"].state is CheckState.NOT_CHECKED


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("Wren Clinic, 12 Mill Row, Larkmere, Florida 33999", "FL"),
        ("Wren Clinic, 12 Mill Row, Port St. Wren, FL 33999-1234", "FL"),
        ("Wren Clinic · Suite 9, Larkmere, New Hampshire · Tel. 555-0134", "NH"),
        ("We flew to Orlando, Florida, last spring.", None),
        ("Washington, D.C. is far away. Call 555-0134.", None),
        ("Dr. Georgia Lund, 12 Mill Row", None),
    ],
)
def test_the_state_of_an_address_line(line: str, state: str | None) -> None:
    assert list(states_of(page(line))) == ([state] if state else [])


@settings(deadline=None, max_examples=50)  # the first text waits for the rules to load
@given(st.text(max_size=200))
def test_no_text_breaks_the_caveat_rules(text: str) -> None:
    findings, checks = judged(" ".join(text.split()))
    assert {each.rule for each in findings.values()} | checks.keys() >= set(book().of(CaveatRule))
