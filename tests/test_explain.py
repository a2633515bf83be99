"""`caveat explain`: what it says of a sentence is what the audit made of it, for every sentence of every example."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rich.cells import cell_len

from caveat.audit import explained
from caveat.cli import main
from caveat.formats import explain_json, explain_terminal, schema
from caveat.judging import Options, explain, judged
from caveat.judging.judge import UNJUDGED
from caveat.judging.weigh import total
from caveat.model import Capture, Explained, Failure, Fate, Page, PageExplained, StanceValue, VerdictValue
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import WeighingRule, load, scan
from caveat.rulebook.draft import draft
from conftest import caveat, environment
from labelled_pages import book
from test_cli_rules import RULE
from test_corpus import rows
from test_examples import NAMES, audited, expected, page_of
from test_formats_clean import HOSTILE

SCHEMA = Draft202012Validator(json.loads(schema("explain")))
CLINIC = "Regenerative medicine: stem cells and PRP"
WEIGHING = next(iter(book().of(WeighingRule).values()))
UNMATCHED = {Fate.UNLESS, Fate.NEAR}


def said(
    text: str, line: int = 0, column: int = 0, *, stance: StanceValue | None = StanceValue.PROMOTER, name: str = "p.txt"
) -> PageExplained:
    found = explained(Capture(name, text.encode()), book(), Options(stance), line, column)
    assert isinstance(found, PageExplained)
    return found


def one(sentence: str, before: str = CLINIC) -> Explained:
    """The explanation of a sentence on a clinic's page."""
    (found,) = said(f"{before}\n\n{sentence}\n", 3).sentences
    return found


def fates(found: Explained) -> dict[str, Fate]:
    return {rule.rule: rule.fate for rule in found.rules}


def cue(found: Explained, text: str) -> Any:
    return next(each for each in found.cues if each.text == text)


def follows_from(found: Explained) -> None:
    """The verdict, which is the audit's, is what the rules and cues that are shown come to."""
    matching = [rule for rule in found.rules if rule.fate not in UNMATCHED]
    stated = [rule for rule in matching if rule.fate in (Fate.LEADS, Fate.STATED)]
    assert [rule.fate for rule in stated] == [Fate.LEADS, *[Fate.STATED] * (len(stated) - 1)][: len(stated)]
    for rule in matching:
        if rule.fate is Fate.LET_OFF:
            assert rule.cue and any(each.text == rule.cue.text and rule.rule in each.lets_off for each in found.cues)
    verdict = found.verdict
    if verdict.line or verdict.value is VerdictValue.NOT_JUDGED:
        return
    if verdict.found:
        assert stated and stated[0].rule == verdict.found.rule and stated[0].match == verdict.found.match
        assert tuple(rule.rule for rule in stated[1:] if rule.category != "offer") == verdict.found.also
        for done in found.sums:
            assert (done.rule == verdict.found.rule) <= (done.total >= done.least)
        assert [(each.text, each.says) for each in verdict.found.cues] == [
            (each.text, each.says) for each in found.cues if each.says in ("hedged", "attributed")
        ]
    elif verdict.held and verdict.held.cue.says == "informer":
        assert stated[0].rule == verdict.held.rule
    elif verdict.held:
        assert not stated
        for rule in matching:
            if rule.fate is Fate.LIGHT:
                assert any(done.total < done.veto for done in found.sums)
        assert (matching[0].rule, matching[0].cue, matching[0].match) == (verdict.held.rule, verdict.held.cue, verdict.held.match)
    else:
        assert not matching


@cache
def whole(name: str) -> tuple[PageExplained, tuple[Explained, ...]]:
    """An example explained as a page, and all its sentences."""
    page = read(Capture(page_of(name).name, page_of(name).read_bytes()))
    assert isinstance(page, Page)
    seen = scan(book(), page)
    page = label(page, seen, book())
    found = judged(page, seen, book(), Options(None, tuple(expected(name).get("jurisdictions", ["US"]))))
    chosen = explain(page, seen, book(), found)
    every = explain(page, seen, book(), found, every=True).sentences
    assert len(every) == sum(len(block.sentences) for block in page.blocks)
    return chosen, every


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_of_a_page_is_explained_by_what_the_audit_made_of_it(name: str) -> None:
    chosen, every = whole(name)
    holds(chosen, every)


