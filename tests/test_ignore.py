"""Decisions on findings: what is written down once stays in the report, marked, and counts no more until it expires."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from caveat.cli import main
from caveat.errors import IgnoreError
from caveat.formats import schema
from caveat.ignoring import entries, written
from caveat.model import Decision, Ignore
from caveat.rulebook import load
from conftest import Answer, Site

CLAIM = "<h1>Stem cell therapy</h1><p>Our stem cell therapy cures lupus.</p><p>Book a visit to our clinic today.</p>"
CLEAN = "<p>Our office is open from nine to five on weekdays.</p>"
QUOTE = "Our stem cell therapy cures lupus."
FILE = "caveat-ignore.toml"
LOADED = cache(load)


class Done(NamedTuple):
    code: int
    out: str
    said: list[str]

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.out)
        return report

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in a folder with a page that claims and one that doesn't."""
    (tmp_path / "claim.html").write_text(CLAIM, encoding="utf-8")
    (tmp_path / "clean.html").write_text(CLEAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("caveat.cli.audit.load", lambda *given, **more: load(*given, **more) if any([*given, *more.values()]) else LOADED())

    def run(*words: str | Path) -> Done:
        capsys.readouterr()
        code = main(list(map(str, words)))
        shown = capsys.readouterr()
        return Done(code, shown.out, shown.err.splitlines())

    return run


OURS = ("--allow-private", "--delay", "0")  # for pages of the site on this machine


def found(run: Run, *words: str) -> dict[str, dict[str, Any]]:
    """The findings of a page, as they are when nothing is ignored, by their rules."""
    report = run("audit", *(words or ("claim.html",)), "--no-ignore", "--format", "json").report
    return {finding["rule"]: finding for page in report["pages"] for finding in page["findings"]}


def entry(id: str, **more: str) -> str:
    values = {"decision": '"mistaken"', "reason": '"the name of a song"', "who": '"A. Analyst"', "date": "2026-11-02"} | more
    return f'[[ignore]]\nid = "{id}"\n' + "".join(f"{key} = {value}\n" for key, value in values.items() if value)


def note(*written: str, name: str = FILE) -> None:
    Path(name).write_text("\n".join(written), encoding="utf-8")


def note_all(run: Run, **more: str) -> None:
    note(*(entry(finding["id"], **more) for finding in found(run).values()))


# What a decision does


def test_a_decision_marks_its_finding_and_takes_it_out_of_the_count(run: Run) -> None:
    before = found(run)
    note(entry(before["cures-disease"]["id"], expires="2099-12-31"))
    report = run("audit", "claim.html", "--format", "json").report
    after = {finding["rule"]: finding for finding in report["pages"][0]["findings"]}
    decision = {"decision": "mistaken", "reason": "the name of a song", "who": "A. Analyst", "date": "2026-11-02", "expires": "2099-12-31"}
    assert after.pop("cures-disease") == before.pop("cures-disease") | {"ignored": decision}
    assert after == before and all(finding["ignored"] is None for finding in after.values())
    assert sum(report["summary"]["findings"].values()) == len(before)
    assert report["summary"]["ignored"]["findings"] == 1


def test_a_page_whose_findings_are_all_decided_on_is_0(run: Run) -> None:
    assert run("audit", "claim.html").code == 1
    note_all(run)
    done = run("audit", "claim.html", "--format", "json")
    assert done.code == 0
    assert done.report["summary"]["pages_with_findings"] == 0
    assert run("audit", "claim.html", "--fail-on", "note").code == 0


def test_one_that_is_not_decided_on_still_fails_the_run(run: Run) -> None:
    first, *rest = found(run).values()
    note(*(entry(finding["id"]) for finding in rest))
    done = run("audit", "claim.html")
    assert (done.code, done.said[-1]) == (1, "caveat: exit 1: 1 finding at or above low on 1 page")
    assert first["rule"] in done.out


def test_a_run_says_that_it_goes_by_a_file_it_came_upon(run: Run) -> None:
    assert run("audit", "clean.html").said == []
    note(entry("0" * 16))
    assert run("audit", "clean.html").said == ["caveat: caveat-ignore.toml: 1 decision on findings; --no-ignore leaves them out of account"]


def test_no_ignore_counts_every_finding_and_says_nothing(run: Run) -> None:
    plain = run("audit", "claim.html", "--format", "json")
    note_all(run)
    assert run("audit", "claim.html", "--format", "json", "--no-ignore") == plain


def test_files_that_are_named_are_read_and_the_one_lying_there_is_not(run: Run) -> None:
    first, *rest = found(run).values()
    note("not even TOML")
    note(entry(first["id"]), name="first.toml")
    note(*(entry(finding["id"]) for finding in rest), name="rest.toml")
    done = run("audit", "claim.html", "--ignore", "first.toml", "--ignore", "rest.toml", "--format", "json")
    assert (done.code, done.said) == (0, [])
    assert done.report["summary"]["ignored"]["files"] == ["first.toml", "rest.toml"]


def test_json_lines_say_the_same_page_by_page_and_at_the_end(run: Run) -> None:
    note_all(run, page='"claim.html"', rule='"risks"')
    note(Path(FILE).read_text(encoding="utf-8"), entry("f" * 16, page='"clean.html"', rule='"risks"'))
    whole = run("audit", "claim.html", "clean.html", "--format", "json")
    lines = run("audit", "claim.html", "clean.html", "--format", "jsonl")
    pages = [{**record} for record in lines.records if record.pop("type") == "page"]
    assert pages == whole.report["pages"]
    summary = lines.records[-1]
    assert {key: summary[key] for key in whole.report["summary"]} == whole.report["summary"]
    assert [stale["id"] for stale in summary["ignored"]["stale"]] == ["f" * 16]
    assert lines.said == whole.said


def test_the_terminal_shows_them_apart_with_the_reason(run: Run) -> None:
    note(entry(found(run)["cures-disease"]["id"], expires="2099-12-31"))
    shown = run("audit", "claim.html").out
    claims, apart = shown.split("Decided on and not counted\n")
    assert "What the page claims" not in claims and "fda-status" in claims
    assert "cures lupus" in apart and "mistaken: the name of a song (A. Analyst, 2026-11-02, until" in " ".join(apart.split())
    assert "ignored     1 finding\n" in claims
    assert "ignored     1 finding not counted, as decided in caveat-ignore.toml" in apart


def test_what_is_written_keeps_to_the_schema(run: Run) -> None:
    note_all(run, expires="2026-11-02")
    note(Path(FILE).read_text(encoding="utf-8"), entry("f" * 16, page='"claim.html"', rule='"risks"', quote='"so"'))
    published = Draft202012Validator(json.loads(schema("report")))
    report = run("audit", "claim.html", "--format", "json", "--today", "2026-11-02").report
    assert report["summary"]["ignored"]["findings"] == 3
    late = run("audit", "claim.html", "--format", "json", "--today", "2026-11-03").report
    assert len(late["summary"]["ignored"]["expired"]) == 3 and len(late["summary"]["ignored"]["stale"]) == 1
    for each in (report, late):
        published.validate(each)


# Expiry


def test_a_decision_holds_to_its_last_day_and_is_then_said_to_have_expired(run: Run) -> None:
    note_all(run, expires="2026-11-30", reason='"asked the clinic"')
    last = run("audit", "claim.html", "--today", "2026-11-30")
    assert last.code == 0 and not any("expired" in line for line in last.said)
    after = run("audit", "claim.html", "--today", "2026-12-01", "--format", "json")
    assert after.code == 1
    assert all(finding["ignored"] is None for finding in after.report["pages"][0]["findings"])
    told = after.report["summary"]["ignored"]["expired"]
    assert {each["id"] for each in told} == {finding["id"] for finding in found(run).values()}
    assert sum("expired after 2026-11-30: its finding counts again" in line and "asked the clinic" in line for line in after.said) == len(
        told
    )
    assert "expired after 2026-11-30" in " ".join(run("audit", "claim.html", "--today", "2026-12-01").out.split())


def test_the_same_day_gives_the_same_bytes(run: Run) -> None:
    note_all(run, expires="2026-11-30")
    for day in ("2026-11-30", "2026-12-01"):
        assert run("audit", "claim.html", "--today", day) == run("audit", "claim.html", "--today", day)


def test_a_day_that_is_none_is_2(run: Run) -> None:
    done = run("audit", "claim.html", "--today", "yesterday")
    assert (done.code, done.said[-1]) == (2, "caveat: exit 2: --today: 'yesterday' is no date; a date is written 2026-11-02")


# Stale entries


STALE = entry("a" * 16, page='"clean.html"', rule='"cures-disease"', quote='"Cells cure gout."', expires="2026-11-03")


def test_an_entry_whose_finding_is_gone_is_said_to_be_stale_and_not_also_expired(run: Run) -> None:
    note(STALE)
    done = run("audit", "clean.html", "--format", "json")
    assert done.code == 0  # it asks for tidying up, and hides nothing
    (stale,) = done.report["summary"]["ignored"]["stale"]
    assert (stale["id"], stale["file"], stale["page"], stale["quote"]) == ("a" * 16, FILE, "clean.html", "Cells cure gout.")
    assert done.report["summary"]["ignored"]["expired"] == []
    (said,) = [line for line in done.said if "stale" in line]
    assert said.startswith(f"caveat: {FILE}: {'a' * 16} (cures-disease, “Cells cure gout.”) is stale: clean.html was audited")
    assert "is stale: clean.html was audited" in " ".join(run("audit", "clean.html").out.split())


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["claim.html"], STALE),  # another page
        (["gone/clean.html"], STALE.replace("clean.html", "gone/clean.html")),  # a page that could not be read
        (["clean.html", "--skip", "risks"], STALE),  # a run that did not judge by all rules
        (["clean.html", "--stance", "informer"], STALE),
        (["clean.html"], entry("a" * 16, page='"clean.html"')),  # an entry that does not say which rule would have to find it
        (["clean.html"], entry("a" * 16, rule='"cures-disease"')),
        (["clean.html"], entry("a" * 16, page='"clean.html"', rule='"fl-notice"')),  # asked for in Florida only
    ],
)
def test_what_a_run_cannot_tell_it_does_not_call_stale(run: Run, words: list[str], text: str) -> None:
    note(text)
    done = run("audit", *words, "--format", "json")
    assert done.report["summary"]["ignored"]["stale"] == []
    assert not any("stale" in line for line in done.said)


