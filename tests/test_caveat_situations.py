"""A table of situations in which a page may lack a caveat, hide it or get it wrong: each judged whole, with outcome and reason."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from caveat.judging.judge import Options, judge
from caveat.model import Capture, CheckState, Page, PageReport, StanceValue
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import CaveatRule, Rulebook, load, scan

TABLE = Path(__file__).with_suffix("").with_name("caveat_situations.toml")
SPANISH = TABLE.with_name("caveat_situations_es.toml")
NOTICES: dict[str, str] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["notices"]
# What a report on wording cannot say of a page.
UNSAYABLE = re.compile(r"\b(?:illegal|unlawful|violat|fraud|breach|offen[cs]e|crim)", re.IGNORECASE)
UNVERIFIED = re.compile(r"Tenn\.|Tennessee (?:law|requires|Code)|Pub\. Ch|HB 1275|SB 1214|Utah Code 58-1-512\((?!2)")

ELSEWHERE = {"outdated-approvals"}  # its situations stand beside those of dated law


@dataclass(frozen=True)
class Situation:
    of: str
    page: str
    outcome: str
    says: tuple[str, ...]
    where: tuple[str, ...] = ("US",)
    stance: str = "promoter"
    severity: str = ""
    quote: str = ""
    never: tuple[str, ...] = ()


def situations(table: Path) -> list[Situation]:
    rows = tomllib.loads(table.read_text(encoding="utf-8"))["situation"]
    made: list[dict[str, Any]] = [{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()} for row in rows]
    return [Situation(**row) for row in made]


def _name(row: Situation) -> str:
    return f"{row.of}-{row.outcome}-{row.page.strip().splitlines()[-1][:60]}"


@cache
def book() -> Rulebook:
    return load()


def _notice(hit: re.Match[str]) -> str:
    """`{wa}` is a notice; `{wa:yet been>been}` the same with words changed, which have to be there."""
    text = NOTICES[hit["name"]]
    if hit["old"]:
        assert hit["old"] in text, hit.group()
        text = text.replace(hit["old"], hit["new"])
    return text


@cache
def report(text: str, where: tuple[str, ...], stance: str) -> PageReport:
    written = re.sub(r"\{(?P<name>\w+)(?::(?P<old>[^>}]+)>(?P<new>[^}]*))?\}", _notice, text.strip())
    name = "page.html" if written.startswith("<") else "page.txt"
    page = read(Capture(name, written.encode(), url=f"https://wren-hollow.example/{name}"))
    assert isinstance(page, Page)
    seen = scan(book(), page)
    return judge(label(page, seen, book()), seen, book(), Options(None if stance == "auto" else StanceValue(stance), where))


@pytest.mark.parametrize("row", [*situations(TABLE), *situations(SPANISH)], ids=_name)
def test_a_situation_has_the_outcome_and_the_reason_that_a_reader_expects(row: Situation) -> None:
    made = report(row.page, row.where, row.stance)
    found = next((each for each in made.findings if each.rule == row.of), None)
    checked = next((each for each in made.checks if each.check == row.of), None)
    assert (found is None) != (checked is None), "a rule finds something or says why not, and never both"
    told = found.message if found else checked.reason if checked else ""
    assert (str(found.outcome) if found else str(checked.state) if checked else "") == row.outcome, told
    assert not [words for words in row.says if words not in told], told
    assert not [words for words in row.never if words in told], told
    if found:
        assert row.severity in ("", found.severity), f"{found.severity}: {told}"
        assert row.quote in ("", found.quote)
        assert found.authority and found.title
        assert found.quote or not found.match, "the words that a finding rests on stand in its quote"


@pytest.mark.parametrize("row", [*situations(TABLE), *situations(SPANISH)], ids=_name)
def test_no_situation_is_called_what_a_page_cannot_show(row: Situation) -> None:
    made = report(row.page, row.where, row.stance)
    for each in made.findings:
        if each.kind == "caveat":
            assert not UNSAYABLE.search(each.message), each.message
            assert not UNVERIFIED.search(" ".join((each.message, *each.authority))), each.message
    assert not [each.reason for each in made.checks if UNSAYABLE.search(each.reason)]


def test_the_table_shows_every_rule_and_each_of_its_outcomes() -> None:
    """Each caveat rule finds something in one situation and lets another be; each outcome that it has words for comes up."""
    rows = situations(TABLE)
    shown = {(row.of, row.outcome) for row in rows}
    for name, rule in book().of(CaveatRule).items():
        if name in ELSEWHERE:
            continue
        assert not [outcome for outcome in rule.messages if (name, outcome) not in shown], name
        assert [state for state in CheckState if (name, state) in shown], name


def test_the_table_is_large_and_no_situation_stands_in_it_twice() -> None:
    rows = situations(TABLE)
    assert len(rows) >= 150
    assert len({(row.of, row.page, row.where) for row in rows}) == len(rows)


def test_the_wordings_of_the_rules_are_the_notices_of_the_table() -> None:
    """The table has them by hand, so that a slip in a rule cannot prove itself."""
    shipped = {name.removesuffix("-notice"): rule.notice for name, rule in book().of(CaveatRule).items() if rule.notice}
    assert shipped == {"wa": (NOTICES["wa"],), "fl": (NOTICES["fl"], NOTICES["fl2"]), "ut": (NOTICES["ut"],), "ca": (NOTICES["ca"],)}
