"""`caveat audit --evidence`, `caveat verify` and `caveat replay` as a user meets them."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import caveat as api
from caveat import evidence
from caveat.cli import main
from caveat.formats import schema
from conftest import CAVEAT, Site, caveat, environment, lines
from small_records import answered, update, work
from test_cli import CLAIM, CLEAN, LOADED
from test_warc import PAGE, SITE, record

EXAMPLES = Path(__file__).parent.parent / "examples"
RULE = """id = "sings"
kind = "claim"
category = "outcome"
severity = "low"
title = "Says that somebody sings"
why = "A rule for a test."
authority = ["none"]
in_force_from = 2000-01-01
jurisdictions = ["US"]
patterns = ["patients sing"]
flags = ["Our patients sing.", "All patients sing.", "The patients sing."]
passes = ["Nobody sings.", "A song.", "We dance."]
"""

Words = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Words:
    """The command line in this process: exit code, stdout, the lines of stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("caveat.cli.audit.load", LOADED)
    (tmp_path / "claim.html").write_text(CLAIM, encoding="utf-8")
    (tmp_path / "clean.html").write_text(CLEAN, encoding="utf-8")

    def run(*given: str | Path) -> tuple[int, str, list[str]]:
        code = main(list(map(str, given)))
        shown = capsysbinary.readouterr()
        return code, shown.out.decode("utf-8"), lines(shown.err)

    return run


def checked(text: str, name: str) -> Any:
    value = json.loads(text)
    Draft202012Validator(json.loads(schema(name))).validate(value)
    return value


def test_the_examples_come_out_the_same_byte_for_byte(words: Words) -> None:
    pages = sorted(EXAMPLES.glob("*/page.*"))
    code, report, _ = words("audit", *pages, "gone.html", "--evidence", "kept", "--format", "json", "--jurisdiction", "US-FL,US-WA")
    assert code == 3
    code, out, said = words("replay", "kept", "--format", "json")
    made = checked(out, "replay")
    assert (code, said) == (0, [])
    assert (made["pages"], made["same_pages"], made["changed"]) == (len(pages) + 1, len(pages) + 1, [])
    assert made["same_findings"] == sum(len(page["findings"]) for page in json.loads(report)["pages"]) > 50
    assert Path("kept/reports/report.json").read_text(encoding="utf-8") == report


def test_the_reading_copy_is_what_findings_point_into(words: Words) -> None:
    words("audit", EXAMPLES / "articles" / "page.html", "--evidence", "kept", "--format", "json")
    (page,) = json.loads(Path("kept/reports/report.json").read_text(encoding="utf-8"))["pages"]
    (copy,) = api.captures(["kept/reading.wet.gz"])
    assert isinstance(copy, api.Capture)
    text = copy.data.decode("utf-8")
    for found in page["findings"]:
        if found["quote"]:
            line = text.split("\n")[found["line"] - 1]
            assert " ".join(line[found["column"] - 1 :].split()).startswith(found["quote"][:40])


def test_other_rules_show_what_changes(words: Words) -> None:
    Path("sung.txt").write_text("Our patients sing after stem cell therapy.\n\nOur stem cell therapy cures lupus.\n", encoding="utf-8")
    words("audit", "sung.txt", "clean.html", "--evidence", "kept")
    Path("mine/claims").mkdir(parents=True)
    Path("mine/claims/sings.toml").write_text(RULE, encoding="utf-8")
    code, out, said = words("replay", "kept", "--rules", "mine", "--format", "json")
    assert (code, said) == (1, ["caveat: exit 1: 1 page came out otherwise"])
    (page,) = checked(out, "replay")["changed"]
    assert page["target"] == "sung.txt" and "sings" in [found["rule"] for found in page["new"]]
    code, out, _ = words("replay", "kept", "--rules", "mine")
    assert code == 1 and "  new       LOW sings 1:1 Our patients sing after stem cell therapy." in out.splitlines()