def test_a_notice_of_a_state_is_told_stale_where_its_law_is_asked_for(run: Run) -> None:
    note(entry("a" * 16, page='"clean.html"', rule='"fl-notice"'))
    report = run("audit", "clean.html", "--jurisdiction", "US-FL", "--format", "json").report
    assert [stale["rule"] for stale in report["summary"]["ignored"]["stale"]] == ["fl-notice"]


def test_a_finding_that_moved_to_another_page_of_the_site_is_not_stale(run: Run, site: Site) -> None:
    first = site.put("/first", Answer(CLAIM.encode()))
    second = site.put("/second", Answer(CLAIM.encode()))
    id = found(run, first, *OURS)["cures-disease"]["id"]
    note(entry(id, page=json.dumps(first), rule='"cures-disease"'))
    site.put("/first", Answer(CLEAN.encode()))
    both = run("audit", first, second, *OURS, "--format", "json").report["summary"]["ignored"]
    assert (both["findings"], both["stale"]) == (1, [])
    alone = run("audit", first, *OURS, "--format", "json").report["summary"]["ignored"]
    assert (alone["findings"], [stale["id"] for stale in alone["stale"]]) == (0, [id])


# Reading the file


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", f"{FILE}: not TOML"),
        ("[[ignored]]", "unknown key 'ignored'; expected one of ignore; did you mean 'ignore'?"),
        ("[ignore]\nid = 'x'", "expected a list of tables; each entry stands below a line [[ignore]]"),
        (entry("a" * 16, raeson='"x"'), f"{FILE}: entry 1 ('{'a' * 16}'): unknown key 'raeson'"),
        (entry("a" * 16, raeson='"x"'), "did you mean 'reason'?"),
        (entry("a" * 16, reason=""), "key 'reason' is missing"),
        (entry("a" * 16, reason='"  "'), "key 'reason': is empty"),
        (entry("a" * 16, who='""'), "key 'who': is empty"),
        (entry("a" * 16, date=""), "key 'date' is missing"),
        (
            entry("a" * 16, date='"2026-11-02"'),
            "key 'date': expected a date, got a string; a date is written 2026-11-02, without quotation",
        ),
        (entry("a" * 16, date="2026-11-02T10:00:00"), "key 'date': expected a date, got 2026-11-02 10:00:00"),
        (entry("a" * 16, date="2026-02-30"), f"{FILE}: not TOML"),
        (entry("a" * 16, expires="2026-11-01"), "key 'expires': 2026-11-01 is before its date, 2026-11-02"),
        (entry("a" * 16, decision='"mistake"'), "expected one of mistaken, accepted, reported, got 'mistake'; did you mean 'mistaken'?"),
        (entry("A" * 16), "key 'id': expected 16 digits of 0-9 and a-f"),
        (entry("a" * 15), "key 'id': expected 16 digits of 0-9 and a-f"),
        (entry("b" * 16) + entry("a" * 16) + entry("b" * 16), f"{FILE}: '{'b' * 16}' is decided on already, in {FILE}"),
        (entry("b" * 16) + entry("a" * 16, reason="7"), "entry 2 ('aaaaaaaaaaaaaaaa'), key 'reason': expected str, got 7"),
    ],
)
def test_what_cannot_be_read_is_2_naming_file_entry_and_key(run: Run, text: str, said: str) -> None:
    note(text)
    done = run("audit", "claim.html")
    assert (done.code, done.out) == (2, "")
    assert said in done.said[-1] and FILE in done.said[-1]


