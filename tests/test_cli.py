"""What a run answers: the exit code, the last line on stderr that says why, and where the report goes."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from caveat import Finding, PageReport, __version__
from caveat.cli import main
from caveat.cli.verdict import FailOn, Tally
from caveat.errors import Exit
from caveat.model import Check, CheckState, Failure, FailureKind, Severity, Stage, Stance, StanceValue
from caveat.rulebook import load
from caveat.shipped import digest
from conftest import Answer, Site, caveat, environment, lines

CLAIM = "<h1>Stem cell therapy</h1><p>Our stem cell therapy cures lupus.</p><p>Book a visit to our clinic today.</p>"
CLEAN = "<p>Our office is open from nine to five on weekdays.</p>"
LOADED = cache(load)  # reading the rules takes most of a run; they are the same for all of these


class Done(NamedTuple):
    code: int
    out: bytes
    err: bytes

    @property
    def said(self) -> list[str]:
        return lines(self.err)


Run = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "claim.html").write_text(CLAIM, encoding="utf-8")
    (tmp_path / "clean.html").write_text(CLEAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """The command line in this process, in a folder with a page that claims and one that doesn't."""
    monkeypatch.setattr("caveat.cli.audit.load", LOADED)

    def run(*words: str | Path, data: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        code = main(list(map(str, words)))
        shown = capsysbinary.readouterr()
        return Done(code, shown.out, shown.err)

    return run


def records(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


# The table of exit codes


def test_a_clean_page_is_0_and_says_nothing_on_stderr(folder: Path) -> None:
    done = caveat("audit", "clean.html", folder=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"clean.html" in done.stdout


def test_a_finding_is_1_and_the_last_line_counts(run: Run) -> None:
    done = run("audit", "claim.html", "clean.html", "--format", "json")
    report = json.loads(done.out)
    found = sum(finding["severity"] != "note" for finding in report["pages"][0]["findings"])
    thing = "finding" if found == 1 else "findings"
    assert done.code == 1
    assert done.said == [f"caveat: exit 1: {found} {thing} at or above low on 1 page"]


def test_nothing_fails_when_nothing_may(run: Run) -> None:
    assert run("audit", "claim.html", "--fail-on", "never").code == 0


def test_what_could_not_be_read_weighs_more_than_what_was_found(folder: Path) -> None:
    done = caveat("audit", "claim.html", "claim.htm", "clinic.example", folder=folder)
    said = lines(done.stderr)
    assert done.returncode == 3
    assert said[0] == "caveat: claim.htm: no such file or folder; did you mean claim.html?"
    assert said[1] == "caveat: clinic.example: no such file or folder; did you mean https://clinic.example?"
    assert said[2] == "caveat: 3 targets: 1 audited, 2 failed (2 unreadable)"
    assert said[3].startswith("caveat: exit 3: 2 of 3 targets could not be read or checked; ")


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
        (["audit", "x", "--jurisdiction", "FL"], "did you mean US-FL (Florida)?"),
        (["audit", "x", "--jurisdiction", "US,Mars"], "known: AU, CA, DE, EU, GB, JP, MX, US, US-CA, US-FL"),
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


def test_an_unknown_rule_is_2_with_the_likely_id(run: Run) -> None:
    known = lines(run("rules", "list").out)[0].split()[0]
    for option in ("--only", "--skip"):
        done = run("audit", "claim.html", option, known + "s")
        assert done.code == 2 and f"did you mean '{known}'?" in done.said[-1]


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
    assert tally.failures == [Failure("page.html", Stage.READ, "not checked: the page is in German", kind=FailureKind.LANGUAGE)]


def test_a_german_page_is_3(run: Run, folder: Path) -> None:
    (folder / "de.html").write_text('<html lang="de"><p>Unsere Praxis ist werktags von neun bis fünf Uhr offen.</p>', encoding="utf-8")
    done = run("audit", "clean.html", "de.html")
    assert done.code == 3
    assert done.said[0].startswith("caveat: de.html: not checked: the page is in German ('de')")
    assert done.said[-1] == "caveat: exit 3: 1 of 2 targets could not be read or checked"


def test_a_check_that_no_static_page_allows_is_no_failure() -> None:
    tally = Tally(FailOn.LOW)
    list(tally.watching([page_with(checks=(Check("contrast", CheckState.NOT_CHECKED, "not measured"),))]))
    assert tally.verdict()[0] is Exit.CLEAN


# Targets


def test_targets_come_from_arguments_lists_and_standard_input(run: Run) -> None:
    targets = b"# later\n\nclean.html\ngone.html\n"
    done = run("audit", "claim.html", "--files-from", "-", "--format", "jsonl", data=targets)
    assert [(record["type"], record.get("target")) for record in records(done.out)] == [
        ("page", "claim.html"), ("page", "clean.html"), ("failure", "gone.html"), ("summary", None)]  # fmt: skip
    assert json.loads(run("audit", "-", "--format", "json", data=CLAIM.encode()).out)["pages"][0]["findings"]


def test_an_address_is_audited_like_a_file(run: Run, site: Site) -> None:
    old = site.put("/old", Answer(status=301, headers={"Location": "/lupus"}))
    new = site.put("/lupus", Answer(CLAIM.encode()))
    done = run("audit", old, site.url("/gone"), "--format", "json", "--contact", "desk@paper.example", "--allow-private", "--delay", "0")
    (page,) = json.loads(done.out)["pages"]
    assert (page["target"], page["url"], page["redirects"]) == (old, new, [{"status": 301, "url": old}])
    assert page["findings"] and done.code == 3
    assert "404 Not Found" in done.said[0]
    assert site.asked[0]["user-agent"].endswith("(+desk@paper.example)")


def test_the_size_limit_is_the_users(run: Run) -> None:
    done = run("audit", "claim.html", "--max-size", "50B")
    assert done.code == 3 and "is larger than 50 bytes; raise the limit with --max-size" in done.said[0]


# Options that change the judging


def test_the_stance_can_be_set(run: Run) -> None:
    for stance in ("promoter", "informer"):
        done = run("audit", "claim.html", "--stance", stance, "--format", "json")
        assert json.loads(done.out)["pages"][0]["stance"]["value"] == stance


def test_rules_are_chosen_by_id(run: Run) -> None:
    def rules(*words: str) -> set[str]:
        report = json.loads(run("audit", "claim.html", "--format", "json", *words).out)
        return {finding["rule"] for finding in report["pages"][0]["findings"]}

    every = rules()
    leading = sorted(every)[0]
    assert leading not in rules("--skip", leading)
    assert rules("--only", leading) == {leading}


# Where the report goes


def test_jsonl_says_page_by_page_what_json_says_at_once(run: Run) -> None:
    whole = json.loads(run("audit", "claim.html", "gone", "clean.html", "--format", "json").out)
    parts = records(run("audit", "claim.html", "gone", "clean.html", "--format", "jsonl").out)
    assert [part.pop("type") for part in parts] == ["page", "page", "failure", "summary"]
    assert (parts[:2], parts[2:3]) == (whole["pages"], whole["failures"])
    assert whole["summary"].items() <= parts[3].items()


@pytest.mark.parametrize("format", ["terminal", "json", "jsonl"])
def test_a_file_holds_what_standard_output_would(run: Run, folder: Path, format: str) -> None:
    shown = run("audit", "claim.html", "--format", format)
    (folder / "report").write_text("an older and longer report\n" * 1000)
    kept = run("audit", "claim.html", "--format", format, "-o", "report")
    assert (kept.out, kept.code) == (b"", shown.code)
    assert (folder / "report").read_bytes() == shown.out
    assert sorted(path.name for path in folder.iterdir()) == ["claim.html", "clean.html", "report"]


def test_a_link_stays_a_link_and_permissions_stay(run: Run, folder: Path) -> None:
    kept = folder / "kept.json"
    kept.write_text("{}")
    kept.chmod(0o640)
    (folder / "report.json").symlink_to(kept)
    run("audit", "clean.html", "--format", "json", "-o", "report.json")
    assert (folder / "report.json").is_symlink() and json.loads(kept.read_text())["pages"]
    assert kept.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("format", ["terminal", "json", "jsonl"])
@pytest.mark.parametrize(
    ("where", "said"), [("/dev/full", "No space left on device"), ("gone/report", "there is no folder gone"), (".", "Is a directory")]
)
def test_a_report_that_cannot_be_written_is_3(run: Run, format: str, where: str, said: str) -> None:
    done = run("audit", "claim.html", "--format", format, "-o", where)
    assert (done.code, done.out) == (3, b"")
    assert done.said[-1].startswith(f"caveat: exit 3: {where}: cannot be written: ") and said in done.said[-1]


def test_a_report_never_overwrites_what_is_audited(run: Run, folder: Path) -> None:
    done = run("audit", "claim.html", "-o", "./claim.html")
    assert done.code == 2 and (folder / "claim.html").read_text() == CLAIM


@pytest.mark.parametrize("format", ["terminal", "jsonl"])
def test_the_same_input_gives_the_same_bytes(folder: Path, format: str) -> None:
    once, twice = (caveat("audit", folder, "--format", format, env=environment(PYTHONHASHSEED=seed)) for seed in ("1", "2"))
    assert once.stdout == twice.stdout and once.stdout


def test_output_is_utf8_whatever_the_locale(folder: Path) -> None:
    (folder / "claim.html").write_text(CLAIM.replace("lupus", "Sjögren’s syndrome"), encoding="utf-8")
    ascii_only = environment(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    done = caveat("audit", "claim.html", "--format", "json", folder=folder, env=ascii_only)
    assert "Sjögren’s" in done.stdout.decode("utf-8")


def test_hostile_names_reach_no_terminal(run: Run, folder: Path) -> None:
    names = ["a\x1b[2J\u202e.html", "caf\udce9.html"]
    for name in names:
        (folder / name).write_text(CLAIM, encoding="utf-8")
        (folder / f"gone{name}").symlink_to("nothing")
    for format in ("terminal", "json", "jsonl"):
        done = run("audit", ".", "--format", format)
        assert done.code == 3
        assert b"\x1b" not in done.out + done.err and "\u202e" not in (done.out + done.err).decode("utf-8")
    assert {page["target"] for page in records(done.out) if page["type"] == "page"} >= set(names)


def test_colour_off_a_terminal_is_for_those_who_ask(run: Run) -> None:
    assert b"\x1b[" not in run("audit", "claim.html").out
    assert b"\x1b[" in run("audit", "claim.html", "--color", "always").out


def test_a_report_is_as_wide_as_asked(run: Run) -> None:
    for width in (50, 80):
        shown = run("audit", "claim.html", "--width", str(width)).out.decode().splitlines()
        assert width - 20 < max(map(len, shown)) <= width


# The other commands


def test_read_shows_the_blocks(run: Run) -> None:
    done = run("read", "claim.html", "--format", "json")
    blocks = json.loads(done.out)["blocks"]
    assert (done.code, done.err) == (0, b"")
    assert any("cures lupus" in block["text"] and block["role"] == "content" for block in blocks)
    assert b"cures lupus" in run("read", "-", "--width", "100", data=CLAIM.encode()).out


def test_read_takes_one_page_that_is_there(run: Run) -> None:
    assert run("read", ".").code == 2
    gone = run("read", "clam.html")
    assert gone.code == 3 and "did you mean claim.html?" in gone.said[0]


def test_the_version_names_the_rules() -> None:
    done = caveat("--version")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, f"caveat {__version__} (rules {digest()})\n", b"")


def test_the_help_prints_the_exit_codes(run: Run) -> None:
    for words in ([], ["audit"], ["read"]):
        shown = " ".join(run(*words, "--help").out.decode().split())
        for code in Exit:
            assert f" {code.value} " in shown.partition("Exit codes:")[2]


@pytest.mark.parametrize("name", ["report", "read"])
def test_the_schema_is_printed(run: Run, name: str) -> None:
    assert json.loads(run("schema", name).out)["$schema"].startswith("https://json-schema.org/")
