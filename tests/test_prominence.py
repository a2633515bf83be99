"""Whether readers could miss a caveat: each criterion against pages of its own, with its answer, its numbers and what follows from it."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import caveat
from caveat.formats import terminal
from caveat.model import Answer, Capture, Check, CheckState, Criterion, Finding, Measured, Outcome, Page, PageReport
from caveat.reading import css, read
from caveat.reading.colour import Colour, contrast, over
from caveat.reading.look import Look
from caveat.reading.styles import MOST, Looks

STATUS = "Stem cell therapy has not been approved by the FDA for arthritis or for any other use."
CLAIM = "Our stem cell therapy rebuilds worn knees."
CLAIMS = f"<p>{CLAIM} Call us today.</p><p>Our stem cells reverse arthritis. Book now.</p>"
WASHINGTON = (
    "THIS NOTICE MUST BE PROVIDED TO YOU UNDER WASHINGTON LAW. This health care practitioner performs one or more stem cell therapies that"
    " have not yet been approved by the United States food and drug administration. You are encouraged to consult with your primary care"
    " provider prior to undergoing a stem cell therapy."
)
FILLER = "<p>You sit by the window and read a paper until the nurse calls you in.</p>"


@cache
def book() -> caveat.Rulebook:
    return caveat.load()


def whole(body: str, style: str = "", head: str = "") -> str:
    return f"<!DOCTYPE html><html lang=en><head><title>Wren Clinic</title>{head}<style>{style}</style></head><body>{body}</body></html>"


def audited(html: str, *where: str) -> PageReport:
    captures = [Capture("page.html", html.encode(), media_type="text/html")]
    (found,) = caveat.results(captures, book(), caveat.Options(jurisdictions=where or ("US",)))
    assert isinstance(found, PageReport)
    return found


def judged(report: PageReport, rule: str = "fda-status") -> Finding | Check:
    found: list[Finding | Check] = [each for each in report.findings if each.rule == rule]
    (only,) = found or [each for each in report.checks if each.check == rule]
    return only


def outcome(found: Finding | Check) -> Outcome | CheckState | None:
    return found.outcome if isinstance(found, Finding) else found.state


def answers(found: Finding | Check) -> dict[Criterion, Measured]:
    return {each.criterion: each for each in found.prominence}


def test_a_caveat_beside_the_claim_answers_every_criterion_with_yes() -> None:
    found = judged(audited(whole(f"<p>{CLAIM} {STATUS} Call us today.</p>")))
    assert outcome(found) is CheckState.SATISFIED
    assert [each.criterion for each in found.prominence if each.answer is not Answer.YES] == [Criterion.ON_SCREEN]  # which takes a screen
    assert [each.criterion for each in found.prominence] == list(Criterion)


@pytest.mark.parametrize(
    ("body", "style", "says"),
    [
        (f"<p style='font-size:9px'>{STATUS}</p>", "", "in type of 9 px, where the nearest claim has 16 px"),
        (f"<p class=fine>{STATUS}</p>", ".fine { font: italic 7pt/1.2 serif }", "in type of 9.3 px, where the nearest claim has 16 px"),
        (f"<p><font size=1>{STATUS}</font></p>", "p { font-size: 18px }", "in type of 10 px, where the nearest claim has 18 px"),
        (f"<div id=Legal><p>{STATUS}</p></div>", "#Legal { font-size: 50% }", "in type of 8 px"),
        (f"<p><small><small><small>{STATUS}</small></small></small></p>", "", "in type of 9.3 px"),
        (f"<p>Open daily. <span style='font-size: 8px'>{STATUS}</span></p>", "", "in type of 8 px"),
        (f"<p class=pale>{STATUS}</p>", ".pale { color: #ccc }", "in a colour of a contrast of 1.6:1, where the nearest claim has 21:1"),
        (f"<p class=pale>{STATUS}</p>", "p.pale { color: rgba(0, 0, 0, .2) }", "in a colour of a contrast of 1.6:1"),
        (f"<p style='color: white'>{STATUS}</p>", "", "in a colour of a contrast of 1:1"),
        (f"<table bgcolor=#333333><tr><td><font color=#444444>{STATUS}</font></td></tr></table>", "", "of a contrast of 1.29:1"),
        (f"<div class=off>{STATUS}</div>", ".off { display: none }", "the page's own style hides (display: none)"),
        (f"<div class=off><p>{STATUS}</p></div>", ".off { visibility: hidden }", "the page's own style hides (visibility: hidden)"),
        (f"<p hidden>{STATUS}</p>", "", "in an element that is hidden"),
        (f"<details><summary>Legal</summary><p>{STATUS}</p></details>", "", "in a section that stays closed until it is clicked"),
        (f"<img src=a.png alt='{STATUS}'>", "", "in the alternative text of an image"),
        (f"<p title='{STATUS}'>Open daily.</p>", "", "in a label"),
        (f"<meta name=description content='{STATUS}'>", "", "in the page's meta tags"),
        (
            f"<div id=cookie-law-info-bar>We use cookies on this website. {STATUS}<a role=button>Accept all cookies</a></div>",
            "",
            "in the cookie dialogue",
        ),
        (f"{FILLER * 25}<footer><p>{STATUS}</p></footer>", "", "in the page's footer, 377 words and 26 blocks from the nearest claim"),
    ],
)  # fmt: skip
def test_what_buries_a_caveat_and_the_numbers_it_is_told_with(body: str, style: str, says: str) -> None:
    report = audited(whole(CLAIMS + body, style))
    found = judged(report)
    assert isinstance(found, Finding) and found.outcome is Outcome.BURIED
    assert says in found.message
    assert Answer.NO in {each.answer for each in found.prominence}


@pytest.mark.parametrize(
    ("body", "style"),
    [
        (f"<p>{STATUS}</p>", ""),
        (f"{FILLER * 25}<p>{STATUS}</p>", ""),  # far, and in the page's own text
        (f"{FILLER * 5}<footer><p>{STATUS}</p></footer>", ""),  # in the footer, and near
        (f"<p style='font-size:11px;color:#999'>{STATUS}</p>", ""),  # small and pale, as much of the web is
        (f"<p style='font-size:10px'>{STATUS}</p>", "p { font-size: 12px }"),
        (f"<p>{STATUS}</p>", "h1 { font-size: 60px }"),
        (f"<p class=fine>{STATUS}</p>", ".fine { font-size: var(--tiny) }"),
        (f"<p class=fine>{STATUS}</p>", "@media (max-width: 500px) { .fine { font-size: 5px } }"),
        (f"<p class=fine>{STATUS}</p>", "@media print { .fine { display: none } }"),
        (f"<p class=fine>{STATUS}</p>", ".fine:hover { color: white } .fine::before { font-size: 2px }"),
        (f"<p class=fine>{STATUS}</p>", ".fine { font-size: 5px } p.fine { font-size: 15px }"),
        (f"<p class=fine style='font-size:15px'>{STATUS}</p>", ".fine { font-size: 5px }"),
        (f"<p class=fine>{STATUS}</p>", "aside .fine { font-size: 5px; display: none }"),  # may hold, and is not looked into
        (f"<article><p>{CLAIM}</p>{FILLER * 25}<footer><p>{STATUS}</p></footer></article>", ""),  # of an entry, not of the page
    ],
)
def test_what_buries_none(body: str, style: str) -> None:
    assert outcome(judged(audited(whole(CLAIMS + body, style)))) is CheckState.SATISFIED


def test_the_most_prominent_of_several_statements_decides() -> None:
    small = f"<p style='font-size:6px'>{STATUS}</p>"
    assert outcome(judged(audited(whole(small + CLAIMS + f"<p>{STATUS}</p>" + small)))) is CheckState.SATISFIED


def test_a_style_sheet_that_was_not_read_leaves_all_but_the_text_s_own_style_unmeasured() -> None:
    sheet = "<link rel=stylesheet href=theme.css>"
    asked = answers(judged(audited(whole(CLAIMS + f"<p>{STATUS}</p>", "p { font-size: 5px }", sheet))))
    for criterion in (Criterion.SIZE_CLAIM, Criterion.SIZE_LARGEST, Criterion.CONTRAST, Criterion.NOT_HIDDEN):
        assert asked[criterion].answer is Answer.NOT_MEASURED
    inline = CLAIMS.replace("<p>", "<p style='font-size: 16px'>") + f"<p style='font-size: 9px'>{STATUS}</p>"
    found = judged(audited(whole(inline, "", sheet)))
    assert outcome(found) is Outcome.BURIED
    assert answers(found)[Criterion.SIZE_CLAIM].detail == "9 px against 16 px of the nearest claim"


def test_distances_are_told_in_words_and_blocks() -> None:
    found = judged(audited(whole(f"<h2>Knees</h2>{CLAIMS}<h2>Visits</h2>{FILLER * 9}<p>{STATUS}</p>")))
    asked = answers(found)
    assert asked[Criterion.NEAR] == Measured(Criterion.NEAR, Answer.NO, "138 words and 11 blocks after the nearest claim (line 3)")
    assert asked[Criterion.NOT_AFTER_LAST_CLAIM].detail == "11 blocks after the last claim (line 3)"
    assert asked[Criterion.SAME_SECTION].answer is Answer.NO and asked[Criterion.SAME_BLOCK].answer is Answer.NO
    before = answers(judged(audited(whole(f"<p>{STATUS}</p>{CLAIMS}"))))
    assert before[Criterion.NOT_AFTER_LAST_CLAIM].answer is Answer.YES
    assert before[Criterion.NEAR].detail == "0 words and 1 block before the nearest claim (line 2)"


def test_a_missing_caveat_names_the_link_that_may_lead_to_it() -> None:
    body = CLAIMS + "<footer><ul><li><a href=/m>Medical Disclaimer</a></li><li><a href=/p>Privacy</a></li></ul></footer>"
    found = judged(audited(whole(body)))
    assert outcome(found) is Outcome.MISSING
    assert answers(found)[Criterion.NOT_BEHIND_LINK].detail == "a link labelled “Medical Disclaimer” (line 3) may lead to it"
    assert Criterion.NOT_BEHIND_LINK not in answers(judged(audited(whole(CLAIMS + "<p><a href=/c>Contact</a></p>"))))


def test_another_language_than_the_claim_s_is_told() -> None:
    spanish = (
        "<p>La terapia con células madre no ha sido aprobada por la FDA para ningún uso.</p>"
        "<p>Antes de decidir, pregunte usted a su médico qué otros tratamientos hay, cuánto cuestan y qué se sabe de ellos.</p>"
        "<p>Abrimos de lunes a viernes, y los sábados por la mañana atendemos a quienes vienen de lejos.</p>"
    )
    asked = answers(judged(audited(whole(CLAIMS + FILLER * 4 + spanish))))
    assert asked[Criterion.LANGUAGE] == Measured(Criterion.LANGUAGE, Answer.NO, "es, the nearest claim en")


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("h1 { font-size: 20px } .notice { font-size: 20px }", CheckState.SATISFIED),
        ("h1 { font-size: 20px } .notice { font-size: 19px }", Outcome.BURIED),
        ("h1 { font-size: 4vw } .notice { font-size: 19px }", CheckState.SATISFIED),  # not measured accuses nobody
    ],
)
def test_washington_asks_for_the_largest_type(style: str, expected: Outcome | CheckState) -> None:
    page = whole(f"<h1>Wren Clinic</h1>{CLAIMS}<p class=notice>{WASHINGTON}</p>", style)
    found = judged(audited(page, "US-WA"), "wa-notice")
    assert outcome(found) is expected
    if isinstance(found, Finding):
        assert "19 px against 20 px, the largest on the page" in found.message


def test_plain_text_and_pages_without_a_caveat_say_what_was_not_measured() -> None:
    (report,) = caveat.results([Capture("page.txt", f"{CLAIM}\n\n{STATUS}\n".encode())], book(), caveat.Options())
    assert isinstance(report, PageReport)
    check = judged(report, "prominence")
    assert outcome(check) is CheckState.NOT_CHECKED and isinstance(check, Check) and "not measured" in check.reason
    assert not [each for each in audited(whole(CLAIMS)).checks if each.check == "prominence"]
    measured = judged(audited(whole(CLAIMS + f"<p>{STATUS}</p>")), "prominence")
    assert outcome(measured) is CheckState.DONE


def test_the_terminal_says_in_a_line_what_fails_and_what_was_not_measured() -> None:
    page = whole(CLAIMS + FILLER * 25 + f"<footer><p class=fine>{STATUS}</p></footer>", ".fine { font-size: 9px; color: red !important }")
    page = page.replace("color: red", "color: var(--ink)")
    report = caveat.report([audited(page)], book())
    text = " ".join(terminal.render(report, width=80).split())
    assert "far from the claims: 377 words and 26 blocks after the nearest claim" in text
    assert "in the footer alone; smaller than the claim: 9 px against 16 px of the nearest claim; not measured: contrast" in text


# ---------------------------------------------------------------- styles


def looks(html: str) -> dict[str, Look]:
    page = read(Capture("page.html", html.encode(), media_type="text/html"))
    assert isinstance(page, Page)
    found = Looks(page)
    return {page.quote(sentence): found.of(block, sentence) for block in page.blocks for sentence in block.sentences}


@pytest.mark.parametrize(
    ("body", "style", "pixels"),
    [
        ("<p>Text</p>", "", 16),
        ("<h1>Text</h1>", "", 32),
        ("<h1>Text</h1>", "body { font-size: 10px }", 20),
        ("<p>Text</p>", "html { font-size: 10px } p { font-size: 1.4rem }", 14),
        ("<p>Text</p>", "p { font-size: x-small }", 10),
        ("<div><p>Text</p></div>", "div { font-size: 20px } p { font-size: larger }", 24),
        ("<p>Text</p>", "p { font-size: calc(1px + 1vw) }", None),
        ("<p>Text</p>", "p { font-size: 9px } p { font-size: 11px }", 11),
        ("<p>Text</p>", "p { font-size: 9px !important } p { font-size: 11px }", 9),
        ("<p id=a>Text</p>", "#a { font-size: 9px } p { font-size: 11px }", 9),
        ("<p id=a>Text</p>", "#A { font-size: 9px }", 16),
        ("<p class='a b'>Text</p>", ".a.b { font-size: 9px } .a { font-size: 11px }", 9),
        ("<p class=a>Text</p>", "div .a { font-size: 9px }", None),
        ("<p class=a>Text</p>", "div .b { font-size: 9px }", 16),
        ("<p class=a>Text</p>", "div .a { font-size: 9px } #x, p.a.a { font-size: 11px }", 11),
        ("<p class=a>Text</p>", "@supports (display: grid) { .a { font-size: 9px } }", None),
        ("<p class=a>Text</p>", "@media screen { .a { font-size: 9px } }", 9),
        ("<p class=a>Text</p>", "@import 'other.css'; .a { font-size: 9px }", None),
        ("<p class=a>Text</p>", ".b { & p { font-size: 9px } color: red }", None),
        ("<p><em>Text</em></p>", "em { font-size: 9px }", None),  # the page as read doesn't tell which words are emphasised
        ("<button>Text</button>", "", None),
        ("<p><font size='-1'>Text</font></p>", "", 13),
        ("<p><font size=9>Text</font></p>", "", 48),
        ("<p class=a>Text</p>", "/* " + "x" * MOST + " */ .a { font-size: 9px }", None),
    ],
)
def test_the_size_of_a_text(body: str, style: str, pixels: float | None) -> None:
    size = looks(whole(body, style))["Text"].size
    assert size == (None if pixels is None else pytest.approx(pixels))


def test_a_page_without_a_doctype_hands_its_size_into_no_table() -> None:
    table = "<style>body { font-size: 9px }</style><table><tr><td>Text</td></tr></table>"
    assert looks(table)["Text"].size == 16
    assert looks("<!doctype html>" + table)["Text"].size == 9


@pytest.mark.parametrize(
    ("body", "style", "ratio"),
    [
        ("<p>Text</p>", "", 21.0),
        ("<p>Text</p>", "p { color: #777 }", 4.478),  # the grey that is said to fail by a hair
        ("<p>Text</p>", "p { color: #767676 }", 4.542),
        ("<p>Text</p>", "body { background: black } p { color: #fff }", 21.0),
        ("<div><p>Text</p></div>", "div { background: #000 url(x.png) }", None),
        ("<div><p>Text</p></div>", "div { background: linear-gradient(red, blue) }", None),
        ("<div><p>Text</p></div>", "div { opacity: .5 }", None),
        ("<p><a href=x>Text</a></p>", "", None),  # links have a colour of their own
        ("<p>Text</p>", "p { color: hsl(0, 0%, 0%) }", 21.0),
        ("<p>Text</p>", "p { color: color-mix(in srgb, red, blue) }", None),
    ],
)
def test_the_contrast_of_a_text(body: str, style: str, ratio: float | None) -> None:
    found = looks(whole(body, style))["Text"].contrast
    assert found == (None if ratio is None else pytest.approx(ratio, abs=0.001))


shades = st.builds(Colour, *[st.floats(0, 1)] * 3)


greys = st.floats(0, 1).map(lambda part: Colour(part, part, part))


@given(shades, shades)
@example(Colour(0, 0, 0), Colour(1, 1, 1))
def test_contrast_is_symmetric_and_lies_between_1_and_21(one: Colour, other: Colour) -> None:
    assert 1 <= contrast(one, other) <= 21 + 1e-9 and contrast(one, other) == contrast(other, one)


@given(greys, greys, st.floats(0, 1))
def test_a_grey_that_is_seen_through_stands_out_less(one: Colour, other: Colour, alpha: float) -> None:
    assert contrast(over(one._replace(alpha=alpha), other), other) <= contrast(one, other) + 1e-9


@given(st.sampled_from(["px", "pt", "em", "%", "rem"]), st.integers(1, 400), st.text("abcxyz-_", min_size=1, max_size=8))
def test_a_rule_written_out_is_read_back(unit: str, number: int, name: str) -> None:
    (rule,) = css.rules(f"  .a{name} , /* no */\n{{ FONT-SIZE : {number}{unit} ! important ; colour: red }}".replace(",", ""))
    assert rule.compound == css.Compound(classes=(f"a{name}",)) and rule.specificity == (0, 1, 0)
    declared = rule.values["font-size"]
    factor = {"px": 1, "pt": 4 / 3, "em": 20, "%": 0.2, "rem": 10}[unit]
    assert declared.important and css.size(declared.tokens, 20, 10) == pytest.approx(number * factor)


@given(st.text(max_size=300))
@example("a{b{c{d:e")
@example("@media{@media{p{font:9px x}}}")
def test_no_style_breaks_the_reading_of_it(text: str) -> None:
    list(css.rules(text))
    for declared in css.declared(text).values():
        css.size(declared.tokens, 16, 16)
        css.colour(declared.tokens)
        css.background(declared.tokens)
