"""What is said of a whole site: a caveat that some of its pages show and others lack, or that stands on a page apart from the claims."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from functools import cache

import pytest

from caveat.audit import report, results
from caveat.formats import json as as_json
from caveat.formats import jsonl, terminal
from caveat.judging import Options
from caveat.model import Capture, CheckState, Decision, Ignore, PageReport, Report, SiteCaveat, Spread
from caveat.rulebook import Rulebook, load

CLAIM = "Our stem cell therapy reverses lupus. Our stem cells repair the kidneys."
STATUS = "Our stem cell therapy has not been approved by the FDA for lupus or any other use."
SITE = "https://www.clinic.example"


@cache
def book() -> Rulebook:
    return load()


def page(path: str, *said: str, site: str = SITE) -> Capture:
    text = "".join(f"<p>{each}</p>" for each in said)
    html = f"<html><head><title>Stem cell therapy</title></head><body><h1>Stem cell therapy</h1>{text}</body></html>"
    return Capture(f"{site}{path}", html.encode(), f"{site}{path}", "2026-11-02T09:14:05Z", "text/html")


def disclaimer(path: str = "/disclaimer", site: str = SITE) -> Capture:
    html = (
        f'<html><head><title>Disclaimer</title></head><body><h1>Disclaimer</h1><div class="disclaimer"><p>{STATUS}</p></div></body></html>'
    )
    return Capture(f"{site}{path}", html.encode(), f"{site}{path}", "2026-11-02T09:14:05Z", "text/html")


def saved(name: str) -> Capture:
    head = f"<title>Stem cell therapy</title><link rel=canonical href={SITE}/{name}>"
    return Capture(name, f"<html><head>{head}</head><body><h1>Stem cell therapy</h1><p>{CLAIM}</p></body></html>".encode())


def ran(*captures: Capture) -> Report:
    return report(results(captures, book(), Options()), book())


def of(found: Report, rule: str = "fda-status") -> list[SiteCaveat]:
    return [each for each in found.sites if each.rule == rule]


def test_a_caveat_on_some_pages_and_not_on_others_is_said_once_for_the_site() -> None:
    found = ran(page("/a", CLAIM, STATUS), page("/b", CLAIM), page("/c", CLAIM), page("/d", "We open at nine."))
    (told,) = of(found)
    assert (told.host, told.spread) == ("clinic.example", Spread.SOME)
    assert (told.shown.first, told.missing.first, told.apart.count) == ((f"{SITE}/a",), (f"{SITE}/b", f"{SITE}/c"), 0)
    assert told.message == "not found on 2 of 3 pages that ask for it, shown on 1."


def test_a_disclaimer_page_apart_from_the_claims_is_named() -> None:
    found = ran(page("/a", CLAIM), page("/b", CLAIM), disclaimer())
    (told,) = of(found)
    assert told.spread is Spread.APART
    assert told.apart.first == (f"{SITE}/disclaimer",) and told.missing.count == 2
    assert "1 page without claims" in told.message
    assert {each.outcome for each in found.pages[0].findings if each.rule == "fda-status"} == {"missing"}, "the pages' own findings stay"
    (check,) = [each for each in found.pages[2].checks if each.check == "fda-status"]
    assert check.state is CheckState.STANDS and "line 2" in check.reason


def test_a_caveat_that_no_page_shows_is_said_so() -> None:
    (told,) = of(ran(page("/a", CLAIM), page("/b", CLAIM)))
    assert told.spread is Spread.NOWHERE and told.missing.count == 2 and "on no page that was read" in told.message


@pytest.mark.parametrize(
    "captures",
    [
        [page("/a", CLAIM)],  # one page says it all by itself
        [page("/a", CLAIM, STATUS), page("/b", CLAIM, STATUS)],
        [page("/a", CLAIM), page("/b", CLAIM, STATUS, site="https://other.example")],  # of another host
        [page("/a", "We open at nine."), disclaimer()],
        [Capture("a.txt", f"{CLAIM}\n".encode()), Capture("b.txt", f"{CLAIM}\n{STATUS}\n".encode())],  # saved pages are of no site,
        [saved("a.html"), saved("b.html")],  # whatever address they claim
    ],
    ids=["one-page", "all-shown", "two-hosts", "no-claims", "no-address", "claimed-address"],
)
def test_nothing_is_said_where_the_pages_say_it_all(captures: list[Capture]) -> None:
    assert not of(ran(*captures))


def test_a_disclaimer_that_is_hidden_stands_nowhere() -> None:
    hidden = f"<html><body><h1>Terms</h1><div hidden class=disclaimer><p>{STATUS}</p></div></body></html>"
    away = Capture(f"{SITE}/terms", hidden.encode(), f"{SITE}/terms", "2026-11-02T09:14:05Z", "text/html")
    (told,) = of(ran(page("/a", CLAIM), page("/b", CLAIM), away))
    assert told.spread is Spread.NOWHERE


def test_a_site_goes_with_and_without_www() -> None:
    (told,) = of(ran(page("/a", CLAIM, STATUS), page("/b", CLAIM, site="https://clinic.example")))
    assert told.spread is Spread.SOME


def test_an_address_counts_once_among_those_named_and_only_few_are() -> None:
    (told,) = of(ran(*(page(f"/{number}", CLAIM) for number in range(9))))
    assert told.missing.count == 9 and len(told.missing.first) == 3


@pytest.fixture(scope="module")
def two() -> Report:
    return ran(page("/a", CLAIM, STATUS), page("/b", CLAIM))


def test_every_format_says_it(two: Report) -> None:
    (whole,) = [each for each in json.loads(as_json.render(two))["sites"] if each["rule"] == "fda-status"]
    records = [json.loads(line) for line in jsonl.render(two).splitlines()]
    assert {"type": "site", **whole} in records
    assert [each["type"] for each in records][-1] == "summary" and records[-2]["type"] == "site"
    text = terminal.render(two)
    assert "Whole sites" in text and "clinic.example" in text and "not found on 1 of 2 pages" in text


def test_a_hostile_address_is_made_harmless_in_the_terminal() -> None:
    bad = page("/\x1b]0;owned\x07", CLAIM)
    assert "\x1b" not in terminal.render(ran(bad, page("/a", CLAIM, STATUS)))


def test_a_finding_that_was_decided_on_counts_no_more() -> None:
    found = [each for each in results([page("/a", CLAIM), page("/b", CLAIM)], book(), Options()) if isinstance(each, PageReport)]
    why = Ignore("x", Decision.MISTAKEN, "the notice is a picture", "desk", datetime.date(2026, 11, 2))
    settled = [replace(each, findings=tuple(replace(one, ignored=why) for one in each.findings)) for each in found]
    assert of(report(found, book())) and not of(report(settled, book()))
