"""Crossref, for DOIs: title, type, and the notices that update the work. https://api.crossref.org/swagger-ui/index.html"""

from __future__ import annotations

import re
from urllib.parse import quote

from caveat.lookup.service import Service, Unreadable, dig, objects, text, texts
from caveat.model import Record

# https://www.crossref.org/documentation/register-maintain-records/maintaining-your-metadata/registering-updates/
_RETRACTS = ("retraction", "withdrawal", "removal")
_MARKED = re.compile(r"(?:article )?(retracted|withdrawn|removed)(?: article)?\s*[:\]–—-]", re.IGNORECASE)  # publishers mark titles so too
_NOTICE = re.compile(r"(?:retraction|withdrawal)(?: note| notice)?\b(?: to| of)?\s?:", re.IGNORECASE)


def read(answer: object, doi: str) -> Record:
    """The record of a work: https://api.crossref.org/works/{doi}, `message` of `message-type` work."""
    work = dig(answer, "message")
    if not isinstance(work, dict):
        raise Unreadable
    title = " ".join(texts(work.get("title")))
    updates = objects(work.get("updated-by"))
    retracting = [_update(each) for each in updates if text(each.get("type")).lower() in _RETRACTS]
    marked = _MARKED.match(title.lstrip("["))
    if marked and not retracting:
        retracting = [f"the title that Crossref gives begins “{title[: marked.end() + title.startswith('[')]}”"]
    types = (*texts(work.get("type")), *texts(work.get("subtype")))
    return Record(
        title=title,
        types=types,
        retracted="; ".join(retracting),
        notices=(
            *(_update(each) for each in updates if text(each.get("type")).lower() not in _RETRACTS),
            *(f"is itself a notice: {_kind(each)} of {text(each.get('DOI'))}" for each in objects(work.get("update-to"))),
            *(["a preprint, which nobody has reviewed for a journal"] if "preprint" in types else []),
            *(["is itself the notice of a retraction"] if _NOTICE.match(title) and not work.get("update-to") else []),
        ),
    )


def _kind(update: dict[str, object]) -> str:
    return text(update.get("label")).lower() or text(update.get("type")).replace("_", " ") or "update"


def _update(update: dict[str, object]) -> str:
    """`retraction of 2021-03-02, notice 10.1234/abc (Crossref, from retraction-watch)`."""
    parts = dig(update, "updated", "date-parts")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    date = "-".join(f"{part:02d}" for part in first[:3] if isinstance(part, int))
    notice = text(update.get("DOI"))
    source = text(update.get("source"))
    told = f"Crossref, from {source}" if source else "Crossref"
    return f"{_kind(update)}{f' of {date}' if date else ''}{f', notice {notice}' if notice else ''} ({told})"


SERVICE = Service(
    name="Crossref",
    kind="doi",
    base="https://api.crossref.org",
    pace=0.2,  # one work at a time, five a second for those who give no contact
    path=lambda doi: f"/works/{quote(doi, safe='', errors='replace')}",
    read=read,
)
