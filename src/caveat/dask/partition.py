"""What runs on a worker: the pages of one archive are read, sifted, judged, and written as one partition."""

from __future__ import annotations

import hashlib
import socket
import threading
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import IO, Any

import msgspec

from caveat import __version__, ignoring
from caveat.audit import begun, counted, passed_over, results
from caveat.batch import Standard
from caveat.batch.worker import rulebook
from caveat.dask import store
from caveat.dask.archive import Archive, NoStore, file_name, opened, stamp
from caveat.dask.store import Form
from caveat.errors import CaveatError, RuleError
from caveat.formats import jsonl
from caveat.model import Capture, Failure, FailureKind, Ignores, PageReport, Skipped, Stage, Summary
from caveat.prefilter import Sieve, sieve
from caveat.rulebook import Rulebook
from caveat.sources import Access, warc
from caveat.sources.file import why_not

_ONE_AT_A_TIME = threading.Lock()  # a worker with several threads would gain nothing by two archives in one interpreter


@dataclass(frozen=True, slots=True)
class Plan:
    """By what every archive of a run is audited, and where its partition goes: a folder that all workers have under this name."""

    standard: Standard
    rules: str  # the digest that a worker's rules must have
    folder: Path
    form: Form = Form.JSONL
    size: int = Access().size  # bytes of one page
    prefilter: bool = True  # pages that name no therapy are counted, and not parsed
    ignores: Ignores | None = None


@dataclass(frozen=True, slots=True)
class Partition:
    """One archive audited: the name of its file, and the summary in it. `kept`: it was there already, made by the same rules."""

    archive: str
    file: str
    summary: Mapping[str, Any]
    kept: bool = False


def audited(archive: Archive, plan: Plan) -> Partition | Failure:
    """
    The partition of an archive, made unless it is there. A failure where the archive cannot be read to its end: then none is written.
    Raises RuleError where this worker has other rules, OutputError where the partition cannot be written.
    """
    with _ONE_AT_A_TIME:
        try:
            return _audited(archive, plan)
        except NoStore as why:
            return Failure(archive.name, Stage.OPEN, str(why), "install it on every worker")
        except (OSError, ValueError) as error:
            return why_not(archive.name, error)


def _audited(archive: Archive, plan: Plan) -> Partition | Failure:
    path = plan.folder / file_name(archive, plan.form)
    decides = _made_with(archive, plan)
    there = store.summary(path, plan.form)
    if there and there["partition"].get("made_with") == decides:
        return Partition(archive.name, path.name, there, kept=True)
    book = _book(plan)
    with opened(archive) as file:
        first = file.read(1)
    if not first:
        return Failure(archive.name, Stage.OPEN, "holds no record", "check that the file is whole")
    with opened(archive) as file:
        store.write(path, plan.form, _lines(file, archive, plan, book, decides))
    made = store.summary(path, plan.form)
    assert made, "what was written and renamed is there"
    return Partition(archive.name, path.name, made)


def _book(plan: Plan) -> Rulebook:
    book = _loaded(plan.standard)
    if book.digest != plan.rules:
        why = f"worker {socket.gethostname()}: has other rules ({book.digest}) than this run ({plan.rules})"
        raise RuleError(why, "give every worker the same version of caveat, and the folders of --rules under the same names")
    return book


def _made_with(archive: Archive, plan: Plan) -> dict[str, Any]:
    """All that decides what is in a partition: one that was made with the same is not made again."""
    decisions = hashlib.sha256(msgspec.json.encode(_settled(plan.ignores))).hexdigest()[:12] if plan.ignores else None
    return {
        "version": __version__,
        "rules": plan.rules,
        "only": sorted(plan.standard.only),
        "skip": sorted(plan.standard.skip),
        "as_of": str(plan.standard.as_of or ""),
        "stance": plan.standard.options.stance,
        "jurisdictions": list(plan.standard.options.jurisdictions),
        "max_size": plan.size,
        "prefilter": plan.prefilter,
        "decisions": decisions,
        "archive": archive.name,
        "stamp": stamp(archive),
    }


def _settled(ignores: Ignores) -> Any:
    return [sorted(ignores.files), ignores.today, sorted(ignores.sought), {name: ignores.entries[name] for name in sorted(ignores.entries)}]


def _lines(file: IO[bytes], archive: Archive, plan: Plan, book: Rulebook, decides: Mapping[str, Any]) -> Iterator[str]:
    """The partition's lines: pages as they come, then failures, then the summary that accounts for every record."""
    run, failures, skipped = begun(plan.ignores), list[Failure](), list[Skipped]()
    for result in _results(file, archive, plan, book, skipped):
        run = counted(run, result) if result else passed_over(run)
        if isinstance(result, Failure):
            failures.append(result)
        elif result:
            yield jsonl.page(result)
    yield from map(jsonl.failure, failures)
    told, made_of = _alone(run), _made_of(archive, run, skipped, decides)
    yield jsonl.summary(told, version=__version__, rules=book.digest, lists=book.lists, as_of=book.as_of, partition=made_of)


def _results(
    file: IO[bytes], archive: Archive, plan: Plan, book: Rulebook, skipped: list[Skipped]
) -> Iterator[PageReport | Failure | None]:
    """What became of each page; None: its bytes name no therapy."""
    names = _sieve(plan.standard) if plan.prefilter else None
    for found in warc.pages(file, archive.name, Access(size=plan.size, skipped=skipped.append)):
        if isinstance(found, Capture) and names and not names.passes(found):
            yield None
        else:
            result = _judged(found, plan, book) if isinstance(found, Capture) else found
            yield ignoring.marked(result, plan.ignores) if plan.ignores and isinstance(result, PageReport) else result


def _loaded(standard: Standard) -> Rulebook:
    return rulebook(standard.packs, standard.only, standard.skip, standard.places, standard.as_of, standard.base)


@cache
def _sieve(standard: Standard) -> Sieve:
    return sieve(_loaded(standard))


def _judged(capture: Capture, plan: Plan, book: Rulebook) -> PageReport | Failure:
    try:
        (result,) = results([capture], book, plan.standard.options)
        return result
    except CaveatError:
        raise
    except Exception as error:  # a page on which we fail must not end a run over millions; the worker's log has the traceback
        traceback.print_exc()
        said = f"caveat itself failed on it: {type(error).__name__}: {error}"
        return Failure(capture.target, Stage.AUDIT, said, "please report it", FailureKind.CRASHED)


def _alone(run: Summary) -> Summary:
    """Which decisions have gone stale only all partitions together can tell."""
    return replace(run, ignored=replace(run.ignored, pages=frozenset())) if run.ignored else run


def _made_of(archive: Archive, run: Summary, skipped: list[Skipped], decides: Mapping[str, Any]) -> dict[str, object]:
    decided = {"seen": sorted(run.ignored.seen), "pages": sorted(run.ignored.pages)} if run.ignored else None
    return {
        "archive": archive.name,
        "records": sum(each.records for each in skipped),
        "passed_over": {kind: count for each in skipped for kind, count in each.kinds},
        "made_with": dict(decides),
        "decisions": decided,
    }
