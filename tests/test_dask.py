"""Archives audited on a cluster: the findings of one machine, a partition an archive, whatever dies on the way."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import fsspec
import jsonschema
import pytest
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem
from pyarrow import parquet

import caveat as program
from caveat.batch import Standard
from caveat.cli import main
from caveat.dask import Archive, Form, Partition, Plan, archives, store
from caveat.dask.partition import audited
from caveat.dask.run import _there
from caveat.errors import OutputError, RuleError
from caveat.formats import schema
from caveat.model import Failure, FailureKind
from conftest import CAVEAT, environment, lines
from test_cli_rules import RULE
from test_warc import SITE, raw, record

ONLY = "cures-disease"  # one rule alone, which loads in half the time
COUNT = 8
ALL = ("audit", "--only", ONLY, "--no-prefilter")
SERVE = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""

LOADED = cache(lambda packs=(), only=(), skip=(), **law: program.load(packs, only, skip, **law))
Run = subprocess.CompletedProcess[bytes]


def here(*words: str | Path, folder: Path) -> Run:
    """The program in this process, which loads the rules once for all runs."""
    out, said = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(said):
        patch.chdir(folder)
        for part in ("audit", "cluster"):
            patch.setattr(f"caveat.cli.{part}.load", LOADED)
        code = main([*map(str, words)])
    return Run(words, code, out.getvalue().encode(), said.getvalue().encode())


def page(number: int) -> bytes:
    """Every fourth names a therapy, half of these with a claim, and one is German."""
    if number == 5:
        return "<p>Unsere Bäckerei ist an jedem Werktag von neun bis siebzehn Uhr für Sie geöffnet, und wir freuen uns.</p>".encode()
    if number % 4:
        return b"<title>Bread %d</title><p>Let the dough rest, then bake it for %d minutes.</p>" % (number, number)
    said = b"cures lupus in week" if number % 8 == 0 else b"is explained on page"
    return b"<title>Page %d</title><h1>Stem cells</h1><p>Our stem cell therapy %s %d.</p><p>Book a visit.</p>" % (number, said, number)


def archive(number: int, count: int) -> bytes:
    parts = [record("warcinfo", "", b"software: test\r\n", packed=True)]
    for each in range(count):
        parts.append(record(url=f"https://clinic{number}.example/{each}", body=page(each), packed=True))
        if number == 3 and each == 2:
            parts.append(b"\x1f\x8b\x08" + b"no gzip" * 9)  # a record whose bytes are damaged
    parts.append(record(url=f"{SITE}/logo.png", headers={"Content-Type": "image/png"}, packed=True))
    return b"".join(parts)


def crawl(folder: Path, count: int = 24) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(COUNT):
        (folder / f"crawl-{number}.warc.gz").write_bytes(archive(number, count))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crawl(tmp_path_factory.mktemp("crawl"))


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster that was there before the run, of two workers."""
    with subprocess.Popen([sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as server:
        assert server.stdin and server.stdout
        yield server.stdout.readline().decode().strip()
        server.stdin.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.warc.gz"))


@pytest.fixture(scope="module")
def alone(folder: Path) -> list[str]:
    """The lines of the report of one process over all archives."""
    done = here("audit", "--only", ONLY, *names(folder), "--format", "jsonl", "--jobs", "1", folder=folder)
    assert done.returncode == 3
    return lines(done.stdout)


@pytest.fixture(scope="module")
def whole(folder: Path, scheduler: str) -> Path:
    """The partitions of all archives, every page parsed."""
    done = here(*ALL, "--cluster", scheduler, *names(folder), "-o", "whole", folder=folder)
    assert done.returncode == 3, done.stderr.decode()
    return folder / "whole"


def partitions(results: Path) -> list[list[str]]:
    """The lines of each partition, by the names of the archives."""
    return [path.read_text(encoding="utf-8").splitlines() for path in sorted(results.glob("*.jsonl"))]


def of(kind: str, given: list[str]) -> list[str]:
    return [line for line in given if json.loads(line)["type"] == kind]


def every(kind: str, results: Path) -> list[str]:
    return [line for part in partitions(results) for line in of(kind, part)]


def summary(results: Path) -> Any:
    return json.loads((results / "summary.json").read_text(encoding="utf-8"))


def parts(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(".*.part")]


def test_the_pages_are_those_of_one_process_byte_for_byte(whole: Path, alone: list[str]) -> None:
    assert every("page", whole) == of("page", alone)
    assert every("failure", whole) == of("failure", alone)
    (failed,) = every("failure", whole)
    assert "crawl-3.warc.gz" in failed and "record 5 at byte" in failed and json.loads(failed)["kind"] == "garbled"


def test_the_summary_adds_up_to_that_of_one_process(whole: Path, alone: list[str]) -> None:
    mine, theirs = summary(whole), json.loads(alone[-1])
    assert {name: mine[name] for name in theirs} == theirs
    assert mine["records"] == mine["targets"] + sum(mine["passed_over"].values()) == COUNT * 26 + 1
    assert mine["passed_over"] == {"warcinfo records": COUNT, "image files": COUNT}
    assert [each["archive"] for each in mine["partitions"]] == names(whole.parent)


def test_what_the_prefilter_passes_over_is_counted_and_had_no_finding(folder: Path, scheduler: str, alone: list[str]) -> None:
    done = here("audit", "--only", ONLY, "--cluster", scheduler, *names(folder), "-o", "sifted", folder=folder)
    assert done.returncode == 3
    found, told = every("page", folder / "sifted"), summary(folder / "sifted")
    left_out = [json.loads(line) for line in of("page", alone) if line not in found]
    assert set(found) < set(of("page", alone)) and len(left_out) == COUNT * 18
    assert not any(each["findings"] or each["held_back"] for each in left_out)
    assert told["accounts"]["names_no_therapy"] == COUNT * 18
    assert told["findings"] == json.loads(alone[-1])["findings"] and told["findings"]["high"] == COUNT * 3
    assert told["targets"] == json.loads(alone[-1])["targets"] == told["pages"] + told["failures"] + COUNT * 18
    assert json.loads(done.stdout) == told
    assert "144 whose bytes name no therapy, not parsed" in lines(done.stderr)[-2]
    for part in partitions(folder / "sifted"):
        own = json.loads(part[-1])
        assert own["partition"]["records"] == own["targets"] + sum(own["partition"]["passed_over"].values())


def test_every_line_keeps_to_the_schema(whole: Path, folder: Path) -> None:
    published = json.loads(schema("report"))
    line = jsonschema.Draft202012Validator({**published, "$ref": "#/$defs/line", "required": [], "properties": {}})
    for part in partitions(whole):
        for each in part:
            line.validate(json.loads(each))
    line.validate(summary(whole))


def again(folder: Path, scheduler: str, results: Path, *words: str) -> tuple[Run, set[str]]:
    """A run, and the archives whose partitions it has made."""
    before = {path: path.stat().st_mtime_ns for path in results.iterdir()}
    done = here(*ALL, "--cluster", scheduler, *names(folder), "-o", results, *words, folder=folder)
    return done, {path.name[:15] for path in results.glob("*.jsonl") if before.get(path) != path.stat().st_mtime_ns}


def test_what_is_there_is_not_made_again_unless_something_differs(folder: Path, scheduler: str, whole: Path, tmp_path: Path) -> None:
    kept = summary(whole)
    done, made = again(folder, scheduler, whole)
    assert not made and summary(whole) == kept and done.returncode == 3
    assert "8 partitions of 8 archives (8 there already)" in lines(done.stderr)[-2]
    part = next(whole.glob("crawl-1*"))
    part.write_bytes(part.read_bytes()[:-9])  # cut short by another hand
    os.utime(folder / "crawl-5.warc.gz")
    _, made = again(folder, scheduler, whole)
    assert made == {"crawl-1.warc.gz", "crawl-5.warc.gz"} and summary(whole) == kept
    _, made = again(folder, scheduler, whole, "--jurisdiction", "US-FL")
    assert len(made) == COUNT
    (tmp_path / "moon-cell-therapy.toml").write_text(RULE, encoding="utf-8")
    _, made = again(folder, scheduler, whole, "--rules", str(tmp_path))
    assert len(made) == COUNT and summary(whole)["rules"] != kept["rules"]
    _, made = again(folder, scheduler, whole, "--skip", "risks")
    assert len(made) == COUNT
    _, made = again(folder, scheduler, whole)
    assert len(made) == COUNT and summary(whole) == kept


def test_a_parquet_table_has_the_same_records(folder: Path, scheduler: str, whole: Path) -> None:
    done = here(*ALL, "--cluster", scheduler, *names(folder), "-o", "tables", "--format", "parquet", folder=folder)
    assert done.returncode == 3
    for path, part in zip(sorted((folder / "tables").glob("*.parquet")), partitions(whole), strict=True):
        rows = parquet.read_table(path).to_pylist()
        assert [row["record"] for row in rows] == part[:-1]
        for row in rows:
            given = json.loads(row["record"])
            assert (row["type"], row["target"]) == (given["type"], given["target"])
            for mine, theirs in zip(row["findings"], given.get("findings", []), strict=True):
                assert {name: theirs[name] for name in mine if name != "ignored"} | {"ignored": None} == mine
        assert store.summary(path, Form.PARQUET) == json.loads(part[-1])
    told = summary(folder / "tables")
    for each in told["partitions"]:
        each["file"] = each["file"].replace(".parquet", ".jsonl")
    assert told == summary(whole)
    assert here(*ALL, "--cluster", scheduler, *names(folder), "-o", "tables", "--format", "parquet", folder=folder).returncode == 3


def test_half_a_surrogate_pair_does_not_keep_a_table_from_being_written(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(
        record(body=b'<title>\xed\xa0\x80</title><script type="application/ld+json">{"name": "stem cells \\ud800 cure lupus"}</script>')
    )
    made = {form: audited(Archive("a.warc", str(tmp_path / "a.warc")), plan(tmp_path, form=form)) for form in Form}
    assert all(isinstance(each, Partition) for each in made.values())
    table, text = (tmp_path / each.file for each in (made[Form.PARQUET], made[Form.JSONL]) if isinstance(each, Partition))
    assert [row["record"] for row in parquet.read_table(table).to_pylist()] == text.read_text(encoding="utf-8").splitlines()[:-1]


def started(folder: Path, *words: str | Path, **more: str) -> subprocess.Popen[bytes]:
    """A run on a cluster of its own, once a worker has begun to write a partition."""
    run = subprocess.Popen(
        [*CAVEAT, *ALL, "--cluster", "local", "--jobs", "2", *map(str, words), "-o", "out"],
        cwd=folder, env=environment(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    while not parts(folder / "out"):
        assert run.poll() is None, run.communicate()
        time.sleep(0.01)
    return run


def writer(part: str) -> int:
    """The process that writes a partition."""
    return int(part.removesuffix(".part").rpartition("-")[2])


def processes(session: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, own = each.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(own) == session and state != "Z":
            found.append(int(each.parent.name))
    return found


def gone(session: int) -> bool:
    """Whether all processes of a session end."""
    end = time.monotonic() + 30
    while processes(session) and time.monotonic() < end:
        time.sleep(0.05)
    return not processes(session)


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    crawl(tmp_path, 60)
    run = started(tmp_path, *names(tmp_path))
    os.kill(writer(parts(tmp_path / "out")[0]), signal.SIGKILL)
    _, said = run.communicate()
    assert run.returncode == 3
    assert b"1 worker of the cluster died" in said
    done = here("audit", "--only", ONLY, *names(tmp_path), "--format", "jsonl", folder=tmp_path)
    assert every("page", tmp_path / "out") == of("page", lines(done.stdout))
    assert every("failure", tmp_path / "out") == of("failure", lines(done.stdout))
    assert {name: summary(tmp_path / "out")[name] for name in json.loads(lines(done.stdout)[-1])} == json.loads(lines(done.stdout)[-1])
    assert not parts(tmp_path / "out") and gone(run.pid)


def test_an_archive_over_which_every_worker_dies_is_a_failure_and_the_rest_is_done(tmp_path: Path) -> None:
    (tmp_path / "deadly.warc.gz").write_bytes(archive(0, 600))
    (tmp_path / "good.warc.gz").write_bytes(archive(1, 8))
    run = started(tmp_path, "deadly.warc.gz", "good.warc.gz", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    while not (deadly := [part for part in parts(tmp_path / "out") if "deadly" in part]):
        time.sleep(0.01)
    os.kill(writer(deadly[0]), signal.SIGKILL)
    _, said = run.communicate()
    assert run.returncode == 3
    assert "caveat: deadly.warc.gz: each worker that began it died: they were killed, or ran out of memory" in said.decode()
    told = summary(tmp_path / "out")
    assert [(each["archive"], bool(each["file"])) for each in told["partitions"]] == [("deadly.warc.gz", False), ("good.warc.gz", True)]
    assert told["accounts"]["failed"] == {"crashed": 1} and told["pages"] == 8
    assert not parts(tmp_path / "out")


@pytest.mark.parametrize("how", ["Ctrl-C", "kill -9"])
def test_a_run_that_is_ended_leaves_no_half_and_goes_on(tmp_path: Path, how: str) -> None:
    (tmp_path / "a.warc.gz").write_bytes(archive(1, 4))
    (tmp_path / "b.warc.gz").write_bytes(archive(2, 400))
    run = started(tmp_path, "a.warc.gz", "b.warc.gz")
    while not list((tmp_path / "out").glob("a.*.jsonl")):
        time.sleep(0.01)
    if how == "Ctrl-C":  # a terminal tells every process of the run
        os.killpg(run.pid, signal.SIGINT)
    else:
        run.kill()
    _, said = run.communicate()
    assert run.returncode == (-9 if how == "kill -9" else 130)
    if how != "kill -9":
        assert lines(said)[-1].startswith("caveat: exit 130: interrupted after ")
        assert len(lines(said)) == 1 and not parts(tmp_path / "out")
    assert gone(run.pid)
    first = next((tmp_path / "out").glob("a.*.jsonl")).stat().st_mtime_ns
    done = here(*ALL, "--cluster", "local", "--jobs", "1", "a.warc.gz", "b.warc.gz", "-o", "out", folder=tmp_path)
    assert done.returncode == 3 and "there already)" in lines(done.stderr)[-2]  # one page is German
    assert next((tmp_path / "out").glob("a.*.jsonl")).stat().st_mtime_ns == first
    assert len(every("page", tmp_path / "out")) == 404 and not parts(tmp_path / "out")


def test_an_archive_that_is_not_there_is_a_failure_until_it_is(folder: Path, scheduler: str, tmp_path: Path) -> None:
    for name in ("a.warc.gz", "b.warc.gz"):
        (tmp_path / name).write_bytes(archive(1, 4))
    (tmp_path / "b.warc.gz").rename(tmp_path / "later")
    (tmp_path / "empty.warc.gz").touch()
    (tmp_path / "page.html").write_text("<p>Stem cells cure lupus.</p>", encoding="utf-8")
    targets = ("a.warc.gz", "a.warc.gz", "b.warc.gz", "empty.warc.gz", "page.html", "https://clinic.example/a.warc.gz", "crawl.wacz",
               "gopher://store/a.warc.gz", "s3://bucket/a.warc.gz")  # fmt: skip
    done = here(*ALL, "--cluster", scheduler, *targets, "-o", "out", folder=tmp_path)
    failed = {each["archive"]: each["failure"]["reason"] for each in summary(tmp_path / "out")["partitions"] if each["failure"]}
    assert failed == {
        "b.warc.gz": "no such file or folder",
        "empty.warc.gz": "holds no record",
        "page.html": "is no WARC file",
        "https://clinic.example/a.warc.gz": "is not fetched by a cluster",
        "crawl.wacz": ".wacz files are not read",
        "gopher://store/a.warc.gz": "gopher:// is not read",
        "s3://bucket/a.warc.gz": "s3:// is read through s3fs, which is not installed on this worker",
    }
    assert done.returncode == 3 and len(list((tmp_path / "out").glob("*.jsonl"))) == 1
    assert "1 partition of 8 archives; 6 records: pages 4 audited; no pages 2" in lines(done.stderr)[-2]
    (tmp_path / "later").rename(tmp_path / "b.warc.gz")
    done = here(*ALL, "--cluster", scheduler, "a.warc.gz", "b.warc.gz", "-o", "out", folder=tmp_path)
    assert done.returncode == 1 and lines(done.stderr)[-1] == "caveat: exit 1: 2 findings at or above low"
    done = here(*ALL, "--cluster", scheduler, "a.warc.gz", "-o", "out", "--fail-on", "never", folder=tmp_path)
    assert done.returncode == 0


def test_decisions_on_findings_hold_in_every_partition(folder: Path, scheduler: str, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.warc.gz").write_bytes(archive(number, 4))
    here(*ALL, "--cluster", scheduler, "1.warc.gz", "2.warc.gz", "-o", "out", folder=tmp_path)
    found = [json.loads(line)["findings"][0] for line in every("page", tmp_path / "out") if json.loads(line)["findings"]]
    entry = '[[ignore]]\nid = "{}"\ndecision = "mistaken"\nreason = "A song."\nwho = "A. Analyst"\ndate = 2026-11-02\n'
    entries = [entry.format(each["id"]) for each in found] + [
        f'{entry.format("0" * 16)}page = "https://clinic1.example/0"\nrule = "{ONLY}"\n'
    ]
    (tmp_path / "decisions.toml").write_text("\n".join(entries), encoding="utf-8")
    words = ("audit", "--only", ONLY, "--ignore", "decisions.toml", "--today", "2026-11-03", "1.warc.gz", "2.warc.gz")
    done = here(*words, "--cluster", scheduler, "-o", "out", folder=tmp_path)
    assert done.returncode == 0 and summary(tmp_path / "out")["ignored"]["findings"] == 2
    theirs = json.loads(lines(here(*words, "--format", "jsonl", folder=tmp_path).stdout)[-1])
    assert summary(tmp_path / "out")["ignored"] == theirs["ignored"]


UNFIT: dict[str, tuple[str, ...]] = {
    "no folder is named": ("a.warc.gz",),
    "no target given": ("-o", "out"),
    "no partition is written as json": ("a.warc.gz", "-o", "out", "--format", "json"),
    "is no folder": ("a.warc.gz", "-o", "a.warc.gz"),
    "--journal does not go with --cluster": ("a.warc.gz", "-o", "out", "--journal", "run.db"),
    "--look-up does not go with --cluster": ("a.warc.gz", "-o", "out", "--look-up"),
    "--evidence does not go with --cluster": ("a.warc.gz", "-o", "out", "--evidence", "kept"),
    "--render does not go with --cluster": ("a.warc.gz", "-o", "out", "--render"),
    "--dry-run does not go with --cluster": ("a.warc.gz", "-o", "out", "--dry-run"),
    "- does not go with --cluster": ("-", "-o", "out"),
}


@pytest.mark.parametrize("said", UNFIT)
def test_what_a_cluster_cannot_do_is_said_before_anything_is_done(tmp_path: Path, said: str) -> None:
    (tmp_path / "a.warc.gz").write_bytes(archive(1, 1))
    done = here("audit", "--cluster", "local", *UNFIT[said], folder=tmp_path)
    assert done.returncode == 2 and said in lines(done.stderr)[-1]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [("--format", "parquet"), ("--no-prefilter",), ("--cluster", "tcp://a:1", "--jobs", "2", "-o", "out")])
def test_options_of_a_cluster_are_of_no_use_elsewhere(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "a.warc.gz").write_bytes(archive(1, 1))
    done = here("audit", "a.warc.gz", *words, folder=tmp_path)
    assert done.returncode == 2 and any(word in lines(done.stderr)[-1] for word in words)


def test_a_scheduler_that_does_not_answer_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(archive(1, 1))
    done = here(*ALL, "--cluster", "nonsense", "a.warc.gz", "-o", "out", folder=tmp_path)
    assert done.returncode == 2 and lines(done.stderr)[-1].startswith("caveat: exit 2: --cluster nonsense: no cluster answers: ")


@pytest.mark.parametrize(("missing", "words"), [("distributed", ()), ("cryptography", ()), ("pyarrow", ("--format", "parquet"))])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, missing: str, words: tuple[str, ...]) -> None:
    (tmp_path / "a.warc.gz").write_bytes(archive(1, 1))
    code = f"import sys; sys.modules[{missing!r}] = None; from caveat.cli import main; sys.exit(main(sys.argv[1:]))"

    def run(*given: str) -> Run:
        whole = [sys.executable, "-c", code, "audit", "--only", ONLY, "a.warc.gz", *given]
        return subprocess.run(whole, cwd=tmp_path, env=environment(), capture_output=True, check=False)

    done = run("--cluster", "local", "-o", "out", *words)
    assert done.returncode == 2
    assert lines(done.stderr) == [f"caveat: exit 2: --cluster needs {missing}, not installed here; pip install 'caveat[cluster]'"]
    if not words:
        assert run().returncode == 1  # all else does without


def plan(folder: Path, **more: Any) -> Plan:
    book = LOADED((), (ONLY,), ())
    return Plan(Standard(only=(ONLY,)), **{"rules": book.digest, "folder": folder, "prefilter": False, **more})


def test_an_archive_in_a_store_is_read_through_fsspec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bucket(DirFileSystem):  # type: ignore[misc]
        protocol = "s3"
        cachable = False

        def __init__(self) -> None:
            super().__init__(path=str(tmp_path), fs=LocalFileSystem())

    fsspec.register_implementation("s3", Bucket, clobber=True)
    (tmp_path / "bucket").mkdir()
    (tmp_path / "bucket/a.warc.gz").write_bytes(archive(3, 9))
    (tmp_path / "bucket/bad.warc").write_bytes(raw(b"?", "99999") + record())
    for name in ("a.warc.gz", "bad.warc"):
        (near,), (far,) = (list(archives([where])) for where in (str(tmp_path / "bucket" / name), f"s3://bucket/{name}"))
        assert isinstance(near, Archive) and isinstance(far, Archive)
        here, there = audited(near, plan(tmp_path / "near")), audited(far, plan(tmp_path / "far"))
        assert isinstance(here, Partition) and isinstance(there, Partition)
        told = [(tmp_path / where / each.file).read_text(encoding="utf-8") for where, each in (("near", here), ("far", there))]
        pages = [of("page", text.splitlines()) for text in told]
        if name.endswith("gz"):  # in a plain archive that cannot be gone back in, a wrong length takes its neighbour with it, as a failure
            assert [line.replace("s3://bucket/", f"{tmp_path}/bucket/") for line in pages[1]] == pages[0] and len(pages[0]) == 9
        else:
            assert there.summary["failures"] == 1
        assert isinstance(again := audited(far, plan(tmp_path / "far")), Partition) and again.kept
    gone_from = audited(Archive("s3://bucket/none.warc", "s3://bucket/none.warc"), plan(tmp_path / "far"))
    assert isinstance(gone_from, Failure) and gone_from.reason == "no such file or folder"


def test_file_addresses_are_paths() -> None:
    assert list(archives(["file:///data/a%20b.warc.gz"])) == [Archive("file:///data/a%20b.warc.gz", "/data/a b.warc.gz")]


def test_a_worker_with_other_rules_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(record())
    with pytest.raises(RuleError, match="has other rules"):
        audited(Archive("a.warc", str(tmp_path / "a.warc")), plan(tmp_path, rules="of yesterday"))


def test_a_partition_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(record())
    for form in Form:
        with pytest.raises(OutputError, match="cannot be written"):
            audited(Archive("a.warc", str(tmp_path / "a.warc")), plan(tmp_path / "a.warc", form=form))


def test_a_folder_that_the_machines_do_not_share_is_noticed(tmp_path: Path) -> None:
    lost = _there(Partition("a.warc", "a.warc-0.jsonl", {}), plan(tmp_path))
    assert isinstance(lost, Failure) and "another folder there" in lost.reason and lost.kind is FailureKind.UNREADABLE


def test_a_page_on_which_we_fail_is_named_and_the_rest_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = program.results

    def failing(captures: Any, *rest: Any) -> Any:
        if b"deadly" in captures[0].data:
            raise RuntimeError("no such state")
        return real(captures, *rest)

    monkeypatch.setattr("caveat.dask.partition.results", failing)
    (tmp_path / "a.warc").write_bytes(record(url=f"{SITE}/a") + record(url=f"{SITE}/b", body=b"<p>deadly</p>") + record(url=f"{SITE}/c"))
    made = audited(Archive("a.warc", str(tmp_path / "a.warc")), plan(tmp_path))
    assert isinstance(made, Partition) and made.summary["accounts"]["failed"] == {"crashed": 1} and made.summary["pages"] == 2
    assert f"a.warc#{SITE}/b" in partitions(tmp_path)[0][2]
