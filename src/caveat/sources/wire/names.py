"""From a host's name to the addresses that it may be connected to at."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from typing import NamedTuple

from caveat.model import FailureKind
from caveat.sources.wire.reach import refusal
from caveat.sources.wire.terms import Broken

LookUp = Callable[[str, int], Awaitable[list[str]]]  # a host and a port to its addresses; raises socket.gaierror
WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\]:(?P<port6>\d+)|(?P<four>[\d.]+):(?P<port4>\d+)")
NOT_NOW = {getattr(socket, name, None) for name in ("EAI_AGAIN", "EAI_SYSTEM", "EAI_MEMORY")}  # no platform has all
MOST = 8  # addresses of one host that are looked at


class Place(NamedTuple):
    """An address to connect to, in digits."""

    address: str
    port: int


def system(threads: Executor) -> LookUp:
    """The look-up of the machine, in threads of its own: a name server that does not answer holds back no other work."""

    async def look_up(host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        return [str(entry[4][0]) for entry in found]

    return look_up


async def places(host: str, port: int, look_up: LookUp, resolve: Mapping[str, str], allow_private: bool) -> list[Place]:
    """
    The places at which a host is, every one of them checked: a single refused address among them refuses the host, for a name that
    leads inside and outside is how a site is made to pass a check. Raises Broken.
    """
    given = resolve.get(f"{host}:{port}") or resolve.get(host)
    try:
        found = [_given(given, port)] if given else [Place(address, port) for address in (await addresses(host, port, look_up))[:MOST]]
        refused = [(place, why) for place in found if (why := refusal(place.address, allow_private))]
    except ValueError as error:
        raise Broken(FailureKind.UNKNOWN_HOST, f"its host has no usable address: {error}") from None
    if refused:
        place, why = refused[0]
        named = "" if place.address == host else f" ({place.address})"
        hint = "" if refusal(place.address, allow_private=True) else "audit it with --allow-private, if it is yours to audit"
        raise Broken(FailureKind.REFUSED, f"its host {host}{named} {why}, not one of the public internet", hint)
    return found


async def addresses(host: str, port: int, look_up: LookUp) -> list[str]:
    """Where a host is, unchecked. Raises Broken where nobody knows."""
    if ":" in host or re.fullmatch(r"[\d.]+", host):
        return [host]
    try:
        found = await look_up(host, port)
    except socket.gaierror as error:
        later = error.errno in NOT_NOW
        reason = "no name server answers" if later else "unknown host"
        raise Broken(FailureKind.UNKNOWN_HOST, reason, "check the spelling of the host, and your connection", retry=later) from None
    if not found:
        raise Broken(FailureKind.UNKNOWN_HOST, "unknown host", "check the spelling of the host, and your connection")
    return list(dict.fromkeys(found))


def _given(text: str, port: int) -> Place:
    if found := WITH_PORT.fullmatch(text):
        return Place(found["six"] or found["four"], int(found["port6"] or found["port4"]))
    return Place(text, port)
