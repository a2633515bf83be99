"""`caveat audit --cluster`: WARC files in, a folder of partitions out, their summary, and the exit code."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from caveat.audit import undisturbed
from caveat.batch import Event, Tell, What
from caveat.cli import decisions, options, session
from caveat.cli.audit import heard, standard
from caveat.cli.output import ReaderGone, opened
from caveat.cli.say import counted as number
from caveat.cli.say import ended, list_failures, say
from caveat.cli.stopping import Terminated, stoppable
from caveat.cli.verdict import FailOn, reaches
from caveat.dask import LOCAL, Archive, Form, Partition, Plan, archives, connected, lost, partitions, summary
from caveat.dask.account import ignored
from caveat.dask.archive import file_name
from caveat.dask.cluster import needs
from caveat.dask.store import swept, trouble
from caveat.errors import Exit, UsageError
from caveat.formats import wire
from caveat.judging import Options
from caveat.model import Failure, Severity, StanceValue
from caveat.rulebook import load

SUMMARY = "summary.json"
_AGAIN = "the partitions that are whole are kept; run the same command to make the rest"


def run(order: options.Order) -> Exit:
    """The whole run. Raises CaveatError for what ends it."""
    folder = _folder(order)
    done: list[Partition | Failure] = []
    with stoppable():
        try:
            return _run(order, folder, done)
        except KeyboardInterrupt as interrupt:
            list_failures(each for each in done if isinstance(each, Failure))
            how = "ended by SIGTERM" if isinstance(interrupt, Terminated) else "interrupted"
            return ended(Exit.INTERRUPTED, f"{how} after {number(len(done), 'archive')}; {_AGAIN}")


def _run(order: options.Order, folder: Path, done: list[Partition | Failure]) -> Exit:
    packs = tuple(pack.absolute() for pack in order.rules)
    with undisturbed():
        book = load(packs, order.only, order.skip, places=order.jurisdictions, as_of=order.as_of)
    stance = None if order.stance is options.StanceChoice.AUTO else StanceValue(order.stance)
    judged_by = Options(stance, book.places)
    ignores = decisions.read(order, book, judged_by)
    judged_to = replace(standard(order), packs=packs, options=judged_by)
    plan = Plan(judged_to, book.digest, folder, Form(order.format), order.access.size,
                order.prefilter, ignores)  # fmt: skip
    with trouble(folder):
        folder.mkdir(parents=True, exist_ok=True)
    given = list(archives(session.targets(order)))
    with heard(order, book, len(given)) as tell:
        _audited(order, given, plan, done, tell)
        record = summary(done, book, ignores)
        with opened(folder / SUMMARY, whole=True) as write:
            write(wire.text(record, indent=2) + "\n")
        with suppress(ReaderGone), opened(None, whole=False) as write:
            write(wire.text(record) + "\n")
        if ignores:
            decisions.list_lapsed(ignored(done, ignores))
        code, why = _concluded(order, done, record)
        tell(Event(What.FINISHED, more={"targets": record["targets"], **record["accounts"], "exit": code}))
    return ended(code, why) if code else code


def _audited(order: options.Order, given: list[Archive | Failure], plan: Plan, done: list[Partition | Failure], tell: Tell) -> None:
    names = {file_name(each, plan.form) for each in given if isinstance(each, Archive)}
    finished = False
    try:
        with connected(order.cluster or LOCAL, order.jobs) as client:
            before = lost(client)
            for each in partitions(given, plan, client, tell):
                done.append(each)
            finished = True
            if gone := lost(client) - before:
                say(f"caveat: {number(gone, 'worker')} of the cluster died; what was lost with them was done again, or is named below")
    finally:
        if finished or order.cluster == LOCAL:  # else workers may still be at partitions that they have begun, and may end them
            swept(plan.folder, names)


def _folder(order: options.Order) -> Path:
    """The folder of the results. Raises UsageError for what cannot be asked of a cluster."""
    if not order.targets and not order.lists:
        raise UsageError("no target given", "name WARC files or folders of them, or a list with --files-from")
    if order.format not in (options.Format.JSONL, options.Format.PARQUET):
        raise UsageError(f"--cluster: no partition is written as {order.format}", "choose --format jsonl or --format parquet")
    if order.output is None:
        raise UsageError("--cluster: no folder is named for the results", "name one with -o, which every worker can write to")
    if order.output.exists() and not order.output.is_dir():
        raise UsageError(f"-o {order.output}: is no folder", "name a folder; it is made where there is none")
    for wanted, word, why in (
        (order.journal, "--journal", "partitions that are whole are kept as it is: the same command goes on where it was"),
        (order.column, "--column", "pages of archives have no ids: give a plain list"),
        (order.access.crawl, "--crawl", "a cluster fetches no pages"),
        (order.dry_run, "--dry-run", "a cluster fetches no pages"),
        (order.evidence, "--evidence", "the archives are the evidence"),
        (order.render, "--render", "a browser on every worker is not started"),
        (order.look_up, "--look-up", "services are asked from one machine: audit the pages of interest with it, without --cluster"),
        (order.jobs and order.cluster != LOCAL, "--jobs", "a cluster that is there has as many workers as it has"),
        ("-" in order.targets, "-", "a page on standard input is no WARC file"),
    ):
        if wanted:
            raise UsageError(f"{word} does not go with --cluster", why)
    local = ["cryptography"] if order.cluster == LOCAL else []
    needs("dask", "distributed", *local, *(["pyarrow"] if order.format is options.Format.PARQUET else []))
    return order.output.absolute()


def _concluded(order: options.Order, done: list[Partition | Failure], record: dict[str, Any]) -> tuple[Exit, str]:
    """The exit code and the reason for it, after the lines that account for the run."""
    failures = [each for each in done if isinstance(each, Failure)]
    list_failures(sorted(failures, key=lambda each: each.target))
    whole = sorted((each for each in done if isinstance(each, Partition)), key=lambda each: each.archive)
    for each in whole:
        if missed := _missed(each.summary):
            what = f"{missed} of {number(each.summary['targets'], 'page')} could not be read or checked"
            say(f"caveat: {each.archive}: {what}; {each.file} names them")
    say(f"caveat: {_accounted(whole, failures, record)}")
    found = sum(record["findings"][level] for level in Severity if reaches(level, order.fail_on))
    why = f"{number(found, 'finding')} at or above {order.fail_on}"
    if missed := _missed(record):
        said = f"{missed} of {number(record['targets'], 'target')} could not be read or checked"
        return Exit.INCOMPLETE, f"{said}; {why}" if found else said
    return (Exit.FINDINGS, why) if found and order.fail_on is not FailOn.NEVER else (Exit.CLEAN, "")


def _missed(record: Any) -> int:
    """Failures, and pages in languages that no rule speaks."""
    told = record["accounts"]
    return int(told["not_checked"] + told["skipped_by_robots"] + sum(told["failed"].values()))


def _accounted(whole: list[Partition], failures: list[Failure], record: dict[str, Any]) -> str:
    """What became of all archives and records, in words."""
    told = record["accounts"]
    kept = sum(each.kept for each in whole)
    partitions_ = f"{number(len(whole), 'partition')} of {number(len(whole) + len(failures), 'archive')}"
    there = f" ({kept} there already)" if kept else ""
    apart = {
        "audited": told["audited"],
        "whose bytes name no therapy, not parsed": told.get("names_no_therapy", 0),
        "not checked (language)": told["not_checked"],
        "failed": sum(told["failed"].values()) - len(failures),
    }
    pages = ", ".join(f"{count} {what}" for what, count in apart.items() if count) or "none"
    return f"{partitions_}{there}; {number(record['records'], 'record')}: pages {pages}; no pages {sum(record['passed_over'].values())}"
