"""Whose law and of which day: rules and lists as they stood, places and the rules of places abroad, and what a report says of both."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import caveat
from caveat.cli import main
from caveat.errors import RuleError, UsageError
from caveat.judging import Options, judge
from caveat.model import Capture, CheckState, Finding, Outcome, Page, PageReport, StanceValue
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import CaveatRule, ProductList, Rulebook, load, scan
from caveat.rulebook.law import Law, Place, as_it_stood, asked
from caveat.rulebook.loader import read_rule
from caveat.rulebook.rules import DATED, Confidence
from caveat.shipped import shipped, toml_files

CLAIM = "Our stem cell therapy reverses lupus."
KNEES = "Our stem cell therapy repairs worn knees."
RULING = "In 2022 a federal judge in California ruled that a patient's own cells are not drugs."
SERUM = "Our exosomes regrow hair.\nThe serum holds human exosomes."
GRACE = "Under the period of enforcement discretion the FDA lets clinics like ours go on."
Shown = pytest.CaptureFixture[str]


def day(written: str) -> datetime.date:
    return datetime.date.fromisoformat(written)


@cache
def book(as_of: str = "", *places: str) -> Rulebook:
    return load(places=places, as_of=day(as_of) if as_of else None)


@cache
def every() -> Rulebook:
    return load(places=None)


def judged(text: str, as_of: str = "", *places: str) -> PageReport:
    rules = book(as_of, *places)
    page = read(Capture("page.txt", text.encode()))
    assert isinstance(page, Page)
    seen = scan(rules, page)
    return judge(label(page, seen, rules), seen, rules, Options(StanceValue.PROMOTER))


def found(text: str, as_of: str = "", *places: str) -> dict[str, Finding]:
    return {each.rule: each for each in judged(text, as_of, *places).findings}


def checks(text: str, as_of: str = "", *places: str) -> dict[str, tuple[CheckState, str]]:
    return {each.check: (each.state, each.reason) for each in judged(text, as_of, *places).checks}


# Rules in force


def test_every_rule_that_rests_on_law_has_its_day_and_none_is_of_the_future() -> None:
    rules = [rule for rule in every().rules.values() if isinstance(rule, DATED)]
    assert len(rules) > 75 and not every().set_aside
    for rule in rules:
        assert rule.authority and datetime.date(1900, 1, 1) < rule.in_force_from <= every().law.day, rule.id


def test_the_date_has_its_source_beside_it_in_the_file() -> None:
    for path, file in toml_files(shipped()):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("in_force_"):
                assert re.fullmatch(r"in_force_(?:from|to) = \d{4}-\d\d-\d\d # .+", line), f"{path}: {line}"


IN_FORCE = {
    "fl-notice": "2025-07-01",
    "wa-notice": "2018-06-07",
    "ut-notice": "2024-05-01",
    "ca-notice": "2018-01-01",
    "exosome-status": "2019-12-06",
    "typical-results": "2009-12-01",
    "superseded-law": "2021-05-31",
    "outdated-approvals": "2022-08-17",
    "supplement-disclaimer": "1999-03-23",
    "reverses-disease": "1938-06-25",
    "patient-tells": "1938-03-21",
    "eu-unauthorised-medicine": "2008-12-30",
    "ca-unauthorised-cells": "2019-05-15",
}


@pytest.mark.parametrize("rule", IN_FORCE)
def test_a_rule_counts_from_the_day_it_is_in_force_and_not_the_day_before(rule: str) -> None:
    first = day(IN_FORCE[rule])
    assert as_it_stood(every().rules[rule], first) == (every().rules[rule], "") or rule == "superseded-law"
    kept, why = as_it_stood(every().rules[rule], first - datetime.timedelta(days=1))
    assert kept is None and why == f"in force from {first}, asked as of {first - datetime.timedelta(days=1)}"


@pytest.mark.parametrize(
    ("text", "rule", "place", "before", "after"),
    [
        (KNEES, "fl-notice", "US-FL", "2025-06-30", "2025-07-01"),
        (f"{CLAIM}\n{RULING}", "superseded-law", "US", "2024-09-26", "2024-09-27"),
        (f"{CLAIM}\n{GRACE}", "superseded-law", "US", "2021-05-30", "2024-09-26"),
    ],
)
def test_an_audit_as_of_a_day_applies_the_law_of_that_day(text: str, rule: str, place: str, before: str, after: str) -> None:
    assert rule not in found(text, before, place)
    assert rule in found(text, after, place)


def test_a_rule_not_yet_in_force_is_not_asked_with_the_day_it_begins() -> None:
    assert checks(KNEES, "2025-06-30", "US-FL")["fl-notice"] == (CheckState.NOT_ASKED, "in force from 2025-07-01, asked as of 2025-06-30")


def test_a_ruling_that_stood_then_is_no_superseded_law() -> None:
    """In 2023 the ruling of 2022 stood; what had ended was the period of grace."""
    assert checks(f"{CLAIM}\n{RULING}", "2024-09-26", "US")["superseded-law"] == (CheckState.DONE, "no such words were found")


RULE = """
id = "moon-status"
kind = "caveat"
severity = "medium"
title = "Speaks of the moon"
why = "The moon board says so."
authority = ["Moon Act s. 1"]
in_force_from = 2020-01-01
in_force_to = 2021-12-31
mode = "flaw"
when = "offer"
flags = ["Our stem cells end lupus.\\nMoon cells.", "Our stem cells end gout.\\nMoon cells.", "Our exosomes end pain.\\nMoon cells."]
passes = ["Our stem cells reverse lupus.", "Our stem cells end gout.", "Our exosomes end pain."]
[flaws]
moon = ["moon cells"]
[messages]
misapplied = "The page states {words}."
"""


@pytest.mark.parametrize(
    ("as_of", "says"),
    [("2019-12-31", "in force from 2020-01-01"), ("2020-01-01", ""), ("2021-12-31", ""), ("2022-01-01", "in force until 2021-12-31")],
)
def test_a_superseded_rule_holds_through_its_last_day(as_of: str, says: str) -> None:
    rule = read_rule("moon-status.toml", RULE, "moon-status")
    kept, why = as_it_stood(rule, day(as_of))
    assert (kept is None) is bool(says) and why.startswith(says)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("in_force_from = 2020-01-01", "", "key 'in_force_from' is missing"),
        ("in_force_from = 2020-01-01", "in_force_from = '2020-01-01'", "key 'in_force_from': expected a date, got a string"),
        ("in_force_to = 2021-12-31", "in_force_to = 2019-12-31", "key 'in_force_to': 2019-12-31 is before 'in_force_from', 2020-01-01"),
        ("in_force_to = 2021-12-31", "in_force_till = 2021-12-31", "unknown key 'in_force_till'"),
        ("[flaws]", "[since]\nmon = 2021-01-01\n[flaws]", "key 'since': the rule has no flaw 'mon'"),
        ("[flaws]", "[since]\nmoon = 2019-01-01\n[flaws]", "key 'since': 2019-01-01 is before 'in_force_from'"),
    ],
)
def test_dates_are_read_strictly(before: str, after: str, said: str) -> None:
    assert RULE.count(before) == 1
    with pytest.raises(RuleError, match=re.escape(said)) as raised:
        read_rule("mine/moon-status.toml", RULE.replace(before, after), "moon-status")
    assert "mine/moon-status.toml: rule 'moon-status'" in str(raised.value)


def test_a_pack_of_ones_own_is_dated_too(tmp_path: Path) -> None:
    (tmp_path / "moon-status.toml").write_text(RULE, encoding="utf-8")
    ended = load((tmp_path,))
    assert "moon-status" not in ended.rules
    assert ended.set_aside == {"moon-status": f"in force until 2021-12-31, asked as of {ended.law.day}"}


# The list of approved products, as it stood


@cache
def products() -> ProductList:
    (listed,) = every().products.values()
    return listed


@pytest.mark.parametrize("product", products().products, ids=lambda product: product.name)
def test_every_product_is_on_the_list_from_its_approval_on_and_not_before(product: Any) -> None:
    listed = products()
    names = {each.name for each in listed.as_it_stood(product.begins).products}
    assert product.name in names
    assert product.name not in {each.name for each in listed.as_it_stood(product.begins - datetime.timedelta(days=1)).products}


@pytest.mark.parametrize(
    ("sentence", "approved", "before"),
    [
        ("Ryoncil treats children with steroid-refractory acute graft-versus-host disease.", "2024-12-18", "2024-12-17"),
        ("Casgevy cures sickle cell disease.", "2023-12-08", "2023-12-07"),
        ("MACI regrows cartilage defects of the knee.", "2016-01-01", "2015-12-31"),
    ],
)
def test_a_product_is_let_off_from_the_day_of_its_approval(sentence: str, approved: str, before: str) -> None:
    text = f"A clinic of regenerative medicine: stem cells and exosomes\n\n{sentence}\n"
    assert not [each for each in found(text, approved).values() if each.kind == "claim" and each.line > 1]
    assert [each for each in found(text, before).values() if each.kind == "claim" and each.line > 1]


def test_a_product_that_was_given_up_lets_nothing_off_any_more_and_the_message_says_so() -> None:
    text = "A clinic of regenerative medicine: stem cells and exosomes\n\n{}\n"
    treats, says = text.format("Roctavian relieves hemophilia A."), text.format("Our cells are FDA approved for hemophilia A.")
    assert not [each for each in found(treats, "2026-02-22").values() if each.kind == "claim" and each.line > 1]
    assert [each for each in found(treats, "2026-02-23").values() if each.kind == "claim" and each.line > 1]
    assert "Roctavian (given up, 2026-02-23)" in found(says, "2026-03-01")["fda-approval-claimed"].message
    assert "Roctavian for" in found(says, "2025-03-01")["fda-approval-claimed"].message
    assert "No cell or gene therapy is on the list" in found(says, "2020-03-01")["fda-approval-claimed"].message


@pytest.mark.parametrize(
    ("sentence", "as_of", "says"),
    [
        ("FDA-approved stem cell therapy for knee cartilage.", "", "MACI for cartilage defects of the knee in adults"),
        ("FDA-approved stem cell therapy for knee cartilage.", "2015-01-01", "No stem cell, exosome or birth-tissue product sold"),
        ("FDA-approved stem cells for lupus.", "2020-02-03", "that the FDA has approved for it, as of 2020-02-03"),
        ("FDA-approved stem cells for lupus.", "2027-02-03", "that the FDA has approved for it, as of 2026-08-18"),
        ("FDA-approved stem cells for sickle cell disease.", "", "Casgevy"),
        ("FDA-approved stem cells for beta thalassemia.", "2022-09-01", "Zynteglo for beta-thalassaemia"),
    ],
)
def test_a_claim_of_approval_is_held_against_the_list_of_the_day(sentence: str, as_of: str, says: str) -> None:
    assert says in found(sentence, as_of)["fda-approval-claimed"].message


def test_no_message_repeats_what_the_agency_said_before_2022() -> None:
    """“Only cord blood is approved”, and “no orthopaedic product is approved”, are no longer so."""
    for use in ("knee cartilage", "cartilage defects of the knee", "orthopedic conditions", "arthritis", "leukemia", "sickle cell disease"):
        message = found(f"FDA-approved stem cell therapy for {use}.")["fda-approval-claimed"].message
        assert not re.search(r"\b(?:only|alone)\b[^.]*cord blood|\bno\b[^.]*orthopa?edic product", message, re.IGNORECASE)


# Places


def places(*given: str) -> tuple[str, ...]:
    return every().law.binding(asked(given, every().law, every().law.places))


def test_places_are_known_by_codes_and_other_names_and_bring_the_law_above_them() -> None:
    assert places() == ("US",)
    assert places("uk") == places("GB") == ("GB",)
    assert places("de") == ("DE", "EU")
    assert places("ca", "us-ca") == ("CA", "US-CA")


def test_canada_is_not_california() -> None:
    canada, california = found(CLAIM, "", "CA"), found(CLAIM, "", "US-CA")
    assert "ca-unauthorised-cells" in canada and "fda-status" not in canada
    assert "ca-unauthorised-cells" not in california and "fda-status" in california


LAW = Law(day("2026-01-01"), {"US": Place("the United States"), "DE": Place("Germany"), "US-WA": Place("Washington")})


@pytest.mark.parametrize(("given", "near"), [("Germny", "DE (Germany)"), ("US-WY", "US-WA (Washington)"), ("Xyz", "known: ")])
def test_an_unknown_place_is_answered_with_the_nearest(given: str, near: str) -> None:
    with pytest.raises(UsageError) as raised:
        asked([given], LAW, LAW.places)
    assert near in raised.value.hint


def test_the_places_of_the_law_are_those_that_rules_name() -> None:
    named = {place for rule in every().of(CaveatRule).values() for place in (*rule.jurisdictions, rule.state)} - {""}
    assert named == set(every().law.places)


def test_a_rulebook_that_was_not_loaded_for_a_place_does_not_look_clean() -> None:
    captures = [Capture("page.txt", CLAIM.encode())]
    with pytest.raises(UsageError, match="the rules of AU are not loaded"):
        list(caveat.results(captures, book(), caveat.Options(jurisdictions=("AU",))))


def test_rules_of_places_that_are_not_asked_for_are_not_loaded() -> None:
    names = {name for name, rule in every().of(CaveatRule).items() if not any(law.startswith("US") for law in rule.jurisdictions)}
    assert len(names) > 15
    assert not names & book().rules.keys() and names <= book().elsewhere
    german = book("", "DE")
    assert {name for name in names & german.rules.keys() if not {"DE", "EU"} & set(german.of(CaveatRule)[name].jurisdictions)} == set()


def test_to_judge_by_a_rule_of_another_place_alone_is_a_mistake_that_is_named() -> None:
    with pytest.raises(UsageError, match="rule 'gb-cancer-offer' is of the law of another place"):
        load(only=["gb-cancer-offer"])
    assert "gb-cancer-offer" in load(only=["gb-cancer-offer"], places=["GB"]).rules


# What the rules of places abroad find

ABROAD = [
    ("GB", "We treat breast cancer with our stem cells.", "gb-cancer-offer", Outcome.RESTRICTED, "Cancer Act 1939"),
    ("GB", CLAIM, "gb-no-evidence", Outcome.RESTRICTED, "none was found on the page"),
    ("GB", "Our stem cell therapy lets you avoid knee replacement surgery.", "gb-discourages-care", Outcome.RESTRICTED, "may do so"),
    ("GB", SERUM, "human-material-in-cosmetics", Outcome.RESTRICTED, "may fall under"),
    ("EU", SERUM, "human-material-in-cosmetics", Outcome.RESTRICTED, "may fall under"),
    ("EU", CLAIM, "eu-unauthorised-medicine", Outcome.MISSING, "No statement was found of an authorisation"),
    ("EU", "We guarantee that our stem cells end your arthritis.", "eu-guarantee", Outcome.RESTRICTED, "may not suggest"),
    ("EU", "Our stem cell therapy has no side effects.", "eu-no-side-effects", Outcome.RESTRICTED, "no adverse reactions"),
    ("EU", "Our exosomes are natural and therefore safe.", "eu-natural-safe", Outcome.RESTRICTED, "safe because it is natural"),
    ("EU", f"{CLAIM}\nRecommended by leading scientists.", "eu-recommended", Outcome.RESTRICTED, "Recommended by leading scientists"),
    ("EU", "Our stem cell therapy cures lupus.", "eu-recovery", Outcome.RESTRICTED, "tells of a recovery"),
    ("DE", "We guarantee that our stem cells end your arthritis.", "de-certain-success", Outcome.RESTRICTED, "s. 3 HWG"),
    ("DE", CLAIM, "de-unauthorised-medicine", Outcome.MISSING, "No authorisation was found"),
    ("DE", CLAIM, "eu-unauthorised-medicine", Outcome.MISSING, "European Union"),
    ("DE", "“PRP changed my life, and I recommend it to all.”", "de-case-history", Outcome.RESTRICTED, "s. 11(1) HWG"),
    ("AU", "PRP for tennis elbow, from $400", "au-biologicals", Outcome.RESTRICTED, "no caveat beside them changes this"),
    ("AU", f"{CLAIM}\nStem cell therapy is not approved.", "au-biologicals", Outcome.RESTRICTED, "no caveat"),
    ("AU", "“PRP changed my life, and I recommend it to all.”", "au-testimonials", Outcome.RESTRICTED, "restricts testimonials"),
    ("CA", CLAIM, "ca-unauthorised-cells", Outcome.MISSING, "no statement was found"),
    ("MX", f"{CLAIM}\nOur clinic is COFEPRIS certified.", "mx-cofepris-notice", Outcome.MISAPPLIED, "as a seal"),
    ("MX", "Nuestra terapia con células madre revierte el lupus y el dolor de las rodillas de nuestros pacientes.\n"
     "Clínica certificada por COFEPRIS.", "mx-cofepris-notice", Outcome.MISAPPLIED, "certificada por COFEPRIS"),
    ("JP", f"{CLAIM}\nApproved by the Ministry of Health of Japan.", "jp-plan-as-proof", Outcome.MISAPPLIED, "no proof of effect"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "text", "rule", "outcome", "says"), ABROAD, ids=[f"{row[0]}-{row[2]}" for row in ABROAD])
def test_what_a_law_abroad_restricts_is_found_under_that_law_and_not_under_american_law(
    place: str, text: str, rule: str, outcome: Outcome, says: str
) -> None:
    here = found(text, "", place)[rule]
    assert here.outcome is outcome and says in here.message
    assert set(here.jurisdictions) <= set(book("", place).places) and here.jurisdictions
    medium = book("", place).of(CaveatRule)[rule].confidence is Confidence.MEDIUM
    assert ("known here from secondary sources" in here.message) is medium
    assert rule not in found(text)


def test_every_rule_abroad_is_in_the_table() -> None:
    abroad = every().rules.keys() & book().elsewhere
    assert abroad == {row[2] for row in ABROAD}


INNOCENT = [
    ("GB", "We do not treat cancer.", "gb-cancer-offer"),
    ("GB", "Stem cell therapy for lupus", "gb-no-evidence"),
    ("EU", "They are given under a hospital exemption granted by the Paul-Ehrlich-Institut.", "eu-unauthorised-medicine"),
    ("EU", "We cannot guarantee any result.", "eu-guarantee"),
    ("EU", "Side effects include fever and infection.", "eu-no-side-effects"),
    ("EU", "Ask your doctor before you book.", "eu-recommended"),
    ("DE", "We cannot guarantee any result.", "de-certain-success"),
    ("CA", "They are given in a clinical trial authorized by Health Canada.", "ca-unauthorised-cells"),
    ("MX", "COFEPRIS has not authorised any therapy of ours.", "mx-cofepris-notice"),
    ("JP", "The clinic stands near the station in Osaka.", "jp-plan-as-proof"),
]


@pytest.mark.parametrize(("place", "sentence", "rule"), INNOCENT, ids=[row[2] for row in INNOCENT])
def test_what_is_denied_or_named_leaves_the_rule_quiet(place: str, sentence: str, rule: str) -> None:
    text = sentence if rule == "gb-no-evidence" else f"{KNEES}\n{sentence}"
    assert rule not in found(text, "", place)


def test_australia_lets_no_caveat_cure_but_asks_nothing_of_a_page_without_a_claim() -> None:
    assert "au-biologicals" not in found("The regulator has approved no stem cell product for knees.", "", "AU")


# What the report says of it


def ran(capsys: Shown, *words: str | Path) -> tuple[int, str, str]:
    code = main(list(map(str, words)))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


LOADED = cache(load)


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("audit", "explain", "rule_work"):
        monkeypatch.setattr(f"caveat.cli.{part}.load", LOADED)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.txt"
    file.write_text(f"{CLAIM}\nRecommended by leading scientists.\n", encoding="utf-8")
    return file


def test_the_report_states_the_day_and_the_places_in_every_format(page: Path, capsys: Shown) -> None:
    words = ("audit", page, "--as-of", "2026-09-30", "--jurisdiction", "DE,US")
    shown = {form: ran(capsys, *words, "--format", form)[1] for form in ("terminal", "json", "jsonl")}
    assert re.search(r"law +DE, EU, US\n", shown["terminal"]) and "law as of 2026-09-30" in " ".join(shown["terminal"].split())
    report = json.loads(shown["json"])
    assert report["as_of"] == json.loads(shown["jsonl"].splitlines()[-1])["as_of"] == "2026-09-30"
    assert report["approved_lists"] == {"us-fda": "2026-08-18"}
    assert report["pages"][0]["jurisdictions"] == ["DE", "EU", "US"]


def test_each_finding_says_whose_law_where_several_are_asked_for(page: Path, capsys: Shown) -> None:
    _, shown, _ = ran(capsys, "audit", page, "--jurisdiction", "DE,US", "--format", "json")
    law = {each["rule"]: each["jurisdictions"] for each in json.loads(shown)["pages"][0]["findings"]}
    assert law["fda-status"] == ["US"] and law["eu-recommended"] == ["EU"] and law["de-unauthorised-medicine"] == ["DE"]
    _, shown, _ = ran(capsys, "audit", page, "--jurisdiction", "DE,US")
    assert "authority US: FD&C Act" in shown and "authority EU: Directive" in shown and "authority DE: HWG" in shown
    _, shown, _ = ran(capsys, "audit", page)
    assert "authority FD&C Act" in shown


def test_under_foreign_law_alone_claims_are_reported_and_american_rules_are_not_asked() -> None:
    report = judged(CLAIM, "", "AU")
    assert {each.rule for each in report.findings if each.kind == "claim"} == {"reverses-disease"}
    told = checks(CLAIM, "", "AU")
    assert told["fda-status"] == (CheckState.NOT_ASKED, "asked for under US, not under AU")
    assert told["claims"][0] is CheckState.NOT_ASKED and "the United States, whose law was not asked for" in told["claims"][1]
    assert "claims" not in checks(CLAIM) and "claims" not in checks(CLAIM, "", "AU", "US")


def test_a_day_later_than_the_list_is_told_and_no_failure(page: Path, capsys: Shown) -> None:
    code, shown, _ = ran(capsys, "audit", page, "--as-of", "2031-01-01")
    assert code == 1
    assert "the list is of 2026-08-18, older than 2031-01-01, the day asked" in " ".join(shown.split())
    assert "the rules know the law up to" in " ".join(shown.split())
    code, shown, _ = ran(capsys, "audit", page)
    assert "older than" not in " ".join(shown.split())


def test_the_same_page_gives_the_same_report_whatever_day_it_is(page: Path, capsys: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ran(capsys, "audit", page, "--format", "json")[1]

    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Later:
            return cls(2040, 1, 1, tzinfo=tz)

    monkeypatch.setattr("caveat.cli.options.datetime.datetime", Later)
    assert ran(capsys, "audit", page, "--format", "json")[1] == before
    assert json.loads(ran(capsys, "audit", page, "--format", "json", "--as-of", "today")[1])["as_of"] == "2040-01-01"


def test_explain_applies_the_law_of_the_day_too(page: Path, capsys: Shown) -> None:
    code, shown, _ = ran(capsys, "explain", f"{page}:1", "--as-of", "1930-01-01", "--format", "json")
    said = json.loads(shown)
    assert code == 0 and said["as_of"] == "1930-01-01"
    assert said["sentences"][0]["verdict"]["value"] == "no-match"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as-of", "last year"), "--as-of: 'last year' is no date; a date is written 2026-11-02"),
        (("--jurisdiction", "Germny"), "--jurisdiction: unknown place 'GERMNY'; did you mean DE (Germany)"),
        (("--jurisdiction", "US-FX"), "did you mean US-FL (Florida)"),
    ],
)
def test_what_cannot_be_asked_is_2(page: Path, words: Sequence[str], said: str, capsys: Shown) -> None:
    code, shown, error = ran(capsys, "audit", page, *words)
    assert (code, shown) == (2, "") and said in error


def test_the_list_of_rules_tells_whose_law_and_since_when_in_80_columns(capsys: Shown) -> None:
    code, shown, _ = ran(capsys, "rules", "list", "--law")
    lines = shown.splitlines()
    assert code == 0 and max(map(len, lines)) <= 80
    assert any(line.split() == ["fl-notice", "US-FL", "from", "2025-07-01"] for line in lines)
    assert any(line.split() == ["human-material-in-cosmetics", "EU", "GB", "from", "2013-07-11", "secondary", "sources"] for line in lines)
    assert any(line.strip().startswith("DE") and "with the law of EU" in line for line in lines)


def test_products_are_shown_as_they_stood(capsys: Shown) -> None:
    shown = ran(capsys, "rules", "products", "--as-of", "2012-12-31")[1]
    assert shown.startswith("us-fda: 6 products approved by the FDA, as of 2012-12-31")
    assert ran(capsys, "rules", "products", "ryoncil", "--as-of", "2020-01-01")[0] == 2


def test_a_decision_on_a_finding_under_other_law_is_not_called_stale(page: Path, tmp_path: Path, capsys: Shown) -> None:
    file = tmp_path / "decided.toml"
    rules = ("eu-recommended", "fl-notice", "cures-disease")
    entries = "".join(
        f'[[ignore]]\nid = "{number:016x}"\ndecision = "mistaken"\nreason = "Seen."\nwho = "A"\ndate = 2026-01-01\n'
        f'page = {json.dumps(str(page))}\nrule = "{rule}"\n'
        for number, rule in enumerate(rules)
    )
    file.write_text(entries, encoding="utf-8")
    _, shown, _ = ran(capsys, "audit", page, "--ignore", file, "--as-of", "1950-01-01", "--jurisdiction", "US-FL", "--format", "json")
    assert [each["rule"] for each in json.loads(shown)["summary"]["ignored"]["stale"]] == ["cures-disease"]


def test_the_help_names_every_country_there_are_rules_for(capsys: Shown) -> None:
    said = " ".join(ran(capsys, "audit", "--help")[1].split())
    assert all(re.search(rf"\b{code}\b", said) for code in every().law.places if "-" not in code)
