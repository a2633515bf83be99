"""Evidence of runs over a local web, as one process and as several, killed and gone on with: it verifies, and replays to the same bytes."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import signal
import socket
import subprocess
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator

from caveat import evidence
from caveat.batch import Journal
from caveat.cli import main
from caveat.model import FailureKind
from conftest import CAVEAT, Answer, Site, caveat, environment, lines
from small_batch import ONLY, pages
from small_records import answered, update, work
from test_batch_kills import begun, life, loaded

CLAIM = b"<title>Lupus</title><h1>Lupus</h1><p>Our exosomes cure lupus within weeks. Book a visit at our clinic today.</p>"
HOSTS = ("clinic.example", "other.example", "third.example")
CHUNKS = 7


def silent(handler: BaseHTTPRequestHandler) -> None:
    handler.rfile.read(1)  # until the reader goes


def chunked(handler: BaseHTTPRequestHandler) -> None:
    """A page in chunks, compressed."""
    packed = gzip.compress(CLAIM, mtime=0)
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for at in range(0, len(packed), CHUNKS):
        piece = packed[at : at + CHUNKS]
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
    handler.wfile.write(b"0\r\n\r\n")
    handler.close_connection = True


def web(site: Site) -> list[str]:
    """Three hosts with pages of all kinds, and a failure of each; their addresses, of which each appears once."""
    site.put("/robots.txt", Answer(b"User-agent: caveat\nDisallow: /closed", type="text/plain"))
    site.put("//third.example/robots.txt", Answer(status=301, headers={"Location": "http://other.example/robots.txt"}))
    for number in range(12):
        site.put(f"/{number}", Answer(CLAIM.replace(b"weeks", f"{number} weeks".encode())))
    site.put("/chunked", Answer(act=chunked))
    site.put("/brotli", Answer(brotli.compress(CLAIM), headers={"Content-Encoding": "br"}))
    site.put("/moved", Answer(status=301, headers={"Location": "http://other.example/again"}))
    site.put("/again", Answer(status=302, headers={"Location": "/0"}))
    site.put("/login", Answer(b"", 401))
    site.put("/blocked", Answer(b"", 403))
    site.put("/broken", Answer(b"", 500))
    site.put("/pdf", Answer(b"%PDF-1.7", type="application/pdf"))
    site.put("/circle", Answer(status=302, headers={"Location": "/circle"}))
    site.put("/garbled", Answer(b"no gzip", headers={"Content-Encoding": "gzip"}))
    site.put("/soft", Answer(b"<title>Page not found</title><h1>Page not found</h1>"))
    site.put("/shell", Answer(b'<div id="root"></div><script src="/main.js"></script>'))
    site.put("/inside", Answer(status=302, headers={"Location": "http://169.254.169.254/"}))
    site.put("/big", Answer(b"x" * 30_000))
    site.put("/bomb", Answer(gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"}))
    site.put("/silent", Answer(act=silent))
    site.put("/consent", Answer(b"<h1>Before you continue to Larkmere</h1><p>Accept our cookies.</p>"))
    site.put("/parked", Answer(b"<h1>larkmere.example</h1><p>This domain is for sale.</p>"))
    failing = ("closed", "login", "blocked", "broken", "pdf", "circle", "garbled", "soft", "gone", "shell", "inside", "big", "bomb",
               "silent", "consent", "parked")  # fmt: skip
    here = [f"http://clinic.example/{path}" for path in ("chunked", "brotli", "moved", *failing)]
    pages = [f"http://{host}/{number}" for number in range(12) for host in HOSTS]
    nowhere = ("https://clinic.example/", "http://nobody.example/", "http://nowhere.example/", "ftp://clinic.example/", "gone.html")
    return [*here, *pages, *nowhere, "page.html"]


def told(site: Site) -> list[str]:
    """How the hosts are found, and what keeps a run short."""
    address = site.root.removeprefix("http://")
    names = [word for host in HOSTS for word in ("--resolve", f"{host}:{address}")]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        names += ["--resolve", f"nobody.example:127.0.0.1:{taken.getsockname()[1]}"]
    return [*names, "--allow-private", "--delay", "0", "--max-size", "20kB", "--retries", "0", "--timeout", "3"]


def listed(folder: Path, targets: list[str]) -> None:
    (folder / "page.html").write_bytes(CLAIM)
    (folder / "list.txt").write_text("\n".join(targets), encoding="utf-8")


def replayed(folder: Path) -> dict[str, Any]:
    """What `caveat replay` says of whole evidence, with nobody there to be asked."""
    verdict = evidence.verify(folder / "kept")
    assert verdict.problems == () and verdict.ended
    done = caveat("replay", "kept", "--format", "json", folder=folder)
    made: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, made["changed"]) == (0, []), done.stderr
    return made


def report(text: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def exchanges(folder: Path) -> list[tuple[str, str, dict[str, str], dict[str, str]]]:
    """Of each answer kept: its address, its status, the header of its record, and what the metadata say of it."""
    said: dict[str, dict[str, str]] = {}
    found = []
    with (folder / "exchanges.warc.gz").open("rb") as file:
        for each in ArchiveIterator(file):
            header = dict(each.rec_headers.headers)
            if each.rec_type == "response":
                found.append((header["WARC-Target-URI"], each.http_headers.get_statuscode(), header))
            if each.rec_type == "metadata":
                text = each.content_stream().read().decode()
                said[header["WARC-Concurrent-To"]] = dict(line.split(": ", 1) for line in text.splitlines())
    return [(url, status, header, said[header["WARC-Record-ID"]]) for url, status, header in found]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_over_a_local_web_verifies_and_replays_to_the_same_bytes(site: Site, tmp_path: Path, jobs: int) -> None:
    targets = web(site)
    listed(tmp_path, targets)
    words = ("--files-from", "list.txt", *told(site), "--jobs", str(jobs), "--contact", "desk@paper.example")
    done = caveat("audit", *words, "--evidence", "kept", "--format", "json", folder=tmp_path)
    assert done.returncode == 3
    found = report(done.stdout)
    kinds = {failed["kind"] for failed in found["failures"]}
    assert kinds == set(FailureKind) - {"language", "crashed"}
    asked = len(site.visits)
    made = replayed(tmp_path)
    assert len(site.visits) == asked
    assert (made["pages"], made["same_findings"]) == (len(targets), sum(len(page["findings"]) for page in found["pages"]))
    assert (tmp_path / "kept/reports/report.json").read_bytes() == done.stdout
    kept = exchanges(tmp_path / "kept")
    statuses = {(url, status) for url, status, _, _ in kept}
    assert {("http://clinic.example/moved", "301"), ("http://other.example/again", "302"), ("http://other.example/0", "200")} <= statuses
    assert {("http://third.example/robots.txt", "301"), ("http://other.example/robots.txt", "200")} <= statuses
    assert not [url for url, _, _, _ in kept if url.endswith("/closed")]
    # Every answer that the site gave is there, but for the one that never came.
    assert len(kept) == len([visit for visit in site.visits if visit.path != "/silent"])
    assert {said["agent"] for _, _, _, said in kept} == {"caveat/" + found["version"] + " (+desk@paper.example)"}
    pages = [said for url, _, _, said in kept if not url.endswith("/robots.txt")]
    assert {said["purpose"] for said in pages} == {"page"} and {said["protocol"] for said in pages} == {"http/1.1"}
    assert {said["robots"] for said in pages} == {f"allowed by http://{host}/robots.txt" for host in HOSTS}
    cut = {url: header["WARC-Truncated"] for url, _, header, _ in kept if "WARC-Truncated" in header}
    assert cut["http://clinic.example/big"] == cut["http://clinic.example/bomb"] == "length"


def test_what_was_done_against_the_rules_of_a_site_stands_in_the_evidence(site: Site, tmp_path: Path) -> None:
    web(site)
    words = ("http://clinic.example/closed", "http://clinic.example/0", *told(site), "--ignore-robots", "--reason", "Order of 12 May")
    caveat("audit", *words, "--only", ONLY, "--insecure", "--evidence", "kept", folder=tmp_path)
    assert replayed(tmp_path)["pages"] == 2
    assert {said["robots"] for _, _, _, said in exchanges(tmp_path / "kept")} == {"not asked: Order of 12 May"}
    access = evidence.stored(tmp_path / "kept").options["access"]
    assert (access["ignoring_robots"], access["insecure"], access["allow_private"]) == ("Order of 12 May", True, True)
    assert access["resolve"]["clinic.example"] == site.root.removeprefix("http://")


def test_pages_kept_from_before_and_unchanged_ones_are_kept_whole_and_replayed(site: Site, tmp_path: Path) -> None:
    site.put("/kept", Answer(CLAIM))
    site.put("/same", Answer(CLAIM, headers={"ETag": '"1"'}))
    words = ("http://clinic.example/kept", "http://clinic.example/same", *told(site), "--keep", "pages", "--only", ONLY, "--format", "json")
    caveat("audit", *words, folder=tmp_path)
    caveat("audit", *words, "--evidence", "young", folder=tmp_path)
    site.put("/same", Answer(b"", 304, type="", headers={"ETag": '"1"'}))
    done = caveat("audit", *words, "--max-age", "0s", "--evidence", "kept", folder=tmp_path)
    assert [check["check"] for page in report(done.stdout)["pages"] for check in page["checks"]].count("kept page") == 1
    assert replayed(tmp_path)["pages"] == 2
    (tmp_path / "kept").rename(tmp_path / "old")
    (tmp_path / "young").rename(tmp_path / "kept")
    assert replayed(tmp_path)["pages"] == 2


def test_one_answer_of_a_service_holds_for_a_run_and_for_its_going_on(site: Site, tmp_path: Path) -> None:
    site.put("/works/10.5555%2Fknee.1", answered(work("RETRACTED: Stem cells", updated_by=[update()])))
    page = "<p>Our stem cells cure lupus (https://doi.org/10.5555/knee.1). Number {}.</p>"
    for number in range(3):
        (tmp_path / f"{number}.html").write_text(page.format(number), encoding="utf-8")
    look_up = ("--look-up", "--look-up-at", f"crossref={site.root}", "--cache", "cache")
    names = [f"{number}.html" for number in range(3)]
    caveat("audit", *names, *look_up, "--journal", "run.db", "--evidence", "kept", folder=tmp_path)
    journal = Journal(tmp_path / "run.db")
    journal.forget([(2, 0)])  # as if it had been killed before
    journal.close()
    done = caveat("audit", "--resume", "run.db", "--format", "json", folder=tmp_path)
    assert done.stdout.count(b'"cited-retracted"') == 3
    assert len([visit for visit in site.visits if visit.path.startswith("/works")]) == 1
    assert replayed(tmp_path)["pages"] == 3


def running(words: list[str], folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*CAVEAT, *words], cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_run_killed_in_the_middle_goes_on_in_the_same_evidence(site: Site, tmp_path: Path) -> None:
    """At a moment that chance chooses, again and again; then it is as whole as that of an undisturbed run."""
    targets = web(site)
    random.shuffle(targets)
    listed(tmp_path, targets)
    words = ["audit", "--files-from", "list.txt", *told(site), "--journal", "run.db", "--evidence", "kept", "--jobs", "2", "--log", "json",
             "--only", ONLY]  # fmt: skip
    going_on = ["audit", "--resume", "run.db", "--log", "json"]
    for done in (3, 5, 8):
        run = running(going_on if (tmp_path / "run.db").exists() else words, tmp_path)
        assert run.stderr and run.stdout
        while done:
            line = run.stderr.readline()
            assert line, "the run ended too early"
            done -= b'"event": "audited"' in line or b'"event":"audited"' in line
        time.sleep(random.random() / 20)
        run.send_signal(signal.SIGKILL)
        run.communicate()
        verdict = evidence.verify(tmp_path / "kept")
        assert verdict.problems == () and not verdict.ended
        broken_off = caveat("verify", "kept", folder=tmp_path)
        assert broken_off.returncode == 3 and lines(broken_off.stderr)[-1].startswith("caveat: exit 3: the run did not end")
    done_at_last = caveat("audit", "--resume", "run.db", "--format", "json", folder=tmp_path)
    assert done_at_last.returncode == 3, done_at_last.stderr
    made = replayed(tmp_path)
    assert made["pages"] == len(targets) and evidence.verify(tmp_path / "kept").resumed == 3
    found = report(done_at_last.stdout)
    assert made["same_findings"] == sum(len(page["findings"]) for page in found["pages"])
    assert [record["target"] for record in map(json.loads, results(tmp_path / "kept"))] == targets
    again = caveat("audit", "--resume", "run.db", "--format", "json", folder=tmp_path)  # it had ended: the evidence stays as it is
    assert again.stdout == done_at_last.stdout and evidence.verify(tmp_path / "kept").resumed == 3


def results(folder: Path) -> list[str]:
    """The records of a run in the order of its targets, of those that were done twice the last."""
    kept = evidence.stored(folder)
    return [evidence.result(kept, key) for key in kept.pages]


def test_what_the_evidence_lost_in_a_power_cut_is_audited_again(site: Site, tmp_path: Path) -> None:
    """The journal is on the disk with each page, the evidence every few seconds: of the last pages it may have less."""
    targets = [f"http://clinic.example/{number}" for number in range(6)]
    web(site)
    words = ("audit", *targets, *told(site), "--journal", "run.db", "--evidence", "kept", "--jobs", "1", "--only", ONLY,
             "--format", "json")  # fmt: skip
    first = caveat(*words, folder=tmp_path)
    manifest, found = tmp_path / "kept/manifest.jsonl", tmp_path / "kept/results.jsonl"
    manifest.write_bytes(b"".join(line for line in manifest.read_bytes().splitlines(keepends=True) if b'"kind":"seal"' not in line))
    records = found.read_bytes().splitlines(keepends=True)
    found.write_bytes(b"".join([*records[:3], bytes(sum(map(len, records[3:])))]))  # there, but nothing of it on the disk
    asked = len(site.visits)
    done = caveat("audit", "--resume", "run.db", "--format", "json", folder=tmp_path)
    assert b"3 pages that the journal has and the evidence lost: audited again" in done.stderr
    assert len([visit for visit in site.visits[asked:] if visit.path != "/robots.txt"]) == 3
    assert replayed(tmp_path)["pages"] == 6
    assert [page["findings"] for page in report(done.stdout)["pages"]] == [page["findings"] for page in report(first.stdout)["pages"]]


def test_evidence_of_a_run_that_goes_on_has_to_be_there(tmp_path: Path) -> None:
    listed(tmp_path, ["page.html"])
    caveat("audit", "page.html", "--journal", "run.db", "--evidence", "kept", "--only", ONLY, folder=tmp_path)
    shutil.rmtree(tmp_path / "kept")
    done = caveat("audit", "--resume", "run.db", folder=tmp_path)
    assert done.returncode == 2 and b"--evidence kept: holds no evidence to go on with" in done.stderr


def test_a_folder_that_cannot_be_used_costs_no_journal(tmp_path: Path) -> None:
    listed(tmp_path, ["page.html"])
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("x", encoding="utf-8")
    assert caveat("audit", "page.html", "--journal", "run.db", "--evidence", "full", folder=tmp_path).returncode == 2
    assert caveat("audit", "page.html", "--journal", "run.db", "--evidence", "kept", folder=tmp_path).returncode == 1


def test_one_changed_missing_or_added_byte_is_named_wherever_it_stands(site: Site, tmp_path: Path) -> None:
    web(site)
    words = ("http://clinic.example/moved", "http://other.example/1", "http://clinic.example/login", *told(site), "--only", ONLY)
    caveat("audit", *words, "--evidence", "kept", folder=tmp_path)
    folder = tmp_path / "kept"
    kept = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    chance = random.Random(1)
    for path in [*(path for path in kept if "rules" not in path.parts), *chance.sample(kept, 5)]:
        was = path.read_bytes()
        for at in chance.sample(range(len(was)), 3):
            for now in (was[:at] + bytes([was[at] ^ 1]) + was[at + 1 :], was[:at] + was[at + 1 :], was[:at] + b"\0" + was[at:]):
                path.write_bytes(now)
                verdict = evidence.verify(folder)
                named = {problem.file for problem in (*verdict.problems, *verdict.loose)}
                assert path.relative_to(folder).as_posix() in named, (path, at)
                assert verdict.problems or not verdict.ended
        path.write_bytes(was)
    assert evidence.verify(folder).problems == ()


# Runs over files, which are quick enough to be killed often

RUN = ("audit", "--files-from", "list.txt", "--only", ONLY, "--format", "jsonl", "-o", "report.jsonl", "--jobs", "1", "--evidence", "kept")
GO_ON = ["audit", "--resume", "run.db", "-o", "report.jsonl", "--jobs", "1"]
KILLS = 20


@pytest.fixture
def undisturbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The report of a run that nothing happens to, which stands aside; in the working folder are its pages."""
    pages(tmp_path, 120)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("caveat.cli.audit.load", loaded)
    assert main([*RUN[:-2]]) == 3
    return Path("report.jsonl").read_bytes()


