"""A WARC file as a target: the pages among its records (ISO 28500:2017), read one by one, with what is passed over counted."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from caveat.model import Capture, Failure, FailureKind, Skipped, Stage
from caveat.sources.access import Access, megabytes, too_large
from caveat.sources.file import why_not
from caveat.sources.payload import HEAD, Garbled, TooLarge, answer, undone
from caveat.sources.records import Record, records

ENDINGS = (".warc", ".warc.gz", ".wet", ".wet.gz")
ELSEWISE = {  # archives that are none of these, and what to do with them
    ".warc.zst": "unpack it with zstd first",
    ".arc": "`warcio recompress` makes a WARC file of it",
    ".arc.gz": "`warcio recompress` makes a WARC file of it",
    ".wacz": "it is a ZIP archive; unpack it and audit the WARC files in its folder archive/",
}
PAGES = ("text/html", "application/xhtml+xml", "text/plain")
PERHAPS = ("", "application/octet-stream", "application/xml", "text/xml")  # pages if they begin like one
NO_PAGES = ("image", "video", "audio", "font", "text", "application")  # the kinds that are counted apart
_LOOKS = re.compile(rb"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--.*?-->\s*+)*+<(?:!doctype\s++html|html[\s>]|head[\s>]|body[\s>])", re.I | re.S)
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z")
_REMEMBERED = 1_000_000  # payloads of which revisits are known; some 100 bytes each


@dataclass(slots=True)
class _Seen:
    """What was met so far in one file: counts of what is passed over, and the payloads that revisit records may refer to."""

    pages: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    payloads: set[str] = field(default_factory=set)

    def remember(self, digest: str) -> None:
        if digest and len(self.payloads) < _REMEMBERED:
            self.payloads.add(digest[:100])


class _PassedOver(Exception):
    """A record that holds no page; says what it is instead, in the plural."""


def claims(target: str) -> bool:
    return "://" not in target and target.lower().endswith((*ENDINGS, *ELSEWISE))


def holds_copies(target: str) -> bool:
    """Whether an archive holds the texts of pages that another one holds, by the name that is usual for such."""
    return target.lower().endswith(ENDINGS[2:])


def read(target: str, access: Access) -> Iterator[Capture | Failure]:
    """
    The pages of a WARC file: HTML and text that a site answered with status 200, and pages kept as resource or conversion records. A
    page's target is the file and the address, `crawl.warc.gz#https://clinic.example/`. A broken record is a failure that names its number
    and its place; other records, other statuses and what is no page are counted, and told through `access.skipped`.
    """
    for ending, advice in ELSEWISE.items():
        if target.lower().endswith(ending):
            yield Failure(target, Stage.OPEN, f"{ending} files are not read", advice)
            return
    try:
        with Path(target).open("rb") as file:
            yield from pages(file, target, access)
    except (OSError, ValueError) as error:
        yield why_not(target, error)


def pages(file: IO[bytes], target: str, access: Access) -> Iterator[Capture | Failure]:
    """The same of an archive that is open already, wherever it is kept. Raises what reading it raises."""
    seen, count = _Seen(), 0
    for record in records(file, access.size + HEAD):
        count += 1
        try:
            found = _page(record, target, access.size, seen)
        except _PassedOver as why:
            seen.skipped[str(why)] += 1
            continue
        seen.pages += isinstance(found, Capture)
        yield found
    if not count:
        yield Failure(target, Stage.OPEN, "holds no record", "check that the file is whole")
    if access.skipped and count:
        access.skipped(Skipped(target, count, seen.pages, tuple(seen.skipped.most_common())))


def _page(record: Record, target: str, limit: int, seen: _Seen) -> Capture | Failure:
    kind, url = record.headers.get("warc-type", "").lower(), record.headers.get("warc-target-uri", "").strip("<>")
    name = f"{target}#{url}" if url else target
    if record.fault:
        return _failure(name, record, record.fault)
    try:
        match kind:
            case "response" if url.lower().startswith(("http:", "https:")):
                return _answered(record, name, url, limit, seen)
            case "resource" | "conversion" if url.lower().startswith(("http:", "https:", "file:")):
                return _kept(record, name, url, limit)
            case "revisit":
                return _revisited(record, name, seen)
            case "response" | "resource" | "conversion":
                raise _PassedOver(f"{kind} records of other addresses")
            case "warcinfo" | "request" | "metadata" | "continuation":
                raise _PassedOver(f"{kind} records")
            case _:
                raise _PassedOver("records of unknown types")
    except Garbled as error:
        return _failure(name, record, str(error))
    except TooLarge:
        return too_large(name, Stage.READ, limit)


def _answered(record: Record, name: str, url: str, limit: int, seen: _Seen) -> Capture | Failure:
    given = answer(record.block)
    if given.status != 200:
        raise _PassedOver(f"answers with status {given.status}")
    media_type, charset = _content(given.headers.get("content-type", ""))
    media_type = record.headers.get("warc-identified-payload-type", "").lower() if media_type in PERHAPS[1:2] else media_type
    _must_be_page(media_type, url)
    if not given.body and not record.length > len(record.block):
        raise _PassedOver("empty answers")
    if why := _not_whole(record, limit):
        return _failure(name, record, why) if record.length <= limit + HEAD else too_large(name, Stage.READ, limit)
    data = undone(given, limit)
    _must_look(data, media_type)
    seen.remember(record.headers.get("warc-payload-digest", ""))
    return Capture(name, data, url, _time(record), media_type, charset)


def _kept(record: Record, name: str, url: str, limit: int) -> Capture | Failure:
    media_type, charset = _content(record.headers.get("content-type", ""))
    _must_be_page(media_type, url)
    if not record.length:
        raise _PassedOver("empty records")
    if record.length > limit:
        return too_large(name, Stage.READ, limit)
    if why := _not_whole(record, limit):
        return _failure(name, record, why)
    _must_look(record.block, media_type)
    return Capture(name, record.block, "" if url.lower().startswith("file:") else url, _time(record), media_type, charset)


def _revisited(record: Record, name: str, seen: _Seen) -> Failure:
    """A page stored once only (ISO 28500:2017, 6.7): if the other record was read here all is well, else the page is missing."""
    if record.headers.get("warc-payload-digest", "-")[:100] in seen.payloads:
        raise _PassedOver("repetitions (revisit records) of pages read")
    try:
        headers = answer(record.block).headers
    except Garbled:
        headers = {}
    _must_be_page(_content(headers.get("content-type", ""))[0], name)
    whose = record.headers.get("warc-refers-to-target-uri", "another address" if "warc-refers-to" in record.headers else "its address")
    day = record.headers.get("warc-refers-to-date", "an earlier time")
    why = f"says that the page is the same as that of {whose} at {day}, which this file does not hold"
    return _failure(name, record, why, "audit the file that holds it")


def _not_whole(record: Record, limit: int) -> str:
    """Why the block of a record is not the one that was to be stored; empty: it is, as far as can be known."""
    if reason := record.headers.get("warc-truncated", ""):
        return f"was cut short when it was stored ({reason[:40]})"
    if "warc-segment-number" in record.headers:
        return "is stored in segments, which are not put together"
    if record.length > len(record.block):
        return f"is larger than {megabytes(limit)}"
    return "" if _as_digested(record) else "is not as it was stored: its block digest differs"


def _as_digested(record: Record) -> bool:
    """Whether the block has its WARC-Block-Digest, in any of the ways in which tools write one; one of an unknown kind says nothing."""
    algorithm, _, digest = record.headers.get("warc-block-digest", "").partition(":")
    if algorithm.lower() not in ("sha1", "sha256", "sha512", "md5"):
        return True
    made = hashlib.new(algorithm.lower(), record.block, usedforsecurity=False)
    encoded = (base64.b32encode(made.digest()), base64.b64encode(made.digest()), base64.urlsafe_b64encode(made.digest()))
    known = {each.decode().rstrip("=") for each in encoded} | {made.hexdigest(), made.hexdigest().upper()}
    return digest.rstrip("=") in known


def _content(header: str) -> tuple[str, str]:
    """Media type and charset of a Content-Type."""
    parsed = Message()
    parsed["content-type"] = header[:1000]
    charset = parsed.get_param("charset", "")
    return header.partition(";")[0].strip().lower()[:100], charset if isinstance(charset, str) else ""


def _must_be_page(media_type: str, url: str) -> None:
    if _path(url) == "/robots.txt":
        raise _PassedOver("robots.txt files")
    if media_type not in (*PAGES, *PERHAPS):
        major = media_type.partition("/")[0]
        raise _PassedOver(f"{major if major in NO_PAGES else 'other'} files")


def _path(url: str) -> str:
    try:
        return urlsplit(url.rpartition("#")[2] if "#http" in url else url).path
    except ValueError:
        return ""


def _must_look(data: bytes, media_type: str) -> None:
    if media_type in PERHAPS and not _LOOKS.match(data):
        raise _PassedOver("data of no stated type" if not media_type else "application files")


def _time(record: Record) -> str:
    found = _TIME.fullmatch(record.headers.get("warc-date", ""))
    return f"{found[1]}Z" if found else ""


def _failure(name: str, record: Record, why: str, hint: str = "") -> Failure:
    place = f"record {record.number} at byte {record.offset}"
    return Failure(name, Stage.READ, f"{place}: {why}", hint, FailureKind.GARBLED)
