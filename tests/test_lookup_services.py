"""What is read out of the answers of Crossref, PubMed, PubMed Central and ClinicalTrials.gov, and out of answers nobody documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.lookup import SERVICES, crossref, pmc, pubmed, trials
from caveat.lookup.service import Unknown, Unreadable
from caveat.model import Level
from small_records import article, trial, update, work

DOI, PMID, NCT = "10.5555/knee.1", "31234567", "NCT01234567"


def test_a_work_that_nothing_is_wrong_with() -> None:
    found = crossref.read(work("Stem cells and the knee"), DOI)
    assert (found.title, found.types) == ("Stem cells and the knee", ("journal-article",))
    assert (found.retracted, found.notices, found.results) == ("", (), None)


@pytest.mark.parametrize("kind", ["retraction", "withdrawal", "removal"])
def test_a_work_that_was_retracted_says_by_what_notice_and_who_says_so(kind: str) -> None:
    found = crossref.read(work(updated_by=[update("correction"), update(kind)]), DOI)
    assert found.retracted == f"{kind} of 2021-03-02, notice 10.5555/notice.9 (Crossref, from retraction-watch)"
    assert found.notices == ("correction of 2021-03-02, notice 10.5555/notice.9 (Crossref, from retraction-watch)",)


@pytest.mark.parametrize("kind", ["correction", "erratum", "expression_of_concern", "partial_retraction"])
def test_a_notice_that_retracts_nothing_is_told_and_no_more(kind: str) -> None:
    found = crossref.read(work(updated_by=[update(kind, label=None)]), DOI)
    assert not found.retracted
    assert found.notices[0].startswith(kind.replace("_", " "))


@pytest.mark.parametrize(
    "title", ["RETRACTED: Stem cells and the knee", "[Retracted] Stem cells", "WITHDRAWN: Stem cells", "Retracted Article: Knees"]
)
def test_publishers_mark_titles_too(title: str) -> None:
    assert "the title that Crossref gives begins" in crossref.read(work(title), DOI).retracted


@pytest.mark.parametrize(
    "title", ["Retracted tendons: a case series", "Removed menisci and what became of them", "How stem cells withdrawn from fat behave"]
)
def test_a_title_that_speaks_of_something_retracted_is_not_marked(title: str) -> None:
    assert not crossref.read(work(title), DOI).retracted


def test_a_notice_of_retraction_is_not_itself_retracted() -> None:
    by_title = crossref.read(work("Retraction Note to: Stem cells and the knee"), DOI)
    by_update = crossref.read(work("Editorial note", update_to=[update(DOI="10.5555/knee.2")]), DOI)
    assert (by_title.retracted, by_update.retracted) == ("", "")
    assert by_title.notices == ("is itself the notice of a retraction",)
    assert by_update.notices == ("is itself a notice: retraction of 10.5555/knee.2",)


def test_mark_up_in_titles_is_taken_out_and_the_words_stay() -> None:
    title = "CD34<sup>+</sup> cells <i>in vitro</i> &amp; in mice: p < 0.05\n  and more"
    assert crossref.read(work(title), DOI).title == "CD34+ cells in vitro & in mice: p < 0.05 and more"


def test_a_title_longer_than_any_is_cut() -> None:
    assert len(crossref.read(work("knee " * 100_000), DOI).title) <= 1_000


def test_a_preprint_says_so() -> None:
    assert "preprint" in crossref.read(work(type="posted-content", subtype="preprint"), DOI).notices[0]


@pytest.mark.parametrize(
    ("types", "level"),
    [
        (("Randomized Controlled Trial",), Level.RANDOMISED),
        (("Clinical Trial, Phase III", "Multicenter Study"), Level.RANDOMISED),
        (("Controlled Clinical Trial",), Level.CONTROLLED),
        (("Case Reports",), Level.UNCONTROLLED),
        (("Observational Study",), Level.UNCONTROLLED),
        (("Meta-Analysis", "Randomized Controlled Trial"), Level.REVIEW),
        (("Review",), Level.REVIEW),
        (("Clinical Trial Protocol", "Randomized Controlled Trial"), Level.PROTOCOL),
        (("Randomized Controlled Trial, Veterinary",), Level.ANIMAL),
        ((), Level.UNKNOWN),
    ],
)
def test_publication_types_give_the_level(types: tuple[str, ...], level: Level) -> None:
    found = pubmed.read(article(types=types), PMID)
    assert (found.level, found.types) == (level, ("Journal Article", *types))


def test_an_article_that_pubmed_lists_as_retracted() -> None:
    link = {"refsource": "J Knees. 2022;9:3", "reftype": "Retraction in", "pmid": 35, "note": ""}
    assert pubmed.read(article(types=("Retracted Publication",)), PMID).retracted == "Retracted Publication (PubMed)"
    assert pubmed.read(article(references=[link]), PMID).retracted == "Retraction in: J Knees. 2022;9:3 (PubMed)"


def test_the_notice_of_a_retraction_in_pubmed_is_none_itself() -> None:
    found = pubmed.read(
        article(types=("Retraction of Publication",), references=[{"reftype": "Retraction of", "refsource": "J Knees"}]), PMID
    )
    assert (found.retracted, found.notices) == ("", ("is itself the notice of a retraction",))


@pytest.mark.parametrize(
    "answer",
    [
        {"header": {}, "result": {"uids": [PMID], PMID: {"uid": PMID, "error": "cannot get document summary"}}},
        {"header": {}, "result": {"uids": []}},
        {"header": {}, "error": "Invalid uid 31234567 at position=0"},
    ],
)
def test_a_number_that_pubmed_does_not_know(answer: object) -> None:
    with pytest.raises(Unknown):
        pubmed.read(answer, PMID)


def test_a_pmc_number_leads_to_its_pmid() -> None:
    known = article("7654321", articleids=[{"idtype": "doi", "value": DOI}, {"idtype": "pmid", "value": PMID}])
    unknown = article("7654321", articleids=[{"idtype": "pmid", "value": "0"}, {"idtype": "pmid", "value": "../x"}])
    assert pmc.read(known, "PMC7654321").same_as == "pmid:31234567"
    assert pmc.read(unknown, "PMC7654321").same_as == ""


def test_a_trial_without_results_is_a_registration() -> None:
    found = trials.read(trial(status="ACTIVE_NOT_RECRUITING", allocation="RANDOMIZED"), NCT)
    assert (found.level, found.results, found.status) == (Level.REGISTRATION, False, "active not recruiting")
    assert (found.sponsor, found.sponsor_class) == ("Fernhill Clinic LLC", "industry")
    assert found.types == ("interventional", "phase 1", "phase 2", "randomized")
    assert found.about == ("Osteoarthritis, Knee", "Mesenchymal stem cells")


@pytest.mark.parametrize(
    ("kind", "allocation", "level"),
    [
        ("INTERVENTIONAL", "RANDOMIZED", Level.RANDOMISED),
        ("INTERVENTIONAL", "NON_RANDOMIZED", Level.CONTROLLED),
        ("INTERVENTIONAL", "NA", Level.UNCONTROLLED),
        ("OBSERVATIONAL", "", Level.UNCONTROLLED),
        ("EXPANDED_ACCESS", "", Level.REGISTRATION),
    ],
)
def test_a_trial_with_results_has_the_level_of_its_design(kind: str, allocation: str, level: Level) -> None:
    found = trials.read(trial(results=True, kind=kind, allocation=allocation), NCT)
    assert (found.level, found.results) == (level, True)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def spoiled(value: Any, junk: Any, at: int) -> Any:
    """The value with one of its parts replaced by junk."""
    places = []

    def walk(part: Any) -> None:
        for key in part if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ():
            places.append((part, key))
            walk(part[key])

    copy = json.loads(json.dumps(value))
    walk(copy)
    part, key = places[at % len(places)]
    part[key] = junk
    return copy


WHOLE = [
    (crossref.SERVICE, work("RETRACTED: knees", updated_by=[update()], update_to=[update()]), DOI),
    (pubmed.SERVICE, article(types=("Review",), references=[{"reftype": "Erratum in", "refsource": "J"}]), PMID),
    (pmc.SERVICE, article("7654321", articleids=[{"idtype": "pmid", "value": PMID}]), "PMC7654321"),
    (trials.SERVICE, trial(), NCT),
]


@pytest.mark.parametrize(("service", "answer", "value"), WHOLE, ids=lambda part: getattr(part, "name", None))
@settings(deadline=None, max_examples=150)
@given(junk=JUNK, at=st.integers(0, 200))
def test_whatever_stands_in_an_answer_it_is_read_or_turned_down(service: Any, answer: Any, value: str, junk: Any, at: int) -> None:
    for given_answer in (junk, spoiled(answer, junk, at)):
        try:
            record = service.read(given_answer, value)
        except (Unknown, Unreadable):
            continue
        assert all("\n" not in each and len(each) < 3_000 for each in (record.title, record.retracted, *record.notices, *record.about))


@pytest.mark.parametrize("value", ["10.5555/a b?x=1&y#z", "10.5555/../../etc", "10.5555/(97)11096-0", "10.5555/\ud800"])
def test_a_doi_stays_one_part_of_the_path(value: str) -> None:
    path = crossref.SERVICE.path(value)
    assert path.startswith("/works/10.5555%2F") and path.count("/") == 2 and not set(path) & set("?# &")


def test_every_service_has_a_name_of_its_own() -> None:
    assert len({service.name.lower() for service in SERVICES}) == len(SERVICES)
