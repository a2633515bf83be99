"""Exchanges, files and reading copies as WARC 1.1 records (ISO 28500:2017), written by warcio, the bytes as they went over the wire."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import uuid
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from caveat.model import Capture, Exchange, Rendered

_TRANSFER = re.compile(rb"^transfer-encoding(?=[ \t]*:)", re.IGNORECASE | re.MULTILINE)
_TRUNCATED = ("length", "time", "disconnect", "unspecified")  # what WARC-Truncated may say
_AGENT = re.compile(rb"^user-agent[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


class Packed(NamedTuple):
    """A record, compressed by itself as a gzip member."""

    id: str
    type: str
    data: bytes


def warcinfo(name: str, about: dict[str, str]) -> Packed:
    """What opens a file: who wrote it, and how."""
    made = "".join(f"{key}: {_one_line(value)}\r\n" for key, value in about.items() if value)
    return _record("warcinfo", made.encode(), "application/warc-fields", {"WARC-Filename": name})


def sent(exchange: Exchange) -> bytes:
    """
    The answer's block. The body is stored without its chunks, so the head must not announce them: the field goes on under the name that
    other crawlers give it. All else is byte for byte as received.
    """
    return _TRANSFER.sub(b"X-Orig-Transfer-Encoding", exchange.head) + exchange.body


def exchanged(exchange: Exchange, info: str, certificate: bool) -> Iterator[Packed]:
    """A request, its answer if one came, and what is known of the connection; `certificate`: with all its bytes, not by its hash alone."""
    peer = "" if exchange.proxy else exchange.peer.rpartition(":")[0].strip("[]") or exchange.peer  # a proxy's is not that of the host
    common = {"WARC-Target-URI": _uri(exchange.url), "WARC-Date": exchange.started, "WARC-Warcinfo-ID": info}
    there = {**common, "WARC-IP-Address": peer} if peer else common
    answered = ""
    if exchange.head:
        cut = exchange.truncated and (exchange.truncated if exchange.truncated in _TRUNCATED else "unspecified")
        more = {"WARC-Truncated": cut} if cut else {}
        response = _record("response", sent(exchange), "application/http;msgtype=response", {**there, **more}, len(exchange.body))
        answered = response.id
        yield response
    related = {"WARC-Concurrent-To": answered} if answered else {}
    if exchange.request:
        form = len(exchange.request.partition(b"\r\n\r\n")[2])
        asked = _record("request", exchange.request, "application/http;msgtype=request", {**there, **related}, form)
        answered, related = answered or asked.id, related or {"WARC-Concurrent-To": asked.id}
        yield asked
    yield _record("metadata", _known(exchange, certificate), "application/warc-fields", {**common, **related})


def _known(exchange: Exchange, certificate: bool) -> bytes:
    """The fields of a metadata record. A certificate is given in full when it is first met in a file, then by its SHA-256."""
    agent = _AGENT.search(exchange.request)
    fields = {
        "purpose": exchange.purpose.value,
        "agent": agent[1].decode("utf-8", "replace") if agent else "",
        "robots": exchange.robots,
        "protocol": exchange.protocol,
        "peer": exchange.peer,
        "proxy": exchange.proxy,
        "answer": "" if exchange.head else "none came",
        "truncated": exchange.truncated,
        "tls": exchange.tls,
        "tls-verified": ("yes" if exchange.verified else "no") if exchange.tls else "",
        "tls-certificate-sha256": hashlib.sha256(exchange.certificate).hexdigest() if exchange.certificate else "",
        "tls-certificate": base64.b64encode(exchange.certificate).decode() if certificate else "",
    }
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields.items() if value).encode()


def kept(capture: Capture, uri: str, date: str, info: str) -> Packed:
    """The bytes of a page that did not come over the wire in this run: a file, a page of another archive, one from a cache."""
    charset = f"; charset={capture.charset}" if capture.charset else ""
    kind = f"{capture.media_type or 'application/octet-stream'}{charset}"
    return _record("resource", capture.data, _one_line(kind), {"WARC-Target-URI": _uri(uri), "WARC-Date": date, "WARC-Warcinfo-ID": info})


def copied(text: str, uri: str, date: str, info: str, of: str) -> Packed:
    """The reading copy of a page, which is what the findings point into."""
    headers = {"WARC-Target-URI": _uri(uri), "WARC-Date": date, "WARC-Warcinfo-ID": info, "WARC-Refers-To": of}
    return _record("conversion", text.encode("utf-8", "surrogatepass"), "text/plain; charset=utf-8", headers)


def rendered(shown: Rendered, uri: str, date: str, info: str, of: str) -> Packed:
    """What a browser made of a page, with what it measured in attributes."""
    headers = {"WARC-Target-URI": _uri(uri), "WARC-Date": date, "WARC-Warcinfo-ID": info, "WARC-Refers-To": of}
    return _record("conversion", shown.html.encode("utf-8", "surrogatepass"), "text/html; charset=utf-8", headers)


def _record(kind: str, block: bytes, content_type: str, headers: dict[str, str], payload: int | None = None) -> Packed:
    """`payload`: how many bytes at the end of the block are its payload; None: all."""
    named = f"<urn:uuid:{uuid.uuid4()}>"
    digests = {"WARC-Block-Digest": _digest(block)}
    if kind != "warcinfo":
        digests["WARC-Payload-Digest"] = _digest(block[len(block) - payload :] if payload is not None else block)
    fields = [("WARC-Type", kind), ("WARC-Record-ID", named), *headers.items(), *digests.items(), ("Content-Type", content_type)]
    if "WARC-Date" not in headers:
        fields.insert(2, ("WARC-Date", WARCWriter(None, warc_version="1.1").curr_warc_date()))
    # Not by its method for responses, which takes the HTTP head apart and writes it anew.
    head = StatusAndHeaders("", fields, protocol="WARC/1.1")
    record = ArcWarcRecord("warc", kind, head, io.BytesIO(block), None, content_type, len(block))
    packed = io.BytesIO()
    WARCWriter(packed, gzip=True, warc_version="1.1").write_record(record)
    return Packed(named, kind, packed.getvalue())


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _uri(address: str) -> str:
    """An address that is hostile must not begin a line of its own."""
    return quote(address, safe="!\"#$%&'()*+,/:;=?@[\\]^_`{|}~-.", errors="surrogatepass")


def _one_line(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().split())
