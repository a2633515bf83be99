"""
Prints how much faster two processes judge stored pages than one, and how the memory of a run's own process grows with its pages.

Judge by the ratios, on a machine that does nothing else. Each figure is of `caveat audit` as a user runs it, start and end included.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter, sleep
from typing import NamedTuple

import pages

PEAK = "import sys; from caveat.cli import main; from memory import peak; code = main(sys.argv[1:]); print(f'{peak():.1f}'); sys.exit(code)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", metavar="FOLDER", nargs="*", type=Path, help="pages beside the examples")
    parser.add_argument("--pages", type=int, default=600, help="pages whose judging is timed (600)")
    parser.add_argument("--rounds", type=int, default=3, help="the fastest of so many rounds counts (3)")
    parser.add_argument(
        "--counts", type=int, nargs=2, default=[1000, 20_000], help="compare the memory for so many small pages (1000 20000)"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        throughput(Path(folder), [pages.EXAMPLES, *asked.targets], asked.pages, asked.rounds)
        memory(Path(folder), asked.counts)


class Cost(NamedTuple):
    seconds: float
    processor: float  # seconds of processors, of all processes of the run

    def without(self, start: Cost) -> Cost:
        return Cost(self.seconds - start.seconds, self.processor - start.processor)


def throughput(folder: Path, targets: Iterable[Path], count: int, rounds: int) -> None:
    stored = written(folder / "stored", (capture.data for capture in pages.many(targets, count)))
    start = {jobs: min(cost(folder, [stored / "0.html"], jobs) for _ in range(rounds)) for jobs in (1, 2)}
    whole = {jobs: min(cost(folder, [stored], jobs) for _ in range(rounds)) for jobs in (1, 2)}
    print(f"{count} stored pages, whole runs of the command, the fastest of {rounds}")
    for jobs, each in whole.items():
        print(f"  {jobs} processes {each.seconds:8.1f} s, {each.processor:.1f} s of processors; {start[jobs].seconds:.1f} s for one page")
    one, two = whole[1].without(start[1]), whole[2].without(start[2])
    print(f"  2 processes ÷ 1: {whole[1].seconds / whole[2].seconds:.2f} times the pages in the same time")
    print(f"  without the start {one.seconds / two.seconds:.2f} times; two idle ones could do {2 * one.processor / two.processor:.2f}")


def cost(folder: Path, targets: Iterable[Path], jobs: int) -> Cost:
    words = [*map(str, targets), "--jobs", str(jobs), "--format", "jsonl", "-o", str(folder / "report.jsonl")]
    begun, used = perf_counter(), dict[int, float]()
    nowhere = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, "-m", "caveat", "audit", *words], stdout=nowhere, stderr=nowhere) as run:
        while run.poll() is None:
            used |= processor(run.pid)
            sleep(0.05)
    return Cost(perf_counter() - begun, sum(used.values()))


def processor(run: int) -> dict[int, float]:
    """Seconds of processors of a run and of all that it has started, by their ids; of Linux only."""
    parents, used = {}, {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        pid = int(status.parent.name)
        parents[pid], used[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return {pid: used[pid] for pid in used if run in ancestors(pid, parents)}


def ancestors(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid in parents:
        yield pid
        pid = parents[pid]


def memory(folder: Path, counts: Iterable[int]) -> None:
    print("\nPeak memory of the run's own process, with two workers and a journal, over small pages")
    first = 0.0
    for count in counts:
        stored = written(folder / f"small{count}", small(count))
        kept = ["--journal", str(folder / f"{count}.db"), "--format", "jsonl", "-o", str(folder / "out.jsonl")]
        words = ["audit", str(stored), "--jobs", "2", *kept]
        done = subprocess.run([sys.executable, "-c", PEAK, *words], cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
        peak = float(done.stdout)
        first = first or peak
        last = json.loads((folder / "out.jsonl").read_text(encoding="utf-8").splitlines()[-1])
        print(f"  {last['targets']:>6} pages  {peak:7.1f} MB  × {peak / first:.2f}")


def small(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield f"<title>{number}</title><p>Our stem cells cure lupus in week {number}.</p><p>Book a visit to our clinic.</p>".encode()


def written(folder: Path, data: Iterable[bytes]) -> Path:
    folder.mkdir()
    for number, each in enumerate(data):
        (folder / f"{number}.html").write_bytes(each)
    return folder


if __name__ == "__main__":
    main()