@pytest.mark.parametrize("stance", StanceValue)
@pytest.mark.parametrize("name", NAMES)
def test_so_it_is_when_the_stance_is_asked_for(name: str, stance: StanceValue) -> None:
    options = Options(stance, tuple(expected(name).get("jurisdictions", ["US"])))
    chosen = explained(Capture(page_of(name).name, page_of(name).read_bytes()), book(), options)
    assert isinstance(chosen, PageExplained) and chosen.stance.asked and chosen.stance.value is stance
    holds(chosen, chosen.sentences)


def holds(chosen: PageExplained, every: Iterable[Explained]) -> None:
    """Each verdict is the one of the report, and follows from what is shown."""
    found = {(each.line, each.column): each for each in chosen.report.findings if each.kind == "claim"}
    held = {(each.line, each.column): each for each in chosen.report.held_back}
    for each in every:
        place = (each.verdict.line, each.verdict.column) if each.verdict.line else (each.line, each.column)
        assert each.verdict.found == (None if each.role in UNJUDGED else found.get(place))
        assert each.verdict.held == (None if each.role in UNJUDGED else held.get(place))
        follows_from(each)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_without_a_line_is_explained_by_its_findings_what_is_held_back_and_near_misses(name: str) -> None:
    chosen, every = whole(name)
    places = {(each.line, each.column) for each in chosen.sentences}
    assert {(each.line, each.column) for each in chosen.report.findings if each.line} <= places
    assert {(each.line, each.column) for each in chosen.report.held_back} <= places
    assert all(each in every for each in chosen.sentences)
    for each in chosen.sentences:
        assert each.caveats or each.rules[0].fate is not Fate.UNLESS


@pytest.mark.parametrize("name", NAMES)
def test_the_report_that_is_explained_is_the_one_that_audit_prints(name: str) -> None:
    (page,) = audited(page_of(name), *expected(name).get("jurisdictions", [])).pages
    chosen, _ = whole(name)
    assert (chosen.report.findings, chosen.report.held_back, chosen.report.stance) == (page.findings, page.held_back, page.stance)


@pytest.mark.parametrize("name", NAMES)
def test_json_keeps_to_its_schema_and_a_screen_to_its_width(name: str) -> None:
    chosen, _ = whole(name)
    SCHEMA.validate(json.loads(explain_json(chosen)))
    screen = explain_terminal(chosen)
    assert max(map(cell_len, screen.splitlines())) <= 80
    assert "\x1b" not in screen


@pytest.mark.parametrize("name", NAMES)
def test_the_weights_add_up_to_the_stance(name: str) -> None:
    stance = whole(name)[0].stance
    for value, weight in ((StanceValue.PROMOTER, stance.promoter), (StanceValue.INFORMER, stance.informer)):
        claims = stance.claims if value is StanceValue.PROMOTER else 0.0
        assert sum(voice.weight for voice in stance.voices if voice.stance is value) + claims == pytest.approx(weight)
    if stance.least:
        assert (stance.value is StanceValue.INFORMER) == (stance.informer >= stance.least)


def test_the_corpus_is_explained_by_what_the_audit_made_of_it() -> None:
    for row in rows("en", "sentences.jsonl", "write")[::6]:
        for found in said(f"{CLINIC}\n\n{row['text']}\n", 3).sentences:
            follows_from(found)


def test_a_denial_that_stops_at_but_says_where_it_stops_and_what_it_does_not_reach() -> None:
    found = one("PRP does not swell, but it cures lupus.")
    assert found.verdict.value is VerdictValue.FLAGGED
    assert (cue(found, "not").covers, cue(found, "not").stops_at) == ("swell", ", but")
    assert ("cures-disease", "out-of-reach") in [(each.rule, each.why) for each in cue(found, "not").passes]
    screen = explain_terminal(said(f"{CLINIC}\n\n{found.quote}\n", 3))
    assert "covers “swell” and stops at “, but”" in " ".join(screen.split())


