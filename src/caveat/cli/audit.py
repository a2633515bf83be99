"""`caveat audit`: targets in, report out, and the exit code."""

from __future__ import annotations

import gc
import shlex
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from caveat import __version__
from caveat.audit import begun, counted, report, undisturbed
from caveat.batch import Event, Journal, Standard, Tell, What, results, usable, warm
from caveat.cli import decisions, evidence, options, session
from caveat.cli.log import log
from caveat.cli.output import ReaderGone, Write, opened
from caveat.cli.progress import progress
from caveat.cli.rendering import rendering
from caveat.cli.say import counted as number
from caveat.cli.say import ended, list_failures, say
from caveat.cli.stopping import Terminated, stoppable
from caveat.cli.verdict import Tally
from caveat.errors import Exit, OutputError, UsageError
from caveat.formats import FORMATS, jsonl, terminal
from caveat.formats.wording import crawl as crawl_said
from caveat.ignoring import marked
from caveat.judging import Options
from caveat.lookup import SERVICES, Desk, Terms
from caveat.model import Crawled, Failure, Ignored, Ignores, Listed, PageReport, StanceValue
from caveat.rulebook import Rulebook, load
from caveat.sites import Sites
from caveat.sources import Access, Arrival, Past, Target, arrivals


def run(order: options.Order) -> Exit:
    """The whole run. Raises CaveatError for what ends it before or while the report is written."""
    _check(order)
    if order.dry_run:
        from caveat.cli import dry

        return dry.run(order)
    with stoppable():
        tally = Tally(order.fail_on)
        try:
            return _run(order, tally)
        except OutputError as error:
            if order.journal and "--resume" not in error.hint:
                error.hint = "; ".join(filter(None, (error.hint, _go_on(order.journal))))
            raise
        except KeyboardInterrupt as interrupt:
            return _interrupted(order, tally, isinstance(interrupt, Terminated))


