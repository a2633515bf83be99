"""Judging whole pages: what is claimed, what is let off and why, and what the report says of each."""

from __future__ import annotations

import pytest

from caveat.judging import Options, judge
from caveat.model import Capture, Category, Page, PageReport, Place, Role, Severity, StanceValue, Strength
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import scan
from labelled_pages import book

PROMOTER = Options(stance=StanceValue.PROMOTER)
CLINIC = "Larkmead Clinic: stem cells and exosomes for arthritis"


def report(text: str, options: Options = PROMOTER, name: str = "page.txt", url: str = "") -> PageReport:
    page = read(Capture(name, text.encode(), url=url))
    assert isinstance(page, Page)
    seen = scan(book(), page)
    return judge(label(page, seen, book()), seen, book(), options)


def claims(text: str, options: Options = PROMOTER, name: str = "page.txt") -> list[str]:
    """The quotes of the claims, bare offers left out."""
    found = report(text, options, name).findings
    return [one.quote for one in found if one.kind == "claim" and one.category != Category.OFFER]


def let_off(text: str, part: str) -> str:
    """What the cue says that holds back the sentence with `part`."""
    return next(str(one.cue.says) for one in report(text).held_back if part in one.quote)


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("Our exosomes do not rebuild cartilage.", "negated"),
        ("That exosomes rebuild cartilage has not been shown in any trial.", "negated"),
        ("Can exosomes rebuild cartilage?", "asked"),
        ("He was told that his arthritis could not be cured by exosomes.", "negated"),
        ("Nobody can tell yet whether exosomes rebuild cartilage.", "negated"),
        ("The leaflet that the court saw said that exosomes rebuild cartilage.", "criticised"),
        ("Ask your doctor before you let anyone treat arthritis with exosomes.", "caveat"),
        ("Steroid tablets relieve joint pain for some weeks.", "other-care"),
        ("Patients were randomised to exosomes or saline to relieve joint pain.", "study-conduct"),
    ],
)
def test_an_innocent_sentence_is_held_back_with_its_reason(sentence: str, says: str) -> None:
    text = f"{CLINIC}\n\n{sentence}\n"
    assert claims(text) == []
    assert let_off(text, sentence[:20]) == says


@pytest.mark.parametrize(
    "sentence",
    [
        "Exosomes not only relieve joint pain, they rebuild cartilage.",
        "No cure for arthritis exists, but our cells slow it down.",
        "It is never too late for our cells to relieve joint pain.",
        "Without surgery and without drugs, exosomes relieve joint pain.",
        "Our way to mend a torn meniscus keeps you out of surgery.",
        "Since they do not come from a stranger, your own stem cells are safe.",
        "Tired of joint pain that tablets no longer touch?  Exosomes relieve it.",
    ],
)
def test_a_denial_that_denies_nothing_lets_nobody_off(sentence: str) -> None:
    assert claims(f"{CLINIC}\n\n{sentence}\n")


def test_a_pronoun_takes_the_therapy_from_the_sentence_before() -> None:
    carried = "Exosomes are made from donated cord tissue. They relieve joint pain within weeks."
    assert claims(f"Clinic news\n\n{carried}\n") == ["They relieve joint pain within weeks."]


def test_a_pronoun_after_standard_care_speaks_of_standard_care() -> None:
    text = f"{CLINIC}\n\nSteroids are often given first. They relieve joint pain within days.\n"
    assert claims(text) == []
    assert let_off(text, "They relieve") == "other-care"


def test_the_carried_therapy_is_named_in_the_finding() -> None:
    found = report(f"{CLINIC}\n\nExosomes are made from cord tissue. They relieve joint pain.\n").findings
    assert next(one.slots.therapy for one in found if one.quote.startswith("They")) == "Exosomes"


def test_background_on_the_disease_is_no_claim() -> None:
    primer = "Arthritis wears down cartilage. It can make stairs and sleep hard, and it often spreads to both knees."
    assert claims(f"{CLINIC}\n\n{primer}\n") == []


def test_a_hedge_lowers_severity_and_strength_and_is_shown() -> None:
    plain, hedged = (
        next(one for one in report(f"{CLINIC}\n\nExosomes {verb} joint pain.\n").findings if one.kind == "claim" and one.line == 3)
        for verb in ("relieve", "may relieve")
    )
    assert (plain.strength, hedged.strength) == (Strength.DEFINITE, Strength.HEDGED)
    assert hedged.severity.rank == plain.severity.rank - 1
    assert [cue.text for cue in hedged.cues] == ["may"]