def test_a_denial_that_reaches_the_claim_lets_it_off() -> None:
    found = one("PRP does not cure lupus.")
    assert found.verdict.held and fates(found)["cures-disease"] is Fate.LET_OFF
    assert "cures-disease" in cue(found, "not").lets_off


def test_a_comma_closes_a_denial_in_a_subordinate_clause() -> None:
    found = one("Since they do not come from blood, our stem cells cure lupus.")
    assert (found.verdict.value, cue(found, "not").stops_at) == (VerdictValue.FLAGGED, ",")


def test_what_only_looks_like_a_denial_is_shown_with_what_undoes_it() -> None:
    found = one("Not only does PRP ease pain, it cures lupus.")
    assert (found.verdict.value, cue(found, "Not").undone_by) == (VerdictValue.FLAGGED, "Not only")


def test_an_answer_does_not_deny_what_follows() -> None:
    found = one("No, stem cells never fail to cure lupus.")
    assert (cue(found, "No").covers, cue(found, "No").stops_at) == ("", ",")


def test_a_rule_that_speaks_of_the_denial_itself_is_not_let_off_by_it() -> None:
    found = one("Stem cells have no risks.")
    assert found.verdict.found and found.verdict.found.rule == "no-side-effects"
    assert {each.why for each in cue(found, "no").passes if each.rule == "no-side-effects"} <= {"own-words", "immune"}


def test_a_rule_kept_out_by_its_own_exception_shows_the_words() -> None:
    rule = next(rule for rule in one("Not only does it not hurt, but PRP does not cure lupus.").rules if rule.fate is Fate.UNLESS)
    assert rule.rule == "therapy-beside-trouble" and rule.unless


def test_a_near_miss_says_which_part_is_missing() -> None:
    found = one("PRP flatters your cartilage.")
    near = next(rule for rule in found.rules if rule.rule == "regrows-tissue")
    assert (near.fate, near.match, near.missing) == (Fate.NEAR, ("cartilage",), "<regrow>")
    assert near.such_as and near.missing in near.pattern


def test_a_sentence_without_a_match_names_the_nearest_rule_and_what_it_lacks() -> None:
    screen = " ".join(explain_terminal(said(f"{CLINIC}\n\nPRP flatters you.\n", 3)).split())
    assert "no rule matches; cures-disease, the nearest, lacks cure~" in screen


def test_a_near_miss_whose_parts_stand_too_far_apart_lacks_none() -> None:
    words = " ".join(["slowly"] * 12)
    near = next(rule for rule in one(f"PRP will rebuild {words} cartilage.").rules if rule.rule == "regrows-tissue")
    assert (near.fate, near.match, near.missing) == (Fate.NEAR, ("rebuild", "cartilage"), "")
    assert one("PRP will rebuild cartilage.").rules[0].fate is Fate.LEADS


def test_everyday_words_alone_are_no_near_miss() -> None:
    assert not one("It is what it is.").rules


def test_the_therapy_carried_over_comes_with_its_line_and_what_ties_it() -> None:
    found = said("Our clinic\n\nWe use platelet-rich plasma.\n\nIt eases back pain.\n", 5).sentences[0]
    assert found.verdict.value is VerdictValue.FLAGGED
    assert (found.carried.named, found.carried.line, found.carried.link, found.carried.carried) == ((), 3, "points-back", True)


def test_what_turned_the_page_to_other_care_is_named_where_no_therapy_is_carried_over() -> None:
    text = "Our clinic for stem cells\n\nMost patients are given prednisone.\n\nIt eases back pain.\n"
    found = said(text, 5).sentences[0]
    assert fates(found)["relieves-symptom"] is Fate.NEEDS
    assert (found.carried.link, found.carried.turned, found.carried.carried) == ("after-standard-care", 3, False)
    screen = " ".join(explain_terminal(said(text, 5)).split())
    assert "no therapy is named or carried over: the text before it turned to standard care (line 3)" in screen


