"""What follows from a look-up: the state of a claim's support, the level of what is cited, and what is only planned."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.judging import Answers, support
from caveat.judging.identifiers import identifiers, is_registered
from caveat.judging.records import NO_NUMBER, Records
from caveat.judging.references import registration
from caveat.model import Capture, Level, LookedUp, Page, Record, Support, SupportState
from caveat.reading import read
from caveat.rulebook import Rulebook, load, scan
from small_pages import page, sentence

CITED, MISMATCH, PRECLINICAL, RETRACTED = (
    SupportState.CITED, SupportState.MISMATCH, SupportState.PRECLINICAL, SupportState.RETRACTED,
)  # fmt: skip
DOI, PMID, NCT = "doi:10.5555/knee.1", "pmid:31234567", "nct:NCT01234567"
SOURCES = {"doi": "Crossref", "pmid": "PubMed", "nct": "ClinicalTrials.gov"}
CLAIM = "Our stem cells rebuild the worn knee in osteoarthritis"


@cache
def book() -> Rulebook:
    return load()


def answers(records: dict[str, Record | str]) -> Answers:
    """What services said of each number; a text is the reason why nothing was looked up."""
    return {name: (answer(name, each),) for name, each in records.items()}


def answer(name: str, given: Record | str) -> LookedUp:
    failure, record = (given, None) if isinstance(given, str) else ("", given)
    return LookedUp(name, SOURCES[name.partition(":")[0]], "https://x.example", "2026-05-04T12:00:00Z", False, record, failure)


def of(text: str, part: str, records: dict[str, Record | str] | None) -> Support:
    seen = page(text)
    told = Records(seen, book(), None if records is None else answers(records))
    return support.read(seen, scan(book(), seen), told).of(*sentence(seen, part))


def beside(citation: str, records: dict[str, Record | str] | None) -> Support:
    return of(f"# Knees\n{CLAIM} ({citation}).\n", CLAIM, records)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("doi:10.5555/Knee.1.", ["doi:10.5555/knee.1"]),
        ("https://doi.org/10.5555/knee.1?utm_source=x", ["doi:10.5555/knee.1"]),
        ("(10.1016/S0140-6736(97)11096-0)", ["doi:10.1016/s0140-6736(97)11096-0"]),
        ("https://journal.example/articles/10.5555/knee.1/full", ["doi:10.5555/knee.1"]),
        ("https://journal.example/10.5555/knee.1/full.pdf", ["doi:10.5555/knee.1"]),
        ("PMID: 31234567; PMCID: PMC7654321", ["pmid:31234567"]),
        ("PMCID: PMC7654321", ["pmcid:PMC7654321"]),
        ("https://pubmed.ncbi.nlm.nih.gov/31234567/", ["pmid:31234567"]),
        ("www.ncbi.nlm.nih.gov/pubmed/31234567", ["pmid:31234567"]),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7654321/", ["pmcid:PMC7654321"]),
        ("PubMed ID 31234567", ["pmid:31234567"]),
        ("https://clinicaltrials.gov/ct2/show/NCT01234567", ["nct:NCT01234567"]),
        ("nct 01234567 and NCT-01234567", ["nct:NCT01234567"]),
        ("doi 10.5555/knee.1, NCT01234567", ["doi:10.5555/knee.1", "nct:NCT01234567"]),
        ("10.1186/ISRCTN12345678", ["isrctn:ISRCTN12345678"]),
        ("EudraCT number 2015-001234-56", ["euctr:2015-001234-56"]),
        ("ACTRN12615001234567, ChiCTR1800012345", ["chictr:ChiCTR1800012345", "actrn:ACTRN12615001234567"]),
        ("jRCTb030190123; DRKS00012345; UMIN000012345", ["jrct:jRCTb030190123", "umin:UMIN000012345", "drks:DRKS00012345"]),
        ("Call 555-0134, open since 2015, in PubMed 2019", []),
        ("version 10.1/2", []),
        ("XNCT01234567 and NCT012345678", []),
    ],
)  # fmt: skip
def test_the_numbers_by_which_a_study_can_be_looked_up(text: str, found: list[str]) -> None:
    assert list(identifiers(text)) == found


@settings(deadline=None)
@given(st.text(alphabet="10.5/()[]<>PMIDCNT:? #a\ud800\u202e", max_size=60))
def test_numbers_are_those_of_any_text_that_holds_them(text: str) -> None:
    for name in identifiers(text):
        kind, _, value = name.partition(":")
        assert value and kind and value[-1] not in ".,;:" and not set(value) & set(' <>"')
        assert identifiers(f"see {name}") == (name,)


@pytest.mark.parametrize(
    ("citation", "number"),
    [
        ("NCT01234567", "NCT01234567"),
        ("ClinicalTrials.gov identifier: NCT01234567, posted January 5, 2019", "NCT01234567"),
        ("ISRCTN12345678", "ISRCTN12345678"),
        ("Adeyemi R, Novak P. Stem cells in the knee. J Knees 2015;3:5-9. NCT01234567", ""),
        ("NCT01234567, doi 10.5555/knee.1", ""),
        ("PMID 31234567 (NCT01234567)", ""),
        ("Adeyemi et al., 2015", ""),
        ("(Adeyemi et al., 2015; NCT01234567)", ""),
    ],
)
def test_a_trial_number_alone_is_a_registration_and_beside_a_publication_it_is_not(citation: str, number: str) -> None:
    assert registration(citation) == number


def test_a_registration_beside_a_claim_is_told_as_such_without_any_look_up() -> None:
    found = beside("NCT01234567", None)
    assert (found.state, found.references[0].level) == (CITED, Level.REGISTRATION)
    assert found.why == "NCT01234567 is a trial's registration: what it is to do, not what it found"
    assert (found.references[0].ids, found.references[0].looked_up) == ((NCT,), ())


def test_the_pages_praise_of_a_registered_trial_does_not_make_it_a_result() -> None:
    found = of(f"In a randomized, double-blind study {CLAIM[4:]} (NCT01234567).\n", "randomized", None)
    assert found.references[0].level is Level.REGISTRATION


def test_a_registration_does_not_lift_a_study_in_mice() -> None:
    text = """
