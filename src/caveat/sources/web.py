"""A web address as a target: fetched over http or https, redirects followed one by one and recorded, within limits of time and size."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from caveat import __version__
from caveat.model import Capture, Failure, Redirect, Stage
from caveat.sources.access import Access, too_large

if TYPE_CHECKING:
    import httpx

REDIRECTS = 10
CONNECT = 10.0  # seconds; a host that is up answers well within
PAGES = {"", "application/xhtml+xml", "application/xml", "application/octet-stream"}  # beside text/*; reading looks what the last holds
HINTS = {
    401: "the page is behind a login; save it in a browser and audit the file",
    403: "the site may turn away automated readers; save the page in a browser and audit the file",
    404: "check the address",
    410: "the page was taken down; an archived copy may exist",
    429: "the site asks for fewer requests; try again later",
}
HELD = {"application/pdf": "a PDF", "image": "an image", "video": "a video", "audio": "a sound", "application/json": "data"}


def claims(target: str) -> bool:
    return "://" in target


def read(target: str, access: Access) -> Iterator[Capture | Failure]:
    scheme = target.partition("://")[0].lower()
    if scheme in ("http", "https"):
        yield fetch(target, access)
    elif scheme == "file":
        yield Failure(target, Stage.OPEN, "file: addresses are not read", "give the path itself")
    else:
        yield Failure(target, Stage.OPEN, f"{scheme}: addresses are not read", "give an http or https address, or a saved page")


def agent(contact: str = "") -> str:
    """The name caveat gives itself, with an address the owner of a site can write to."""
    return f"caveat/{__version__} (+{contact})" if contact else f"caveat/{__version__} (reads clinic pages for an audit)"


def fetch(target: str, access: Access) -> Capture | Failure:
    """One page from the network. Whatever goes wrong on the way is a failure that says what and, where it can, what to do."""
    import httpx  # here, for a run over files needs no HTTP client

    from caveat.sources.deadline import Deadline
    from caveat.sources.trouble import said

    headers = {"User-Agent": agent(access.contact), "Accept": "text/html, application/xhtml+xml, text/plain", "Accept-Encoding": "gzip"}
    timeout = httpx.Timeout(access.seconds, connect=min(CONNECT, access.seconds))
    with Deadline(access.seconds) as deadline:
        try:
            with httpx.Client(transport=access.transport, headers=headers, timeout=timeout) as client:
                found = _follow(client, client.build_request("GET", target, extensions={"trace": deadline.trace}), target, access.size)
                deadline.check()  # a body without a length looks whole when it is cut
                return found
        except Exception as error:  # httpx has several unrelated bases, and its idna and header errors are plain ValueErrors
            if not (reason := said(error, deadline, access.seconds)):
                raise
            return Failure(target, Stage.FETCH, *reason)


def _follow(client: httpx.Client, request: httpx.Request, target: str, limit: int) -> Capture | Failure:
    redirects: list[Redirect] = []
    local = False
    while True:
        response = client.send(request, stream=True)
        try:
            # A public page must not make us read the network we stand in, such as a cloud's metadata service.
            if _is_local(response) and redirects and not local:
                return Failure(target, Stage.FETCH, f"redirects into a private network, to {request.url}", "audit that address by itself")
            local = _is_local(response)
            if response.next_request is None:
                return _captured(response, target, tuple(redirects), limit)
            redirects.append(Redirect(response.status_code, str(response.url)))
            request = response.next_request
            if len(redirects) > REDIRECTS:
                return Failure(target, Stage.FETCH, f"redirects more than {REDIRECTS} times", "open it in a browser to see where it leads")
            if request.url.scheme not in ("http", "https"):
                return Failure(target, Stage.FETCH, f"redirects to {request.url}, which is no page of the web")
        finally:
            response.close()


def _is_local(response: httpx.Response) -> bool:
    """Whether the answer came from a machine of our own network; a transport in place of the network has no peer, so no."""
    from ipaddress import ip_address

    stream = response.extensions.get("network_stream")
    peer: Any = stream.get_extra_info("server_addr") if stream else None
    return bool(peer) and not ip_address(peer[0].partition("%")[0]).is_global


def _captured(response: httpx.Response, target: str, redirects: tuple[Redirect, ...], limit: int) -> Capture | Failure:
    from caveat.sources.body import TooLarge, body

    moved = f" at {response.url}" if redirects else ""
    if not response.is_success:
        return Failure(target, Stage.FETCH, f"the site answers {_status(response.status_code)}{moved}", _hint(response.status_code))
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in PAGES and not media_type.startswith("text/"):
        held = HELD.get(media_type) or HELD.get(media_type.partition("/")[0]) or "something else"
        return Failure(target, Stage.READ, f"is {held} ({media_type}), not a page{moved}", _extract(media_type))
    try:
        data = body(response, limit)
    except TooLarge:
        return too_large(target, Stage.FETCH, limit)
    fetched = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Capture(target, data, str(response.url), fetched, media_type, response.charset_encoding or "", redirects)


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _hint(code: int) -> str:
    return HINTS.get(code, "the fault is the site's; try again later" if code >= 500 else "")


def _extract(media_type: str) -> str:
    return "save its text as a .txt file and audit that" if media_type == "application/pdf" else ""
