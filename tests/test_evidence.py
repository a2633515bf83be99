"""Evidence: what is kept, that every changed, missing or added byte is found, and that a run which breaks off loses nothing."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from caveat import evidence
from caveat.errors import OutputError, UsageError
from caveat.evidence import Keeper, Run, Verdict
from caveat.evidence.chain import links
from caveat.model import Capture, Exchange, Failure, LookedUp, Purpose, Record, Redirect, Skipped, Stage
from caveat.sources import captures
from conftest import environment

URL = "https://clinic.example/lupus"
PAGE = "<html><p>Células madre cure lupus.</p></html>".encode()
REQUEST = b"GET /lupus HTTP/1.1\r\nHost: clinic.example\r\nUser-Agent: caveat/0.1.0 (+desk@paper.example)\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"


def exchange(url: str = URL, body: bytes = PAGE, head: bytes = CHUNKED, packed: bool = True) -> Exchange:
    return Exchange(
        url=url,
        started="2026-03-04T05:06:07Z",
        request=REQUEST,
        head=head,
        body=gzip.compress(body, mtime=0) if packed else body,
        peer="192.0.2.1:443",
        tls="TLSv1.3 TLS_AES_256_GCM_SHA384",
        certificate=b"a certificate of no small size" * 30,
        robots="allowed: /robots.txt names nobody",
    )


def capture(url: str = URL, body: bytes = PAGE) -> Capture:
    moved = (Redirect(301, "http://clinic.example/lupus"),)
    return Capture(url, body, url, "2026-03-04T05:06:08Z", "text/html", "utf-8", moved)


def run(folder: Path, **options: object) -> Run:
    """A run by rules of one small file."""
    rules = folder.parent / "rules"
    (rules / "claims").mkdir(parents=True, exist_ok=True)
    (rules / "claims" / "a.toml").write_text('id = "a"\n', encoding="utf-8")
    decided = {"ours.toml": "# none\n"}
    return Run("0.1.0", "abcdef012345", options, rules=[rules], decisions=decided, operator="desk@paper.example")


def kept(folder: Path, seal: bool = True, pages: int = 2) -> Keeper:
    """The evidence of a small run."""
    keeper = evidence.begun(folder, run(folder))
    for number in range(pages):
        url = f"{URL}/{number}"
        keeper.exchange(replace(exchange(f"http://clinic{number}.example/robots.txt", b"User-agent: *\n"), purpose=Purpose.ROBOTS))
        keeper.exchange(exchange(url))
        keeper.page(capture(url), "Células madre cure lupus.\n", (number,))
        keeper.result(url, '{"type": "page"}\n', (number,))
    keeper.page(Capture("page.txt", b"From the disk.", media_type="text/plain"), "From the disk.", (pages,))
    keeper.failure(Failure("gone.html", Stage.OPEN, "no such file or folder"), (pages + 1,))
    keeper.answers({"doi:10.1/a": (LookedUp("doi:10.1/a", "Crossref", record=Record("A title", ("article",))),)})
    keeper.skipped(Skipped("crawl.warc", 3, 1, (("image files", 2),)))
    keeper.report("report.txt", "The report.\n")
    if seal:
        keeper.seal(1)
    keeper.close()
    return keeper


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "evidence"
    kept(folder)
    return folder


@pytest.fixture
def copy(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "evidence"))


def problems(folder: Path) -> list[str]:
    return [f"{each.file}: {each.what}" for each in evidence.verify(folder).problems]


def test_whole_evidence_is_whole(sample: Path) -> None:
    verdict = evidence.verify(sample)
    assert (verdict.problems, verdict.loose, verdict.ended, verdict.resumed) == ((), (), True, 0)


def records(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """As warcio reads them: type, header, content undone."""
    with path.open("rb") as file:
        return [(each.rec_type, dict(each.rec_headers.headers), each.content_stream().read()) for each in ArchiveIterator(file)]


def test_warcio_reads_what_was_sent_and_finds_every_digest_right(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Asked:
        inputs = (str(sample / "exchanges.warc.gz"), str(sample / "reading.wet.gz"))
        verbose = False

    assert Checker(Asked).process_all() == 0 and capsys.readouterr().out == ""
    found = records(sample / "exchanges.warc.gz")
    assert [each[0] for each in found] == ["warcinfo", *["response", "request", "metadata"] * 4, "resource"]
    answered, asked, known = found[4:7]
    assert answered[2] == PAGE
    assert answered[1]["WARC-IP-Address"] == "192.0.2.1" and answered[1]["WARC-Date"] == "2026-03-04T05:06:07Z"
    assert asked[1]["WARC-Concurrent-To"] == known[1]["WARC-Concurrent-To"] == answered[1]["WARC-Record-ID"]
    assert answered[1]["WARC-Warcinfo-ID"] == found[0][1]["WARC-Record-ID"]
    assert b"operator: desk@paper.example" in found[0][2]


def test_the_metadata_says_how_it_was_asked(sample: Path) -> None:
    found = [each[2].decode() for each in records(sample / "exchanges.warc.gz") if each[0] == "metadata"]
    first, second = (dict(line.split(": ", 1) for line in text.splitlines()) for text in found[:2])
    assert (first["purpose"], second["purpose"]) == ("robots", "page")
    assert second["agent"] == "caveat/0.1.0 (+desk@paper.example)" and second["robots"] == "allowed: /robots.txt names nobody"
    assert second["tls"] == "TLSv1.3 TLS_AES_256_GCM_SHA384" and second["tls-verified"] == "yes"
    certificate = base64.b64decode(first["tls-certificate"])
    assert certificate == exchange().certificate
    assert second["tls-certificate-sha256"] == hashlib.sha256(certificate).hexdigest() and "tls-certificate" not in second


def test_the_bytes_on_the_wire_are_kept_but_for_the_name_of_one_field(sample: Path) -> None:
    with (sample / "exchanges.warc.gz").open("rb") as file:
        blocks = [each.raw_stream.read() for each in ArchiveIterator(file, no_record_parse=True) if each.rec_type.startswith("re")]
    sent = exchange()
    assert blocks[2] == sent.head.replace(b"Transfer-Encoding", b"X-Orig-Transfer-Encoding") + sent.body
    assert blocks[3] == REQUEST


def test_an_answer_cut_short_and_one_that_never_came_are_kept_as_such(tmp_path: Path) -> None:
    keeper = evidence.begun(tmp_path / "evidence", run(tmp_path / "evidence"))
    keeper.exchange(replace(exchange(), truncated="time"))
    keeper.exchange(replace(exchange(), head=b"", body=b"", truncated="disconnect"))
    keeper.close()
    found = records(tmp_path / "evidence" / "exchanges.warc.gz")
    assert [each[0] for each in found[1:]] == ["response", "request", "metadata", "request", "metadata"]
    assert found[1][1]["WARC-Truncated"] == "time" and "answer: none came" in found[5][2].decode()


def test_our_own_source_reads_the_same_page_from_it(sample: Path) -> None:
    found = [each for each in captures([str(sample / "exchanges.warc.gz")]) if isinstance(each, Capture)]
    assert [each.data for each in found] == [PAGE, PAGE, b"From the disk."]
    assert (found[0].url, found[0].media_type, found[0].charset) == (f"{URL}/0", "text/html", "utf-8")


def test_captures_failures_and_answers_come_back_as_they_were(sample: Path) -> None:
    back = evidence.stored(sample)
    text = Capture("page.txt", b"From the disk.", media_type="text/plain")
    gone = Failure("gone.html", Stage.OPEN, "no such file or folder")
    assert list(evidence.captures(back)) == [capture(f"{URL}/0"), capture(f"{URL}/1"), text, gone]
    assert back.answers == {"doi:10.1/a": (LookedUp("doi:10.1/a", "Crossref", record=Record("A title", ("article",))),)}
    assert back.decisions == {"ours.toml": "# none\n"}
    assert (back.rules[0] / "claims" / "a.toml").read_text() == 'id = "a"\n'


def test_a_page_that_came_over_the_wire_is_kept_once(sample: Path) -> None:
    assert sum(each[0] == "resource" for each in records(sample / "exchanges.warc.gz")) == 1


def test_an_answer_that_is_not_the_page_audited_does_not_stand_for_it(tmp_path: Path) -> None:
    keeper = evidence.begun(tmp_path / "evidence", run(tmp_path / "evidence"))
    keeper.exchange(exchange(body=b"something else"))
    keeper.page(capture(), "text")
    keeper.seal(0)
    (back,) = evidence.captures(evidence.stored(tmp_path / "evidence"))
    assert back == capture()


def test_a_hostile_address_does_not_break_out_of_its_field(tmp_path: Path) -> None:
    url = "https://clinic.example/\r\nWARC-Type: warcinfo\r\n\r\n\udc80\x00"
    keeper = evidence.begun(tmp_path / "evidence", run(tmp_path / "evidence"))
    keeper.exchange(exchange(url))
    keeper.page(replace(capture(url), target=url), "text")
    keeper.seal(0)
    assert [each[0] for each in records(tmp_path / "evidence" / "exchanges.warc.gz")] == ["warcinfo", "response", "request", "metadata"]
    (back,) = evidence.captures(evidence.stored(tmp_path / "evidence"))
    assert back == replace(capture(url), target=url) and problems(tmp_path / "evidence") == []


def test_many_threads_write_one_chain(tmp_path: Path) -> None:
    keeper = evidence.begun(tmp_path / "evidence", run(tmp_path / "evidence"))

    def one(number: int) -> None:
        keeper.exchange(exchange(f"{URL}/{number}", PAGE + bytes(number)))
        keeper.page(capture(f"{URL}/{number}", PAGE + bytes(number)), "text", (number,))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(100)))
    keeper.seal(0)
    assert problems(tmp_path / "evidence") == []
    assert [each.url for each in evidence.captures(evidence.stored(tmp_path / "evidence")) if isinstance(each, Capture)] == [
        f"{URL}/{number}" for number in range(100)
    ]


# What was done to the evidence, and how


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_flipped_byte_is_found(sample: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(files(sample)))
    was = path.read_bytes()
    at = data.draw(st.integers(0, len(was) - 1))
    now = bytearray(was)
    now[at] ^= data.draw(st.integers(1, 255))
    try:
        path.write_bytes(now)
        verdict = evidence.verify(sample)
        assert verdict.problems or not verdict.ended
        named = {problem.file for problem in (*verdict.problems, *verdict.loose)}
        assert path.relative_to(sample).as_posix() in named
    finally:
        path.write_bytes(was)


def members(path: Path) -> list[bytes]:
    """The records of a WARC file, each as its bytes stand there."""
    parts = [part for link in links(io.BytesIO((path.parent / "manifest.jsonl").read_bytes())) for part in link.line.get("parts", ())]
    data = path.read_bytes()
    return [data[part["offset"] : part["offset"] + part["bytes"]] for part in parts if part["file"] == path.name]


def rewritten(name: str, change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(b"".join(change(members(folder / name))))


def manifest(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], object]:
    path = "manifest.jsonl"
    return lambda folder: (folder / path).write_bytes(b"".join(change((folder / path).read_bytes().splitlines(keepends=True))))


def flipped(folder: Path) -> None:
    path = folder / "exchanges.warc.gz"
    data = bytearray(path.read_bytes())
    data[sum(map(len, members(path)[:4])) + 50] ^= 1
    path.write_bytes(data)


WARC, WET = "exchanges.warc.gz", "reading.wet.gz"
RULE = "rules/0/claims/a.toml"
EDITED = b'"exit":0'
DONE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a flipped byte": (flipped, "exchanges.warc.gz: record 5 (response) is changed"),
    "a removed record": (rewritten(WARC, lambda all: all[:4] + all[5:]), f"{WARC}: record 5 (response) is removed"),
    "the last record removed": (rewritten(WET, lambda all: all[:-1]), f"{WET}: record 4 (conversion) is removed"),
    "two records removed": (rewritten(WARC, lambda all: all[:4] + all[6:]), f"{WARC}: record 6 (request) is removed"),
    "an added record": (rewritten(WARC, lambda all: [*all[:4], all[1] + all[2], *all[4:]]), "are added before record 5 (response)"),
    "a record added at the end": (rewritten(WARC, lambda all: [*all, all[1]]), "bytes after the last record are not listed"),
    "records in another order": (rewritten(WET, lambda all: [all[0], *all[2:0:-1], all[3]]), f"{WET}: record 2 (conversion) is changed"),
    "a record made longer": (rewritten(WET, lambda all: [*all[:2], all[2] + b"\0", *all[3:]]), "are added before record 4 (conversion)"),
    "an edited line": (manifest(lambda all: [*all[:-1], all[-1].replace(b'"exit":1', EDITED)]), "manifest.jsonl: is not as it was written"),
    "a removed line": (manifest(lambda all: all[:6] + all[7:]), "manifest.jsonl: says that it is line 8: lines are missing, added or"),
    "lines in another order": (manifest(lambda all: [*all[:6], all[7], all[6], *all[8:]]), "manifest.jsonl: says that it is line 8"),
    "an added line": (manifest(lambda all: [*all, all[-1]]), "manifest.jsonl: says that it is line"),
    "another spelling": (manifest(lambda all: [*all[:-1], all[-1].replace(b'"exit":1', b'"exit": 1')]), "is not as it was written"),
    "another order of a line": (manifest(lambda all: [*all[:-1], turned(all[-1])]), "manifest.jsonl: is not as it was written"),
    "an added file": (lambda folder: (folder / "rules" / "0" / "b.toml").write_text("x"), "rules/0/b.toml: is not listed"),
    "a removed file": (lambda folder: (folder / RULE).unlink(), "rules/0/claims/a.toml: is missing"),
    "a changed rule": (lambda folder: (folder / RULE).write_text('id = "b"\n'), "rules/0/claims/a.toml: is changed"),
    "a link for a file": (lambda folder: linked(folder / "reports" / "report.txt"), "reports/report.txt: is a link or no file"),
    "no WARC file": (lambda folder: (folder / WARC).unlink(), f"{WARC}: is missing"),
    "an empty WARC file": (lambda folder: (folder / WET).write_bytes(b""), f"{WET}: record 1 (warcinfo) is removed"),
}  # fmt: skip


def turned(raw: bytes) -> bytes:
    """A line with its hash at the front."""
    line = json.loads(raw)
    return json.dumps({"hash": line.pop("hash"), **line}, separators=(",", ":")).encode() + b"\n"


def linked(path: Path) -> None:
    path.rename(path.parent.parent.parent / "elsewhere")
    path.symlink_to(path.parent.parent.parent / "elsewhere")


@pytest.mark.parametrize("what", DONE)
def test_what_was_done_is_found_and_named(copy: Path, what: str) -> None:
    do, said = DONE[what]
    do(copy)
    assert any(said in each for each in problems(copy)), problems(copy)


def test_a_truncated_manifest_is_no_ended_run(copy: Path) -> None:
    manifest(lambda all: all[:-1])(copy)
    assert not evidence.verify(copy).ended
    manifest(lambda all: all[:-4])(copy)
    verdict = evidence.verify(copy)
    assert not verdict.ended and [each.what for each in verdict.loose] != []


def test_a_folder_made_anew_as_a_whole_is_told_by_the_noted_head_alone(copy: Path, tmp_path: Path) -> None:
    head = evidence.verify(copy).head
    assert evidence.verify(copy, head).noted
    kept(tmp_path / "forged" / "evidence")
    forged = evidence.verify(tmp_path / "forged" / "evidence", head)
    assert not forged.problems and forged.ended and not forged.noted


def test_lines_after_the_noted_head_are_counted(copy: Path) -> None:
    head = evidence.verify(copy).head
    keeper = evidence.resumed(copy, run(copy))
    keeper.seal(0)
    verdict = evidence.verify(copy, head)
    assert verdict.problems == () and verdict.noted and verdict.after == 2


NONSENSE = [b"", b"\n", b"{}\n", b"[1]\n", b"\xff\n", b"[" * 100_000 + b"\n", b'{"n":1,"kind":"x","previous":"","hash":""}\n']


@pytest.mark.parametrize("line", NONSENSE)
def test_a_manifest_of_nonsense_is_a_finding_and_no_crash(copy: Path, line: bytes) -> None:
    (copy / "manifest.jsonl").write_bytes(line)
    assert evidence.verify(copy).problems


@pytest.mark.parametrize("values", [{}, {"order": [0]}, {"order": [0], "capture": {"target": "x", "rendered": 1}}, {"order": 7}])
def test_whole_evidence_of_nonsense_is_told_and_no_crash(copy: Path, values: dict[str, object]) -> None:
    keeper = evidence.resumed(copy, run(copy))
    keeper.note("page", values)
    keeper.seal(0)
    keeper.close()
    assert problems(copy) == []
    with pytest.raises(OutputError, match="the evidence holds what cannot be understood"):
        list(evidence.captures(evidence.stored(copy)))


def test_a_manifest_cannot_lead_out_of_its_folder(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    from caveat.evidence.chain import START, linked

    listed = {"files": [{"file": "../secret", "bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}]}
    (copy / "manifest.jsonl").write_bytes(linked(1, START, "begun", listed)[0])
    assert "../secret: is a link or no file" in problems(copy)


# Runs that break off

BUSY = """
import sys, pathlib
from caveat import evidence
sys.path.insert(0, sys.argv[2])
from test_evidence import capture, exchange, run, URL
folder = pathlib.Path(sys.argv[1])
keeper = evidence.resumed(folder, run(folder)) if folder.exists() else evidence.begun(folder, run(folder))
print("begun", flush=True)
for number in range(100000):
    keeper.exchange(exchange(f"{URL}/{number}"))
    keeper.page(capture(f"{URL}/{number}"), "text " * 5000, (number,))