def test_a_finding_decided_on_in_two_files_is_2(run: Run) -> None:
    note(entry("a" * 16), name="one.toml")
    note(entry("a" * 16), name="two.toml")
    done = run("audit", "claim.html", "--ignore", "one.toml", "--ignore", "two.toml")
    assert (done.code, "two.toml: 'aaaaaaaaaaaaaaaa' is decided on already, in one.toml" in done.said[-1]) == (2, True)


def test_a_file_that_is_not_there_or_cannot_be_read_is_2(run: Run) -> None:
    said = run("audit", "claim.html", "--ignore", "none.toml").said[-1]
    assert said.startswith("caveat: exit 2: none.toml: cannot be read: No such file")
    Path(FILE).symlink_to("gone.toml")  # a link that leads nowhere must not pass for a folder without decisions
    assert run("audit", "claim.html").code == 2
    Path(FILE).unlink()
    Path(FILE).write_bytes(b'[[ignore]]\nid = "\xff"\n')
    assert "the file has to be UTF-8" in run("audit", "claim.html").said[-1]


def test_ignore_and_no_ignore_exclude_each_other(run: Run) -> None:
    assert run("audit", "claim.html", "--ignore", "x.toml", "--no-ignore").code == 2


def test_a_report_never_overwrites_the_decisions_it_is_made_with(run: Run) -> None:
    note(STALE)
    done = run("audit", "claim.html", "-o", FILE)
    assert done.code == 2 and Path(FILE).read_text(encoding="utf-8") == STALE


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistake(run: Run) -> None:
    id = found(run)["risks"]["id"]
    Path(FILE).write_bytes(b"\xef\xbb\xbf" + entry(id).replace("\n", "\r\n").encode())
    assert run("audit", "claim.html", "--format", "json").report["summary"]["ignored"]["findings"] == 1


