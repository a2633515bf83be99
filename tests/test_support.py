"""What stands beside a claim: which studies are taken for its own, of what level they are, and when they are of something else."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.judging import support
from caveat.judging.records import Records
from caveat.judging.references import marks, references
from caveat.model import Level, Support, SupportState
from caveat.rulebook import Rulebook, load, scan
from small_pages import page, sentence

NONE, UNNAMED, CITED = SupportState.NONE, SupportState.UNNAMED, SupportState.CITED
PRECLINICAL, MISMATCH = SupportState.PRECLINICAL, SupportState.MISMATCH


@cache
def book() -> Rulebook:
    return load()


def reference(title: str) -> str:
    return f"Reference: Adeyemi, R., Novak, P. (2015). {title}. Journal of Knees, 3(1), 5-9.\n"


def of(text: str, part: str) -> Support:
    seen = page(text)
    supports = support.read(seen, scan(book(), seen), Records(seen, book()))
    return supports.of(*sentence(seen, part))


# A clinic's blog with no heading of any use: only the references and the subjects tell its articles apart.
BLOG = """
Sjogren's syndrome dries the eyes and the mouth. Nobody knows what sets Sjogren's syndrome off.
At Fernhill we give mesenchymal stem cells for Sjogren's syndrome. They bring the glands back to life.
In multiple sclerosis (MS) the body strips its own nerves. Some people with MS lose their sight for a while.
A team in Oslo kept blood cells of MS patients in a dish with mesenchymal stem cells. The stem cells calmed the T cells.
Our stem cells can do the same in the body.
Reference: Halvorsen, T., Bui, K. (2016). Mesenchymal stem cells in co-culture in multiple sclerosis. Journal of Dishes, 4(2), 11-19.
Relapsing multiple sclerosis comes and goes. Drugs make the attacks of multiple sclerosis rarer.
A trial set drugs against a transplant of blood-forming cells. Stem cell therapy won by far.
Reference: Okonkwo, B., et al. (2019). Hematopoietic stem cell transplantation in multiple sclerosis: a randomized trial. Trials, 31, 7-15.
Lupus makes the body attack its own skin and kidneys. There is no cure for lupus yet.
Stem cell therapy may lift the burden of lupus. Early studies of stem cells give great hope.
Osteoarthritis is wear of the joint. Painkillers dull osteoarthritis and do no more.
Exosomes protect the cartilage that osteoarthritis eats away. Researchers gave exosomes to mice and saw no more wear.
Reference: Dubrovski, L. et al. Mesenchymal stem cell exosomes and the joint in osteoarthritis. Arch Joints 9, 1214 (2018).
[form] Ask for our free guide to mesenchymal stem cells and exosomes!
"""


@pytest.mark.parametrize(
    ("claim", "state", "levels"),
    [
        ("They bring the glands back", NONE, []),  # its article cites nothing: the reference below is of another disease
        ("The stem cells calmed the T cells", PRECLINICAL, [Level.IN_VITRO]),
        ("Our stem cells can do the same", PRECLINICAL, [Level.IN_VITRO]),
        ("Stem cell therapy won by far", MISMATCH, [Level.RANDOMISED]),
        ("Stem cell therapy may lift", NONE, []),
        ("Early studies of stem cells", UNNAMED, []),
        ("Exosomes protect the cartilage", PRECLINICAL, [Level.ANIMAL]),
    ],
)
def test_each_article_of_a_blog_has_its_own_reference(claim: str, state: SupportState, levels: list[Level]) -> None:
    found = of(BLOG, claim)
    assert found.state is state
    assert [reference.level for reference in found.references] == levels


def test_a_mismatch_says_what_the_study_is_of_and_what_the_page_sells() -> None:
    found = of(BLOG, "Stem cell therapy won by far")
    assert "Hematopoietic stem cell transplantation" in found.why
    assert "the page sells stem cells and exosomes" in found.why
    assert found.references[0].line == 9


def test_a_page_that_sells_transplants_of_blood_forming_cells_may_cite_them() -> None:
    text = """
