"""The commands. typer only reads the words: the work is handed back, and begins when typer, with exit codes of its own, is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import typer

from caveat.cli import flags, options
from caveat.cli.rules import rules
from caveat.cli.say import ended, say
from caveat.cli.spot import place
from caveat.cli.verdict import FailOn
from caveat.cli.version import version as show_version
from caveat.errors import Exit, UsageError

# The root of typer's usage errors, which has no name that all releases of typer share.
CommandLineError: type[Exception] = typer.BadParameter.__bases__[0]

EXIT_CODES = """
\b
Exit codes:
    0  every target was read and checked; nothing at or above --fail-on
    1  findings at or above --fail-on
    2  a bad option, configuration or rule file; nothing was audited
    3  incomplete: some target could not be read or checked, or the
       report could not be written, whatever was found
   70  a fault in caveat itself
  130  interrupted, by Ctrl-C or SIGTERM
The last line on stderr says why the code is not 0.
"""

EXIT_CODES_OF_EVIDENCE = """
\b
Exit codes:
    0  the evidence is whole; replayed, it gives the same findings
    1  something is changed, missing or added; replayed, findings differ
    2  a bad option, or no evidence there
    3  incomplete: the run did not end, or something could not be checked
   70  a fault in caveat itself
  130  interrupted
