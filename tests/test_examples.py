"""The examples are the promise: what a careful reader expects of each page, and the reports in full."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from contextlib import chdir
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import caveat
from caveat.formats import terminal
from caveat.model import Page, Report
from caveat.reading import read
from conftest import caveat as command

EXAMPLES = Path(__file__).parent.parent / "examples"
NAMES = sorted(each.parent.name for each in EXAMPLES.glob("*/expect.toml"))
REPORTS = {"report.txt": "terminal", "report.json": "json", "report.jsonl": "jsonl"}

Record = dict[str, Any]


@cache
def expected(name: str) -> Record:
    return tomllib.loads((EXAMPLES / name / "expect.toml").read_text(encoding="utf-8"))


def saying(*keys: str) -> pytest.MarkDecorator:
    """The examples whose expectation says something under one of `keys`."""
    return pytest.mark.parametrize("name", [name for name in NAMES if any(key in expected(name) for key in keys)])


def page_of(name: str) -> Path:
    return next((EXAMPLES / name).glob("page.*"))


@cache
def book() -> caveat.Rulebook:
    return caveat.load()


def audited(page: Path, *jurisdictions: str) -> Report:
    """The report of one page as a reader in its folder gets it."""
    with chdir(page.parent):
        asked = caveat.Options(jurisdictions=jurisdictions or ("US",))
        return caveat.report(caveat.results(caveat.captures([page.name]), book(), asked), book())


@cache
def printed(name: str, form: str) -> str:
    made = audited(page_of(name), *expected(name).get("jurisdictions", []))
    return terminal.render(made, width=80) if form == "terminal" else caveat.FORMATS[form](made)


@cache
def report(name: str) -> Record:
    page: Record = json.loads(printed(name, "json"))["pages"][0]
    return page


def claims(name: str) -> list[Record]:
    return [found for found in report(name)["findings"] if found["kind"] == "claim"]


def weighty(found: Record) -> bool:
    return str(found["category"]) != "offer" and str(found["severity"]) != "note"


def folded(text: str) -> str:
    """The words alone: invisible characters, letter forms, case and punctuation don't tell sentences apart."""
    seen = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return " ".join(re.findall(r"[\w%$]+", seen.casefold()))


def quotes(found: Record, part: str) -> bool:
    """Whether a finding quotes the sentence that `part` stands in, or itself quotes no more than a good piece of `part`."""
    quote, words = folded(found["quote"]), folded(part)
    return bool(quote) and (words in quote or (quote in words and 2 * len(quote) >= len(words)))


def finding(name: str, part: str) -> Record:
    """The finding on the sentence of `part`; an empty one where there is none, so that the tests tell of all that is wrong at once."""
    nothing = {"strength": "not found", "place": "not found", "support": {"state": "not found", "references": []}}
    return next((found for found in claims(name) if quotes(found, part)), nothing)


def lines(items: Iterable[str]) -> str:
    return "\n  ".join(["", *items])


@pytest.mark.parametrize("name", NAMES)
def test_every_expectation_is_about_text_of_the_page(name: str) -> None:
    said = expected(name)
    (capture,) = caveat.captures([str(page_of(name))])
    page = read(capture) if isinstance(capture, caveat.Capture) else capture
    assert isinstance(page, Page)
    blocks = [page.quote(block) for block in page.blocks]
    text = folded(" ".join(blocks))
    parts = chain(said.get("claims", []), said.get("innocent", []), said.get("held_back", []), *said.get("groups", []))
    lost = [part for part in parts if folded(part) not in text]
    lost += [part for part in said.get("reads", []) if not any(part in block for block in blocks)]
    assert not lost, f"not read on the page:{lines(lost)}"
    assert not [part for part in said.get("absent", []) if folded(part) in text], "read, though no reader of the page could"


@saying("claims", "groups")
def test_every_sure_claim_is_found(name: str) -> None:
    found = [each for each in claims(name) if weighty(each)]
    groups = [[part] for part in expected(name).get("claims", [])] + expected(name).get("groups", [])
    missed = [group[0] for group in groups if not any(quotes(each, part) for each in found for part in group)]
    assert not missed, f"missed {len(missed)} of {len(groups)}:{lines(missed)}"


@saying("innocent")
def test_no_innocent_sentence_is_found(name: str) -> None:
    said = expected(name)["innocent"]
    wrong = [f"{each['rule']} ({each['severity']}): {each['quote']}" for each in claims(name) if any(quotes(each, part) for part in said)]
    assert not wrong, f"found {len(wrong)}:{lines(wrong)}"


