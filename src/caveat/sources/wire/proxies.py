"""Which proxy an address is asked through, if any."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from urllib.request import getproxies, proxy_bypass_environment  # type: ignore[attr-defined] # in all of CPython, but not in typeshed

import httpcore
import httpx

from caveat.model import FailureKind
from caveat.sources.wire.address import Address
from caveat.sources.wire.names import LookUp, Place, addresses
from caveat.sources.wire.terms import Broken

SETTING = "set HTTP_PROXY and HTTPS_PROXY to the address of an HTTP proxy"


async def proxy_places(host: str, port: int, look_up: LookUp) -> list[Place]:
    """Where the proxy is, unchecked: it is the user who names it, and most stand inside. Raises Broken."""
    try:
        return [Place(address, port) for address in await addresses(host, port, look_up)]
    except Broken as unknown:
        raise Broken(FailureKind.UNREACHABLE, f"the proxy cannot be found: {unknown.reason}", SETTING, retry=unknown.retry) from None


async def check_before(look_up: Awaitable[list[Place]]) -> None:
    """
    Through a proxy it is the proxy that looks up the name, and what it finds cannot be known here. What our own look-up finds is checked
    all the same and raises Broken if it is refused; a name that only the proxy knows is left to it.
    """
    try:
        await look_up
    except Broken as broken:
        if broken.kind is not FailureKind.UNKNOWN_HOST:
            raise


def proxy_for(address: Address, proxies: Mapping[str, str] | None) -> httpcore.Proxy | None:
    """The proxy that stands for an address's scheme, or for all; none for the hosts of `no`. Raises Broken for one that cannot be used."""
    known = dict(getproxies() if proxies is None else proxies)
    text = known.get(address.scheme) or known.get("all") or ""
    if not text or proxy_bypass_environment(address.authority, known):
        return None
    try:
        url = httpx.URL(text if "://" in text else f"http://{text}")
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError(f"a {url.scheme} proxy is not spoken to")
    except (httpx.InvalidURL, ValueError) as error:
        reason = f"the proxy of the environment cannot be used: {error}"
        raise Broken(FailureKind.UNREACHABLE, reason, SETTING) from None
    auth = (url.username, url.password) if url.username or url.password else None
    return httpcore.Proxy(f"{url.scheme}://{url.netloc.decode('ascii')}", auth)