The last line on stderr says why the code is not 0.
"""

app = typer.Typer(
    name="caveat",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=EXIT_CODES,
    help="Audit clinic web pages for unsupported claims and for missing or faulty FDA caveats.",
)
app.add_typer(rules, name="rules")


class Line(NamedTuple):
    """The words of the command line, as commands are handed them; `resuming`: they are those of a journal, with what was said now."""

    words: list[str]
    resuming: bool


def understood(words: list[str], resuming: bool = False) -> Callable[[], Exit]:
    """The work a command line asks for. Its help, its version and its mistakes are answered here."""
    try:
        asked = app(args=words, prog_name="caveat", standalone_mode=False, obj=Line(words, resuming))
    except CommandLineError as error:
        return partial(_misspelt, error)
    except SystemExit:  # typer's answer when the reader of a help text has gone
        return lambda: Exit.CLEAN
    if asked == Exit.INTERRUPTED:  # typer's answer to Ctrl-C
        raise KeyboardInterrupt
    return asked if callable(asked) else lambda: Exit(asked or 0)


def _misspelt(error: Any) -> Exit:
    lines = error.format_message().splitlines()
    if type(error).__name__ == "NoArgsIsHelpError":
        for line in lines:
            say(line)
        return ended(Exit.USAGE, "no command given")
    say(f"Try `{error.ctx.command_path if error.ctx else 'caveat'} --help`.")
    return ended(Exit.USAGE, " ".join(line.strip() for line in lines))


@app.callback(invoke_without_command=True)
def caveat(version: flags.Version = False) -> None:
    if version:
        raise typer.Exit(show_version())


def _resumed(path: Path, said: list[str]) -> Exit:
    """Goes on with the run of a journal: the words it was begun with, and behind them, where they win, those said now."""
    from caveat.cli.session import with_words, words

    return understood(["audit", *with_words(words(path), said)], resuming=True)()


@app.command(epilog=EXIT_CODES)
def audit(
    context: typer.Context,
    targets: flags.Targets = None,
    files_from: flags.FilesFrom = None,
    column: flags.Column = "",
    id_column: flags.IdColumn = "",
    dry_run: flags.DryRun = False,
    format: flags.Format = None,
    output: flags.Output = None,
    stance: flags.Stance = options.StanceChoice.AUTO,
    jurisdiction: flags.Jurisdiction = None,
    as_of: flags.AsOf = "",
    fail_on: flags.Fail = FailOn.LOW,
    rules: flags.Rules = None,
    only: flags.Only = None,
    skip: flags.Skip = None,
    show_held_back: flags.ShowHeldBack = False,
    ignore: flags.Ignore = None,
    no_ignore: flags.NoIgnore = False,
    today: flags.Today = "",
    color: flags.Color = options.Color.AUTO,
    width: flags.Width = None,
    max_size: flags.MaxSize = "25MB",
    timeout: flags.Timeout = 30.0,
    contact: flags.Contact = "",
    delay: flags.Delay = 1.0,
    parallel: flags.Parallel = 16,
    retries: flags.Retries = 2,
    ignore_robots: flags.IgnoreRobots = False,
    reason: flags.RobotsReason = "",
    keep: flags.Keep = None,
    max_age: flags.MaxAge = "7d",
    allow_private: flags.AllowPrivate = False,
    insecure: flags.Insecure = False,
    resolve: flags.Resolve = None,
    crawl: flags.Crawl = False,
    max_pages: flags.MaxPages = None,
    depth: flags.Depth = None,
    include: flags.Include = None,
    exclude: flags.Exclude = None,
    no_sitemap: flags.NoSitemap = False,
    look_up: flags.LookUp = False,
    cache: flags.Cache = None,
    cache_days: flags.CacheDays = 30.0,
    look_up_at: flags.LookUpAt = None,
    evidence: flags.Evidence = None,
    timestamp: flags.Timestamp = "",
    jobs: flags.Jobs = None,
    journal: flags.Journal = None,
    resume: flags.Resume = None,
    log: flags.Log = options.Log.NONE,
    no_progress: flags.NoProgress = False,
    cluster: flags.Cluster = None,
    no_prefilter: flags.NoPrefilter = False,
    render: flags.Render = False,
    browser: flags.Browser = None,
) -> Callable[[], Exit]:
    """
    Say what pages claim and what they leave out.

    \b
    Examples: caveat audit saved/ https://clinic.example/lupus --format json -o report.json
              caveat audit page.html --look-up --contact desk@paper.example
              caveat audit https://clinic.example --crawl --max-pages 50 --exclude '/blog/*'
              caveat audit --files-from sites.txt --journal run.db --format jsonl -o report.jsonl
              caveat audit --cluster local crawl/*.warc.gz -o results
    """
    line: Line = context.obj
    if resume and not line.resuming:
        if targets or files_from or journal:
            raise UsageError(f"--resume {resume}: the targets are those of the journal", "name no target, list or --journal beside it")
        return partial(_resumed, resume, line.words[1:])
    reached = options.access(
        max_size,
        timeout,
        contact=contact,
        ignore_robots=ignore_robots,
        reason=reason,
        keep=keep,
        max_age=max_age,
        allow_private=allow_private,
        insecure=insecure,
        resolve=resolve,
        delay=delay,
        parallel=parallel,
        retries=retries,
        crawl=options.crawl(crawl, no_sitemap, include, exclude, pages=max_pages, depth=depth),
    )
    order = options.Order(
        targets=tuple(targets or ()),
        lists=tuple(files_from or ()),
        column=column,
        id_column=id_column,
        dry_run=dry_run,
        format=format or (options.Format.JSONL if cluster else options.Format.TERMINAL),
        output=output if str(output) != "-" else None,
        stance=stance,
        jurisdictions=options.listed(jurisdiction),
        as_of=options.as_of(as_of),
        fail_on=fail_on,
        rules=tuple(rules or ()),
        only=options.listed(only),
        skip=options.listed(skip),
        show_held_back=show_held_back,
        ignore=options.ignore(ignore, no_ignore),
        today=options.day("--today", today),
        color=color,
        width=width,
        access=reached,
        look_up=options.terms(look_up, cache, cache_days, look_up_at, reached),
        evidence=options.evidence(evidence, timestamp, output=output, journal=resume or journal, keep=keep, cache=cache),
        timestamp=timestamp,
        jobs=jobs,
        journal=resume or journal,
        resumed=resume is not None,
        log=log,
        progress=not no_progress,
        words=tuple(line.words[1:]),
        cluster=cluster,
        prefilter=not no_prefilter,
        render=options.render(render, browser),
    )

    def job() -> Exit:
        if order.cluster:
            from caveat.cli.cluster import run
        else:
            from caveat.cli.audit import run

        return run(order)

    return job


@app.command(epilog=EXIT_CODES)
def read(
    target: flags.Target,
    format: flags.ReadFormat = options.ReadFormat.TERMINAL,
    color: flags.Color = options.Color.AUTO,
    width: flags.Width = None,
    max_size: flags.MaxSize = "25MB",
    timeout: flags.Timeout = 30.0,
    contact: flags.Contact = "",
    ignore_robots: flags.IgnoreRobots = False,
    reason: flags.RobotsReason = "",
    keep: flags.Keep = None,
    max_age: flags.MaxAge = "7d",
    allow_private: flags.AllowPrivate = False,
    insecure: flags.Insecure = False,
    resolve: flags.Resolve = None,
    render: flags.Render = False,
    browser: flags.Browser = None,
) -> Callable[[], Exit]:
    """
    Show how a page is read: each block with its role and the reason for it.

    \b
    Example: caveat read page.html
    """
    access = options.access(
        max_size,
        timeout,
        contact=contact,
        ignore_robots=ignore_robots,
        reason=reason,
        keep=keep,
        max_age=max_age,
        allow_private=allow_private,
        insecure=insecure,
        resolve=resolve,
    )
    rendered = options.render(render, browser)

    def job() -> Exit:
        from caveat.cli.read import run

        return run(target, format, color, width, access, rendered)

    return job


@app.command(epilog=EXIT_CODES)
def explain(
    target: flags.Spot = None,
    line: flags.Line = None,
    stdin_line: flags.StdinLine = None,
    every: flags.Every = False,
    format: flags.ReadFormat = options.ReadFormat.TERMINAL,
    stance: flags.Stance = options.StanceChoice.AUTO,
    jurisdiction: flags.Jurisdiction = None,
    as_of: flags.AsOf = "",
    rules: flags.Rules = None,
    only: flags.Only = None,
    skip: flags.Skip = None,
    color: flags.Color = options.Color.AUTO,
    width: flags.Width = None,
    max_size: flags.MaxSize = "25MB",
    timeout: flags.Timeout = 30.0,
    contact: flags.Contact = "",
    ignore_robots: flags.IgnoreRobots = False,
    reason: flags.RobotsReason = "",
    keep: flags.Keep = None,
    max_age: flags.MaxAge = "7d",
    allow_private: flags.AllowPrivate = False,
    insecure: flags.Insecure = False,
    resolve: flags.Resolve = None,
    render: flags.Render = False,
    browser: flags.Browser = None,
) -> Callable[[], Exit]:
    """
    Say why a sentence was judged as it was: the rules that came near, what let them off, whom it speaks of, who speaks.

    \b
    Lines and columns are those of reports. Without a line it explains what the
    page's report finds and holds back, and what nearly matched.
    Example: caveat explain page.html:12
    Example: caveat explain https://clinic.example/lupus --line 12 --format json
    """
    where = place(target, line, stdin_line)
    access = options.access(
        max_size,
        timeout,
        contact=contact,
        ignore_robots=ignore_robots,
        reason=reason,
        keep=keep,
        max_age=max_age,
        allow_private=allow_private,
        insecure=insecure,
        resolve=resolve,
    )
    asked = options.Question(
        target=where.target,
        line=where.line,
        column=where.column,
        every=every,
        format=format,
        stance=stance,
        jurisdictions=options.listed(jurisdiction),
        as_of=options.as_of(as_of),
        rules=tuple(rules or ()),
        only=options.listed(only),
        skip=options.listed(skip),
        color=color,
        width=width,
        access=access,
        render=options.render(render, browser),
    )

    def job() -> Exit:
        from caveat.cli.explain import run

        return run(asked)

    return job


@app.command()
def ignore(
    ids: flags.FindingIds,
    decision: flags.Decided,
    reason: flags.Reason,
    who: flags.Who,
    expires: flags.Expires = "",
    date: flags.DecidedOn = "",
    report: flags.FromReport = None,
    file: flags.Decisions = options.DECISIONS,
) -> Callable[[], Exit]:
    """
    Write down why findings no longer count. The next audit shows them marked, and leaves them out of the exit code.

    \b
    Example: caveat ignore 0123456789abcdef --decision mistaken --reason "A song title" --who "A. Analyst" --from report.json
    """
    days = options.day("--date", date), options.day("--expires", expires) if expires else None

    def job() -> Exit:
        from caveat.cli.ignore import decided, run

        return run(decided(ids, decision, reason, who, *days), report, file)

    return job


@app.command(epilog=EXIT_CODES_OF_EVIDENCE)
def verify(
    folder: flags.Kept,
    head: flags.Head = "",
    tsa_roots: flags.TsaRoots = None,
    format: flags.ReadFormat = options.ReadFormat.TERMINAL,
) -> Callable[[], Exit]:
    """
    Hold kept evidence against its manifest: is any byte changed, missing or added?

    \b
    Example: caveat verify evidence/ --head 0123…cdef
    """
    noted = options.digest("--head", head)

    def job() -> Exit:
        from caveat.cli.verify import run

        return run(folder, noted, tsa_roots, format)

    return job


@app.command(epilog=EXIT_CODES_OF_EVIDENCE)
def replay(
    folder: flags.Kept,
    rules: flags.Rules = None,
    rules_of_today: flags.RulesOfToday = False,
    format: flags.ReadFormat = options.ReadFormat.TERMINAL,
) -> Callable[[], Exit]:
    """
    Audit again from kept evidence, without the network, and say whether the findings are the same.

    \b
    Example: caveat replay evidence/ --rules-of-today
    """

    def job() -> Exit:
        from caveat.cli.replay import run

        return run(folder, tuple(rules or ()), rules_of_today, format)

    return job


@app.command()
def schema(name: flags.SchemaName) -> Callable[[], Exit]:
    """
    Print the JSON Schema of a report.

    \b
    Example: caveat schema report > caveat-report.schema.json
    """

    def job() -> Exit:
        from caveat.cli.output import printed
        from caveat.formats import schema

        return printed(schema(name))

    return job