@saying("nothing")
def test_a_page_with_nothing_to_find_is_left_alone(name: str) -> None:
    found = [f"{each['rule']} {each['outcome'] or ''}: {each['quote']}" for each in report(name)["findings"]]
    assert not found, lines(found)


@saying("held_back")
def test_what_is_let_off_is_kept_with_the_cue_that_let_it_off(name: str) -> None:
    held = report(name)["held_back"]
    lost = [part for part in expected(name)["held_back"] if not any(quotes(each, part) and each["cue"]["says"] for each in held)]
    assert not lost, lines(lost)


@saying("stance")
def test_the_stance_is_seen_with_what_it_rests_on(name: str) -> None:
    taken = report(name)["stance"]
    assert taken["value"] == expected(name)["stance"], taken
    assert taken["cues"]


@saying("caveats")
def test_each_caveat_falls_short_as_it_should(name: str) -> None:
    found = {each["rule"]: each["outcome"] for each in report(name)["findings"] if each["kind"] == "caveat"}
    right = {rule: {found.get(rule, "quiet"), "reported" if rule in found else "quiet"} for rule in expected(name)["caveats"]}
    wrong = [
        f"{rule}: {want}, not {found.get(rule, 'quiet')}" for rule, want in expected(name)["caveats"].items() if want not in right[rule]
    ]
    assert not wrong, lines(wrong)


@saying("support")
def test_the_support_of_a_claim_is_told_apart(name: str) -> None:
    wrong = []
    for part, want in expected(name)["support"].items():
        support = finding(name, part)["support"]
        levels = [each["level"] for each in support["references"]]
        states = [want["state"]] if isinstance(want["state"], str) else want["state"]
        if support["state"] not in states or ("level" in want and want["level"] not in levels):
            wrong.append(f"{part}: {want}, not {support['state']} {levels}")
    assert not wrong, lines(wrong)


@saying("strength")
def test_a_claim_has_its_strength(name: str) -> None:
    want = expected(name)["strength"]
    assert {part: finding(name, part)["strength"] for part in want} == want


@saying("places")
def test_a_claim_has_its_place(name: str) -> None:
    want = expected(name)["places"]
    assert {part: finding(name, part)["place"] for part in want} == want


@saying("stripped")
def test_boilerplate_is_stripped_and_counted(name: str) -> None:
    repeats = {each["role"]: each["repeats"] for each in report(name)["stripped"]}
    want = expected(name)["stripped"]
    assert {role: repeats.get(role) for role in want} == want


def test_a_notice_without_its_last_sentence_no_longer_satisfies(tmp_path: Path) -> None:
    whole = page_of("florida-notice").read_text(encoding="utf-8")
    cut = whole.replace(" You are encouraged to consult with your primary care provider before undergoing any stem cell therapy.", "")
    (tmp_path / "page.html").write_text(cut, encoding="utf-8")
    (page,) = audited(tmp_path / "page.html", "US-FL").pages
    outcomes = [each.outcome for each in page.findings if each.rule == "fl-notice"]
    assert cut != whole
    assert outcomes == ["incomplete"]


def test_a_hostile_page_cannot_speak_to_the_terminal() -> None:
    screen = printed("hostile", "terminal")
    raw = sorted({f"U+{ord(char):04X}" for char in screen if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs")})
    assert not raw
    assert "[bold red]" in screen
    assert max(map(len, screen.splitlines())) <= 80


@pytest.mark.parametrize("file", REPORTS)
@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_the_one_on_record(name: str, file: str, request: pytest.FixtureRequest) -> None:
    made, record = masked(printed(name, REPORTS[file])), EXAMPLES / name / file
    if request.config.getoption("--accept"):
        record.write_text(made, encoding="utf-8", newline="\n")
    assert record.exists(), f"no {file} yet: run pytest tests/test_examples.py --accept and read what it wrote"
    assert made == record.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", REPORTS.values())
def test_the_command_prints_the_report_on_record(form: str) -> None:
    name = "florida-notice"
    done = command("audit", "page.html", "--format", form, "--jurisdiction", "US-FL", folder=EXAMPLES / name)
    assert done.returncode == caveat.Exit.FINDINGS, done.stderr
    assert masked(done.stdout.decode("utf-8")) == masked(printed(name, form))


def masked(text: str) -> str:
    """A report without what differs from day to day and from version to version."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", "<time>", text)
    text = re.sub(r'("(?:version|rules|sha256)": )"[^"]*"', r'\1"<masked>"', text)
    return re.sub(r"(made with +caveat) \S+, rules [0-9a-f]+|(sha256) [0-9a-f]+", lambda hit: f"{hit[1] or hit[2]} <masked>", text)
