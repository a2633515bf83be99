"""
Prints how much faster two processes judge stored pages than one, and how the memory of a run's own process grows with its pages.

Judge by the ratios, on a machine that does nothing else. Each figure is of `caveat audit` as a user runs it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import pages

WARM = 50  # pages, in which each process meets what it has not seen yet
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


class Run(NamedTuple):
    seconds: float  # of the whole command
    each: float  # seconds a page, from the page on at which all processes are at work


def throughput(folder: Path, targets: Iterable[Path], count: int, rounds: int) -> None:
    stored = written(folder / "stored", (capture.data for capture in pages.many(targets, count)))
    runs = [{jobs: run(folder, stored, jobs) for jobs in (1, 2)} for _ in range(rounds)]  # in turn: a slow moment falls on both
    print(f"{count} stored pages, the fastest of {rounds} runs")
    for jobs in (1, 2):
        seconds, each = min(made[jobs].seconds for made in runs), min(made[jobs].each for made in runs)
        print(f"  {jobs} processes  {1 / each:6.1f} pages a second; {seconds:.1f} s with the start")
    for field, when in (("each", "once all are at work"), ("seconds", "the start included")):
        one, two = (min(getattr(made[jobs], field) for made in runs) for jobs in (1, 2))
        print(f"  2 processes ÷ 1: {one / two:.2f} times the pages in the same time, {when}")


def run(folder: Path, stored: Path, jobs: int) -> Run:
    words = [str(stored), "--jobs", str(jobs), "--format", "jsonl", "-o", str(folder / "report.jsonl"), "--log", "json"]
    begun = perf_counter()
    with subprocess.Popen([sys.executable, "-m", "caveat", "audit", *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as made:
        assert made.stderr
        audited = [perf_counter() for line in made.stderr if b'"event": "audited"' in line]
    return Run(perf_counter() - begun, (audited[-1] - audited[WARM]) / (len(audited) - 1 - WARM))


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
