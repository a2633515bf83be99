"""The whole report as one JSON object, for programs that read a run at once."""

from __future__ import annotations

from caveat.formats import wire
from caveat.model import Report


def render(report: Report) -> str:
    value = {
        "schema": wire.SCHEMA,
        "version": report.version,
        "rules": report.rules_digest,
        "approved_lists": wire.lists(report.lists),
        "as_of": report.as_of.isoformat() if report.as_of else None,
        "pages": [wire.page(each) for each in report.pages],
        "failures": [wire.failure(each) for each in report.failures],
        "crawls": [wire.crawl(each) for each in report.crawls],
        "sites": [wire.site(each) for each in report.sites],
        "summary": wire.summary(report.summary),
    }
    return wire.text(value, indent=2) + "\n"