def whole(report: bytes) -> None:
    """The report and the evidence are those of a run that nothing happened to."""
    assert Path("report.jsonl").read_bytes() == report
    verdict = evidence.verify(Path("kept"))
    assert verdict.problems == () and verdict.ended
    assert b"".join(result.encode() for result in results(Path("kept"))).splitlines() == in_order(report)


def in_order(report: bytes) -> list[bytes]:
    """The records of pages and failures, in the order of the targets."""
    return sorted(report.splitlines()[:-1], key=lambda line: str(json.loads(line)["target"]))


def test_evidence_is_whole_after_twenty_kills(undisturbed: bytes) -> None:
    seed = random.randrange(1 << 32)
    print(f"the moments are those of random.Random({seed})")
    chance, kills = random.Random(seed), 0
    while kills < KILLS:
        code = life(GO_ON if begun(Path()) else [*RUN, "--journal", "run.db"], chance.uniform(0, 0.3))
        kills += code == -signal.SIGKILL
        if code != -signal.SIGKILL:  # it had come to its end
            assert code == 3
            whole(undisturbed)
            Path("run.db").unlink()
            shutil.rmtree("kept")
        elif Path("kept").exists():
            assert evidence.verify(Path("kept")).problems == ()
    assert main(GO_ON if begun(Path()) else [*RUN, "--journal", "run.db"]) == 3
    whole(undisturbed)
    assert main(["replay", "kept"]) == 0


