"""What a run answers: the exit code, the last line on stderr that says why, and where the report goes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from caveat import Finding, PageReport, __version__
from caveat.cli import main
from caveat.cli.verdict import FailOn, Tally
from caveat.errors import Exit
from caveat.model import Check, CheckState, Failure, Severity, Stage, Stance, StanceValue
from caveat.rulebook import digest
from conftest import Answer, Site, caveat, environment, lines

CLAIM = "<h1>Stem cell therapy</h1><p>Our stem cell therapy cures lupus. Book a visit to our clinic today.</p>"
CLEAN = "<p>Our office is open from nine to five on weekdays.</p>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "claim.html").write_text(CLAIM, encoding="utf-8")
    (tmp_path / "clean.html").write_text(CLEAN, encoding="utf-8")
    return tmp_path


def records(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


# The table of exit codes


def test_a_clean_page_is_0_and_says_nothing_on_stderr(folder: Path) -> None:
    done = caveat("audit", "clean.html", folder=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"clean.html" in done.stdout


def test_a_finding_is_1_and_the_last_line_counts(folder: Path) -> None:
    done = caveat("audit", "claim.html", "clean.html", "--format", "json", folder=folder)
    report = json.loads(done.stdout)
    found = sum(finding["severity"] != "note" for finding in report["pages"][0]["findings"])
    thing = "finding" if found == 1 else "findings"
    assert done.returncode == 1
    assert lines(done.stderr) == [f"caveat: exit 1: {found} {thing} at or above low on 1 page"]


def test_nothing_fails_when_nothing_may(folder: Path) -> None:
    assert caveat("audit", "claim.html", "--fail-on", "never", folder=folder).returncode == 0


def test_what_could_not_be_read_weighs_more_than_what_was_found(folder: Path) -> None:
    done = caveat("audit", "claim.html", "claim.htm", "clinic.example", folder=folder)
    said = lines(done.stderr)
    assert done.returncode == 3
    assert said[0] == "caveat: claim.htm: no such file or folder; did you mean claim.html?"
    assert said[1] == "caveat: clinic.example: no such file or folder; did you mean https://clinic.example?"
    assert said[2].startswith("caveat: exit 3: 2 of 3 targets could not be read or checked; ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["audit", "--formt", "json", "x"], "--format"),
        (["audit", "x", "--format", "xml"], "jsonl"),
        (["adit"], "audit"),
        (["audit"], "no target given"),
        ([], "no command given"),
        (["audit", "x", "--max-size", "big"], "25MB"),
        (["audit", "x", "--width", "3"], "--width"),
        (["audit", "x", "--timeout", "soon"], "--timeout"),
        (["audit", "x", "--jurisdiction", "FL"], "did you mean US-FL?"),
        (["audit", "x", "--jurisdiction", "US,Mars"], "known: US, US-CA, US-FL"),
        (["audit", "x", "--contact", "Büro"], "plain ASCII"),
        (["audit", "x", "--rules", "nowhere"], "nowhere"),
        (["audit", "-", "--files-from", "-"], "standard input can be read once only"),
        (["schema", "reports"], "report"),
    ],
)
def test_what_cannot_be_done_is_2_with_the_likely_word(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    shown = capsys.readouterr()
    last = shown.err.splitlines()[-1]
    assert shown.out == "" and last.startswith("caveat: exit 2: ") and said in last


def test_an_unknown_rule_is_2_with_the_likely_id(folder: Path) -> None:
    known = lines(caveat("rules", "list").stdout)[0].split()[0]
    for option in ("--only", "--skip"):
        done = caveat("audit", "claim.html", option, known + "s", folder=folder)
        assert done.returncode == 2 and f"did you mean '{known}'?" in lines(done.stderr)[-1]


def test_our_own_fault_is_70_and_names_the_page(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a page\x1b[2J said so")

    monkeypatch.setattr("caveat.audit.judge", broken)
    assert main(["audit", str(folder / "clean.html")]) == 70
    said = capsys.readouterr().err
    assert "Traceback" in said and "clean.html" in said and "\x1b" not in said
    assert said.splitlines()[-1].startswith("caveat: exit 70: ")


def page_with(*levels: Severity, checks: tuple[Check, ...] = ()) -> PageReport:
    found = tuple(Finding("x", "claim", "cures-disease", "cure", level, "", ()) for level in levels)
    return PageReport("page.html", "", "", "", "", "", Stance(StanceValue.PROMOTER), 1, findings=found, checks=checks)


@pytest.mark.parametrize(("level", "findings", "pages"), [("high", 1, 1), ("medium", 2, 2), ("low", 3, 2), ("note", 5, 3), ("never", 0, 0)])
def test_fail_on_counts_what_is_at_or_above_it(level: str, findings: int, pages: int) -> None:
    tally = Tally(FailOn(level))
    run = [page_with(Severity.HIGH, Severity.LOW), page_with(Severity.MEDIUM, Severity.NOTE), page_with(Severity.NOTE)]
    assert list(tally.watching(run)) == run
    assert (tally.findings, tally.pages, tally.verdict()[0]) == (findings, pages, Exit.FINDINGS if findings else Exit.CLEAN)


def test_a_page_in_a_language_no_rule_speaks_is_not_clean() -> None:
    tally = Tally(FailOn.LOW)
    list(tally.watching([page_with(checks=(Check("language", CheckState.NOT_CHECKED, "the page is in German"),))]))
    assert tally.verdict() == (Exit.INCOMPLETE, "1 of 1 target could not be read or checked")
    assert tally.failures == [Failure("page.html", Stage.READ, "not checked: the page is in German")]


def test_a_check_that_no_static_page_allows_is_no_failure() -> None:
    tally = Tally(FailOn.LOW)
    list(tally.watching([page_with(checks=(Check("contrast", CheckState.NOT_CHECKED, "not measured"),))]))
    assert tally.verdict()[0] is Exit.CLEAN


# Targets


def test_targets_come_from_arguments_lists_and_standard_input(folder: Path) -> None:
    targets = b"# later\n\nclean.html\ngone.html\n"
    done = caveat("audit", "claim.html", "--files-from", "-", "--format", "jsonl", folder=folder, data=targets)
    assert [(record["type"], record.get("target")) for record in records(done.stdout)] == [
        ("page", "claim.html"), ("page", "clean.html"), ("failure", "gone.html"), ("summary", None)]  # fmt: skip
    assert json.loads(caveat("audit", "-", "--format", "json", data=CLAIM.encode()).stdout)["pages"][0]["findings"]


def test_an_address_is_audited_like_a_file(folder: Path, site: Site) -> None:
    old = site.put("/old", Answer(status=301, headers={"Location": "/lupus"}))
    new = site.put("/lupus", Answer(CLAIM.encode()))
    done = caveat("audit", old, site.url("/gone"), "--format", "json", "--contact", "desk@paper.example")
    (page,) = json.loads(done.stdout)["pages"]
    assert (page["target"], page["url"], page["redirects"]) == (old, new, [{"status": 301, "url": old}])
    assert page["findings"] and done.returncode == 3
    assert "404 Not Found" in lines(done.stderr)[0]
    assert site.asked[0]["user-agent"].endswith("(+desk@paper.example)")


def test_the_size_limit_is_the_users(folder: Path) -> None:
    done = caveat("audit", "claim.html", "--max-size", "50B", folder=folder)
    assert done.returncode == 3 and "is larger than 50 bytes; raise the limit with --max-size" in lines(done.stderr)[0]


# Options that change the judging


def test_the_stance_can_be_set(folder: Path) -> None:
    for stance in ("promoter", "informer"):
        done = caveat("audit", "claim.html", "--stance", stance, "--format", "json", folder=folder)
        assert json.loads(done.stdout)["pages"][0]["stance"]["value"] == stance


def test_rules_are_chosen_by_id(folder: Path) -> None:
    def rules(*words: str) -> set[str]:
        report = json.loads(caveat("audit", "claim.html", "--format", "json", *words, folder=folder).stdout)
        return {finding["rule"] for finding in report["pages"][0]["findings"]}

    every = rules()
    leading = sorted(every)[0]
    assert leading not in rules("--skip", leading)
    assert rules("--only", leading) == {leading}


# Where the report goes


def test_jsonl_says_page_by_page_what_json_says_at_once(folder: Path) -> None:
    whole = json.loads(caveat("audit", "claim.html", "gone", "clean.html", "--format", "json", folder=folder).stdout)
    parts = records(caveat("audit", "claim.html", "gone", "clean.html", "--format", "jsonl", folder=folder).stdout)
    assert [part.pop("type") for part in parts] == ["page", "page", "failure", "summary"]
    assert (parts[:2], parts[2:3]) == (whole["pages"], whole["failures"])
    assert whole["summary"].items() <= parts[3].items()


@pytest.mark.parametrize("format", ["terminal", "json", "jsonl"])
def test_a_file_holds_what_standard_output_would(folder: Path, format: str) -> None:
    shown = caveat("audit", "claim.html", "--format", format, folder=folder)
    (folder / "report").write_text("an older and longer report\n" * 1000)
    kept = caveat("audit", "claim.html", "--format", format, "-o", "report", folder=folder)
    assert (kept.stdout, kept.returncode) == (b"", shown.returncode)
    assert (folder / "report").read_bytes() == shown.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["claim.html", "clean.html", "report"]


def test_a_link_stays_a_link_and_permissions_stay(folder: Path) -> None:
    kept = folder / "kept.json"
    kept.write_text("{}")
    kept.chmod(0o640)
    (folder / "report.json").symlink_to(kept)
    caveat("audit", "clean.html", "--format", "json", "-o", "report.json", folder=folder)
    assert (folder / "report.json").is_symlink() and json.loads(kept.read_text())["pages"]
    assert kept.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("format", ["terminal", "json", "jsonl"])
@pytest.mark.parametrize(
    ("where", "said"), [("/dev/full", "No space left on device"), ("gone/report", "there is no folder gone"), (".", "Is a directory")]
)
def test_a_report_that_cannot_be_written_is_3(folder: Path, format: str, where: str, said: str) -> None:
    done = caveat("audit", "claim.html", "--format", format, "-o", where, folder=folder)
    assert (done.returncode, done.stdout) == (3, b"")
    assert lines(done.stderr)[-1].startswith(f"caveat: exit 3: {where}: cannot be written: ") and said in lines(done.stderr)[-1]


def test_a_report_never_overwrites_what_is_audited(folder: Path) -> None:
    done = caveat("audit", "claim.html", "-o", "./claim.html", folder=folder)
    assert done.returncode == 2 and (folder / "claim.html").read_text() == CLAIM


@pytest.mark.parametrize("format", ["terminal", "json", "jsonl"])
def test_the_same_input_gives_the_same_bytes(folder: Path, format: str) -> None:
    once, twice = (caveat("audit", folder, "--format", format, env=environment(PYTHONHASHSEED=seed)) for seed in ("1", "2"))
    assert once.stdout == twice.stdout and once.stdout


def test_output_is_utf8_whatever_the_locale(folder: Path) -> None:
    (folder / "claim.html").write_text(CLAIM.replace("lupus", "Sjögren’s syndrome"), encoding="utf-8")
    ascii_only = environment(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    done = caveat("audit", "claim.html", "--format", "json", folder=folder, env=ascii_only)
    assert "Sjögren’s" in done.stdout.decode("utf-8")


def test_hostile_names_reach_no_terminal(folder: Path) -> None:
    names = ["a\x1b[2J\u202e.html", "caf\udce9.html"]
    for name in names:
        (folder / name).write_text(CLAIM, encoding="utf-8")
        (folder / f"gone{name}").symlink_to("nothing")
    for format in ("terminal", "json", "jsonl"):
        done = caveat("audit", ".", "--format", format, folder=folder)
        assert done.returncode == 3
        assert b"\x1b" not in done.stdout + done.stderr and "\u202e" not in (done.stdout + done.stderr).decode("utf-8")
    assert {page["target"] for page in records(done.stdout) if page["type"] == "page"} >= set(names)


# The other commands


def test_read_shows_the_blocks(folder: Path) -> None:
    done = caveat("read", "claim.html", "--format", "json", folder=folder)
    blocks = json.loads(done.stdout)["blocks"]
    assert (done.returncode, done.stderr) == (0, b"")
    assert any("cures lupus" in block["text"] and block["role"] == "content" for block in blocks)
    assert b"cures lupus" in caveat("read", "-", "--width", "100", data=CLAIM.encode()).stdout


def test_read_takes_one_page_that_is_there(folder: Path) -> None:
    assert caveat("read", ".", folder=folder).returncode == 2
    gone = caveat("read", "clam.html", folder=folder)
    assert gone.returncode == 3 and "did you mean claim.html?" in lines(gone.stderr)[0]


def test_the_version_names_the_rules() -> None:
    done = caveat("--version")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, f"caveat {__version__} (rules {digest()})\n", b"")


def test_the_help_prints_the_exit_codes() -> None:
    for words in ([], ["audit"], ["read"]):
        shown = " ".join(caveat(*words, "--help").stdout.decode().split())
        for code in Exit:
            assert f" {code.value} " in shown.partition("Exit codes:")[2]


@pytest.mark.parametrize("name", ["report", "read"])
def test_the_schema_is_printed(name: str) -> None:
    assert json.loads(caveat("schema", name).stdout)["$schema"].startswith("https://json-schema.org/")
