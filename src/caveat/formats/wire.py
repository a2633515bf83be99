"""The report as plain values, written out by hand: schema caveat-report/1. Keys are added freely, never renamed; what is absent is null."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable

from caveat.formats.clean import escaped
from caveat.model import (
    Browser,
    Check,
    Crawled,
    CueSaid,
    Failure,
    FailureKind,
    Finding,
    HeldBack,
    Ignore,
    Ignored,
    LookedUp,
    Measured,
    PageReport,
    Redirect,
    Reference,
    Severity,
    SiteCaveat,
    Slots,
    Spoken,
    Stance,
    Stripped,
    Summary,
    Support,
)
from caveat.model import Record as StudyRecord

SCHEMA = "caveat-report/1"

Record = dict[str, object]


def text(value: object, indent: int | None = None) -> str:
    """`value` as JSON that is valid UTF-8 whatever stood on the page."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=indent))


def page(report: PageReport) -> Record:
    return {
        "target": report.target,
        "url": report.url or None,
        "fetched": report.fetched or None,
        "sha256": report.sha256 or None,
        "title": report.title or None,
        "language": report.language or None,
        "stance": stance(report.stance),
        "stripped": [stripped(each) for each in report.stripped],
        "findings": [finding(each) for each in report.findings],
        "held_back": [held_back(each) for each in report.held_back],
        "checks": [check(each) for each in report.checks],
        "blocks": report.blocks,
        "redirects": [redirect(each) for each in report.redirects],
        "languages": [spoken(each) for each in report.languages],
        "jurisdictions": list(report.jurisdictions),
        "browser": browser(report.browser) if report.browser else None,
        "list_id": report.list_id or None,
        "start": report.start or None,
    }


def browser(used: Browser) -> Record:
    return {"name": used.name, "width": used.width, "height": used.height}


def failure(failed: Failure) -> Record:
    return {
        "target": failed.target,
        "stage": failed.stage,
        "reason": failed.reason,
        "hint": failed.hint or None,
        "kind": failed.kind,
        "list_id": failed.list_id or None,
        "start": failed.start or None,
    }


def crawl(crawled: Crawled) -> Record:
    """What became of the addresses of a site; the numbers add up."""
    return {
        "target": crawled.target,
        "found": crawled.found,
        "fetched": crawled.fetched,
        "reported": crawled.reported,
        "unreported": {why.value: count for why, count in crawled.unreported.items()},
        "left": {why.value: count for why, count in crawled.left.items()},
        "nofollow": crawled.nofollow,
        "sitemaps": crawled.sitemaps,
        "notes": list(crawled.notes),
    }


def site(told: SiteCaveat) -> Record:
    groups = {"shown": told.shown, "faulty": told.faulty, "missing": told.missing, "apart": told.apart}
    counts = {name: {"count": pages.count, "first": list(pages.first)} for name, pages in groups.items()}
    return {"host": told.host, "rule": told.rule, "spread": told.spread, "message": told.message, **counts}


def summary(run: Summary) -> Record:
    return {
        "targets": run.targets,
        "pages": run.pages,
        "failures": run.failures,
        "findings": {severity.value: run.findings.get(severity, 0) for severity in Severity},
        "pages_with_findings": run.pages_with_findings,
        "not_checked": run.not_checked,
        "ignored": ignored(run.ignored) if run.ignored else None,
        "accounts": accounts(run),
    }


def accounts(run: Summary) -> Record:
    """What became of the targets; the numbers add up to all of them."""
    apart = (FailureKind.LANGUAGE, FailureKind.ROBOTS)
    unparsed = {"names_no_therapy": run.unparsed} if run.unparsed else {}  # only a run with a prefilter passes pages over
    return {
        "audited": run.pages - run.unspoken,
        "not_checked": run.unspoken + run.failed.get(FailureKind.LANGUAGE, 0),
        "skipped_by_robots": run.failed.get(FailureKind.ROBOTS, 0),
        "failed": {kind.value: run.failed[kind] for kind in FailureKind if kind not in apart and run.failed.get(kind)},
        **unparsed,
    }


