"""What an exchange is asked to keep to, and the two ways in which it ends: an answer, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caveat import __version__
from caveat.model import Exchange, FailureKind

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Terms:
    """
    The limits of every exchange of a run, and who makes them.

    `resolve` gives hosts an address without a look-up, as curl's --resolve does: `clinic.example` or `clinic.example:443` to an address,
    or to an address and port (`127.0.0.1:8080`, `[::1]:8080`) to connect to. The address is checked as any other.
    `proxies` has the shape of urllib.request.getproxies(): a scheme to a proxy's address, and `no` to the hosts that need none.
    """

    size: int = 25_000_000  # bytes of a body, unpacked
    packed: int = 25_000_000  # bytes of a body as sent
    seconds: float = 30.0  # of the whole exchange: look-up, connection, TLS, header and body
    connect: float = 10.0  # seconds until connected; as many again for TLS
    head: int = 65_536  # bytes that may come before an answer's header is whole, interim answers counted
    fields: int = 256  # lines of an answer's header
    agent: str = f"caveat/{__version__}"
    allow_private: bool = False  # private and loopback addresses too; metadata and link-local ones are refused all the same
    insecure: bool = False  # certificates are not checked
    trust: str = ""  # a PEM file of the authorities to trust, in place of those that come with certifi
    resolve: Mapping[str, str] = field(default_factory=dict)
    proxies: Mapping[str, str] | None = None  # None: as the environment has them (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY)
    record: Callable[[Exchange], None] | None = None  # is handed every exchange in which an answer's header came


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, whatever its status."""

    url: str  # as asked: in normal form, without a fragment
    status: int
    headers: httpx.Headers
    data: bytes  # the body, unpacked
    media_type: str  # lower-case, without parameters; empty where the server does not say
    charset: str
    location: str  # where a redirect leads, as an absolute URL where it can be made one; empty: it is no redirect
    fetched: str  # ISO 8601 time in UTC at which the last byte came
    exchange: Exchange


class Broken(Exception):
    """
    An exchange that gave no whole answer, in words for a reader of the report. `retry`: the same again may go better.
    `exchange` is what went over the wire, where an answer's header came.
    """

    def __init__(self, kind: FailureKind, reason: str, hint: str = "", *, retry: bool = False, exchange: Exchange | None = None) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.hint = hint
        self.retry = retry
        self.exchange = exchange