# Knees
Our stem cells rebuild the worn knee in osteoarthritis.
# References
1. Imai K. Stem cells in mice with osteoarthritis. Bone Notes 2018;3(1):1-9.
2. NCT01234567, at ClinicalTrials.gov since 2019
"""
    found = of(text, CLAIM, None)
    assert [each.level for each in found.references] == [Level.ANIMAL, Level.REGISTRATION]
    assert found.state is PRECLINICAL


LOOKED_UP = [
    (Record("Stem cells in mice with osteoarthritis"), PRECLINICAL, Level.ANIMAL, "“mice” in the title that Crossref gives"),
    (Record("Stem cells and chondrocytes in co-culture"), PRECLINICAL, Level.IN_VITRO, "co-culture"),
    (Record("Stem cells for osteoarthritis: a systematic review"), CITED, Level.REVIEW, "systematic review"),
    (Record("Stem cells for osteoarthritis: a pilot study"), CITED, Level.UNCONTROLLED, "pilot study"),
    (Record("Stem cells for osteoarthritis: a randomized trial"), CITED, Level.RANDOMISED, "randomized"),
    (Record("Stem cells for osteoarthritis: study protocol for a randomized trial"), CITED, Level.PROTOCOL, "study protocol"),
    (Record("Stem cells", ("Journal Article", "Randomized Controlled Trial"), Level.RANDOMISED), CITED, Level.RANDOMISED,
     "Crossref has it as Journal Article, Randomized Controlled Trial"),
    (Record("Stem cells in rats", ("Randomized Controlled Trial",), Level.RANDOMISED), PRECLINICAL, Level.ANIMAL, "“rats”"),
    (Record("Stem cells and the knee"), CITED, Level.UNKNOWN, ""),
]  # fmt: skip


@pytest.mark.parametrize(("record", "state", "level", "words"), LOOKED_UP)
def test_where_the_page_does_not_say_how_a_study_was_made_its_record_does(
    record: Record, state: SupportState, level: Level, words: str
) -> None:
    unsaid = beside("doi 10.5555/knee.1", None)
    found = beside("doi 10.5555/knee.1", {DOI: record})
    assert (unsaid.state, unsaid.references[0].level) == (CITED, Level.UNKNOWN)
    assert (found.state, found.references[0].level) == (state, level)
    assert words in found.references[0].why


def test_where_the_record_says_otherwise_than_the_page_both_are_told() -> None:
    text = f"{CLAIM}, a randomized study found (doi 10.5555/knee.1).\n"
    found = of(text, CLAIM, {DOI: Record("Stem cells in mice with osteoarthritis")})
    assert (found.state, found.references[0].level) == (PRECLINICAL, Level.ANIMAL)
    assert "“mice” in the title that Crossref gives, where the page's words say randomised" in found.references[0].why


def test_a_vague_word_in_a_title_does_not_undo_what_the_page_says() -> None:
    text = f"{CLAIM}, a randomized study found (doi 10.5555/knee.1).\n"
    assert of(text, CLAIM, {DOI: Record("Stem cells versus saline")}).references[0].level is Level.RANDOMISED


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (Record("Platelet-rich plasma in osteoarthritis"), "is of platelet or plasma products; the claim is about stem cells"),
        (Record("Stem cells in multiple sclerosis"), "is of multiple sclerosis; the claim is about osteoarthritis"),
        (Record("Hematopoietic stem cell transplantation in leukemia"), "is of “Hematopoietic stem cell transplantation”"),
    ],
)
def test_a_record_of_another_therapy_or_condition_is_a_mismatch(record: Record, why: str) -> None:
    found = beside("doi 10.5555/knee.1", {DOI: record})
    assert found.state is MISMATCH
    assert why in found.why and "the study that Crossref has under 10.5555/knee.1" in found.why


def test_conditions_and_interventions_that_a_register_lists_count_as_its_title_does() -> None:
    registered = Record("The KNEE trial", level=Level.REGISTRATION, about=("Psoriasis", "Mesenchymal stem cells"), results=False)
    assert beside("NCT01234567", {NCT: registered}).state is MISMATCH
    assert beside("NCT01234567", {NCT: Record("The KNEE trial", results=False, about=("Osteoarthritis, Knee",))}).state is CITED


def test_a_record_of_the_same_thing_is_no_mismatch() -> None:
    assert beside("doi 10.5555/knee.1", {DOI: Record("Mesenchymal stromal cells for knee osteoarthritis")}).state is CITED


def test_a_retracted_study_is_told_before_all_else() -> None:
    found = beside("doi 10.5555/knee.1", {DOI: Record("Stem cells in mice", retracted="retraction of 2021-03-02 (Crossref)")})
    assert (found.state, found.why) == (RETRACTED, "retraction of 2021-03-02 (Crossref)")
    assert "retracted: retraction of 2021-03-02 (Crossref)" in found.references[0].why


TWO = """
# Knees
Our stem cells rebuild the worn knee in osteoarthritis.
# References
1. Imai K. Stem cells. Bone Notes 2018;3(1):1-9. doi 10.5555/knee.1
2. Rossi G. Stem cells. Bone Notes 2019;3(1):1-9. PMID 31234567
"""


def test_one_retracted_study_among_several_is_told_with_how_many_there_are() -> None:
    found = of(TWO, CLAIM, {DOI: Record("Stem cells"), PMID: Record("Stem cells", retracted="Retracted Publication (PubMed)")})
    assert found.state is RETRACTED
    assert found.why == "1 of the 2 studies cited: Retracted Publication (PubMed)"
    assert len(found.references) == 2


def test_a_retracted_study_of_something_else_does_not_colour_those_that_fit() -> None:
    found = of(TWO, CLAIM, {DOI: Record("Stem cells"), PMID: Record("Peptides in psoriasis", retracted="Retracted Publication (PubMed)")})
    assert (found.state, len(found.references)) == (CITED, 1)


def test_a_correction_is_told_and_changes_no_state() -> None:
    found = beside("doi 10.5555/knee.1", {DOI: Record("Stem cells", notices=("expression of concern of 2021",))})
    assert (found.state, found.references[0].why) == (CITED, "expression of concern of 2021")


def test_a_registered_trial_is_told_with_its_status_results_and_sponsor() -> None:
    registered = Record(
        "Stem Cells for Knee Osteoarthritis", level=Level.REGISTRATION, status="unknown", results=False,
        sponsor="The Fernhill Clinic, LLC", sponsor_class="industry",
    )  # fmt: skip
    text = f"# Fernhill Clinic\n{CLAIM} (NCT01234567).\n"
    found = of(text, CLAIM, {NCT: registered})
    assert (found.state, found.references[0].level) == (CITED, Level.REGISTRATION)
    assert found.why == (
        "NCT01234567 is a trial's registration: what it is to do, not what it found; "
        "ClinicalTrials.gov: status unknown; no results are posted there; sponsor The Fernhill Clinic, LLC (industry), named on this page"
    )
    assert "named on this page" not in beside("NCT01234567", {NCT: registered}).why


def test_a_trial_whose_results_are_posted_has_the_level_of_its_design() -> None:
    done = Record("Stem Cells for Knees", ("interventional", "randomized"), Level.RANDOMISED, results=True, status="completed")
    found = beside("NCT01234567", {NCT: done}).references[0]
    assert found.level is Level.RANDOMISED
    assert found.why.startswith("ClinicalTrials.gov has it as interventional, randomized")
    assert "results are posted there" in found.why and "not what it found" not in found.why


def test_an_article_that_names_its_trial_is_not_taken_for_a_registration() -> None:
    line = "Reference: Imai K, Abe T. Stem cells. Bone Notes 2018;3(1):1-9. doi 10.5555/knee.1. NCT01234567\n"
    registered = Record("Stem Cells for Knees", level=Level.REGISTRATION, results=False)
    found = of(f"{CLAIM}.\n{line}", CLAIM, {DOI: Record("Stem cells: a case series"), NCT: registered})
    assert found.references[0].level is Level.UNCONTROLLED


@pytest.mark.parametrize("citation", ["doi 10.5555/knee.1", "NCT01234567"])
def test_what_could_not_be_looked_up_is_judged_as_without_and_says_so(citation: str) -> None:
    (name,) = identifiers(citation)
    plain, failed = beside(citation, None), beside(citation, {name: "not looked up: it answers 500"})
    assert (failed.state, failed.why, failed.references[0].level) == (plain.state, plain.why, plain.references[0].level)
    assert failed.references[0].looked_up[0].failure == "not looked up: it answers 500"


def test_a_citation_without_a_number_says_that_it_was_not_looked_up() -> None:
    found = beside("Adeyemi et al., 2015", {})
    assert [each.failure for each in found.references[0].looked_up] == [NO_NUMBER]
    assert beside("Adeyemi et al., 2015", None).references[0].looked_up == ()


def test_the_numbers_of_registers_are_known_as_such() -> None:
    assert is_registered(NCT) and is_registered("isrctn:ISRCTN12345678")
    assert not is_registered(DOI) and not is_registered(PMID) and not is_registered("pmcid:PMC7654321")


def linked(html: str, part: str, records: dict[str, Record | str] | None = None) -> Support:
    """The support of a claim on a page of HTML."""
    seen = read(Capture("page.html", f"<html lang='en'><body><h1>Knees</h1>{html}</body></html>".encode()))
    assert isinstance(seen, Page)
    told = Records(seen, book(), None if records is None else answers(records))
    return support.read(seen, scan(book(), seen), told).of(*sentence(seen, part))


STUDY_LINKS = [
    ("https://doi.org/10.5555/knee.1", DOI),
    ("https://journal.example/articles/10.5555/knee.1/full", DOI),
    ("https://pubmed.ncbi.nlm.nih.gov/31234567/", PMID),
    ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7654321/", "pmcid:PMC7654321"),
    ("https://clinicaltrials.gov/study/NCT01234567", NCT),
]


@pytest.mark.parametrize(("address", "name"), STUDY_LINKS)
def test_a_link_to_a_study_is_a_citation_whatever_its_words(address: str, name: str) -> None:
    found = linked(f"<p>{CLAIM} (<a class='ref' href='{address}'>read more</a>).</p><p>Call us.</p>", CLAIM)
    assert (found.state, [each.ids for each in found.references]) == (CITED, [(name,)])
    assert found.references[0].text == address


@pytest.mark.parametrize(
    "address", ["/contact", "https://news.example/2019/31234567", "https://www.ncbi.nlm.nih.gov/", "mailto:a@b.example"]
)
def test_a_link_to_anything_else_is_none(address: str) -> None:
    assert linked(f"<p>{CLAIM} (<a href='{address}'>read more</a>).</p>", CLAIM).state is SupportState.NONE


def test_a_link_cites_for_its_own_paragraph_and_no_other() -> None:
    html = f"<p>{CLAIM}.</p><p>Stem cells mend hips. <a href='https://doi.org/10.5555/knee.1'>Why?</a></p><p>Stem cells mend hands.</p>"
    assert linked(html, CLAIM).state is SupportState.NONE
    assert linked(html, "mend hips").state is CITED
    assert linked(html, "mend hands").state is SupportState.NONE


def test_a_number_that_stands_in_the_text_and_in_its_link_is_one_citation() -> None:
    html = f"<p>{CLAIM} (<a href='https://doi.org/10.5555/knee.1'>https://doi.org/10.5555/KNEE.1</a>).</p>"
    assert len(linked(html, CLAIM).references) == 1


def test_an_entry_of_a_list_is_looked_up_by_the_number_in_its_link() -> None:
    entry = "<li><a href='https://doi.org/10.5555/knee.1'>Imai K. Stem cells. Bone Notes 2018;3(1):1-9.</a></li>"
    found = linked(f"<p>{CLAIM}.</p><h2>References</h2><ol>{entry}</ol>", CLAIM, {DOI: Record("Stem cells in mice")})
    assert (found.state, found.references[0].ids, found.references[0].level) == (PRECLINICAL, (DOI,), Level.ANIMAL)
    assert found.references[0].text.startswith("Imai K.")


def test_a_block_full_of_links_is_read_as_far_as_a_reader_would() -> None:
    links = "".join(f"<a href='https://doi.org/10.5555/{number}'>{number}</a> " for number in range(20_000))
    assert len(linked(f"<p>{CLAIM} {links}</p>", CLAIM).references) == 40


HOSTILE = "\x1b]0;x\x07<script>alert(1)</script> \u202e\ud800 {{7*7}} =cmd|' /C calc'!A0 [bold]mice"


def test_a_hostile_title_is_read_for_its_words_like_any_other() -> None:
    assert beside("doi 10.5555/knee.1", {DOI: Record(HOSTILE)}).references[0].level is Level.ANIMAL


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.text(max_size=40), st.sampled_from([True, False, None]))
def test_no_record_breaks_the_judging_or_makes_it_say_supported(title: str, sponsor: str, results: bool | None) -> None:
    record = Record(title, results=results, sponsor=sponsor, about=(sponsor,))
    found = beside("doi 10.5555/knee.1", {DOI: record})
    assert found.state in SupportState and found.state.value != "supported"
