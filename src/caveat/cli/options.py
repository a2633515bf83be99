"""The choices and values of the options, and what is wrong with a value that cannot be used."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caveat.cli.say import counted, say
from caveat.cli.verdict import FailOn
from caveat.errors import UsageError
from caveat.model import Skipped
from caveat.sources.access import Access, Crawl

if TYPE_CHECKING:
    from caveat.lookup import Terms

AGE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[smhd])", re.IGNORECASE)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
# clinic.example:127.0.0.1:8080, clinic.example:443:[::1]
RESOLVED = re.compile(r"(?P<host>[^:\s]+(?::\d+)?):(?P<address>\[(?P<six>[^\]\s]+)\]|(?P<four>[\d.]+))(?P<port>:\d+)?")
SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[kmg]?)(?P<binary>i?)b?", re.IGNORECASE)
PAGE_WIDTH = 80
DECISIONS = Path("caveat-ignore.toml")  # the file of decisions that a run reads when nothing is said of any


class Format(StrEnum):
    TERMINAL = "terminal"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"  # of partitions only


class ReadFormat(StrEnum):
    TERMINAL = "terminal"
    JSON = "json"


class StanceChoice(StrEnum):
    PROMOTER = "promoter"
    INFORMER = "informer"
    AUTO = "auto"


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Log(StrEnum):
    NONE = "none"
    JSON = "json"


class Draft(StrEnum):
    CLAIM = "claim"
    CAVEAT = "caveat"
    CUE = "cue"
    STANCE = "stance"
    WEIGHING = "weighing"
    BOILERPLATE = "boilerplate"
    WALL = "wall"


class Language(StrEnum):
    """The languages that a rule can be translated into."""

    ES = "es"


class Schema(StrEnum):
    REPORT = "report"
    READ = "read"
    EXPLAIN = "explain"
    PLAN = "plan"
    VERIFY = "verify"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class Render:
    """That pages are to be rendered, and by which browser; None: one is looked for."""

    browser: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be explained: the options of `caveat explain`, by their names. Line and column are 0 where none is given."""

    target: str
    line: int
    column: int
    every: bool
    format: ReadFormat
    stance: StanceChoice
    jurisdictions: tuple[str, ...]
    rules: tuple[Path, ...]
    only: tuple[str, ...]
    skip: tuple[str, ...]
    as_of: datetime.date | None  # None: the day until which the rules know the law
    color: Color
    width: int | None
    access: Access
    render: Render | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for: the options of `caveat audit`, by their names."""

    targets: tuple[str, ...]
    lists: tuple[str, ...]
    column: str  # of the lists that holds the targets; empty: they are no tables
    id_column: str  # that holds their ids; empty: none does
    dry_run: bool  # nothing is fetched but what a plan needs
    format: Format
    output: Path | None
    stance: StanceChoice
    jurisdictions: tuple[str, ...]
    fail_on: FailOn
    rules: tuple[Path, ...]
    only: tuple[str, ...]
    skip: tuple[str, ...]
    as_of: datetime.date | None  # None: the day until which the rules know the law
    show_held_back: bool
    ignore: tuple[Path, ...] | None  # None: the file of the working directory, if there is one
    today: datetime.date
    color: Color
    width: int | None
    access: Access
    look_up: Terms | None  # None: nothing is looked up
    jobs: int | None  # None: as many as there are processors, where it pays
    journal: Path | None  # None: a run that cannot be gone on with
    resumed: bool  # the journal's run goes on
    log: Log
    progress: bool
    words: tuple[str, ...]  # of the command line, behind the command
    cluster: str | None  # "local", or the address of a scheduler; None: this process audits
    prefilter: bool  # pages of a cluster's archives that name no therapy are not parsed
    render: Render | None  # None: pages are read as they come
    evidence: Path | None  # the folder in which evidence is kept; None: none is
    timestamp: str  # address of an authority that stamps it; empty: none does


def listed(given: Iterable[str] | None) -> tuple[str, ...]:
    """The values of an option that may be repeated, or hold several with commas between."""
    return tuple(word for value in given or () for word in value.replace(" ", "").split(",") if word)


def size(given: str) -> int:
    """`25MB`, `500 kB`, `2GiB` or a bare number, in bytes."""
    found = SIZE.fullmatch(given.strip())
    bytes_ = int(float(found["number"]) * (1024 if found["binary"] else 1000) ** " kmg".index(found["unit"].lower() or " ")) if found else 0
    if not bytes_:
        raise UsageError(f"--max-size: {given!r} is no size", "a size looks like 25MB or 500kB")
    return bytes_


def ignore(given: list[Path] | None, none: bool) -> tuple[Path, ...] | None:
    """The files of decisions that were asked for; None when nothing was said of them."""
    if given and none:
        raise UsageError("--ignore and --no-ignore exclude each other")
    return () if none else tuple(given) if given else None


def day(option: str, given: str) -> datetime.date:
    """A day as the user wrote it; today, in UTC as all times of a report, for an empty one."""
    try:
        return datetime.date.fromisoformat(given) if given else datetime.datetime.now(datetime.UTC).date()
    except ValueError:
        raise UsageError(f"{option}: {given!r} is no date", "a date is written 2026-11-02") from None


def as_of(given: str) -> datetime.date | None:
    """The day whose law is asked for; None where none is. Raises UsageError."""
    return day("--as-of", "" if given == "today" else given) if given else None


def told(given: str) -> str:
    """What is put into the User-Agent, which can hold plain ASCII only."""
    if not (given.isascii() and given.isprintable()):
        raise UsageError("--contact: only plain ASCII characters can be sent", "give a mail address or a page of yours")
    return given


def access(
    max_size: str,
    timeout: float,
    *,
    contact: str,
    ignore_robots: bool,
    reason: str,
    keep: Path | None,
    max_age: str,
    allow_private: bool,
    insecure: bool,
    resolve: Iterable[str] | None,
    **more: Any,
) -> Access:
    """How sources are read, by the options of those names; `more` are delay, parallel, retries and the crawl."""
    return Access(
        size=size(max_size),
        seconds=timeout,
        contact=told(contact),
        ignoring_robots=ignoring_robots(ignore_robots, reason),
        keep=kept(keep),
        max_age=age("--max-age", max_age),
        allow_private=allow_private,
        insecure=insecure,
        resolve=resolved(resolve),
        warn=lambda text: say(f"caveat: {text}"),
        skipped=_say_skipped,
        **more,
    )


def crawl(wanted: bool, no_sitemap: bool, include: list[str] | None, exclude: list[str] | None, **limits: int | None) -> Crawl | None:
    """How far --crawl goes; None where it is not asked for. `limits` are pages and depth, None where nothing was said of them."""
    said = {name: value for name, value in limits.items() if value is not None}
    if not wanted:
        asked = {
            "--max-pages": "pages" in said,
            "--depth": "depth" in said,
            "--include": include,
            "--exclude": exclude,
            "--no-sitemap": no_sitemap,
        }
        if option := next((name for name, value in asked.items() if value), None):
            raise UsageError(f"{option} is of use with --crawl only", "add --crawl, or leave it out")
        return None
    from caveat.reading import links

    return Crawl(links, include=patterns("--include", include), exclude=patterns("--exclude", exclude), sitemaps=not no_sitemap, **said)


def patterns(option: str, given: list[str] | None) -> tuple[str, ...]:
    """Patterns of paths, each of which has to begin as paths do, or to leave open how they begin."""
    for pattern in given or ():
        if not pattern.startswith(("/", "*", "?", "[")):
            raise UsageError(f"{option}: {pattern!r} matches no path", "a pattern looks like '/blog/*' or '*therap*'")
    return tuple(given or ())


def _say_skipped(passed: Skipped) -> None:
    kinds = ", ".join(f"{kind} ({number:,})" for kind, number in passed.kinds)
    found = f"{counted(passed.pages, 'page')} in {counted(passed.records, 'record')}"
    say(f"caveat: {passed.target}: {found}; passed over: {kinds or 'none'}")


def age(option: str, given: str) -> datetime.timedelta:
    """`90m`, `12h` or `7d`."""
    found = AGE.fullmatch(given.strip())
    try:
        if found:
            return datetime.timedelta(**{UNITS[found["unit"].lower()]: float(found["number"])})
    except OverflowError:
        pass
    raise UsageError(f"{option}: {given!r} is no length of time", "it is written 90m, 12h or 7d")


def resolved(given: Iterable[str] | None) -> dict[str, str]:
    """`HOST:ADDRESS`, each with a port or none, as hosts and what is connected to in place of their own addresses."""
    found = {}
    for pair in given or ():
        parts = RESOLVED.fullmatch(pair)
        try:
            bare = str(ip_address(parts["six"] or parts["four"])) if parts else ""
        except ValueError:
            bare = ""
        if not parts or not bare:
            raise UsageError(f"--resolve: {pair!r} names no host and address", "it looks like clinic.example:127.0.0.1:8080")
        found[parts["host"].lower()] = f"{parts['address']}{parts['port']}" if parts["port"] else bare
    return found


def ignoring_robots(wanted: bool, reason: str) -> str:
    """Why robots.txt is not asked for; empty where it is."""
    if wanted is not bool(reason.strip()):
        raise UsageError(*(("--ignore-robots: no reason is given", "say why with --reason; it stands in the report")
                           if wanted else ("--reason is of use with --ignore-robots only", "add it, or leave the reason out")))  # fmt: skip
    return " ".join(reason.split())


def kept(folder: Path | None) -> Path | None:
    if folder and folder.exists() and not folder.is_dir():
        raise UsageError(f"--keep {folder}: is no folder", "name a folder; it is made where there is none")
    return folder


def mirrors(given: Iterable[str] | None) -> dict[str, str]:
    """`crossref=https://mirror.example` as the services' names, in small letters, and the addresses asked in place of theirs."""
    found = {}
    for pair in given or ():
        name, _, address = pair.partition("=")
        if not re.fullmatch(r"https?://[^\s/]+\S*", address):
            raise UsageError(f"--look-up-at: {pair!r} names no address", "it looks like crossref=https://mirror.example")
        found[name.strip().lower()] = address
    return found


