"""`caveat audit --look-up` as a user runs it, against services on this machine: what each report says, and that it stops nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from caveat.cli import main
from caveat.formats import schema
from caveat.lookup import SERVICES, Desk
from caveat.rulebook import load
from conftest import Answer, Site, caveat, lines
from small_records import answered, article, trial, update, work

REPORT = Draft202012Validator(json.loads(schema("report")))
LINE = Draft202012Validator({"$ref": "#/$defs/line", "$defs": json.loads(schema("report"))["$defs"]})
WORK = "/works/10.5555%2Fknee.1"
SUMMARY = "/entrez/eutils/esummary.fcgi?db=pubmed&id=31234567&retmode=json&tool=caveat"
STUDY = "/api/v2/studies/NCT01234567?fields=protocolSection,hasResults"
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Knees at Fernhill Clinic</title></head><body>
<h1>Stem cells for osteoarthritis</h1>
<p>Our stem cells cure osteoarthritis (https://doi.org/10.5555/knee.1).</p>
<p>Our stem cells relieve the pain of osteoarthritis (PMID: 31234567).</p>
<p>Our stem cell therapy reverses osteoarthritis, as NCT01234567 shows.</p>
<p>Our stem cells heal torn tendons (Adeyemi et al., 2015).</p>
<p>Book a visit to our clinic today.</p></body></html>"""
LOADED = cache(load)  # reading the rules takes most of a run; they are the same for all of these
HOSTILE = "RETRACTED: \x1b[2J\x1b]0;x\x07<script>alert(1)</script> \u202e[bold]stem cells ‹in mice›"


