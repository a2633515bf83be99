"""What runs in a worker process: it loads the rules once, judges one capture after another and ends with the run that started it."""

from __future__ import annotations

import datetime
import gc
import multiprocessing
import os
import signal
import threading
import traceback
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from caveat.audit import audited, undisturbed
from caveat.batch.records import written
from caveat.judging import Answers, Options
from caveat.model import Capture, Failure, Page
from caveat.rulebook import Rulebook, load


@dataclass(frozen=True, slots=True)
class Standard:
    """By what pages are judged: the rules, as `load` takes them, and the options."""

    packs: tuple[Path, ...] = ()
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    as_of: datetime.date | None = None
    options: Options = field(default_factory=Options)
    copies: bool = False  # the reading copy of each page is wanted too
    base: Path | None = None  # a folder in place of the shipped rules


class Judged(NamedTuple):
    """What a worker gives back: a record, how much is in it, and the failure it is; or the numbers whose answers it needs first."""

    record: bytes = b""
    findings: int = 0
    failure: Failure | None = None
    wants: tuple[str, ...] = ()
    fault: str = ""  # the traceback of an error that is our own
    text: str = ""  # the reading copy, where it is wanted


class Copy:
    """Takes the reading copy of a page on its way; empty: there was no page."""

    text = ""

    def __call__(self, capture: Capture, page: Page | Failure) -> None:
        self.text = page.text if isinstance(page, Page) else ""


@cache
def rulebook(
    packs: tuple[Path, ...],
    only: tuple[str, ...],
    skip: tuple[str, ...],
    places: tuple[str, ...],
    as_of: datetime.date | None,
    base: Path | None,
) -> Rulebook:
    """The rules, loaded when they are first asked for in this process or, before it, in the server it was forked from."""
    with undisturbed():
        book = load(packs, only, skip, places=places, as_of=as_of, base=base)
    gc.freeze()
    return book


def begin() -> None:
    """Ctrl-C at the terminal reaches every process of the run: the first of them decides. If that one dies, so does this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def judge(standard: Standard, capture: Capture, answers: Answers | None) -> Judged:
    """One capture, by the answers there are to what it cites; None: nothing is looked up."""
    try:
        book = rulebook(standard.packs, standard.only, standard.skip, standard.places, standard.as_of, standard.base)
        copy = Copy()
        with undisturbed():
            result, wants = audited(capture, book, standard.options, answers, copy if standard.copies else None)
            if wants:
                return Judged(wants=wants)
            failure, findings = (result, 0) if isinstance(result, Failure) else (None, len(result.findings))
            return Judged(written(result), findings, failure, text=copy.text)
    except Exception:  # a page on which we fail must not end a run over thousands; it is told with its traceback
        return Judged(fault=traceback.format_exc())