def test_studies_show_is_attributed_and_as_serious_as_a_plain_claim() -> None:
    found = next(one for one in report(f"{CLINIC}\n\nStudies show that exosomes relieve joint pain.\n").findings if one.line == 3)
    assert (found.strength, found.severity) == (Strength.ATTRIBUTED, Severity.HIGH)


def test_a_sentence_gives_one_finding_that_lists_the_other_rules() -> None:
    sentence = "Our exosomes cure arthritis, rebuild cartilage and have no side effects."
    found = [one for one in report(f"{CLINIC}\n\n{sentence}\n").findings if one.quote == sentence and one.kind == "claim"]
    assert len(found) == 1
    assert found[0].category == Category.CURE
    assert {"regrows-tissue", "no-side-effects"} <= set(found[0].also)


def test_a_text_that_stands_twice_is_reported_once_and_counted() -> None:
    found = [one for one in report(f"{CLINIC}\n\nExosomes relieve joint pain.\n\nCall us.\n\nExosomes relieve joint pain.\n").findings
             if one.quote == "Exosomes relieve joint pain."]  # fmt: skip
    assert [(one.line, one.repeats) for one in found] == [(3, 2)]


def test_the_id_stays_when_lines_move() -> None:
    ids = []
    for more in ("", "\nOpen on Monday.\n\nClosed on Sunday.\n"):
        found = report(f"{CLINIC}\n{more}\nExosomes relieve joint pain.\n").findings
        ids += [one.id for one in found if one.quote.startswith("Exosomes r")]
    assert len(ids) == 2
    assert ids[0] == ids[1]


def test_on_an_informers_page_every_claim_is_held_back_with_that_reason() -> None:
    text = f"{CLINIC}\n\nExosomes relieve joint pain.\n"
    found = report(text, Options(stance=StanceValue.INFORMER))
    assert [one for one in found.findings if one.kind == "claim"] == []
    assert any(one.cue.says == "informer" for one in found.held_back)


def test_the_stance_is_found_from_the_page() -> None:
    clinic = f"{CLINIC}\n\nOur patients feel better. We offer exosomes.\n\nBook your free consultation today!\n"
    agency = ("Exosomes: a consumer alert\n\nThe agency warns that clinics sell unapproved exosomes.\n\n"
              "No exosome product has been approved. Report adverse events to us. Talk with your doctor before you pay.\n")  # fmt: skip
    assert report(clinic, Options()).stance.value is StanceValue.PROMOTER
    assert report(agency, Options()).stance.value is StanceValue.INFORMER


def test_what_the_reader_does_not_see_is_reported_apart() -> None:
    html = ("<html><head><title>Larkmead</title><meta name='description' content='Our exosomes cure arthritis.'></head>"
            "<body><h1>Exosomes</h1><p>Our exosomes are given on Mondays at the clinic.</p></body></html>")  # fmt: skip
    found = report(html, name="page.html").findings
    assert [(one.place, one.quote) for one in found if one.category == Category.CURE] == [(Place.META, "Our exosomes cure arthritis.")]


def test_a_newsletter_block_that_claims_is_judged_and_says_where_it_stood() -> None:
    html = ("<html><body><h1>Stem cells</h1><p>We are a stem cell clinic in town and open all week long for visits.</p>"
            "<div class='newsletter-signup'><p>Subscribe to learn how stem cells reverse arthritis</p>"
            "<form><input type='email' name='e'><button>Subscribe</button></form></div></body></html>")  # fmt: skip
    found = next(one for one in report(html, name="page.html").findings if "reverse arthritis" in one.quote)
    assert found.role == Role.NEWSLETTER


def test_a_bare_offer_is_a_note() -> None:
    found = report("Larkmead Clinic\n\nStem Cell Therapy for Lupus\n").findings
    offers = [one for one in found if one.quote == "Stem Cell Therapy for Lupus"]
    assert [(one.category, one.severity) for one in offers] == [(Category.OFFER, Severity.NOTE)]


def test_a_finding_links_to_its_sentence() -> None:
    found = report(f"{CLINIC}\n\nExosomes relieve joint pain.\n", url="https://larkmead.example/knees#top").findings
    link = next(one.link for one in found if one.quote.startswith("Exosomes r"))
    assert link == "https://larkmead.example/knees#:~:text=Exosomes%20relieve%20joint%20pain."


