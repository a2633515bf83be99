"""The one way by which a browser gets anything: a function from an address to an answer, for pages of the web and for saved ones."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from caveat.model import Purpose
from caveat.sources.access import Access, terms
from caveat.sources.wire import Broken, Wire
from caveat.sources.wire.address import checked

REDIRECTS = 5
WAIT = 10.0  # seconds at most for each answer: a page waits no longer for what is beside it
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
    """Files of the web, within the limits of a page. Addresses of private networks are refused, but for the page's own origin."""
    limits = terms(replace(access, seconds=min(WAIT, access.seconds)))
    own, beside_it = Wire(limits), Wire(replace(limits, allow_private=False))

    def get(address: str) -> Fetched | None:
        try:
            return asyncio.run(_followed(address, lambda each: own if _origin(each) == _origin(page) else beside_it))
        except Broken:
            return None

    return get


async def _followed(address: str, wire: Callable[[str], Wire]) -> Fetched | None:
    time = asyncio.get_running_loop().time
    end = time() + WAIT
    for _ in range(REDIRECTS + 1):
        if time() > end:
            return None
        answer = await wire(address).ask(address, Purpose.PART)
        if not answer.location:
            kept = {name: answer.headers[name] for name in KEPT if name in answer.headers}
            return Fetched(answer.status, kept, answer.data)
        address = answer.location
    return None


def _origin(address: str) -> tuple[str, str, int]:
    """As the wire reads it. Raises Broken for what is no address."""
    return checked(address)[:3]