# Hematopoietic stem cell transplantation for multiple sclerosis
Our hematopoietic stem cell transplantation program stops multiple sclerosis.
Reference: Okonkwo, B., et al. (2019). Hematopoietic stem cell transplantation versus drugs in multiple sclerosis. Trials Weekly, 31, 7-15.
"""
    found = of(text, "program stops")
    assert (found.state, found.references[0].level) == (CITED, Level.CONTROLLED)


LEVELS = [
    ("Cultured cells in a petri dish and stem cell exosomes", "", PRECLINICAL, Level.IN_VITRO, "petri dish"),
    ("Stem cells in a rat model of arthritis", "", PRECLINICAL, Level.ANIMAL, "rat"),
    ("Stem cells for knee arthritis: a systematic review", "", CITED, Level.REVIEW, "systematic review"),
    ("Stem cells in knee arthritis: a case series", "", CITED, Level.UNCONTROLLED, "case series"),
    ("Stem cells versus saline in knee arthritis", "", CITED, Level.CONTROLLED, "versus"),
    ("A double-blind trial of stem cells in knee arthritis", "", CITED, Level.RANDOMISED, "double-blind"),
    ("Stem cells and the knee", "", CITED, Level.UNKNOWN, ""),
    ("Stem cells and the knee", "In this study sheep were treated for a year.", PRECLINICAL, Level.ANIMAL, "sheep"),
    ("Stem cells versus saline in the knee", "In this study patients were assigned at random.", CITED, Level.RANDOMISED, "at random"),
    ("A randomized study of stem cells in horses", "", PRECLINICAL, Level.ANIMAL, "horses"),
    ("Stem cells in mice: a review of the literature", "", CITED, Level.REVIEW, "review of the literature"),
]


@pytest.mark.parametrize(("title", "told", "state", "level", "words"), LEVELS)
def test_the_level_is_that_of_the_references_own_words_or_of_the_pages(
    title: str, told: str, state: SupportState, level: Level, words: str
) -> None:
    found = of(f"Our stem cells rebuild the worn knee. {told}\n{reference(title)}", "Our stem cells rebuild")
    assert (found.state, [each.level for each in found.references]) == (state, [level])
    assert words in found.references[0].why


TITLES = {
    Level.PROTOCOL: [
        "Stem cells in knee arthritis: study protocol for a randomised trial", "Protocol for a systematic review of stem cells",
        "Rationale and design of a trial of stem cells in the knee",
    ],
    Level.REVIEW: [
        "Stem cells for the knee: a narrative review", "Stem cells for the knee: a meta-analysis of randomized trials",
        "A comprehensive review of stem cells", "Meta-analyses of stem cells in mice", "Stem cells in the knee: a scoping review",
        "Stem cells: a mini-review",
    ],
    Level.IN_VITRO: [
        "Stem cells and chondrocytes in co-culture", "Stem cell co-cultures", "An in vitro model of the knee and stem cells",
        "Stem cells in spheroids", "Stem cells and an osteoarthritic cell line",
    ],
    Level.ANIMAL: [
        "Stem cells in mice", "A murine model of arthritis and stem cells", "Stem cells in Sprague-Dawley rats", "Stem cells in beagles",
        "Stem cells in nonhuman primates", "Preclinical work on stem cells", "Randomized, double-blind work on stem cells in minipigs",
    ],
    Level.RANDOMISED: [
        "A randomized trial of stem cells in the knee", "Stem cells: a double-blind comparison", "Stem cells: a pilot randomised trial",
        "Stem cells versus saline: a placebo-controlled trial", "A phase 3 trial of stem cells", "A sham-controlled study of stem cells",
    ],
    Level.CONTROLLED: [
        "A non-randomized comparison of stem cells", "Stem cells: a nonrandomised controlled study",
        "A controlled pilot trial of stem cells",
        "A quasi-randomized trial of stem cells", "A phase 2 trial of stem cells",
    ],
    Level.UNCONTROLLED: [
        "A pilot of stem cells in the knee", "Stem cells in the knee: a case series", "An open-label trial of stem cells",
        "A phase 1 trial of stem cells", "A phase I/II trial of stem cells", "A phase Ib trial of stem cells", "Stem cells in a registry",
        "Stem cells for the knee under compassionate use", "A cross-sectional survey of stem cells",
    ],
    Level.UNKNOWN: [
        "Stem cells and the knee", "Autopilots and stem cells", "Culture, migration and stem cells", "Stem cells by peer review",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("level", "title"), [(level, title) for level, titles in TITLES.items() for title in titles])
def test_titles_say_how_a_study_was_made(level: Level, title: str) -> None:
    found = of(f"Our stem cells rebuild the worn knee.\n{reference(title)}", "Our stem cells rebuild")
    assert [each.level for each in found.references] == [level]


def test_a_protocol_is_no_result_and_does_not_lift_a_study_in_mice() -> None:
    text = """