def test_a_page_that_names_no_therapy_claims_nothing() -> None:
    assert report("Our bakery\n\nOur rye bread cures every bad mood and rebuilds your strength.\n").findings == ()


def test_a_page_in_a_language_without_rules_is_not_called_clean() -> None:
    html = "<html lang='de'><body><p>Unsere Stammzellen heilen Arthrose.</p></body></html>"
    assert any(check.check == "language" and check.state == "not-checked" for check in report(html, name="page.html").checks)


def test_an_everyday_word_makes_no_therapy_page() -> None:
    text = "Chocolate balls\n\nLet the chocolate drip into the bowl.\n\nI use a fork, and it works well for me.\n\nIt relieves stress.\n"
    assert report(text).findings == ()


ODD = "Imagine your tendons after our PRP!"  # no rule's words: only all of it together is a claim


def test_what_adds_up_to_a_claim_is_one_and_says_what_spoke_for_it() -> None:
    found = next(one for one in report(f"{CLINIC}\n\n{ODD}\n").findings if one.quote == ODD)
    assert (found.rule, found.severity) == ("adds-up", Severity.LOW)
    assert "your tendons" in found.match
    assert all(part in ODD for part in found.match)


def test_what_adds_up_is_no_claim_when_it_is_denied_or_asked() -> None:
    for denied in ("No drip with us will make your knees ready for the ball.", "Will one drip with us make your knees ready for the ball?"):
        assert [one.quote for one in report(f"{CLINIC}\n\n{denied}\n").findings if one.quote == denied] == []


def test_nothing_adds_up_on_an_informers_page() -> None:
    assert report(f"{CLINIC}\n\n{ODD}\n", Options(stance=StanceValue.INFORMER)).findings == ()


def test_a_lone_match_with_all_else_against_it_is_held_back_with_its_weight() -> None:
    html = f"<h1>{CLINIC}</h1><h2>Stem cell prices: what immune balance costs</h2><p>Joints ache.</p>"
    weighed = [one.cue.text for one in report(html, name="page.html").held_back if one.cue.says == "weighed"]
    assert len(weighed) == 1
    assert weighed[0].startswith("weighs ")


@pytest.mark.parametrize("signature", ["– Wenona K.", "— Mr. Aldous Pym, 61", "- Ines, Port Larkmead"])
def test_the_name_under_a_story_claims_nothing(signature: str) -> None:
    story = "“I walked in with a cane. After my exosomes I forgot it at the desk."
    quotes = claims(f"{CLINIC}\n\nWhat Our Patients Say\n\n{story}” {signature}\n")
    assert quotes and not any(signature in quote for quote in quotes)


def test_the_whole_name_of_the_therapy_is_marked() -> None:
    found = report(f"{CLINIC}\n\nStem Cell Therapy for Lupus\n").findings
    assert [one.match[0] for one in found if "Lupus" in one.quote] == ["Stem Cell Therapy"]


@pytest.mark.parametrize(
    ("host", "stance"),
    [("www.larkmeaduniversity.example", "informer"), ("larkmeadwellness.example", "promoter"), ("larkmead.example", "promoter")],
)
def test_the_name_of_the_site_speaks_too(host: str, stance: str) -> None:
    head = f"<head><link rel=canonical href='https://{host}/x'></head>"
    text = f"<html>{head}<body><h1>Exosomes</h1><p>Studies of exosomes are small.</p></body></html>"
    assert report(text, Options(), "page.html").stance.value == stance


PRIMER = (
    "Exosomes at a glance\n\nExosomes calm inflammation. Exosomes relieve joint pain. Exosomes help nerves heal.\n\n"
    "More research is needed. It is not known who may benefit.\n"
)


@pytest.mark.parametrize(("added", "stance"), [("", "informer"), ("We offer exosomes, and our patients come from far.\n", "promoter")])
def test_a_primer_that_reads_like_claims_informs_unless_a_seller_speaks(added: str, stance: str) -> None:
    assert report(f"{PRIMER}\n{added}", Options()).stance.value == stance


PILLS = "Most doctors prescribe pills and steroid shots for worn knees."


def test_right_after_other_care_more_has_to_add_up() -> None:
    strong = "With us your knees carry you up the stairs again within weeks!"
    found = report(f"{CLINIC}\n\n{PILLS} {strong}\n").findings
    assert [one.quote for one in found if one.quote in (PILLS, strong)] == [strong]
