"""A long run that is killed, interrupted, out of disk or short of a worker goes on where it was, to the report it would have had."""

from __future__ import annotations

import io
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

import pytest

from caveat.batch import Journal
from caveat.cli import main
from caveat.rulebook import Rulebook, load
from conftest import CAVEAT, environment, lines
from small_batch import ONLY, pages

COUNT = 500
KILLS = 50
RUN = ("audit", "--files-from", "list.txt", "--only", ONLY, "--format", "jsonl")
GO_ON = ("audit", "--resume", "run.db", "-o", "report.jsonl")
BOOK = cache(lambda: load(only=[ONLY]))


def loaded(*_: object, **__: object) -> Rulebook:
    return BOOK()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages, their list, and the report of a run without a journal and without a hitch. No page is fetched: no times."""
    folder = tmp_path_factory.mktemp("whole")
    pages(folder, COUNT)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("caveat.cli.audit.load", loaded)
        assert main([*RUN, "-o", "report.jsonl"]) == 3
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pages").symlink_to(whole / "pages")
    (tmp_path / "list.txt").write_bytes((whole / "list.txt").read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("caveat.cli.audit.load", loaded)
    return tmp_path


@pytest.fixture
def undisturbed(whole: Path) -> bytes:
    return (whole / "report.jsonl").read_bytes()


def life(words: list[str], seconds: float | None = None, largest: int | None = None) -> int:
    """
    A run in a process of its own, killed after a while; its exit code, -9 for one that was killed. What it says goes to the file `said`.
    `largest` limits the size of files. The process is a fork of this one, which has the rules: of a fresh one's fifty starts nothing
    would be left to kill but the loading.
    """
    child = os.fork()
    if not child:
        with suppress(BaseException):
            if largest:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
            sys.stdout = sys.stderr = Path("said").open("w", encoding="utf-8")  # noqa: SIM115  # goes with the process
            os._exit(main(words))
        os._exit(99)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_run_that_is_killed_at_fifty_moments_ends_with_the_report_of_an_undisturbed_one(folder: Path, undisturbed: bytes) -> None:
    BOOK()
    seed = random.randrange(1 << 32)
    print(f"the moments are those of random.Random({seed})")
    chance, kills = random.Random(seed), 0
    while kills < KILLS:
        words = [*GO_ON, "--jobs", "1"] if begun(folder) else [*RUN, "--journal", "run.db", "-o", "report.jsonl", "--jobs", "1"]
        code = life(words, chance.uniform(0, 0.15))
        kills += code == -signal.SIGKILL
        if code != -signal.SIGKILL:  # it had come to its end
            assert code == 3 and (folder / "report.jsonl").read_bytes() == undisturbed
            (folder / "run.db").unlink()
    if not begun(folder):
        assert main([*RUN, "--journal", "run.db", "-o", "report.jsonl", "--jobs", "1"]) == 3
    assert main([*GO_ON, "--jobs", "1"]) == 3
    assert (folder / "report.jsonl").read_bytes() == undisturbed


def begun(folder: Path) -> bool:
    if not (folder / "run.db").exists():
        return False
    journal = Journal(folder / "run.db")
    facts = journal.facts
    journal.close()
    return bool(facts)


@contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """The command itself, with two workers, and its log."""
    with subprocess.Popen([*CAVEAT, *words, "--jobs", "2", "--log", "json"], env=environment(), stderr=subprocess.PIPE) as run:
        assert run.stderr
        try:
            yield run, run.stderr
        finally:
            run.kill()


def after(log: IO[bytes], count: int) -> list[dict[str, Any]]:
    """What the log says until so many pages are done."""
    told: list[dict[str, Any]] = []
    while sum(each["event"] in ("audited", "failed") for each in told) < count:
        line = log.readline()
        assert line, "the run ended too early"
        told.append(json.loads(line))
    return told


def test_a_run_with_workers_that_is_killed_leaves_none_of_them_and_goes_on(folder: Path, undisturbed: bytes) -> None:
    with running(*RUN, "--journal", "run.db", "-o", "report.jsonl") as (run, log):
        after(log, 100)
        here = workers(run.pid)
        assert len(here) == 2
        run.kill()
        run.wait()
    until = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in here):
        assert time.monotonic() < until, "the workers outlive their run"
        time.sleep(0.02)
    with running(*GO_ON) as (run, log):
        told = [json.loads(line) for line in log.read().splitlines() if line.startswith(b"{")]
        assert run.wait() == 3
    known = [each["target"] for each in told if each["event"] == "known"]
    done = [each["target"] for each in told if each["event"] in ("audited", "failed")]
    assert len(known) >= 98  # of a hundred that were told, the last few were not yet in the journal
    assert sorted([*known, *done]) == (folder / "list.txt").read_text(encoding="utf-8").split()  # nothing twice, nothing lost
    assert (folder / "report.jsonl").read_bytes() == undisturbed


def workers(run: int) -> list[int]:
    """The processes that judge: children of the server, which is a child of the run."""
    family: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            family.setdefault(int(status.read_text().rpartition(")")[2].split()[1]), []).append(int(status.parent.name))
    return [worker for server in family.get(run, []) for worker in family.get(server, [])]


def test_sigterm_ends_a_run_in_order_and_says_how_to_go_on(folder: Path, undisturbed: bytes) -> None:
    with running(*RUN, "--journal", "run.db", "-o", "report.jsonl") as (run, log):
        after(log, 50)
        run.terminate()
        last = lines(log.read())[-1]
        assert run.wait() == 130
    assert last.startswith("caveat: exit 130: ended by SIGTERM after ")
    assert last.endswith("; go on with: caveat audit --resume run.db")
    assert main([*GO_ON, "--jobs", "1"]) == 3
    assert (folder / "report.jsonl").read_bytes() == undisturbed


def test_a_second_ctrl_c_ends_a_run_at_once() -> None:
    code = """