def test_a_full_disk_is_told_and_the_run_goes_on_in_the_same_evidence(undisturbed: bytes) -> None:
    assert life([*RUN, "--journal", "run.db"], largest=150_000) == 3
    said = Path("said").read_text(encoding="utf-8").splitlines()[-1]
    assert "cannot be written" in said and "--resume run.db" in said
    verdict = evidence.verify(Path("kept"))
    assert verdict.problems == () and not verdict.ended
    assert main(GO_ON) == 3
    whole(undisturbed)


@pytest.mark.browser
def test_a_page_that_a_browser_made_is_replayed_without_one(site: Site, tmp_path: Path) -> None:
    site.put("/page", Answer(b'<link rel="stylesheet" href="/small.css"><div id="root"></div><script src="/main.js"></script>'))
    said = "<h1>Lupus</h1><p>Our exosomes cure lupus within weeks. Book a visit.</p><p class='fine'>Not approved by the FDA.</p>"
    site.put("/main.js", Answer(f'document.getElementById("root").innerHTML = "{said}"'.encode(), type="text/javascript"))
    site.put("/small.css", Answer(b".fine { font-size: 6px; color: #ccc }", type="text/css"))
    words = ("http://clinic.example/page", *told(site), "--timeout", "60", "--render", "--evidence", "kept", "--format", "json")
    done = caveat("audit", *words, folder=tmp_path)
    (page,) = report(done.stdout)["pages"]
    assert page["findings"], done.stderr
    asked = len(site.visits)
    assert replayed(tmp_path)["same_findings"] == len(page["findings"])
    assert len(site.visits) == asked
    parts = {url for url, _, _, said in exchanges(tmp_path / "kept") if said["purpose"] == "part"}
    assert {"http://clinic.example/main.js", "http://clinic.example/small.css"} <= parts
