"""
Prints how much faster two processes judge stored pages than one, and how the memory of a run's own process grows with its pages.

Judge by the ratios, on a machine that does nothing else. Each figure is of `caveat audit` as a user runs it, start and end included.
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


def throughput(folder: Path, targets: Iterable[Path], count: int, rounds: int) -> None:
    stored = written(folder / "stored", (capture.data for capture in pages.many(targets, count)))
    begun = {jobs: min(took(folder, [stored / "0.html"], jobs) for _ in range(rounds)) for jobs in (1, 2)}
    times = {jobs: min(took(folder, [stored], jobs) for _ in range(rounds)) for jobs in (1, 2)}
    print(f"{count} stored pages, whole runs of the command, the fastest of {rounds}")
    for jobs, seconds in times.items():
        print(f"  {jobs} processes {seconds:8.1f} s, of which {begun[jobs]:.1f} s for a run of one page")
    print(
        f"  2 processes ÷ 1: {times[1] / times[2]:.2f} times the pages in the same time; without the start {rate(times, begun):.2f} times"
    )


def rate(times: dict[int, float], begun: dict[int, float]) -> float:
    return (times[1] - begun[1]) / (times[2] - begun[2])


def took(folder: Path, targets: Iterable[Path], jobs: int) -> float:
    words = [*map(str, targets), "--jobs", str(jobs), "--format", "jsonl", "-o", str(folder / "report.jsonl")]
    begun = perf_counter()
    subprocess.run([sys.executable, "-m", "caveat", "audit", *words], capture_output=True, check=False)
    return perf_counter() - begun


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