# Knees
Stem cells rebuild the worn knee.
# References
1. Petrova, A. (2014). Stem cells in mice. Knee Notes, 2(3), 4-8.
2. Sandoval, J. (2017). Stem cells: study protocol for a randomised trial. Knee Notes, 5(1), 9-14.
"""
    assert of(text, "Stem cells rebuild").state is PRECLINICAL


def test_the_clinics_own_protocol_is_not_the_level_of_what_it_cites() -> None:
    told = "Our study protocol for a better knee follows the research."
    assert of(f"Our stem cells rebuild the worn knee. {told}\n{reference('Stem cells')}", "Our stem").references[0].level is Level.UNKNOWN


@pytest.mark.parametrize(
    ("inline", "state"),
    [
        ("Stem cells rebuild the worn knee (Adeyemi et al., 2015).", CITED),
        ("Stem cells rebuild the worn knee (Adeyemi & Novak, 2015).", CITED),
        ("Stem cells rebuild the worn knee, doi 10.1234/knees.2015.9.", CITED),
        ("Stem cells rebuild the worn knee (NCT01234567).", CITED),
        ("Stem cells rebuild the worn knee, PMID: 12345678.", CITED),
        ("Stem cells rebuild the worn knee (since 2015).", NONE),
        ("Stem cells rebuild the worn knee (Updated March 2015).", NONE),
        ("Studies show that stem cells rebuild the worn knee.", UNNAMED),
        ("According to recent research, stem cells rebuild the worn knee.", UNNAMED),
        ("One study found that stem cells rebuild the worn knee.", UNNAMED),
        ("Research suggests that stem cells rebuild the worn knee.", UNNAMED),
        ("In a recent trial at a leading university, stem cells rebuilt the worn knee.", UNNAMED),
        ("Stem cells are clinically proven to rebuild the worn knee.", UNNAMED),
        ("Growing evidence shows that stem cells rebuild the worn knee.", UNNAMED),
        ("Data suggest that stem cells rebuild the worn knee.", UNNAMED),
        ("Stem cells rebuild the worn knee, as published in medical journals.", UNNAMED),
        ("A meta-analysis found that stem cells rebuild the worn knee.", UNNAMED),
        ("Stem cells rebuild the worn knee (https://pubmed.ncbi.nlm.nih.gov/31234567/).", CITED),
        ("Stem cells rebuild the worn knee (ISRCTN12345678).", CITED),
        ("Stem cells rebuild the worn knee; ask for the evidence at your first visit.", NONE),
        ("Stem cells rebuild the worn knee.", NONE),
    ],
)
def test_what_stands_in_the_sentence_itself(inline: str, state: SupportState) -> None:
    assert of(f"# Knees\n{inline}\n\nCall us today.\n", inline[:20]).state is state


def test_a_citation_in_one_paragraph_says_nothing_for_another() -> None:
    text = "Stem cells rebuild the worn knee (Adeyemi et al., 2015).\n\nStem cells also mend a worn hip.\n"
    assert of(text, "worn hip").state is NONE


NUMBERED = """
# Stem cells for the heart
Stem cells mend the heart after an attack.[1] They also ease chest pain.
Stem cells strengthen weak valves.
# References
1. Petrova, A. (2014). Stem cells in a porcine model of heart attack. Heart Notes, 2(3), 4-8.
2. Sandoval, J. (2017). A randomised trial of stem cells in heart failure. Heart Notes, 5(1), 9-14.
"""


@pytest.mark.parametrize(
    ("claim", "state", "levels"),
    [("mend the heart", PRECLINICAL, [Level.ANIMAL]), ("strengthen weak valves", NONE, [])],
)
def test_where_the_text_points_to_numbers_only_these_places_cite(claim: str, state: SupportState, levels: list[Level]) -> None:
    found = of(NUMBERED, claim)
    assert (found.state, [each.level for each in found.references]) == (state, levels)


def test_a_list_that_nothing_points_to_serves_its_whole_article() -> None:
    found = of(NUMBERED.replace("[1]", ""), "strengthen weak valves")
    assert (found.state, len(found.references)) == (CITED, 2)


def test_of_a_list_for_several_diseases_only_those_of_the_claims_disease_count() -> None:
    text = """