import time
from caveat.cli.stopping import stoppable
with stoppable():
    try:
        print("begun", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        print("ending", flush=True)
        time.sleep(60)
"""
    words = [CAVEAT[0], "-c", code]
    with subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout and run.stderr
        assert run.stdout.readline() == b"begun\n"
        run.send_signal(signal.SIGINT)
        assert run.stdout.readline() == b"ending\n"
        while run.poll() is None:  # two that come together are one press
            run.send_signal(signal.SIGINT)
            time.sleep(0.1)
        assert run.returncode == 130
        assert lines(run.stderr.read()) == ["caveat: exit 130: interrupted twice, and ended at once; what stands in a journal is whole"]


def test_a_worker_that_is_killed_costs_no_page(folder: Path, undisturbed: bytes) -> None:
    with running(*RUN, "-o", "report.jsonl") as (run, log):
        after(log, 60)
        os.kill(workers(run.pid)[0], signal.SIGKILL)
        told = [json.loads(line) for line in log.read().splitlines() if line.startswith(b"{")]
        assert run.wait() == 3
    assert [each for each in told if each["event"] == "retried"]
    assert (folder / "report.jsonl").read_bytes() == undisturbed


@contextmanager
def disk(folder: Path, kilobytes: int) -> Iterator[bool]:
    """A small disk of its own in a folder; whether there is one, for only root may have it."""
    folder.mkdir()
    size = f"size={kilobytes}k"
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", folder], check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_room(folder: Path, undisturbed: bytes) -> None:
    BOOK()
    with disk(folder / "disk", 200) as small:  # without one, a limit on the size of files fails alike
        begun = [*RUN, "--journal", "disk/run.db", "-o", "report.jsonl", "--jobs", "1"]
        assert life(begun, largest=None if small else 200_000) == 3
        said = (folder / "said").read_text(encoding="utf-8").splitlines()[-1]
        assert said.startswith("caveat: exit 3: disk/run.db: cannot be written: ")
        assert said.endswith("; make room, then go on with --resume disk/run.db; what is in it is whole")
        if small:
            subprocess.run(["mount", "-o", "remount,size=64m", folder / "disk"], check=True)
        journal = Journal(folder / "disk" / "run.db")
        assert journal.facts and journal.known((0, 0), "pages/00000.html") is not None
        journal.close()
        assert main(["audit", "--resume", "disk/run.db", "-o", "report.jsonl", "--jobs", "1"]) == 3
    assert (folder / "report.jsonl").read_bytes() == undisturbed


# What a run that goes on refuses


@pytest.fixture
def finished(folder: Path) -> Path:
    """The journal of a run over two pages."""
    (folder / "list.txt").write_text("pages/00000.html\npages/00001.html\n", encoding="utf-8")
    assert main([*RUN, "--journal", "run.db", "-o", "report.jsonl", "--jobs", "1"]) == 1
    return folder / "run.db"


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(["audit", *words]) == 2
    out, err = capsys.readouterr()
    assert not out
    return err.splitlines()[-1]


def test_two_runs_have_two_journals(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "run.db: holds a run already; --resume run.db goes on with it" in refused(capsys, "pages", "--only", ONLY, "--journal", "run.db")
    journal = Journal(finished)
    assert "another run is using this journal" in refused(capsys, "--resume", "run.db")
    journal.close()


def test_a_report_is_of_one_piece(finished: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "only was ('cures-disease',) and is ('cures-disease', 'risks')" in refused(capsys, "--resume", "run.db", "--only", "risks")
    assert "access.size was 25000000 and is 1000" in refused(capsys, "--resume", "run.db", "--max-size", "1kB")
    assert "name no target" in refused(capsys, "--resume", "run.db", "pages")
    Path("caveat-ignore.toml").write_text("", encoding="utf-8")
    assert "the decisions on findings was " in refused(capsys, "--resume", "run.db")
    Path("caveat-ignore.toml").unlink()
    monkeypatch.setattr("caveat.cli.session.__version__", "9.9.9")
    assert "the version of caveat was " in refused(capsys, "--resume", "run.db")


def test_a_finished_run_can_be_written_again_in_another_form(finished: Path, folder: Path) -> None:
    (folder / "pages").unlink()  # nothing is read again
    assert main(["audit", "--resume", "run.db", "--format", "json", "-o", "report.json", "--fail-on", "never"]) == 0
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [page["target"] for page in report["pages"]] == ["pages/00000.html", "pages/00001.html"]


def test_a_run_goes_on_where_its_paths_start(finished: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished.parent / "pages")
    assert f"the run was begun in {finished.parent}" in refused(capsys, "--resume", str(finished))


def test_a_spoiled_record_is_told_and_never_shown(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(finished) as journal:
        journal.execute("UPDATE result SET record = zeroblob(40) WHERE number = 1")
    journal.close()
    assert "run.db: the journal is damaged" in refused(capsys, "--resume", "run.db", "--format", "json")


def test_standard_input_can_name_the_targets_of_a_journal_but_be_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--journal: a page on standard input cannot be read again" in refused(capsys, "-", "--journal", "run.db")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"pages/00001.html\n")))
    assert main(["audit", "--files-from", "-", "--only", ONLY, "--journal", "run.db", "--jobs", "1"]) == 0
    first = capsys.readouterr().out
    assert main(["audit", "--resume", "run.db", "--jobs", "1"]) == 0
    assert "pages/00001.html" in first and capsys.readouterr().out == first


def test_a_report_that_cannot_be_written_is_written_when_the_run_goes_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "list.txt").write_text("pages/00000.html\npages/00001.html\n", encoding="utf-8")
    assert main([*RUN, "--journal", "run.db", "-o", "/dev/full", "--jobs", "1"]) == 3
    said = capsys.readouterr().err.splitlines()[-1]
    assert "/dev/full: cannot be written: No space left on device" in said
    assert said.endswith("go on with: caveat audit --resume run.db")
    assert main([*GO_ON, "--jobs", "1"]) == 1
    assert len((folder / "report.jsonl").read_bytes().splitlines()) == 3