def _run(order: options.Order, tally: Tally) -> Exit:
    if order.jobs != 1 and (order.jobs or order.journal):
        warm(standard(order))  # the workers' server loads the rules while we do
    with undisturbed():
        book = load(order.rules, order.only, order.skip, places=order.jurisdictions, as_of=order.as_of)
    gc.freeze()  # the rulebook lives as long as the run: the collector need not walk it with every page
    stance = None if order.stance is options.StanceChoice.AUTO else StanceValue(order.stance)
    judged_by = Options(stance, book.places)
    ignores = decisions.read(order, book, judged_by)
    tally.ignored = Ignored(ignores) if ignores else None
    desk = _desk(order.look_up) if order.look_up else None
    judged_to = replace(standard(order), options=judged_by)
    kept = evidence.watching(order, ignores)
    reached = kept.access(order.access)
    with (
        rendering(order.render, reached) as rendered,
        session.journal(order, book) as journal,
        kept.begun(book, journal),
        heard(order, book, _total(order, journal)) as tell,
        closing(_arrivals(order, reached, journal, tell, tally.crawls)) as arriving,
    ):
        came = (each._replace(of=rendered(each.of)) if each.of else each for each in arriving)
        found = results(came, judged_to, book, journal, order.jobs, kept.asking(desk), tell, kept.done)
        whole = order.format is not options.Format.JSONL
        with suppress(ReaderGone), opened(order.output, whole=whole) as write:  # what was found until a reader left still counts
            _write(order, tally.watching(_marked(found, ignores)), book, ignores, tally, kept.writing(write, order.format))
        if desk and desk.trouble:
            say(f"caveat: answers could not be kept in {desk.trouble}; --cache names another folder")
        code, why = _concluded(order, tally)
        if tally.finished:
            code, why = kept.ended(code, why)
            if order.journal:
                journal.note("finished", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        tell(Event(What.FINISHED, more={"targets": tally.targets, **tally.accounts, "exit": code}))
    return ended(code, why) if code else code


def standard(order: options.Order) -> Standard:
    return Standard(order.rules, order.only, order.skip, order.jurisdictions, order.as_of, copies=order.evidence is not None)


def _total(order: options.Order, journal: Journal) -> int | None:
    """How many results there will be, where that is known beforehand."""
    return len(journal) if order.journal and not order.access.crawl else None


def _arrivals(order: options.Order, access: Access, journal: Journal, tell: Tell, crawls: dict[int, Crawled]) -> Generator[Arrival]:
    """What the targets hold; of a run with a journal, its targets, but for what is done. Crawls that have ended are noted."""

    def known(place: tuple[int, ...], target: str) -> tuple[str, ...] | None:
        links = journal.known(place, target)
        if links is not None:
            tell(Event(What.KNOWN, target))
        return links

    def past(number: int) -> Past:
        found = journal.past(number)
        for target, _ in found.parts.values():
            tell(Event(What.KNOWN, target))
        return found

    targets = journal.targets() if order.journal else _noted(order, journal)
    for arrival in arrivals(targets, access, *((known, past) if order.journal else ())):
        if arrival.crawled:
            crawls[arrival.order[0]] = arrival.crawled
            if order.journal:
                journal.crawled(arrival.order[0], arrival.crawled)
        yield arrival


def _noted(order: options.Order, journal: Journal) -> Iterator[Target]:
    """The targets of a run without a journal of its own, those noted whose results are told by them."""
    for at, target in enumerate(session.targets(order)):
        if order.access.crawl or isinstance(target, Listed):
            journal.listed(at, target)
        yield target


def _marked(found: Iterable[PageReport | Failure], ignores: Ignores | None) -> Iterable[PageReport | Failure]:
    return (marked(each, ignores) if isinstance(each, PageReport) else each for each in found) if ignores else found


@contextmanager
def heard(order: options.Order, book: Rulebook, total: int | None) -> Iterator[Tell]:
    """Whoever is told what happens: the log, the line of progress, and stderr, for faults of our own."""
    with progress(_shows_progress(order), total) as shown:

        def tell(event: Event) -> None:
            for line in str(event.more.get("trace", "")).splitlines():
                say(line)
            shown(event)
            if order.log is options.Log.JSON:
                log(event)

        run = {"version": __version__, "rules": book.digest, "jobs": order.jobs or usable(), "journal": str(order.journal or "") or None}
        tell(Event(What.STARTED, more={**run, "targets": total, "resumed": order.resumed}))
        yield tell


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
    if order.format is options.Format.PARQUET or not order.prefilter:
        word = "--format parquet" if order.prefilter else "--no-prefilter"
        raise UsageError(f"{word} is of use with --cluster only", "add --cluster local, or leave it out")
    if order.column and not order.lists:
        raise UsageError("--column is of use with --files-from only", "name the table with --files-from FILE")
    if order.id_column and not order.column:
        raise UsageError("--id-column is of use with --column only", "say with --column where the targets stand")
    if [*order.targets, *order.lists].count("-") > 1:
        raise UsageError("standard input can be read once only", "- stands more than once among the targets and lists")
    for read in [*order.targets, *order.lists, *map(str, decisions.files(order)), *map(str, filter(None, [order.journal]))]:
        if order.output and order.output.is_file() and Path(read).is_file() and order.output.samefile(read):
            raise UsageError(f"-o {order.output}: would overwrite what is to be read", "choose another name for the report")
    if order.journal and "-" in order.targets:
        raise UsageError("--journal: a page on standard input cannot be read again when the run goes on", "save it in a file")
    evidence.check(order)
    if not order.resumed and "-" in (*order.targets, *order.lists) and sys.stdin is not None and sys.stdin.isatty():
        say("caveat: reading from the keyboard; end with Ctrl-D")


def _write(
    order: options.Order, found: Iterable[PageReport | Failure], book: Rulebook, ignores: Ignores | None, tally: Tally, write: Write
) -> None:
    if order.format is options.Format.JSONL:
        _stream(found, book, ignores, tally, write)
        return
    whole = replace(report(found, book, ignores), crawls=tally.crawled)  # they are known when all results are
    if order.format is options.Format.TERMINAL:
        color, width = options.colored(order.color, order.output), options.columns(order.width, order.output)
        write(terminal.render(whole, width=width, color=color, show_held_back=order.show_held_back))
    else:
        write(FORMATS[order.format](whole))


def _stream(found: Iterable[PageReport | Failure], book: Rulebook, ignores: Ignores | None, tally: Tally, write: Write) -> None:
    """
    A record a page as it ends, then the failures, the crawls, what is said of whole sites, then the summary, by whose absence a reader
    knows that the run was interrupted.
    """
    run, failures, sites = begun(ignores), [], Sites()
    try:
        for result in found:
            run = counted(run, result)
            sites.see(result)
            if isinstance(result, Failure):
                failures.append(result)
            else:
                write(jsonl.page(result))
    finally:
        for failed in failures:
            write(jsonl.failure(failed))
    for crawled in tally.crawled:
        write(jsonl.crawl(crawled))
    for told in sites.told():
        write(jsonl.site(told))
    write(jsonl.summary(run, version=__version__, rules=book.digest, lists=book.lists, as_of=book.as_of))


def _shows_progress(order: options.Order) -> bool:
    """On a terminal, for more than one page, and not between the records of a report on the same terminal."""
    several = len(order.targets) > 1 or bool(order.lists or order.access.crawl) or any(Path(target).is_dir() for target in order.targets)
    if (order.format is options.Format.JSONL and options.on_terminal(order.output)) or order.log is not options.Log.NONE:
        return False
    return several and order.progress and sys.stderr is not None and sys.stderr.isatty()


def _go_on(journal: Path) -> str:
    return f"go on with: caveat audit --resume {shlex.quote(str(journal))}"


def _interrupted(order: options.Order, tally: Tally, terminated: bool) -> Exit:
    list_failures(tally.failures)
    kept = "the records of these are written" if order.format is options.Format.JSONL else "no report is written"
    if order.journal:
        kept = _go_on(order.journal)
    how = "ended by SIGTERM" if terminated else "interrupted"
    return ended(Exit.INTERRUPTED, f"{how} after {number(tally.targets, 'target')}; {kept}")


def _concluded(order: options.Order, tally: Tally) -> tuple[Exit, str]:
    """The exit code and the reason for it, after the lines that account for the run."""
    list_failures(tally.failures)
    if not tally.finished:
        kept = "the rest was not audited"
        if order.journal:
            kept = _go_on(order.journal)
        return Exit.INCOMPLETE, f"the reader of the report stopped after {number(tally.targets, 'target')}; {kept}"
    decisions.list_lapsed(tally.ignored)
    for crawled in tally.crawled:
        say(f"caveat: {crawled.target}: {crawl_said(crawled)}")
    if order.journal or (tally.failures and tally.targets > 1):
        say(f"caveat: {number(tally.targets, 'target')}: {tally.accounted()}")
    return tally.verdict()
