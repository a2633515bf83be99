"""A batch as small as a test of long runs needs it: many pages of a few words, and stand-ins for a worker's work (light to import)."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from caveat.batch.records import written
from caveat.batch.worker import Judged, Standard
from caveat.judging import Answers
from caveat.model import Capture, PageReport, Stance, StanceValue

ONLY = "cures-disease"  # one rule alone, which loads in half the time


def pages(folder: Path, count: int) -> Path:
    """So many targets in a list, every ninth claiming, every hundredth not there, and one in German; the list's path."""
    (folder / "pages").mkdir()
    names = []
    for number in range(count):
        name = f"pages/{number:05}.html"
        names.append(name)
        if number % 100 != 99:
            (folder / name).write_text(text(number), encoding="utf-8")
    (folder / "list.txt").write_text("\n".join(names), encoding="utf-8")
    return folder / "list.txt"


def text(number: int) -> str:
    if number == 7:
        return "<p>Unsere Praxis ist an jedem Werktag von neun bis siebzehn Uhr für Sie geöffnet, und wir freuen uns auf Ihren Besuch.</p>"
    said = f"Our stem cell therapy cures lupus in week {number}." if number % 9 == 0 else f"Our office in room {number} is open."
    return f"<title>Page {number}</title><h1>Stem cell therapy</h1><p>{said}</p><p>Book a visit to our clinic.</p>"


def deadly(standard: Standard, capture: Capture, answers: Answers | None) -> Judged:
    """In place of a worker's work: some pages kill whoever judges them."""
    if b"deadly" in capture.data:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"unlucky" in capture.data:
        mark = Path(capture.target)
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    found = PageReport(capture.target, "", "", "", "", "en", Stance(StanceValue.PROMOTER), 1)
    return Judged(written(found))


def curious(standard: Standard, capture: Capture, answers: Answers | None) -> Judged:
    """In place of a worker's work: each page cites one number, and shows what it was answered."""
    assert answers is not None
    if not answers:
        return Judged(wants=(f"pmid:{capture.target}",))
    return Judged(written(PageReport(capture.target, "", "", "", "".join(answers), "en", Stance(StanceValue.PROMOTER), 1)))
