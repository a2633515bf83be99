"""How far a source may go for one target, how politely, and who is asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from caveat import __version__
from caveat.model import Capture, Exchange, Failure, FailureKind, Links, Skipped, Stage

if TYPE_CHECKING:
    from caveat.sources.wire import Terms

CONNECT = 10.0  # seconds; a host that is up answers well within


@dataclass(frozen=True, slots=True)
class Crawl:
    """How far a crawl goes on from the address that it is given. `links` finds where a page leads, for sources know no HTML."""

    links: Callable[[Capture], Links]
    pages: int = 200  # of one site that are asked for
    depth: int = 5  # links from the start
    include: tuple[str, ...] = ()  # patterns of paths; empty: all
    exclude: tuple[str, ...] = ()
    sitemaps: bool = True  # are read too


@dataclass(frozen=True, slots=True)
class Access:
    size: int = 25_000_000  # bytes of one page, after decompression
    seconds: float = 30.0  # for one answer
    contact: str = ""  # whom the owner of a site can write to; stands in the User-Agent
    delay: float = 1.0  # seconds between two requests to one host, a quarter more or less
    parallel: int = 16  # hosts that are asked at once
    retries: int = 2  # repetitions of a request that broke off or met a busy site
    ignoring_robots: str = ""  # why robots.txt is not asked for; empty: it is
    allow_private: bool = False  # addresses of the network we stand in
    insecure: bool = False  # certificates are not checked
    resolve: Mapping[str, str] = field(default_factory=dict)  # host, or host:port, → address, or address:port
    keep: Path | None = None  # the folder of kept pages; None: none are kept
    max_age: timedelta = timedelta(days=7)  # a kept page older than this is asked for again
    warn: Callable[[str], None] | None = None  # is told what goes wrong beside the pages, from the thread that fetches
    crawl: Crawl | None = None  # None: what an address holds is its page
    dry: bool = False  # nothing is fetched but robots.txt and sitemaps, to plan by
    record: Callable[[Exchange], None] | None = None  # is handed every request with its answer, from the thread that made it
    skipped: Callable[[Skipped], None] | None = None  # is told of each archive what was passed over in it


def agent(contact: str = "") -> str:
    """The name caveat gives itself, with an address the owner of a site can write to."""
    return f"caveat/{__version__} (+{contact})" if contact else f"caveat/{__version__} (reads clinic pages for an audit)"


def terms(access: Access) -> Terms:
    """What each exchange keeps to."""
    from caveat.sources.wire import Terms

    return Terms(
        size=access.size,
        packed=access.size,
        seconds=access.seconds,
        connect=min(CONNECT, access.seconds),
        agent=agent(access.contact),
        allow_private=access.allow_private,
        insecure=access.insecure,
        resolve=access.resolve,
        record=access.record,
    )


def megabytes(size: int) -> str:
    """A size as it stands in a message: `25 MB`, `1.5 MB`, `800 bytes`."""
    return f"{size / 1e6:.3g} MB" if size >= 100_000 else f"{size} bytes"


def too_large(target: str, stage: Stage, limit: int) -> Failure:
    return Failure(target, stage, f"is larger than {megabytes(limit)}", "raise the limit with --max-size", FailureKind.TOO_LARGE)
