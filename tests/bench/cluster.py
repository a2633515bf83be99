"""
Prints how many records a second one core gets through, with the prefilter and without, over an archive of which few pages name a therapy.

Judge by the ratios, on a machine that does nothing else. It is the work of one worker, in this process: what a cluster adds is its own.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from time import process_time

import pages
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from caveat.batch import Standard
from caveat.dask import Archive, Partition, Plan
from caveat.dask.partition import audited
from caveat.rulebook import load

WORDS = [
    "the",
    "dough",
    "has",
    "to",
    "rest",
    "for",
    "an",
    "hour",
    "before",
    "it",
    "is",
    "baked",
    "on",
    "a",
    "hot",
    "stone",
    "until",
    "brown",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", metavar="FOLDER", nargs="*", type=Path, help="pages of no therapy, in place of made ones")
    parser.add_argument("--records", type=int, default=400, help="pages in the archive (400)")
    parser.add_argument("--rare", type=int, default=50, help="one page in so many is an example, which names one (50)")
    parser.add_argument("--rounds", type=int, default=3, help="the fastest of so many rounds counts (3)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "crawl.warc.gz"
        plain = [capture.data for capture in pages.given(asked.targets)] if asked.targets else list(islice(made(), 20))
        written(archive, mixed(plain, asked.records, asked.rare))
        book = load()
        seconds = {}
        for way in (True, False):
            plan = Plan(Standard(), book.digest, Path(folder) / str(way), prefilter=way)
            audited(Archive("warm", str(archive)), plan)  # the worker's rules are loaded by then
            seconds[way] = min(taken(archive, plan, number) for number in range(asked.rounds))
        rate = {way: asked.records / each for way, each in seconds.items()}
    print(
        f"{asked.records} pages, one in {asked.rare} names a therapy, one process, {sum(map(len, plain)) // len(plain):,} bytes the others"
    )
    print(f"  with the prefilter    {rate[True]:8.1f} records a second and core")
    print(f"  without               {rate[False]:8.1f}")
    print(f"  ratio                 {rate[True] / rate[False]:8.1f}")


def taken(archive: Path, plan: Plan, number: int) -> float:
    """Seconds of the processor for one partition, which goes by a name of its own, so that it is made."""
    begun = process_time()
    done = audited(Archive(f"{number}-{archive.name}", str(archive)), plan)
    if not isinstance(done, Partition) or done.kept:
        sys.exit(f"it was not audited: {done}")
    return process_time() - begun


def made() -> Iterator[bytes]:
    """Pages about bread, with as much mark-up, scripts and styles around the text as pages have."""
    number = 0
    while True:
        number += 1
        text = [" ".join(WORDS[(number + at) % 7 :: 1 + at % 3]) + f" {at}." for at in range(60)]
        body = "".join(
            f'<div class="row col-{at}"><p style="margin: 0">{each} <a href="/{at}">more</a></p></div>' for at, each in enumerate(text)
        )
        script = "<script>" + "".join(f"var a{at} = function (b) {{ return b > {at} ? a : '<i>'; }};" for at in range(300)) + "</script>"
        style = "<style>" + "".join(f".row-{at} {{ margin: {at}px; color: #eee }}" for at in range(200)) + "</style>"
        yield f"<!doctype html><html><head><title>Bread {number}</title>{style}</head><body>{body}{script}</body></html>".encode()


def mixed(plain: list[bytes], count: int, rare: int) -> Iterator[bytes]:
    named = [capture.data for capture in pages.given([pages.EXAMPLES])]
    for number in range(count):
        yield named[number // rare % len(named)] if number % rare == 0 else plain[number % len(plain)]


def written(path: Path, data: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, each in enumerate(data):
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            url = f"https://clinic{number}.example/"
            writer.write_record(writer.create_warc_record(url, "response", io.BytesIO(each), len(each), http_headers=head))


if __name__ == "__main__":
    main()