def finding(found: Finding) -> Record:
    """A claim or a caveat. `quote` is "" for a missing caveat, which stands nowhere: its line, column, role and place are null."""
    return {
        "id": found.id,
        "kind": found.kind,
        "rule": found.rule,
        "category": found.category,
        "severity": found.severity,
        "strength": found.strength,
        "quote": found.quote,
        "match": list(found.match),
        "line": found.line or None,
        "column": found.column or None,
        "role": found.role or None,
        "place": found.place or None,
        "heading": list(found.heading),
        "link": found.link or None,
        "slots": slots(found.slots),
        "cues": [cue(each) for each in found.cues],
        "support": support(found.support) if found.support else None,
        "message": found.message,
        "authority": list(found.authority),
        "also": list(found.also),
        "outcome": found.outcome,
        "title": found.title or None,
        "repeats": found.repeats,
        "ignored": decision(found.ignored) if found.ignored else None,
        "jurisdictions": list(found.jurisdictions),
        "prominence": [measured(each) for each in found.prominence],
    }


def lists(taken: Iterable[tuple[str, datetime.date]]) -> Record:
    """The day each list of approved products was taken."""
    return {name: day.isoformat() for name, day in taken}


def decision(made: Ignore) -> Record:
    """Why a finding does not count."""
    expires = made.expires.isoformat() if made.expires else None
    return {"decision": made.decision, "reason": made.reason, "who": made.who, "date": made.date.isoformat(), "expires": expires}


def ignored(made: Ignored) -> Record:
    """What a run made of the decisions it was given."""
    return {
        "files": list(made.ignores.files),
        "today": made.ignores.today.isoformat(),
        "findings": made.findings,
        "stale": [entry(each, made) for each in made.stale],
        "expired": [entry(each, made) for each in made.expired],
    }


def entry(made: Ignore, run: Ignored) -> Record:
    """A decision as it stands in its file."""
    about = {"page": made.page or None, "rule": made.rule or None, "quote": made.quote or None}
    return {"id": made.id, "file": run.ignores.homes[made.id], **about, **decision(made)}


def held_back(held: HeldBack) -> Record:
    return {
        "rule": held.rule,
        "category": held.category,
        "quote": held.quote,
        "match": list(held.match),
        "line": held.line or None,
        "column": held.column or None,
        "role": held.role or None,
        "place": held.place or None,
        "cue": cue(held.cue),
    }


def stance(taken: Stance) -> Record:
    return {"value": taken.value, "cues": [cue(each) for each in taken.cues]}


def slots(filled: Slots) -> Record:
    return {"therapy": filled.therapy or None, "condition": filled.condition or None, "effect": filled.effect or None}


def support(beside: Support) -> Record:
    return {"state": beside.state, "why": beside.why or None, "references": [reference(each) for each in beside.references]}


def reference(cited: Reference) -> Record:
    return {
        "text": cited.text,
        "line": cited.line or None,
        "level": cited.level,
        "why": cited.why or None,
        "ids": list(cited.ids),
        "looked_up": [looked_up(each) for each in cited.looked_up],
    }


def looked_up(answer: LookedUp) -> Record:
    return {
        "id": answer.id or None,
        "source": answer.source or None,
        "address": answer.address or None,
        "asked": answer.asked or None,
        "cached": answer.cached,
        "failure": answer.failure or None,
        "record": record(answer.record) if answer.record else None,
    }


def record(told: StudyRecord) -> Record:
    return {
        "title": told.title or None,
        "types": list(told.types),
        "level": told.level,
        "retracted": told.retracted or None,
        "notices": list(told.notices),
        "about": list(told.about),
        "status": told.status or None,
        "results": told.results,
        "sponsor": told.sponsor or None,
        "sponsor_class": told.sponsor_class or None,
        "same_as": told.same_as or None,
    }


def cue(said: CueSaid) -> Record:
    return {"text": said.text, "says": said.says}


def stripped(boilerplate: Stripped) -> Record:
    return {"role": boilerplate.role, "blocks": boilerplate.blocks, "repeats": boilerplate.repeats, "sample": boilerplate.sample}


def check(made: Check) -> Record:
    prominence = [measured(each) for each in made.prominence]
    return {"check": made.check, "state": made.state, "reason": made.reason or None, "prominence": prominence}


def measured(asked: Measured) -> Record:
    return {"criterion": asked.criterion, "answer": asked.answer, "detail": asked.detail or None}


def spoken(part: Spoken) -> Record:
    return {"language": part.language, "share": part.share, "words": part.words}


def redirect(hop: Redirect) -> Record:
    return {"status": hop.status, "url": hop.url}
