"""Crawls and tables of targets as a user meets them: the report, its accounts, going on after a kill, and what cannot be asked for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import pytest

from caveat.formats import schema
from conftest import CAVEAT, Answer, Site, caveat, environment, lines
from small_batch import ONLY

Run = Callable[..., CompletedProcess[bytes]]
START = "http://clinic.example/"


def page(number: int, *leads: str) -> Answer:
    links = "".join(f'<a href="{each}">more</a> ' for each in leads)
    said = f"Our stem cell therapy cures lupus in week {number}." if number % 3 == 0 else f"Our office in room {number} is open."
    return Answer(f"<title>Page {number}</title><h1>Stem cell therapy</h1><p>{said}</p><p>{links}</p>".encode())


@pytest.fixture
def words(site: Site) -> list[str]:
    """What makes the local site `clinic.example` and `other.example`, and an audit quick."""
    address = site.root.removeprefix("http://")
    names = [word for host in ("clinic.example", "other.example") for word in ("--resolve", f"{host}:{address}")]
    return [*names, "--allow-private", "--delay", "0", "--only", ONLY]


@pytest.fixture
def run(words: list[str], tmp_path: Path) -> Run:
    return lambda *more: caveat("audit", *more, *words, folder=tmp_path)


def web(site: Site, count: int) -> None:
    """A site of so many pages, each of which leads to the next two, with dead ends beside them."""
    for number in range(count):
        leads = [f"/p{each}" for each in (2 * number + 1, 2 * number + 2) if each < count]
        site.put(f"/p{number}" if number else "/", page(number, *leads, *(["/gone", "/p.pdf"] if number == 1 else [])))


def told(done: CompletedProcess[bytes]) -> str:
    return done.stderr.decode()


def without_times(report: bytes) -> list[dict[str, Any]]:
    records = [json.loads(line) for line in lines(report)]
    for record in records:
        record.pop("fetched", None)
    return records


# The report


def test_a_crawl_is_a_report_of_pages_with_an_account(site: Site, run: Run) -> None:
    site.put("/robots.txt", Answer(b"User-agent: *\nDisallow: /p5", type="text/plain"))
    web(site, 7)
    done = run(START, "--crawl", "--format", "json")
    report = json.loads(done.stdout)
    jsonschema.validate(report, json.loads(schema("report")))
    assert [each["target"].removeprefix(START) for each in report["pages"]] == ["", "p1", "p2", "p3", "p4", "p6"]
    assert [(each["target"], each["start"]) for each in report["failures"]] == [(f"{START}gone", START)]
    assert {each["target"]: each["start"] for each in report["pages"]} == {START: None} | dict.fromkeys(
        [f"{START}p{number}" for number in (1, 2, 3, 4, 6)], START
    )
    assert report["crawls"] == [
        {"target": START, "found": 9, "fetched": 7, "reported": 7, "unreported": {}, "left": {"robots": 1, "no-page": 1}, "nofollow": 0,
         "sitemaps": 0, "notes": []}
    ]  # fmt: skip
    assert done.returncode == 3
    account = "9 addresses of the site found; 7 asked for (7 in the report); 2 left (1 by robots.txt, 1 pictures, documents and the like)"
    assert f"caveat: {START}: {account}" in told(done).splitlines()


@pytest.mark.parametrize("format", ["jsonl", "terminal"])
def test_the_account_stands_in_every_form_of_the_report(site: Site, run: Run, format: str) -> None:
    web(site, 5)
    done = run(START, "--crawl", "--max-pages", "2", "--format", format)
    if format == "jsonl":
        records = [json.loads(line) for line in lines(done.stdout)]
        assert [record["type"] for record in records] == ["page", "page", "crawl", "summary"]
        for record in records:
            jsonschema.validate(record, json.loads(schema("report"))["$defs"]["line"] | {"$defs": json.loads(schema("report"))["$defs"]})
        assert records[2]["left"] == {"max-pages": 4, "no-page": 1}
    else:
        shown = " ".join(done.stdout.decode().split())
        assert f"crawl {START}: 7 addresses of the site found; 2 asked for (2 in the report); 5 left (4 beyond --max-pages, 1" in shown


def test_files_beside_a_crawl_are_read_as_ever(site: Site, run: Run, tmp_path: Path) -> None:
    web(site, 2)
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "page.html").write_bytes(page(3, "/p1").body)
    report = json.loads(run("saved", START, "saved/page.html", "--crawl", "--exclude", "/gone", "--format", "json").stdout)
    assert [each["target"] for each in report["pages"]] == ["saved/page.html", START, f"{START}p1", "saved/page.html"]
    assert len(report["crawls"]) == 1


def test_two_crawls_stand_one_after_the_other_in_the_order_of_their_targets(site: Site, run: Run) -> None:
    web(site, 3)
    other = "http://other.example/"
    report = json.loads(run(other, START, "--crawl", "--exclude", "/gone", "--format", "json").stdout)
    names = ["", "p1", "p2"]
    assert [each["target"] for each in report["pages"]] == [*(other + name for name in names), *(START + name for name in names)]
    assert [each["target"] for each in report["crawls"]] == [other, START]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--max-pages", "3"], "--max-pages is of use with --crawl only"),
        (["--depth", "0"], "--depth is of use with --crawl only"),
        (["--include", "/a"], "--include is of use with --crawl only"),
        (["--no-sitemap"], "--no-sitemap is of use with --crawl only"),
        (["--crawl", "--exclude", "blog"], "--exclude: 'blog' matches no path; a pattern looks like '/blog/*'"),
        (["--crawl", "--max-pages", "0"], "--max-pages"),
        (["--column", "url"], "--column is of use with --files-from only"),
        (["--files-from", "x.csv", "--id-column", "id"], "--id-column is of use with --column only"),
    ],
)
def test_what_cannot_be_asked_for_is_said_before_anything_is_fetched(run: Run, site: Site, more: list[str], said: str) -> None:
    done = run(START, *more)
    assert done.returncode == 2 and said in told(done) and not site.visits


# Going on


def test_a_crawl_that_is_killed_goes_on_to_the_same_report_and_asks_for_nothing_twice(site: Site, words: list[str], tmp_path: Path) -> None:
    count = 40
    web(site, count)
    crawl = ["--crawl", "--format", "jsonl", "--jobs", "1"]
    undisturbed = caveat("audit", START, *crawl, *words, folder=tmp_path)
    slow = [word if word != "0" else "0.03" for word in words]
    command = [*CAVEAT, "audit", START, *crawl, *slow, "--journal", "run.db", "-o", "report.jsonl"]
    kills = 0
    site.visits.clear()
    while True:
        before = len(site.paths())
        with subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE) as process:
            while process.poll() is None and len(site.paths()) < before + 18:
                time.sleep(0.01)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.communicate()
        if process.returncode != -signal.SIGKILL:
            break
        kills += 1
        if (tmp_path / "run.db").exists():
            command = [*CAVEAT, "audit", "--resume", "run.db"]
    assert kills >= 2 and process.returncode == undisturbed.returncode == 3
    assert without_times((tmp_path / "report.jsonl").read_bytes()) == without_times(undisturbed.stdout)
    # What was under way when it was killed is asked for again, and nothing else: what waits to be judged, and what waits to come in.
    asked = site.paths()
    assert len(set(asked)) == count + 2 and len(asked) <= count + 2 + kills * 24
    site.visits.clear()
    again = caveat("audit", "--resume", "run.db", "--format", "json", "-o", "-", folder=tmp_path)
    assert not site.visits and json.loads(again.stdout)["crawls"][0]["reported"] == count + 1


def test_what_decides_a_crawl_cannot_change_on_the_way(site: Site, run: Run, tmp_path: Path) -> None:
    web(site, 2)
    assert run(START, "--crawl", "--max-pages", "2", "--journal", "run.db").returncode in (0, 1)
    done = caveat("audit", "--resume", "run.db", "--max-pages", "3", folder=tmp_path)
    assert done.returncode == 2 and "access.crawl.pages was 2 and is 3" in told(done)


# Plans


def test_a_plan_says_what_would_be_fetched_and_asks_for_no_page(site: Site, run: Run, tmp_path: Path) -> None:
    site.put("/robots.txt", Answer(b"User-agent: *\nDisallow: /closed\nCrawl-delay: 0", type="text/plain"))
    web(site, 3)
    (tmp_path / "page.html").write_bytes(page(1).body)
    site.put("//other.example/robots.txt", Answer(b"", 500))
    targets = [f"{START}p1", "page.html", f"{START}closed", "nowhere.html", "ftp://clinic.example/", "http://other.example/"]
    done = run(*targets, "--dry-run", "--retries", "0")
    allowed = f"allowed by {START}robots.txt"
    assert [tuple(filter(None, map(str.strip, line.split("  ")))) for line in lines(done.stdout)] == [
        ("fetch", f"{START}p1", allowed), ("read", "page.html"), ("robots", f"{START}closed", "its robots.txt asks robots not to read it"),
        ("fail", "nowhere.html", "no such file or folder"), ("fail", "ftp://clinic.example/", "ftp: addresses are not read"),
        ("fail", "http://other.example/", "its robots.txt could not be had (the site answers 500), which is to be taken for a refusal"),
    ]  # fmt: skip
    assert done.returncode == 3 and {visit.path for visit in site.visits} == {"/robots.txt"}
    assert "caveat: exit 3: 4 targets could not be read" in told(done)


def test_the_plan_of_a_crawl_chooses_among_what_sitemaps_name(site: Site, run: Run, tmp_path: Path) -> None:
    site.put("/robots.txt", Answer(f"User-agent: *\nDisallow: /closed\nSitemap: {START}map.txt".encode(), type="text/plain"))
    site.put(
        "/map.txt",
        Answer("\n".join(START + name for name in ("", "a", "closed/x", "p.pdf", "blog/1", "b", "c")).encode(), type="text/plain"),
    )
    (tmp_path / "sites.csv").write_text(f"id,url\nA-1,{START}\n", encoding="utf-8")
    table = ["--files-from", "sites.csv", "--column", "url", "--id-column", "id"]
    done = run(*table, "--dry-run", "--crawl", "--max-pages", "3", "--exclude", "/blog/*", "--format", "json")
    report = json.loads(done.stdout)
    jsonschema.validate(report, json.loads(schema("plan")))
    assert [(each["action"], each["target"].removeprefix(START), each["start"], each["list_id"]) for each in report["plan"]] == [
        ("fetch", "", None, "A-1"), ("fetch", "a", START, "A-1"), ("robots", "closed/x", START, "A-1"), ("fetch", "b", START, "A-1"),
    ]  # fmt: skip
    assert (report["fetch"], report["robots"], done.returncode) == (3, 1, 0)
    assert [visit.path for visit in site.visits] == ["/robots.txt", "/map.txt"]
    again = run(*table, "--dry-run", "--crawl", "--max-pages", "3", "--exclude", "/blog/*", "--format", "jsonl")
    assert [json.loads(line) for line in lines(again.stdout)] == [{"type": "plan", **each} for each in report["plan"]]


def test_a_plan_knows_what_is_kept(site: Site, run: Run) -> None:
    site.put("/a", page(1))
    run(f"{START}a", "--keep", "kept")
    site.visits.clear()
    done = run(f"{START}a", "--keep", "kept", "--dry-run")
    assert done.stdout.startswith(b"kept") and not site.visits


@pytest.mark.parametrize("what", ["journal", "evidence"])
def test_a_plan_has_no_journal_and_no_evidence(run: Run, tmp_path: Path, what: str) -> None:
    done = run(START, "--dry-run", f"--{what}", "kept")
    assert done.returncode == 2 and f"--dry-run: a plan has no {what}" in told(done) and not (tmp_path / "kept").exists()


# Tables


def test_targets_stand_in_a_column_and_keep_their_ids(site: Site, run: Run, tmp_path: Path) -> None:
    web(site, 2)
    (tmp_path / "page.html").write_bytes(page(0).body)
    rows = [
        "Id;Name;Website",
        f'A-1;"Larkmere; the clinic";{START}',
        "B-2;Wrenfield;page.html",
        "C-3;Gone;nowhere.html",
        "D-4;Empty;",
        ";;",
        ";No id;p.html",
    ]
    (tmp_path / "sites.csv").write_text("\ufeff" + "\r\n".join(rows), encoding="utf-8")
    table = ["--files-from", "sites.csv", "--column", "Website", "--id-column", "Id", "--format", "json"]
    for journal in ([], ["--journal", "run.db"]):
        done = run(*table, "--crawl", "--exclude", "/gone", *journal)
        report = json.loads(done.stdout)
        assert [(each["target"], each["list_id"]) for each in report["pages"]] == [
            (START, "A-1"),
            (f"{START}p1", "A-1"),
            ("page.html", "B-2"),
        ]
        assert [(each["target"], each["list_id"], each["reason"]) for each in report["failures"]] == [
            ("nowhere.html", "C-3", "no such file or folder"), ("sites.csv:5", "D-4", "names no target in its row"),
            ("p.html", None, "no such file or folder"),
        ]  # fmt: skip
        assert done.returncode == 3
    again = caveat("audit", "--resume", "run.db", folder=tmp_path)
    assert json.loads(again.stdout)["pages"] == report["pages"]


def test_the_id_stands_in_the_terminal_report_and_is_cleaned(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(page(1).body)
    (tmp_path / "sites.csv").write_text("url,id\npage.html,\x1b[31mA-1\n", encoding="utf-8")
    shown = run("--files-from", "sites.csv", "--column", "url", "--id-column", "id").stdout.decode()
    assert "A-1" in shown and "\x1b" not in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,url\n", "names no target; give one target a row"),
        ("", "has no column 'url'; its columns are none"),
        ("name,address\nx,y\n", "has no column 'url'; its columns are name, address"),
        ("url\n" + '"' + "x" * 200_000, "is no table from line 2 on: field larger than field limit"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(run: Run, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "sites.csv").write_text(text, encoding="utf-8")
    done = run("--files-from", "sites.csv", "--column", "url")
    assert done.returncode == 3 and f"caveat: sites.csv: {said}" in told(done)


def test_a_folder_in_a_table_gives_its_id_to_each_of_its_pages(run: Run, tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    for name in ("a.html", "b.html"):
        (tmp_path / "saved" / name).write_bytes(page(1).body)
    (tmp_path / "sites.tsv").write_text("id\turl\n7\tsaved\n", encoding="utf-8")
    for journal in ([], ["--journal", "run.db"]):
        report = json.loads(run("--files-from", "sites.tsv", "--column", "url", "--id-column", "id", "--format", "json", *journal).stdout)
        name = f"saved{os.sep}"
        assert [(each["target"], each["list_id"], each["start"]) for each in report["pages"]] == [
            (f"{name}a.html", "7", None), (f"{name}b.html", "7", None),
        ]  # fmt: skip