def test_a_hostile_reason_moves_no_cursor(run: Run) -> None:
    hostile = '"\\u001b[2Jgone\\u202e\\n\\r\\u009b1A[bold]x[/bold]"'
    note_all(run, reason=hostile, who=hostile, expires="2026-11-02")
    for day in ("2026-11-02", "2026-11-03"):
        done = run("audit", "claim.html", "--today", day)
        assert not [char for text in (done.out, *done.said) for char in text if not char.isprintable() and char != "\n"]
        assert "[bold]x[/bold]" in done.out


# Writing it


def decide(run: Run, *more: str, id: str = "a" * 16) -> Done:
    return run("ignore", id, "--decision", "accepted", "--reason", "asked the clinic", "--who", "A. Analyst", "--date", "2026-11-02", *more)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_the_command_writes_an_entry_that_the_next_audit_goes_by(run: Run, form: str) -> None:
    run("audit", "claim.html", "clean.html", "--format", form, "-o", "report")
    for finding in found(run).values():
        assert decide(run, "--from", "report", "--expires", "2099-01-01", id=finding["id"]).code == 0
    noted = {each.rule: each for each in entries(FILE, Path(FILE).read_text(encoding="utf-8"))}
    until = datetime.date(2099, 1, 1)
    assert noted["cures-disease"] == Ignore(found(run)["cures-disease"]["id"], Decision.ACCEPTED, "asked the clinic", "A. Analyst",
                                            datetime.date(2026, 11, 2), until, "claim.html", "cures-disease", QUOTE)  # fmt: skip
    assert run("audit", "claim.html").code == 0