"""


def test_a_killed_run_is_told_and_gone_on_with(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    for wait in (0.0, 0.05, 0.11, 0.2):
        busy = subprocess.Popen(
            [sys.executable, "-c", BUSY, str(folder), str(Path(__file__).parent)], env=environment(), stdout=subprocess.PIPE
        )
        assert busy.stdout and busy.stdout.readline() == b"begun\n"
        time.sleep(wait)
        busy.send_signal(signal.SIGKILL)
        busy.wait()
        busy.stdout.close()
        verdict = evidence.verify(folder)
        assert verdict.problems == () and not verdict.ended
    keeper = evidence.resumed(folder, run(folder))
    keeper.page(Capture("last.txt", b"The last."), "The last.", (200_000,))
    keeper.seal(0)
    verdict = evidence.verify(folder)
    assert (verdict.problems, verdict.ended, verdict.resumed) == ((), True, 4)
    back = list(evidence.captures(evidence.stored(folder)))
    assert back[-1] == Capture("last.txt", b"The last.")


TEARS: dict[str, Callable[[Path], object]] = {
    "a torn line": lambda folder: os.truncate(folder / "manifest.jsonl", (folder / "manifest.jsonl").stat().st_size - 20),
    "a torn record": lambda folder: added(folder / "exchanges.warc.gz", members(folder / "exchanges.warc.gz")[1][:100]),
    "a record not listed": lambda folder: added(folder / "exchanges.warc.gz", members(folder / "exchanges.warc.gz")[1]),
    "a report half written": lambda folder: (folder / "reports" / "report.json.part").write_text("{"),
    "a part lost in a power cut": lambda folder: os.truncate(folder / "results.jsonl", 3),
}


def added(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


@pytest.mark.parametrize("what", TEARS)
def test_what_was_torn_is_told_set_aside_and_listed(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "evidence"
    kept(folder, seal=False)
    before = {path: path.read_bytes() for path in files(folder)}
    TEARS[what](folder)
    torn = {path: path.read_bytes() for path in files(folder)}
    verdict = evidence.verify(folder)
    assert not verdict.ended and (verdict.loose or what == "a part lost in a power cut")
    keeper = evidence.resumed(folder, run(folder))
    keeper.exchange(exchange(f"{URL}/new"))
    keeper.page(capture(f"{URL}/new"), "text", (9,))
    keeper.seal(0)
    verdict = evidence.verify(folder)
    assert (verdict.problems, verdict.ended, verdict.resumed) == ((), True, 1)
    kept_back = b"".join(path.read_bytes() for path in files(folder / "torn")) if (folder / "torn").is_dir() else b""
    for path, data in torn.items():  # nothing that stood there is lost
        now = path.read_bytes()
        same = next((at for at, (one, other) in enumerate(zip(data, now, strict=False)) if one != other), min(len(data), len(now)))
        assert data[same:] in kept_back, path
    assert list(evidence.captures(evidence.stored(folder)))[-1] == capture(f"{URL}/new")
    assert before


def test_damaged_evidence_is_not_gone_on_with(copy: Path) -> None:
    manifest(lambda all: [*all[:3], all[3].replace(b"1", b"2", 1), *all[4:]])(copy)
    with pytest.raises(UsageError, match="damaged evidence is not gone on with"):
        evidence.resumed(copy, run(copy))


def test_a_run_that_ended_is_not_taken_for_one_that_broke_off(copy: Path) -> None:
    flipped(copy)
    with pytest.raises(UsageError, match="ends a run of which parts are missing or changed: damaged evidence is not gone on with"):
        evidence.resumed(copy, run(copy))


def test_a_run_that_ended_is_left_as_it_is_until_there_is_more(copy: Path) -> None:
    before = {path: path.read_bytes() for path in files(copy)}
    keeper = evidence.resumed(copy, run(copy))
    assert keeper.untouched
    keeper.close()
    assert {path: path.read_bytes() for path in files(copy)} == before
    keeper = evidence.resumed(copy, run(copy))
    keeper.failure(Failure("late.html", Stage.OPEN, "no such file or folder"), (9,))
    keeper.seal(1)
    keeper.close()
    verdict = evidence.verify(copy)
    assert (verdict.problems, verdict.ended, verdict.resumed) == ((), True, 1)


def test_other_rules_or_options_are_not_gone_on_with(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="was begun with other rules"):
        evidence.resumed(copy, replace(run(copy), digest="000000000000"))
    kept_with = evidence.begun(tmp_path / "second", run(tmp_path / "second", stance="auto"))
    kept_with.close()
    with pytest.raises(UsageError, match="was begun with another stance"):
        evidence.resumed(tmp_path / "second", run(tmp_path / "second", stance="promoter"))


def test_a_folder_in_use_is_not_written_to(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds evidence already"):
        evidence.begun(copy, run(copy))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(UsageError, match="holds other files already"):
        evidence.begun(tmp_path / "mine", run(tmp_path / "mine"))
    with pytest.raises(UsageError, match="holds no evidence to go on with"):
        evidence.resumed(tmp_path / "mine", run(tmp_path / "mine"))


def test_an_empty_folder_may_be_there_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    evidence.begun(Path(), run(tmp_path / "here")).close()
    assert sorted(path.name for path in Path().iterdir()) == ["decisions", "manifest.jsonl", "rules"]
    assert evidence.verify(Path()).problems == ()


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: a write fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("size", range(3_000, 9_000, 370))
def test_a_full_disk_is_told_and_the_run_can_go_on(tmp_path: Path, size: int) -> None:
    folder = tmp_path / "evidence"
    keeper = evidence.begun(folder, run(folder))
    done = 0

    def go(keeper: Keeper) -> None:
        nonlocal done
        while done < 40:
            keeper.exchange(exchange(f"{URL}/{done}", PAGE + os.urandom(300)))
            keeper.page(capture(f"{URL}/{done}", os.urandom(50)), "text", (done,))
            done += 1

    with room_for(size):
        with pytest.raises(OutputError, match="the evidence cannot be written: File too large"):
            go(keeper)
        with pytest.raises(OutputError, match="the evidence cannot be written"):
            keeper.seal(0)
        keeper.close()
    verdict = evidence.verify(folder)
    assert verdict.problems == () and not verdict.ended
    keeper = evidence.resumed(folder, run(folder))
    go(keeper)
    keeper.seal(0)
    verdict = evidence.verify(folder)
    assert verdict.problems == () and verdict.ended
    assert [each.target for each in evidence.captures(evidence.stored(folder))] == [f"{URL}/{number}" for number in range(40)]


@pytest.mark.parametrize("what", ["begin", "end"])
def test_a_verdict_never_calls_half_written_evidence_whole(tmp_path: Path, what: str) -> None:
    """Whatever instant it stops at: the manifest's own bytes cut anywhere."""
    folder = tmp_path / "evidence"
    kept(folder, pages=1)
    whole = (folder / "manifest.jsonl").read_bytes()
    cuts = range(1, 400, 13) if what == "begin" else range(len(whole) - 400, len(whole) - 1, 13)
    for cut in cuts:
        (folder / "manifest.jsonl").write_bytes(whole[:cut])
        verdict: Verdict = evidence.verify(folder)
        assert not verdict.ended or verdict.problems, cut


def test_each_line_names_the_one_before(sample: Path) -> None:
    """The chain as a stranger would check it, with nothing but a SHA-256 and JSON."""
    previous = "0" * 64
    for number, raw in enumerate((sample / "manifest.jsonl").read_bytes().splitlines(), 1):
        line = json.loads(raw)
        said = line.pop("hash")
        assert (line["n"], line["previous"]) == (number, previous)
        previous = hashlib.sha256(json.dumps(line, separators=(",", ":")).encode()).hexdigest()
        assert previous == said