def test_what_leads_says_what_put_it_first() -> None:
    leading = one("PRP repairs cartilage and keeps you young.").rules
    assert leading[0].fate is Fate.LEADS and leading[1].fate is Fate.STATED
    assert leading[0].leads_by in ("severity", "category", "parts", "closeness", "position")
    assert one("PRP eases back pain.").rules[0].fate is Fate.LEADS


def test_a_hedge_says_that_it_lowers() -> None:
    found = said(f"{CLINIC}\n\nPRP may cure lupus.\n", 3)
    because = json.loads(explain_json(found))["sentences"][0]["verdict"]["because"]
    assert "flagged as cure, medium" in because and "hedged by “may”, which lowers it from high" in because


def test_an_informers_claim_is_held_back_by_the_page_and_still_shows_what_matched() -> None:
    (found,) = said(f"{CLINIC}\n\nPRP cures lupus.\n", 3, stance=StanceValue.INFORMER).sentences
    assert found.verdict.held and found.verdict.held.cue.says == "informer"
    assert found.rules[0].fate is Fate.LEADS


def test_cookie_text_is_not_judged_and_says_so() -> None:
    banner = '<div id="cookie-consent" role="dialog"><p>We use cookies, and PRP cures lupus.</p><button>Accept</button></div>'
    text = f"<h1>{CLINIC}</h1><p>PRP eases back pain in our clinic, and that is why we offer it to all.</p>{banner}"
    found = said(text, name="page.html")
    every = [each for line in range(1, found.lines + 1) for each in said(text, line, name="page.html").sentences]
    unjudged = next(each for each in every if "cookies" in each.quote)
    assert unjudged.verdict.value is VerdictValue.NOT_JUDGED
    line = json.loads(explain_json(said(text, unjudged.line, name="page.html")))["sentences"][0]
    assert line["verdict"]["because"] == "not judged: it stands in a cookie notice"


def test_a_page_without_a_therapy_is_not_judged_and_says_so() -> None:
    (found,) = said("Our bakery\n\nIt cures lupus.\n", 3, stance=None).sentences
    assert found.verdict.value is VerdictValue.NOT_JUDGED
    assert "the page names no therapy" in explain_terminal(said("Our bakery\n\nIt cures lupus.\n", 3, stance=None))


def test_a_text_that_stands_twice_points_to_where_the_report_has_it() -> None:
    text = f"{CLINIC}\n\nPRP cures lupus.\n\nCome in.\n\nPRP cures lupus.\n"
    (again,) = said(text, 7).sentences
    assert again.verdict.found and (again.verdict.line, again.verdict.column) == (3, 1)
    assert [each.quote for each in said(text).sentences].count("PRP cures lupus.") == 1


def test_a_column_picks_one_sentence_of_a_line() -> None:
    text = f"{CLINIC}\n\nPRP cures lupus. Stem cells mend knees.\n"
    assert [each.quote for each in said(text, 3).sentences] == ["PRP cures lupus.", "Stem cells mend knees."]
    assert [each.quote for each in said(text, 3, 20).sentences] == ["Stem cells mend knees."]


def test_a_sentence_that_goes_over_several_lines_is_found_on_each() -> None:
    prose = (
        "Platelets are what our doctors give to each of those who come to see"
        "\nthem, and they have seen time and again that it cures lupus for good in"
    )
    text = f"{CLINIC}\n\n{prose}\npeople of every age. Some of them come back a second time.\n"
    first, second, third = (said(text, line).sentences for line in (3, 4, 5))
    assert first == second == third[:1] and len(third) == 2


def test_a_caveat_that_quotes_the_sentence_is_shown_with_it() -> None:
    name = "articles"
    quoting = [found for found in whole(name)[0].report.findings if found.kind == "caveat" and found.quote]
    shown = [caveat for each in whole(name)[0].sentences for caveat in each.caveats]
    assert quoting and sorted(each.rule for each in quoting) == sorted(each.rule for each in shown)


def test_a_language_without_rules_is_noted() -> None:
    found = said('<html lang="de"><p>Unsere Klinik.</p></html>', name="p.html", stance=None)
    assert "the rules are for" in explain_terminal(found)