def test_rules_of_ones_own_are_kept_and_used_again(words: Words) -> None:
    Path("sung.txt").write_text("Our patients sing after stem cell therapy.\n", encoding="utf-8")
    Path("mine/claims").mkdir(parents=True)
    Path("mine/claims/sings.toml").write_text(RULE, encoding="utf-8")
    words("audit", "sung.txt", "--rules", "mine", "--evidence", "kept")
    shutil.rmtree("mine")
    code, out, _ = words("replay", "kept")
    assert code == 0 and "0 gone, 0 new, 0 changed" in out
    assert words("replay", "kept", "--rules-of-today")[0] == 0  # the run's own rules go with it


def test_stored_rules_and_those_of_today_are_told_apart(words: Words) -> None:
    words("audit", "claim.html", "--evidence", "kept", "--skip", "cures-disease")
    rule = Path("kept/rules/0/caveats/fda-status.toml")
    text = rule.read_text(encoding="utf-8")
    assert words("replay", "kept", "--rules-of-today")[0] == 0
    rule.write_text(text.replace('severity = "', 'severity  = "', 1), encoding="utf-8")
    code, _, said = words("replay", "kept")
    assert code == 3 and said[-1].startswith("caveat: exit 3: not replayed: 1 place changed, missing or added")


def test_decisions_are_kept_and_hold_in_a_replay(words: Words) -> None:
    words("audit", "claim.html", "--format", "json", "-o", "first.json")
    (page,) = json.loads(Path("first.json").read_text(encoding="utf-8"))["pages"]
    ids = [found["id"] for found in page["findings"]]
    words("ignore", *ids, "--decision", "mistaken", "--reason", "a test", "--who", "A. Analyst", "--from", "first.json")
    assert words("audit", "claim.html", "--evidence", "kept", "--today", "2099-01-01")[0] == 0
    Path("caveat-ignore.toml").unlink()
    assert words("replay", "kept")[0] == 0


def test_what_was_looked_up_is_not_asked_for_again(words: Words, site: Site) -> None:
    site.put("/works/10.5555%2Fknee.1", answered(work("RETRACTED: Stem cells", updated_by=[update()])))
    Path("cites.html").write_text("<p>Our stem cells cure lupus (https://doi.org/10.5555/knee.1).</p>", encoding="utf-8")
    asked = ("--look-up", "--look-up-at", f"crossref={site.root}", "--cache", "cache")
    _, out, _ = words("audit", "cites.html", "--evidence", "kept", "--format", "json", *asked)
    assert "cited-retracted" in out
    count = len(site.asked)
    code, out, _ = words("replay", "kept")
    assert code == 0 and len(site.asked) == count


def test_a_page_of_an_archive_is_kept_and_replayed(words: Words) -> None:
    Path("crawl.warc.gz").write_bytes(record(packed=True) + record(status="404 Not Found", packed=True))
    words("audit", "crawl.warc.gz", "--evidence", "kept")
    assert words("replay", "kept")[0] == 0
    (again,) = api.captures(["kept/exchanges.warc.gz"])
    assert isinstance(again, api.Capture) and (again.data, again.url) == (PAGE, f"{SITE}/")
    manifest = Path("kept/manifest.jsonl").read_text(encoding="utf-8")
    assert '"kind":"skipped"' in manifest and "answers with status 404" in manifest


def test_verify_says_the_head_and_takes_it_back(words: Words) -> None:
    _, _, said = words("audit", "claim.html", "--evidence", "kept")
    head = said[-2].rsplit(" ", 1)[1]
    code, out, said = words("verify", "kept", "--head", head, "--format", "json")
    assert (code, said) == (0, []) and checked(out, "verify")["head"] == head
    code, out, said = words("verify", "kept", "--head", "0" * 64)
    assert code == 1 and said == ["caveat: exit 1: the noted hash is not of this evidence"]
    assert words("verify", "kept", "--head", "abc")[0] == 2


def test_verify_names_file_record_and_place(words: Words) -> None:
    words("audit", "claim.html", "--evidence", "kept")
    path = Path("kept/exchanges.warc.gz")
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    code, out, said = words("verify", "kept")
    assert code == 1 and said == ["caveat: exit 1: 1 place changed, missing or added"]
    wrong = [line for line in out.splitlines() if line.startswith("WRONG       exchanges.warc.gz, byte ")]
    assert len(wrong) == 1 and wrong[0].endswith(": record 2 (resource) is changed")
    code, out, _ = words("verify", "kept", "--format", "json")
    (problem,) = checked(out, "verify")["problems"]
    assert (problem["file"], problem["record"]) == ("exchanges.warc.gz", 2) and problem["offset"] > 0