# What stem cells do
Stem cells slow Parkinson's disease.
Stem cells reverse psoriasis.
# Sources
- Imai, K. (2018). Stem cells in Parkinson's disease: a case series. Nerve Notes, 3(1), 1-9.
- Rossi, G. (2019). Stem cells in psoriasis: an open-label trial. Skin Notes, 8(4), 20-27.
"""
    assert [each.line for each in of(text, "slow Parkinson").references] == [5]
    assert [each.line for each in of(text, "reverse psoriasis").references] == [6]


def test_an_author_and_year_in_a_sentence_point_into_the_list() -> None:
    text = """
# Stem cells for the heart
Stem cells mend the heart after an attack (Petrova, 2014).
# References
Petrova, A. (2014). Stem cells in a porcine model of heart attack. Heart Notes, 2(3), 4-8.
Sandoval, J. (2017). A randomised trial of stem cells in heart failure. Heart Notes, 5(1), 9-14.
"""
    assert [(each.level, each.line) for each in of(text, "mend the heart").references] == [(Level.ANIMAL, 4)]


@pytest.mark.parametrize(
    ("claim", "title", "why"),
    [
        ("Our exosomes rebuild the worn knee.", "Platelet-rich plasma in the knee", "the claim is about exosomes"),
        ("PRP regrows hair.", "Mesenchymal stem cells and hair", "the study is of stem cells"),
        ("Stem cells reverse psoriasis.", "Stem cells in multiple sclerosis: an open-label trial", "the claim is about psoriasis"),
    ],
)
def test_a_study_of_another_therapy_or_disease_is_a_mismatch(claim: str, title: str, why: str) -> None:
    found = of(f"{claim[:-1]} (Adeyemi et al., 2015).\n\n{reference(title)}", claim[:12])
    assert found.state is MISMATCH
    assert why in found.why


@pytest.mark.parametrize(
    ("claim", "title"),
    [
        ("Umbilical cord stem cells rebuild the worn knee.", "Mesenchymal stem cells in knee osteoarthritis"),
        ("Stem cell exosomes rebuild the worn knee.", "Exosomes of mesenchymal stem cells and cartilage"),
        ("Stem cells help people with MS.", "Mesenchymal stem cells in multiple sclerosis"),
        ("Stem cells help people with type 2 diabetes.", "Mesenchymal stem cells in diabetes"),
    ],
)
def test_the_same_thing_by_another_name_is_no_mismatch(claim: str, title: str) -> None:
    assert of(f"{claim}\n{reference(title)}", claim[:12]).state is CITED


@pytest.mark.parametrize(
    "line",
    [
        "Our clinic opened in 2015 and has since moved twice (Suite 4, 2019).",
        "© 2024 Fernhill Clinic, 12 Mill Row, Larkmere",
        "Monday to Friday 8-17, call 555-0134",
        "In 2019 we saw 1,214 patients and 30 of them from abroad.",
    ],
)
def test_a_line_with_numbers_is_not_yet_a_reference(line: str) -> None:
    assert references(page(line)) == []


def test_what_stands_in_a_cookie_banner_or_in_hidden_text_is_no_reference() -> None:
    text = "[cookie] Reference: Adeyemi, R. (2015). Cookies. Journal of Cookies, 3(1), 5-9.\n[hidden] See NCT01234567.\n"
    assert references(page(text)) == []


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_search_for_references(text: str) -> None:
    seen = page(" ".join(text.split()))
    for cited in references(seen):
        assert 0 <= cited.span.start < cited.span.end <= len(seen.text)


@given(st.integers(1, 99), st.integers(0, 20))
def test_a_range_of_marks_holds_each_number(first: int, more: int) -> None:
    assert marks(f"It works.[{first}–{first + more}]") == set(range(first, first + more + 1))
