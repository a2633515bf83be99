"""JSON and JSON Lines: the interface other programs rely on, held to the published schema."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, ValidationError

from caveat import model
from caveat.errors import UsageError
from caveat.formats import FORMATS, SCHEMAS, jsonl, schema, wire
from test_formats_clean import HOSTILE
from test_formats_sample import CAVEATS, CLEAN, CLINIC, FAILURES, REPORT

SCHEMA: dict[str, Any] = json.loads(schema("report"))
WHOLE = Draft202012Validator(SCHEMA)
LINE = Draft202012Validator({"$ref": "#/$defs/line", "$defs": SCHEMA["$defs"]})


def written(report: model.Report) -> Any:
    return json.loads(FORMATS["json"](report))


def lines(report: model.Report) -> list[Any]:
    return [json.loads(line) for line in FORMATS["jsonl"](report).splitlines()]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(schema(name)))


def test_a_schema_that_does_not_exist_is_a_usage_error_that_names_those_that_do() -> None:
    with pytest.raises(UsageError) as error:
        schema("reports")
    assert "report" in error.value.hint and "read" in error.value.hint


def test_the_report_keeps_to_its_schema() -> None:
    WHOLE.validate(written(REPORT))


def test_every_line_keeps_to_the_schema_of_lines() -> None:
    for line in lines(REPORT):
        LINE.validate(line)


@pytest.mark.parametrize(
    "spoiled", [{"severity": "illegal"}, {"kind": "rumour"}, {"line": 0}, {"outcome": "missing"}, {"category": "magic"}, {"quote": ""}]
)
def test_the_schema_turns_down_what_the_report_never_says(spoiled: dict[str, object]) -> None:
    report = written(REPORT)
    report["pages"][0]["findings"][0].update(spoiled)
    with pytest.raises(ValidationError):
        WHOLE.validate(report)


RECORDS = ["page", "finding", "held_back", "stance", "stripped", "support", "reference", "looked_up", "record"]
RECORDS += ["slots", "cue", "check", "redirect", "failure", "summary"]


@pytest.mark.parametrize("record", RECORDS)
def test_the_schema_asks_for_every_key_it_describes(record: str) -> None:
    described = SCHEMA["$defs"][record]
    assert set(described["required"]) == set(described["properties"])


def test_the_schema_describes_every_key_that_is_written() -> None:
    page = written(REPORT)["pages"][0]
    records = {"page": page, "finding": page["findings"][0], "held_back": page["held_back"][0], "check": page["checks"][0]}
    (retracted,) = (each for each in page["findings"] if each["support"] and each["support"]["state"] == "cited-retracted")
    records["reference"] = retracted["support"]["references"][0]
    records["looked_up"] = records["reference"]["looked_up"][0]
    records["record"] = records["looked_up"]["record"]
    for name, record in records.items():
        assert set(record) == set(SCHEMA["$defs"][name]["properties"])


def test_the_closed_sets_of_the_schema_are_those_of_the_model() -> None:
    sets: list[type[StrEnum]] = [
        model.Severity, model.Strength, model.Outcome, model.Category, model.Role, model.Place, model.StanceValue, model.SupportState,
        model.Level, model.CheckState, model.Stage, model.Decision, model.FailureKind, model.Criterion, model.Answer, model.Spread,
        model.Left, model.Unreported,
    ]  # fmt: skip
    assert enums(SCHEMA) == {tuple(each) for each in sets} | {("claim", "caveat")}
    assert enums(json.loads(schema("read"))) == {tuple(model.Kind), tuple(model.Role), tuple(model.Place)}


def enums(value: Any) -> set[tuple[str, ...]]:
    parts: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = {tuple(value["enum"])} if isinstance(value, dict) and isinstance(value.get("enum"), list) else set()
    return own.union(*map(enums, parts))


def test_the_keys_of_the_interface() -> None:
    report = written(REPORT)
    assert list(report) == ["schema", "version", "rules", "approved_lists", "as_of", "pages", "failures", "crawls", "sites", "summary"]
    assert report["schema"] == "caveat-report/1" and report["rules"] == REPORT.rules_digest
    page = "target url fetched sha256 title language stance stripped findings held_back checks"
    assert list(report["pages"][0])[: len(page.split())] == page.split()
    finding = "id kind rule category severity strength quote match line column role place heading link"
    finding += " slots cues support message authority also outcome"
    assert list(report["pages"][0]["findings"][0])[: len(finding.split())] == finding.split()
    assert set(report["pages"][0]["findings"][0]["slots"]) == {"therapy", "condition", "effect"}


def test_what_a_claim_rests_on_is_written_out() -> None:
    finding = written(REPORT)["pages"][0]["findings"][2]
    assert finding["quote"] == "Researchers report that umbilical cells slow multiple sclerosis more than standard drugs."
    assert (finding["severity"], finding["strength"], finding["line"], finding["column"]) == ("medium", "attributed", 51, 1)
    assert finding["cues"] == [{"text": "Researchers report", "says": "attributed"}]
    assert finding["support"]["state"] == "cited-mismatch"
    assert finding["support"]["references"][0]["level"] == "randomised" and finding["support"]["references"][0]["line"] == 52
    assert finding["slots"] == {"therapy": "umbilical cells", "condition": "multiple sclerosis", "effect": "slow"}


def test_a_missing_caveat_stands_nowhere_and_quotes_nothing() -> None:
    missing = wire.finding(CAVEATS[2])
    assert missing["quote"] == "" and missing["outcome"] == "missing"
    assert {missing[key] for key in ("line", "column", "role", "place", "link", "strength", "support")} == {None}


def test_absent_values_are_null_and_never_left_out() -> None:
    page = wire.page(CLEAN)
    assert {page[key] for key in ("url", "fetched", "title", "language")} == {None}
    assert page["findings"] == page["held_back"] == page["stripped"] == page["redirects"] == []


def test_the_summary_names_every_level_even_those_not_found() -> None:
    summary = wire.summary(model.Summary(1, 1, 0, {"high": 2}, 1, 0))
    assert summary["findings"] == {"high": 2, "medium": 0, "low": 0, "note": 0}


def test_lines_are_pages_then_failures_then_the_summary() -> None:
    records = lines(REPORT)
    assert [record["type"] for record in records] == ["page", "page", "failure", "failure", "summary"]
    assert all(next(iter(record)) == "type" for record in records)
    assert records[-1]["rules"] == REPORT.rules_digest and records[-1]["version"] == "0.1.0"


def test_lines_written_one_by_one_make_the_same_file() -> None:
    parts = [*map(jsonl.page, REPORT.pages), *map(jsonl.failure, FAILURES)]
    parts.append(jsonl.summary(REPORT.summary, version=REPORT.version, rules=REPORT.rules_digest))
    assert "".join(parts) == FORMATS["jsonl"](REPORT)


def test_a_page_says_the_same_in_both_forms() -> None:
    for page, line in zip(written(REPORT)["pages"], lines(REPORT), strict=False):
        assert {"type": "page", **page} == line


@settings(max_examples=40)
@given(HOSTILE)
def test_hostile_text_comes_back_as_it_stood(text: str) -> None:
    finding = replace(CLINIC.findings[0], quote=text, heading=(text,))
    report = replace(REPORT, pages=(replace(CLINIC, title="t" + text, findings=(finding,)),))
    output = FORMATS["jsonl"](report)
    output.encode("utf-8")
    page = json.loads(output.splitlines()[0])
    as_json_can = json.loads(json.dumps(text))  # two lone surrogates in a row are one character to every reader of JSON
    assert page["title"] == "t" + as_json_can
    assert page["findings"][0]["quote"] == page["findings"][0]["heading"][0] == as_json_can