@pytest.mark.parametrize("command", ["verify", "replay"])
def test_no_evidence_is_a_mistake(words: Words, command: str) -> None:
    assert words(command, "nowhere")[0] == 2


@pytest.mark.parametrize("given", [("--evidence", "full"), ("--evidence", "kept", "-o", "kept/report.txt")])
def test_a_folder_that_cannot_be_used_is_a_mistake(words: Words, given: tuple[str, ...]) -> None:
    Path("full").mkdir()
    Path("full/mine.txt").write_text("x")
    assert words("audit", "clean.html", *given)[0] == 2
    assert Path("full/mine.txt").read_text() == "x"


def test_json_lines_are_kept_as_they_come(words: Words) -> None:
    _, out, _ = words("audit", "claim.html", "gone.html", "clean.html", "--evidence", "kept", "--format", "jsonl")
    *records, summary = out.splitlines(keepends=True)
    assert sorted(Path("kept/results.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)) == sorted(records)
    assert Path("kept/reports/summary.jsonl").read_text(encoding="utf-8") == summary


def test_a_killed_audit_leaves_what_it_had(tmp_path: Path) -> None:
    (tmp_path / "claim.html").write_text(CLAIM, encoding="utf-8")
    running = subprocess.Popen(
        [*CAVEAT, "audit", "--files-from", "-", "--format", "jsonl", "--evidence", "kept"], cwd=tmp_path, env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert running.stdin and running.stdout and running.stderr
    running.stdin.write(b"claim.html\nclaim.html\n")
    running.stdin.flush()
    running.stdout.readline()
    running.stdout.readline()
    running.send_signal(signal.SIGKILL)
    running.communicate()
    verified = caveat("verify", "kept", folder=tmp_path)
    assert verified.returncode == 3 and lines(verified.stderr)[-1].startswith("caveat: exit 3: the run did not end")
    replayed = caveat("replay", "kept", "--format", "json", folder=tmp_path)
    assert replayed.returncode == 3
    made = checked(replayed.stdout.decode(), "replay")
    assert (made["pages"], made["same_pages"], made["ended"]) == (2, 2, False)


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))
from caveat.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_full_disk_ends_the_run_with_a_clear_error(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.html").write_bytes((EXAMPLES / "articles" / "page.html").read_bytes() + os.urandom(30_000).hex().encode())
    done = subprocess.run(
        [CAVEAT[0], "-c", FULL, "audit", *sorted(path.name for path in tmp_path.glob("*.html")), "--evidence", "kept"],
        cwd=tmp_path, env=environment(), capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 3
    said = "kept: the evidence cannot be written: File too large; make room, and see that the folder may be written to"
    assert lines(done.stderr)[-1] == f"caveat: exit 3: {said}"
    verdict = evidence.verify(tmp_path / "kept")
    assert verdict.problems == () and not verdict.ended


def test_the_ids_of_a_list_stand_in_the_evidence_and_replay_the_same(words: Words) -> None:
    Path("list.csv").write_text("id,page\nNo 7,claim.html\nNo 8,clean.html\n", encoding="utf-8")
    words("audit", "--files-from", "list.csv", "--column", "page", "--id-column", "id", "--evidence", "kept", "--format", "jsonl")
    kept = [json.loads(line) for line in Path("kept/results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(each["list_id"] for each in kept if each.get("type") == "page") == ["No 7", "No 8"]
    code, out, _ = words("replay", "kept", "--format", "json")
    assert code == 0 and checked(out, "replay")["same_pages"] == 2


def test_a_run_by_the_law_of_today_goes_on_by_the_law_of_that_day(words: Words) -> None:
    words("audit", "claim.html", "--journal", "run.db", "--as-of", "today", "--format", "json")
    with sqlite3.connect("run.db") as journal:
        (told,) = journal.execute("SELECT value FROM run WHERE name = 'words'").fetchone()
    (day,) = [word for word in json.loads(told) if word.startswith("--as-of=")]
    assert datetime.date.fromisoformat(day.partition("=")[2])
