"""`caveat audit`: targets in, report out, and the exit code."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from caveat import __version__
from caveat.audit import begun, counted, report, results, undisturbed
from caveat.cli import decisions, evidence, options
from caveat.cli.output import ReaderGone, Write, opened
from caveat.cli.progress import track
from caveat.cli.say import counted as number
from caveat.cli.say import ended, list_failures, say
from caveat.cli.verdict import Tally
from caveat.errors import Exit, UsageError
from caveat.formats import FORMATS, jsonl, terminal
from caveat.judging import Options
from caveat.lookup import SERVICES, Desk, Terms
from caveat.model import Failure, Ignored, Ignores, PageReport, StanceValue
from caveat.rulebook import Rulebook, load
from caveat.sources import captures, listed


def run(order: options.Order) -> Exit:
    """The whole run. Raises CaveatError for what ends it before or while the report is written."""
    _check(order)
    with undisturbed():
        book = load(order.rules, order.only, order.skip)
    gc.freeze()  # the rulebook lives as long as the run: the collector need not walk it with every page
    stance = None if order.stance is options.StanceChoice.AUTO else StanceValue(order.stance)
    judged_by = Options(stance, options.jurisdictions(order.jurisdictions, book))
    ignores = decisions.read(order, book, judged_by)
    tally = Tally(order.fail_on, ignored=Ignored(ignores) if ignores else None)
    targets = chain(order.targets, *map(listed, order.lists))
    desk = _desk(order.look_up) if order.look_up else None
    kept = evidence.keeping(order, book, judged_by)
    captured = captures(targets, kept.access(order.access))
    found = tally.watching(kept.watching(results(captured, book, judged_by, kept.asking(desk.ask if desk else None), ignores, kept.page)))
    try:
        with opened(order.output, whole=order.format is not options.Format.JSONL) as write:
            _write(order, track(found, _shows_progress(order)), book, ignores, kept.writing(write, order.format))
    except ReaderGone:
        pass  # what was found until then still counts
    except KeyboardInterrupt:
        return _interrupted(order, tally)
    if desk and desk.trouble:
        say(f"caveat: answers could not be kept in {desk.trouble}; --cache names another folder")
    return _concluded(tally, kept)


def _desk(terms: Terms) -> Desk:
    """The desk that looks things up. Raises UsageError for a service it doesn't know."""
    names = [service.name.lower() for service in SERVICES]
    for name in terms.at:
        if name not in names:
            raise UsageError(f"--look-up-at: no service {name!r}", f"the services are {', '.join(names)}")
    if terms.cache:
        return Desk(terms)
    from platformdirs import user_cache_path

    return Desk(replace(terms, cache=user_cache_path("caveat", appauthor=False) / "look-up"))


def _check(order: options.Order) -> None:
    if not order.targets and not order.lists:
        raise UsageError("no target given", "name files, folders or addresses, - for standard input, or a list with --files-from")
    if [*order.targets, *order.lists].count("-") > 1:
        raise UsageError("standard input can be read once only", "- stands more than once among the targets and lists")
    for read in [*order.targets, *order.lists, *map(str, decisions.files(order))]:
        if order.output and order.output.is_file() and Path(read).is_file() and order.output.samefile(read):
            raise UsageError(f"-o {order.output}: would overwrite what is to be read", "choose another name for the report")
    if "-" in (*order.targets, *order.lists) and sys.stdin is not None and sys.stdin.isatty():
        say("caveat: reading from the keyboard; end with Ctrl-D")


def _write(order: options.Order, found: Iterable[PageReport | Failure], book: Rulebook, ignores: Ignores | None, write: Write) -> None:
    match order.format:
        case options.Format.JSONL:
            _stream(found, book, ignores, write)
        case options.Format.TERMINAL:
            color, width = options.colored(order.color, order.output), options.columns(order.width, order.output)
            write(terminal.render(report(found, book, ignores), width=width, color=color, show_held_back=order.show_held_back))
        case other:
            write(FORMATS[other](report(found, book, ignores)))


def _stream(found: Iterable[PageReport | Failure], book: Rulebook, ignores: Ignores | None, write: Write) -> None:
    """A record a page as it ends, then the failures, then the summary, by whose absence a reader knows that the run was interrupted."""
    run, failures = begun(ignores), []
    try:
        for result in found:
            run = counted(run, result)
            if isinstance(result, Failure):
                failures.append(result)
            else:
                write(jsonl.page(result))
    finally:
        for failed in failures:
            write(jsonl.failure(failed))
    write(jsonl.summary(run, version=__version__, rules=book.digest, lists=book.lists))


def _shows_progress(order: options.Order) -> bool:
    """On a terminal, for more than one page, and not between the records of a report on the same terminal."""
    several = len(order.targets) > 1 or bool(order.lists) or any(Path(target).is_dir() for target in order.targets)
    if order.format is options.Format.JSONL and options.on_terminal(order.output):
        return False
    return several and sys.stderr is not None and sys.stderr.isatty()


def _interrupted(order: options.Order, tally: Tally) -> Exit:
    list_failures(tally.failures)
    kept = "the records of these are written" if order.format is options.Format.JSONL else "no report is written"
    return ended(Exit.INTERRUPTED, f"interrupted after {number(tally.targets, 'target')}; {kept}")


def _concluded(tally: Tally, kept: evidence.Keeping) -> Exit:
    list_failures(tally.failures)
    if not tally.finished:
        return ended(Exit.INCOMPLETE, f"the reader of the report stopped after {number(tally.targets, 'target')}; the rest was not audited")
    decisions.list_lapsed(tally.ignored)
    code, why = kept.ended(*tally.verdict())
    return ended(code, why) if code else code