@settings(max_examples=40, deadline=None)
@given(HOSTILE)
def test_hostile_text_is_shown_safely_and_read_back(text: str) -> None:
    page = f"<title>{CLINIC}</title><p>PRP cures lupus {text.replace('<', '')} and not only {text.replace('<', '')} may help.</p>"
    found = explained(Capture("p.html", page.encode("utf-8", "surrogatepass")), book(), Options(StanceValue.PROMOTER))
    assume(isinstance(found, PageExplained))  # what holds too many control characters is no page
    assert isinstance(found, PageExplained)
    shown = explain_terminal(found)
    shown.encode("utf-8")
    assert not set(shown) & set("\x00\x1b\x7f\x85\x9b\u202e\u2066")
    SCHEMA.validate(json.loads(explain_json(found)))


Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """Runs `caveat explain` in this process, with the rules read once where no option asks for others."""
    from caveat import rulebook

    def load(*given: tuple[str, ...], **law: Any) -> rulebook.Rulebook:
        return rulebook.load(*given, **law) if any([*given, *law.values()]) else book()  # type: ignore[arg-type]

    monkeypatch.setattr("caveat.cli.explain.load", load)

    def run(*words: str | Path) -> tuple[int, str, str]:
        code = main(["explain", *map(str, words)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.txt"
    file.write_text(f"{CLINIC}\n\nPRP cures lupus. We use moonlit cells.\n", encoding="utf-8")
    return file


def test_the_command_explains_and_ends_with_0_whatever_it_finds(page: Path, told: Told) -> None:
    code, out, err = told(f"{page}:3")
    assert (code, err) == (0, "")
    assert "3:1" in out and "verdict     flagged as cure, high: cures-disease" in out
    assert told(page)[0] == 0
    assert told(page, "--line", "3")[1] == out


def test_the_options_of_an_audit_that_bear_on_a_verdict_bear_on_its_explanation(page: Path, told: Told, tmp_path: Path) -> None:
    def verdicts(*words: str | Path) -> list[tuple[str, str | None]]:
        sentences = json.loads(told(f"{page}:3", "--format", "json", *words)[1])["sentences"]
        return [(each["verdict"]["value"], each["verdict"]["rule"]) for each in sentences]

    assert verdicts()[0] == ("flagged", "cures-disease")
    assert verdicts("--stance", "informer")[0] == ("held-back", "cures-disease")
    assert verdicts("--skip", "cures-disease")[0] != ("flagged", "cures-disease")
    assert verdicts("--only", "regrows-tissue")[0] == ("no-match", None)
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "moon-cell-therapy.toml").write_text(RULE, encoding="utf-8")
    assert verdicts("--rules", tmp_path / "pack", "--only", "moon-cell-therapy") == [("no-match", None), ("flagged", "moon-cell-therapy")]
    assert told(page, "--jurisdiction", "US-XX")[0] == 2
    assert told(page, "--max-size", "10")[0] == 3


@pytest.mark.parametrize(
    ("target", "code", "why"),
    [
        ("{}:4", 2, "has no line 4: as read it has 3"),
        ("{}:2", 2, "line 2 holds no sentence"),
        ("{}:3:99", 2, "no sentence stands at 3:99"),
        ("{}:0", 2, "counted from 1"),
        ("{}x:3", 3, "could not be read"),
    ],
)
def test_a_place_that_is_not_there_is_said_with_its_exit_code(target: str, code: int, why: str, page: Path, told: Told) -> None:
    got, out, err = told(target.format(page))
    assert (got, out) == (code, "") and why in err and err.splitlines()[-1].startswith(f"caveat: exit {code}:")


def test_a_folder_of_several_pages_is_a_mistake_of_the_command_line(page: Path, told: Told) -> None:
    page.with_name("other.txt").write_text("Hello.\n", encoding="utf-8")
    code, _, err = told(page.parent)
    assert code == 2 and "holds more than one page" in err


def test_standard_input_and_a_terminal_without_colour(page: Path) -> None:
    coloured = caveat("explain", "-:3", "--color", "always", data=page.read_bytes())
    assert coloured.returncode == 0 and b"3:1" in coloured.stdout
    plain = caveat("explain", "-", data=page.read_bytes(), env=environment(NO_COLOR="1"))
    assert b"\x1b[" in coloured.stdout and b"\x1b[" not in plain.stdout


def test_an_address_is_explained_with_its_port(site: Any, told: Told) -> None:
    from conftest import Answer

    url = site.put("/a", Answer(f"<h1>{CLINIC}</h1><p>PRP cures lupus.</p>".encode()))
    code, out, _ = told(f"{url}:2", "--allow-private")
    assert code == 0 and "2:1" in out
    site.put("/", Answer(f"<h1>{CLINIC}</h1><p>PRP cures lupus.</p>".encode()))
    code, out, _ = told(site.root, "--allow-private")
    assert code == 0 and site.root in out


@given(st.permutations(sorted(WEIGHING.weights)))
def test_signs_add_up_to_the_same_in_any_order(names: list[str]) -> None:
    assert total(WEIGHING, dict.fromkeys(names, ())) == total(WEIGHING, dict.fromkeys(sorted(names), ()))


def test_what_adds_up_to_a_claim_shows_its_signs_and_their_sum() -> None:
    text = f"{CLINIC}\n\nImagine your tendons after our PRP!\n"
    (found,) = said(text, 3).sentences
    (done,) = found.sums
    assert found.verdict.found and found.verdict.found.rule == done.rule == "adds-up"
    assert done.total == pytest.approx(sum(sign.weight for sign in done.signs)) and done.total >= done.least
    screen = " ".join(explain_terminal(said(text, 3)).split())
    assert f"its signs add up to {done.total:.2f}, a claim from {done.least:g} on" in screen


def test_the_same_words_weigh_more_among_slogans_than_in_a_primer() -> None:
    slogans = "Book today.\n\nOpen on Sundays.\n\nAsk our team.\n\nFree parking.\n\nMeet the nurses.\n\nSee our rooms.\n"
    parts = ("cartilage", "lining", "disc", "cushion", "surface", "membrane")
    primer = " ".join(
        f"The {part} of the joint is a layer that lies between two bones and is fed by the fluid around it." for part in parts
    )
    alone, among_slogans, in_primer = (
        said(f"{CLINIC}\n\nImagine your tendons after our PRP!\n\n{rest}\n", 3).sentences[0].sums[0] for rest in ("", slogans, primer)
    )
    assert among_slogans.total > in_primer.total
    assert "page: words a sentence, fewer than 8" in {sign.name for sign in among_slogans.signs}
    assert "page: words a sentence, 17 and more" in {sign.name for sign in in_primer.signs}
    assert not any(sign.name.startswith("page:") for sign in alone.signs)  # two sentences are no style


def test_where_a_sentence_stands_makes_no_claim_without_words_that_do() -> None:
    text = "Our stem cells cure lupus. Number 1.\n"
    found = said(text, 1).sentences[-1]
    assert found.quote == "Number 1." and found.sums[0].total >= found.sums[0].least and not found.verdict.found
    assert "but its own words speak for none" in " ".join(explain_terminal(said(text, 1)).split())


def test_the_signs_of_one_weighing_rule_are_none_of_another(tmp_path: Path) -> None:
    file = tmp_path / "stripes.toml"
    drafted = draft("stripes", "weighing").replace('your-part = ["(your|my|his|her) <body_part>"]', 'your-part = ["zebra~"]')
    file.write_text(drafted.replace("least = 3.0 ", "least = 99.0 "), encoding="utf-8")
    assert 'your-part = ["zebra~"]' in file.read_text(encoding="utf-8")
    capture = Capture("page.txt", b"Larkmead Clinic: stem cells for arthritis\n\nOur stem cells are fit for any zebra in town.\n")
    sums = []
    for known in (load(), load((tmp_path,))):
        said = explained(capture, known, Options(StanceValue.PROMOTER), 3)
        assert not isinstance(said, Failure)
        sums.append({done.rule: done for each in said.sentences for done in each.sums})
    assert sums[0]["adds-up"] == sums[1]["adds-up"]
    assert any(sign.name == "your-part" for sign in sums[1]["stripes"].signs)
