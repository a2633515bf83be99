"""A run meets the outside: Ctrl-C, a reader who leaves, a terminal."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest

from conftest import CAVEAT, environment, lines
from test_cli import CLAIM

Running = subprocess.Popen[bytes]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "claim.html").write_text(CLAIM, encoding="utf-8")
    return tmp_path / "claim.html"


def begun(page: Path, *words: str) -> Running:
    """A run that has written the record of its first target and waits for the next."""
    running = subprocess.Popen(
        [*CAVEAT, "audit", "--files-from", "-", *words], cwd=page.parent, env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    feed(running, page)
    return running


def feed(running: Running, page: Path) -> None:
    assert running.stdin
    running.stdin.write(f"{page.name}\n".encode())
    running.stdin.flush()


def first_line(running: Running) -> bytes:
    assert running.stdout
    return running.stdout.readline()


def test_an_interrupted_run_keeps_its_whole_records(page: Path) -> None:
    running = begun(page, "--format", "jsonl")
    first = first_line(running)
    feed(running, page)
    second = first_line(running)
    running.send_signal(signal.SIGINT)
    rest, said = running.communicate()
    assert running.returncode == 130
    assert [json.loads(line)["type"] for line in (first, second)] == ["page", "page"] and rest == b""
    assert lines(said) == ["caveat: exit 130: interrupted after 2 targets; the records of these are written"]


def test_an_interrupted_run_leaves_the_older_report(page: Path) -> None:
    report = page.with_name("report.json")
    report.write_text("older")
    running = subprocess.Popen([*CAVEAT, "audit", "-", "--format", "json", "-o", report], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    while not list(page.parent.glob(".report.json.*")):  # until the run has opened its output, and reads
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()
    assert running.returncode == 130
    assert lines(said) == ["caveat: exit 130: interrupted after 0 targets; no report is written"]
    assert report.read_text() == "older" and len(list(page.parent.iterdir())) == 2


def test_a_reader_who_leaves_ends_the_run_without_noise(page: Path) -> None:
    running = begun(page, "--format", "jsonl")
    first_line(running)
    assert running.stdout and running.stdin and running.stderr
    running.stdout.close()
    feed(running, page)
    assert running.wait() == 3
    assert lines(running.stderr.read()) == ["caveat: exit 3: the reader of the report stopped after 2 targets; the rest was not audited"]
    running.stdin.close()
    running.stderr.close()


def test_a_reader_who_leaves_early_does_not_change_what_was_found(page: Path) -> None:
    running = begun(page, "--format", "json")
    assert running.stdout and running.stdin and running.stderr
    running.stdout.close()
    running.stdin.close()
    assert running.wait() == 1
    (said,) = lines(running.stderr.read())
    assert said.startswith("caveat: exit 1: ")
    running.stderr.close()


@pytest.mark.parametrize("words", [["rules", "list"], ["schema", "report"], ["read", "claim.html"], ["--help"], ["--version"]])
def test_a_reader_who_leaves_a_short_text_has_seen_enough(page: Path, words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*CAVEAT, *words], cwd=page.parent, env=environment(), stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("format", ["terminal", "jsonl"])
def test_a_full_disk_behind_standard_output_is_3(page: Path, format: str) -> None:
    words = [*CAVEAT, "audit", str(page), "--format", format]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(words, env=environment(), stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
    assert lines(done.stderr)[-1] == "caveat: exit 3: standard output: No space left on device; the report is not complete"


@pytest.mark.parametrize(("closed", "code"), [("<&-", 1), (">&-", 3), ("2>&-", 1)])
def test_a_closed_stream_gives_no_traceback(page: Path, closed: str, code: int) -> None:
    words = " ".join([*CAVEAT, "audit", str(page), closed])
    done = subprocess.run(["sh", "-c", words], env=environment(), capture_output=True, check=False)
    assert done.returncode == code and b"Traceback" not in done.stderr


def on_terminal(*words: str | Path, stream: str, env: dict[str, str]) -> bytes:
    """What a run shows on a stream that is a terminal."""
    ours, theirs = pty.openpty()
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | {stream: theirs}
    running = subprocess.Popen([*CAVEAT, *map(str, words)], env=env, stdin=subprocess.DEVNULL, **streams)  # type: ignore[call-overload]
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:
        pass  # how a terminal says that nobody writes any more
    os.close(ours)
    running.wait()
    return shown


def test_colour_is_for_terminals_unless_it_is_not_wanted(page: Path) -> None:
    terminal = environment(TERM="xterm")
    assert b"\x1b[" in on_terminal("audit", page, stream="stdout", env=terminal)
    assert b"\x1b[" not in on_terminal("audit", page, stream="stdout", env=terminal | {"NO_COLOR": "1"})


def test_progress_is_shown_on_a_terminal_for_more_than_one_page(page: Path) -> None:
    terminal = environment(TERM="xterm", COLUMNS="80")
    assert b"done" in on_terminal("audit", page, page, stream="stderr", env=terminal)
    assert b"done" not in on_terminal("audit", page, stream="stderr", env=terminal)
