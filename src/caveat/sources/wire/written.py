"""What an answer's header says, and how what went over the wire is written down."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message
from http import HTTPStatus
from typing import Any

import httpcore
import httpx

BREAKS = re.compile(rb"[\r\n\0]")  # HTTP/2 can carry them, and httpcore lets them through
LONGEST = 1_000  # characters of a Content-Type that are read, for email's parser takes time with the square of them
MOVED = (301, 302, 303, 307, 308)


def head(first: str, fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    """
    A head of HTTP/2 in the form of HTTP/1.1: the first line is made, names and values are as they went, but for line breaks, with which
    an answer could forge lines. They are written as spaces (RFC 9110, 5.5).
    """
    lines = [BREAKS.sub(b" ", name + b": " + value) for name, value in fields]
    return b"\r\n".join([first.encode("ascii"), *lines, b"", b""])


def status_line(status: int) -> str:
    try:
        return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP/1.1 {status} "


def peer(found: Any) -> str:
    """Address and port, as in `192.0.2.1:443` and `[2001:db8::1]:443`."""
    if not found:
        return ""
    address, port = found[:2]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def content_type(headers: httpx.Headers) -> tuple[str, str]:
    """Media type and charset, lower-case; empty where the server does not say."""
    given = (headers.get_list("content-type") or [""])[-1][:LONGEST]
    message = Message()
    message["content-type"] = given
    return given.partition(";")[0].strip().lower(), message.get_content_charset("")


def location(response: httpcore.Response, asked: str) -> str:
    """
    Where a redirect leads, without what stands after the `#`; empty for an answer that is none. What cannot be made an absolute address
    is given as it stands, for asking it will say what is wrong with it.
    """
    given = next((value for name, value in response.headers if name.lower() == b"location"), b"")
    if response.status not in MOVED or not given.strip():
        return ""
    try:
        text = given.decode("utf-8").strip()
    except UnicodeDecodeError:
        text = given.decode("latin-1").strip()
    try:
        return str(httpx.URL(asked).join(text).copy_with(fragment=None))
    except (httpx.InvalidURL, ValueError):
        return text
