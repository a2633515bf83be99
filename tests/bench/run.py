"""
Prints figures side by side, all from one run, on the examples and on the pages of any folder given.

Judge by the ratios: the milliseconds are those of this machine at this moment. Nothing here passes or fails.
`pip install -e '.[bench]'` brings the parser and the extractor that the audit is timed beside.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import platform
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pages
import tenfold
from timing import interleaved, table

from caveat.audit import results
from caveat.judging import Options
from caveat.model import Capture
from caveat.reading.decode import decode
from caveat.roles import wording
from caveat.rulebook import ClaimRule, Rulebook, load

SOUP, TRAFILATURA = 'BeautifulSoup(html, "lxml") alone', "trafilatura.extract"


class Loaded(NamedTuple):
    capture: Capture
    html: str  # decoded beforehand: the parsers are not charged for it, the audit is


Way = Callable[[Loaded], object]


def main() -> None:
    asked = options()
    print(f"Medians of {asked.rounds} rounds; Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} processors")
    book = load()
    gc.freeze()  # as the command does
    loaded: list[Loaded] = []
    for target in asked.targets:
        here = [Loaded(capture, decode(capture.data).text) for capture in pages.given([target])]
        print(f"\n{target.name}: {len(here)} HTML pages, {sum(len(page.capture.data) for page in here) / 1e6:.1f} MB")
        beside_others(book, here, asked.rounds)
        loaded += here
    ten_times_the_rules(book, loaded, asked.rounds)
    memory(asked.targets, asked.counts)
    start_up(asked.rounds)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", metavar="FOLDER", nargs="*", type=Path, help="pages beside the examples")
    parser.add_argument("--rounds", type=int, default=5, help="take medians over so many rounds (5)")
    parser.add_argument("--counts", type=int, nargs=2, default=[100, 2000], help="compare the memory for so many pages (100 2000)")
    parser.add_argument("--quick", action="store_true", help="three rounds, and memory for 20 and 200 pages")
    asked = parser.parse_args()
    if asked.quick:
        asked.rounds, asked.counts = 3, [20, 200]
    asked.targets.insert(0, pages.EXAMPLES)
    return asked


def beside_others(book: Rulebook, loaded: Sequence[Loaded], rounds: int) -> None:
    print("A whole audit, from bytes to findings, beside parsing alone and extracting alone")
    ways = {"whole audit": auditing(book), "lexbor parse alone": parsing("selectolax.lexbor", "LexborHTMLParser")}
    for name, needs, module, parser, *more in (
        (SOUP, "lxml.etree", "bs4", "BeautifulSoup", "lxml"),
        (TRAFILATURA, "lxml", "trafilatura", "extract"),
    ):
        try:
            import_module(needs)
            ways[name] = parsing(module, parser, *more)
        except ImportError as error:
            print(f"  {name}: not timed: {error}; pip install -e '.[bench]' brings it")
    logging.disable()  # trafilatura's remarks on pages it finds nothing on
    warnings.simplefilter("ignore")  # Beautiful Soup's, on pages of XHTML
    print(table(interleaved(ways, loaded, rounds), SOUP if SOUP in ways else "whole audit"))


def auditing(book: Rulebook) -> Way:
    def audit(page: Loaded) -> object:
        wording._known.cache_clear()  # what texts said is remembered for the pages of a site: here each page is met again in every round
        return list(results([page.capture], book, Options()))

    return audit


def parsing(module: str, name: str, *more: str) -> Way:
    """The parser of a package, which mypy then need not have."""
    parser: Any = getattr(import_module(module), name)
    return lambda page: parser(page.html, *more)


def ten_times_the_rules(book: Rulebook, loaded: Sequence[Loaded], rounds: int) -> None:
    count = len(book.of(ClaimRule))
    print(f"\nThe audit with {count} claim rules and with {(tenfold.COPIES + 1) * count}")
    with tempfile.TemporaryDirectory() as folder:
        packs = {pack.__name__: pack(book, Path(folder, pack.__name__)) for pack in (tenfold.same, tenfold.other)}
        ways = {
            "shipped rules": auditing(book),
            "ten times, with the same patterns": auditing(load([packs["same"]])),
            "ten times, with other patterns": auditing(load([packs["other"]])),
        }
    print(table(interleaved(ways, loaded, rounds), "shipped rules"))


def memory(targets: Sequence[Path], counts: Sequence[int]) -> None:
    print("\nPeak memory of a run over many pages")
    script = Path(__file__).with_name("memory.py")
    peaks = []
    for count in counts:
        done = subprocess.run([sys.executable, script, str(count), *targets], capture_output=True, text=True, check=True)
        audited, peak = done.stdout.split()
        peaks.append(float(peak))
        print(f"  {audited:>5} pages  {peaks[-1]:7.1f} MB  × {peaks[-1] / peaks[0]:.2f}")


def start_up(rounds: int) -> None:
    print("\nStart-up, each in a process of its own")
    caveat, page = [sys.executable, "-m", "caveat"], str(pages.EXAMPLES / "clean" / "page.html")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "caveat --version": [*caveat, "--version"],
        "caveat audit of one page": [*caveat, "audit", page],
    }
    ways = {name: running(command) for name, command in commands.items()}
    print(table(interleaved(ways, [None], 3 * rounds), "python -c pass"))


def running(command: Sequence[str]) -> Callable[[None], object]:
    return lambda _: subprocess.run(command, capture_output=True, check=False)


if __name__ == "__main__":
    main()
