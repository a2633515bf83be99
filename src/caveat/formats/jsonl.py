"""
The report as JSON Lines: a line for each page, then for each failure, each crawl and what is said of a site as a whole, the summary last.
A run can be written while it goes on.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from caveat.formats import wire
from caveat.model import Crawled, Failure, PageReport, Report, SiteCaveat, Summary


def page(report: PageReport) -> str:
    return _line("page", wire.page(report))


def failure(failed: Failure) -> str:
    return _line("failure", wire.failure(failed))


def crawl(crawled: Crawled) -> str:
    return _line("crawl", wire.crawl(crawled))


def site(told: SiteCaveat) -> str:
    return _line("site", wire.site(told))


def summary(
    run: Summary,
    *,
    version: str = "",
    rules: str = "",
    lists: Iterable[tuple[str, datetime.date]] = (),
    as_of: datetime.date | None = None,
    partition: Mapping[str, object] | None = None,
) -> str:
    """
    The last line: a file without it was cut short. It says which version and which rules made the lines above, and of a partition of a
    larger run what it is made of.
    """
    made_with = {"schema": wire.SCHEMA, "version": version or None, "rules": rules or None, "approved_lists": wire.lists(lists)}
    made_with["as_of"] = as_of.isoformat() if as_of else None
    return _line("summary", {**wire.summary(run), **made_with, **({"partition": partition} if partition else {})})


def render(report: Report) -> str:
    lines = [page(each) for each in report.pages] + [failure(each) for each in report.failures]
    lines += [crawl(each) for each in report.crawls] + [site(each) for each in report.sites]
    rest = summary(report.summary, version=report.version, rules=report.rules_digest, lists=report.lists, as_of=report.as_of)
    return "".join(lines) + rest


def _line(kind: str, record: wire.Record) -> str:
    return wire.text({"type": kind, **record}) + "\n"