def test_what_stands_in_the_file_stays_as_it_is(run: Run) -> None:
    before = b"# kept by the desk\r\n" + STALE.encode().rstrip(b"\n")
    Path(FILE).write_bytes(before)
    done = decide(run, id="b" * 16)
    assert done.out == f"{FILE}: 1 decision added, 2 in all\n"
    assert Path(FILE).read_bytes().startswith(before)
    assert [each.id for each in entries(FILE, Path(FILE).read_text(encoding="utf-8"))] == ["a" * 16, "b" * 16]


def test_several_findings_share_a_reason(run: Run) -> None:
    assert decide(run, "b" * 16, "b" * 16, "--file", "desk.toml").out == "desk.toml: 2 decisions added, 2 in all\n"
    assert not Path(FILE).exists()


@pytest.mark.parametrize(
    ("there", "id", "more", "said"),
    [
        (STALE, "a" * 16, [], "is decided on already (mistaken); change its entry in caveat-ignore.toml"),
        ("[[ignore]]\nid = 3\n", "a" * 16, [], "caveat-ignore.toml: entry 1 (3), key 'id': expected str, got 3"),
        ("ignore = []\n", "a" * 16, [], "caveat-ignore.toml"),
        (STALE, "b" * 16, ["--from", "report.json"], "report.json: has no finding 'bbbbbbbbbbbbbbbb'"),
        (STALE, "b" * 16, ["--from", "claim.html"], "claim.html: is no report"),
        (STALE, "b" * 16, ["--from", FILE], "is no report"),
        (STALE, "b" * 16, ["--from", "gone.json"], "gone.json: cannot be read: No such file"),
        (STALE, "b" * 16, ["--expires", "soon"], "--expires: 'soon' is no date"),
        (STALE, "b" * 16, ["--expires", "2026-11-01"], "key 'expires': 2026-11-01 is before its date"),
        (STALE, "b" * 16, ["--reason", " "], "key 'reason': is empty"),
        (STALE, "b" * 16, ["--who", "two\nlines"], "--who: holds what cannot be printed"),
        (STALE, "risks", [], "key 'id': expected 16 digits"),
    ],
)
def test_where_anything_is_wrong_the_file_is_left_as_it_was(run: Run, there: str, id: str, more: list[str], said: str) -> None:
    run("audit", "claim.html", "--format", "json", "-o", "report.json")
    note(there)
    done = decide(run, *more, id=id)
    assert done.code == 2 and said in done.said[-1]
    assert Path(FILE).read_text(encoding="utf-8") == there


text = st.text(st.characters(exclude_categories=["Cs"]))
some = text.filter(lambda given: given.strip() != "")
days = st.dates()


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        Ignore, st.from_regex("[0-9a-f]{16}", fullmatch=True), st.sampled_from(Decision), some, some, days, st.none(), text, text, text
    )
)
def test_an_entry_reads_back_as_it_was_written(entry: Ignore) -> None:
    assert entries(FILE, written(entry)) == (entry,)


def test_the_error_has_a_type_of_its_own_for_programs() -> None:
    with pytest.raises(IgnoreError, match=r"my\.toml: not TOML"):
        entries("my.toml", "=")
