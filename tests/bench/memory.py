"""Audits many pages, one after the other as `caveat audit` does, and prints the peak memory of it: memory.py COUNT FOLDER…"""

from __future__ import annotations

import gc
import resource
import sys
from pathlib import Path

import pages

from caveat.audit import NOTHING_YET, counted, results
from caveat.judging import Options
from caveat.rulebook import load


def peak() -> float:
    """Of this process, in MB. Linux counts in ru_maxrss the process that started this one too, and says the truth in VmHWM."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)  # bytes there, else kilobytes


def main(count: int, folders: list[Path]) -> None:
    run, book = NOTHING_YET, load()
    gc.freeze()  # as the command does
    for result in results(pages.many(folders, count), book, Options()):
        run = counted(run, result)
    print(f"{run.pages} {peak():.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]])