Run = Callable[..., "CompletedProcess[bytes]"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """`caveat audit` in this process; it waits by a clock that passes by waiting alone."""
    waited = [1_000.0]
    monkeypatch.setattr("caveat.cli.audit.load", LOADED)
    monkeypatch.setattr("caveat.cli.audit.Desk", partial(Desk, wait=waited.append, ticks=lambda: sum(waited)))

    def run(*words: str | Path) -> CompletedProcess[bytes]:
        code = main(["audit", *map(str, words)])
        return CompletedProcess([], code, *capsysbinary.readouterr())

    return run


@pytest.fixture
def services(site: Site) -> list[str]:
    """Every service at a place on this machine, as options."""
    site.put(WORK, answered(work(HOSTILE, updated_by=[update()])))
    site.put(SUMMARY, answered(article(title="Platelet-rich plasma in psoriasis", types=("Review",))))
    site.put(STUDY, answered(trial(sponsor="Fernhill Clinic, Inc.")))
    return [word for service in SERVICES for word in ("--look-up-at", f"{service.name.lower()}={site.root}")]


def report(run: Run, *words: str) -> Any:
    done = run("page.html", "--format", "json", *words)
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    REPORT.validate(found)
    return found


def supports(found: Any) -> dict[str, Any]:
    """The support of each claim by the first number of its first reference, or by "" where that has none."""
    claims = [each for each in found["pages"][0]["findings"] if each["kind"] == "claim" and each["support"]["references"]]
    return {(each["support"]["references"][0]["ids"] or [""])[0]: each["support"] for each in claims}


def look_up(found: Any) -> dict[str, str]:
    (check,) = [each for each in found["pages"][0]["checks"] if each["check"] == "look-up"]
    return {"state": check["state"], "reason": check["reason"]}


def test_without_the_option_nothing_is_asked_and_the_report_says_so(run: Run, folder: Path, site: Site, services: list[str]) -> None:
    found = report(run)
    assert site.asked == []
    assert look_up(found) == {"state": "not-asked", "reason": "3 numbers of studies beside claims: --look-up asks what their records say"}
    assert {each["state"] for each in supports(found).values()} == {"cited"}
    assert supports(found)["nct:NCT01234567"]["references"][0]["level"] == "registration"
    assert all(reference["looked_up"] == [] for each in supports(found).values() for reference in each["references"])


def test_what_the_records_say_changes_what_is_said_of_each_claim(run: Run, folder: Path, services: list[str]) -> None:
    found = report(run, "--look-up", "--cache", "kept", *services)
    assert {name: each["state"] for name, each in supports(found).items()} == {
        "doi:10.5555/knee.1": "cited-retracted",
        "pmid:31234567": "cited-mismatch",
        "nct:NCT01234567": "cited",
        "": "cited",
    }
    assert look_up(found) == {"state": "done", "reason": "3 numbers of studies beside claims"}
    assert "sponsor Fernhill Clinic, Inc. (industry), named on this page" in supports(found)["nct:NCT01234567"]["why"]
    (retracted,) = supports(found)["doi:10.5555/knee.1"]["references"][0]["looked_up"]
    assert (retracted["source"], retracted["cached"], retracted["failure"]) == ("Crossref", False, None)
    assert retracted["address"].endswith(WORK) and len(retracted["asked"]) == len("2026-05-04T12:00:00Z")
    assert retracted["record"]["retracted"].startswith("retraction of 2021-03-02")
    assert [each["failure"] for each in supports(found)[""]["references"][0]["looked_up"]] == [
        "not looked up: no DOI, PubMed or trial number stands in it"
    ]


def test_a_warm_cache_gives_the_same_bytes_and_asks_nobody(folder: Path, site: Site, services: list[str]) -> None:
    words = ["audit", "page.html", "--look-up", "--cache", "kept", *services]
    cold = caveat(*words, "--format", "json", folder=folder).stdout
    warm = [[caveat(*words, "--format", format, folder=folder).stdout for format in ("json", "jsonl", "terminal")] for _ in "12"]
    assert warm[0] == warm[1]
    assert len(site.asked) == 3
    assert warm[0][0] == cold.replace(b'"cached": false', b'"cached": true', 3) != cold
    for line in warm[0][1].splitlines():
        LINE.validate(json.loads(line))


def test_the_terminal_shows_each_answer_with_its_date_and_address_and_no_trick_of_its_title(
    run: Run, folder: Path, services: list[str]
) -> None:
    done = run("page.html", "--look-up", "--cache", "kept", *services, "--width", "100")
    shown = " ".join(done.stdout.decode("utf-8").split())
    assert "cited-retracted: a study that is cited has been retracted (retraction of 2021-03-02, notice 10.5555/notice.9" in shown
    assert "Crossref: “RETRACTED: ‹U+001B›[2J" in shown
    assert "not looked up: no DOI, PubMed or trial number stands in it" in shown
    assert "asked 20" in shown and WORK in done.stdout.decode("utf-8").replace("\n", "").replace(" ", "")
    assert "\x1b" not in shown and "\u202e" not in shown and "\x07" not in shown
    assert "supported" not in shown and "illegal" not in shown


@pytest.mark.parametrize(
    "answer", [Answer(b"", 404), Answer(b"", 429), Answer(b"<html>", 200), Answer(b"{}", 200), Answer(b"x" * 6_000_000, 200)]
)
def test_no_answer_stops_the_run_or_changes_its_exit_code(run: Run, folder: Path, site: Site, services: list[str], answer: Answer) -> None:
    plain = supports(report(run))
    for path in (WORK, SUMMARY, STUDY):
        site.put(path, answer)
    found = report(run, "--look-up", "--cache", "kept", *services)
    assert look_up(found) == {"state": "not-checked", "reason": "3 of 3 numbers of studies beside claims: not looked up"}
    for name, each in supports(found).items():
        assert (each["state"], each["why"]) == (plain[name]["state"], plain[name]["why"])
        for answered_ in each["references"][0]["looked_up"]:
            assert answered_["record"] is None and answered_["failure"].startswith("not looked up: ")


def test_with_no_network_at_all_the_audit_is_done_all_the_same(run: Run, folder: Path) -> None:
    nowhere = [word for service in SERVICES for word in ("--look-up-at", f"{service.name.lower()}=http://127.0.0.1:1")]
    found = report(run, "--look-up", "--cache", "kept", *nowhere)
    failure = supports(found)["doi:10.5555/knee.1"]["references"][0]["looked_up"][0]["failure"]
    assert failure.startswith("not looked up: Crossref: the host refuses the connection")


def test_an_answer_on_one_page_serves_the_next(run: Run, folder: Path, site: Site, services: list[str]) -> None:
    (folder / "again.html").write_text(PAGE, encoding="utf-8")
    done = run("page.html", "again.html", "--format", "jsonl", "--look-up", "--cache", "kept", *services)
    assert len(lines(done.stdout)) == 3 and len(site.asked) == 3


def test_a_page_that_makes_no_claim_has_nothing_looked_up(run: Run, folder: Path, site: Site, services: list[str]) -> None:
    (folder / "calm.html").write_text("<p>Our office opens at nine. See NCT01234567.</p>", encoding="utf-8")
    done = run("calm.html", "--look-up", "--cache", "kept", *services)
    assert (done.returncode, site.asked) == (0, [])


def test_answers_are_kept_in_the_platforms_folder_unless_told_otherwise(
    run: Run, folder: Path, services: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    run("page.html", "--look-up", *services)
    kept = [path for path in folder.rglob("look-up/*.json") if "caveat" in path.parts]
    assert len(kept) == 3


def test_a_cache_that_cannot_be_written_is_said_and_the_report_stands(run: Run, folder: Path, services: list[str]) -> None:
    (folder / "taken").write_text("", encoding="utf-8")
    done = run("page.html", "--look-up", "--cache", "taken/kept", *services)
    assert done.returncode == 1
    assert any("answers could not be kept in taken" in line for line in lines(done.stderr))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--cache", "kept"], "--cache is of use with --look-up only"),
        (["--look-up-at", "crossref=https://x.example"], "--look-up-at is of use with --look-up only"),
        (["--look-up", "--cache", "page.html"], "--cache page.html: is no folder"),
        (["--look-up", "--look-up-at", "crossref"], "'crossref' names no address"),
        (["--look-up", "--look-up-at", "crosref=https://x.example"], "the services are crossref, pubmed"),
        (["--look-up", "--cache-days", "soon"], "--cache-days"),
    ],
)
def test_a_wrong_option_is_told_before_anything_is_asked(run: Run, folder: Path, words: list[str], said: str) -> None:
    done = run("page.html", *words)
    assert done.returncode == 2
    assert said in lines(done.stderr)[-1]
