"""The one way by which a browser gets anything: a function from an address to an answer, for pages of the web and for saved ones."""

from __future__ import annotations

import mimetypes
import socket
import time
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from caveat.sources.access import Access
from caveat.sources.web import agent

REDIRECTS = 5
WAIT = 10.0  # seconds at most for each piece of an answer: a page waits for none of what is beside it
FILES = "http://saved-page.invalid/"  # where a saved page stands for the browser: no host can have this name (RFC 2606)
KEPT = ("content-type", "access-control-allow-origin")  # headers of an answer that a browser is told


class Fetched(NamedTuple):
    """An answer to a GET, redirects followed; the body is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Get = Callable[[str], Fetched | None]


def beside(page: Path, size: int) -> Get:
    """Files in a saved page's folder and below it, by addresses under FILES; nothing else, and none larger than `size` bytes."""
    folder = page.resolve().parent

    def get(address: str) -> Fetched | None:
        if not address.startswith(FILES):
            return None
        try:
            file = (folder / unquote(urlsplit(address).path).lstrip("/")).resolve()
            if not file.is_relative_to(folder) or not file.is_file():
                return None
            with file.open("rb") as opened:
                data = opened.read(size + 1)
        except (OSError, ValueError):
            return None
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return Fetched(200, {"content-type": kind}, data) if len(data) <= size else None

    return get


def web(access: Access, page: str) -> Get:
    """
    Files of the web, within the limits of a page. Addresses of private networks are refused, but for those of the page's own origin.
    """
    own = _origin(page)

    def get(address: str) -> Fetched | None:
        try:
            return _fetched(address, own, access)
        except Exception:  # httpx has several unrelated bases, and what is beside a page may be as broken as it likes
            return None

    return get


def _fetched(address: str, own: tuple[str, str, int | None], access: Access) -> Fetched | None:
    import httpx  # here, for a run over files needs no HTTP client

    until = time.monotonic() + access.seconds
    asking = {"User-Agent": agent(access.contact), "Accept-Encoding": "gzip"}
    with httpx.Client(headers=asking, timeout=min(WAIT, access.seconds), transport=access.transport) as client:
        for _ in range(REDIRECTS + 1):
            if urlsplit(address).scheme not in ("http", "https") or (_origin(address) != own and _is_private(address)):
                return None
            with client.stream("GET", address) as response:
                if response.next_request is not None:
                    address = str(response.next_request.url)
                    continue
                peer = getattr(response.extensions.get("network_stream"), "get_extra_info", lambda _: None)("server_addr")
                if peer and _origin(address) != own and not ip_address(peer[0].partition("%")[0]).is_global:
                    return None  # the name led elsewhere than when it was looked up
                body = bytearray()
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > access.size or time.monotonic() > until:
                        return None
                return Fetched(
                    response.status_code, {name: response.headers[name] for name in KEPT if name in response.headers}, bytes(body)
                )
    return None


def _origin(address: str) -> tuple[str, str, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port


def _is_private(address: str) -> bool:
    """Whether any of a host's addresses is not of the public internet; a host that is unknown counts as such."""
    parts = urlsplit(address)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return True
    return any(not ip_address(str(each[4][0]).partition("%")[0]).is_global for each in found)