def render(wanted: bool, browser: Path | None) -> Render | None:
    """How --render renders; None where it is not asked for."""
    if browser and not wanted:
        raise UsageError("--browser is of use with --render only", "add --render, or leave it out")
    return Render(browser) if wanted else None


def terms(wanted: bool, cache: Path | None, days: float, at: Iterable[str] | None, access: Access) -> Terms | None:
    """On what terms --look-up asks; None where it is not asked for."""
    if not wanted:
        if cache or at:
            raise UsageError(f"{'--cache' if cache else '--look-up-at'} is of use with --look-up only", "add --look-up, or leave it out")
        return None
    if cache and cache.exists() and not cache.is_dir():
        raise UsageError(f"--cache {cache}: is no folder", "name a folder; it is made where there is none")
    from caveat.lookup import Terms

    return Terms(cache, days, access.contact, access.seconds, at=mirrors(at))


def evidence(folder: Path | None, timestamp: str, **others: Path | None) -> Path | None:
    """The folder for the evidence, if one was given, which nothing else may write to."""
    if timestamp and folder is None:
        raise UsageError("--timestamp is of use with --evidence only", "add --evidence DIR, or leave it out")
    if timestamp and not re.fullmatch(r"https?://[^\s/]+\S*", timestamp):
        raise UsageError(f"--timestamp: {timestamp!r} is no address", "it looks like https://tsa.example/tsr")
    for name, path in others.items():
        if folder and path and folder.resolve() in (path.resolve(), *path.resolve().parents):
            raise UsageError(f"--{name} {path}: is in the folder of the evidence", "name another place; the folder is the evidence's alone")
    return folder


def digest(option: str, given: str) -> str:
    """A SHA-256 as it is printed, in small letters."""
    if given and not re.fullmatch("[0-9a-fA-F]{64}", given.strip()):
        raise UsageError(f"{option}: {given!r} is no SHA-256", "it has 64 digits of 0-9 and a-f, as `caveat verify` prints it")
    return given.strip().lower()


def on_terminal(output: Path | None) -> bool:
    return output is None and sys.stdout is not None and sys.stdout.isatty()


def colored(choice: Color, output: Path | None) -> bool:
    """Whether the report is in colour: asked for, or a terminal that shows colour and a reader who did not forbid it."""
    if choice is Color.AUTO:
        return on_terminal(output) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return choice is Color.ALWAYS


def columns(given: int | None, output: Path | None) -> int:
    """The width of the report: asked for, the terminal's, or that of a page when nobody looks on."""
    return given or (shutil.get_terminal_size((PAGE_WIDTH, 24)).columns if on_terminal(output) else PAGE_WIDTH)
