"""A web address as it may be asked for: http or https, a host that means one thing, no credentials, nothing that cannot be seen."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple

import httpx

from caveat.model import FailureKind
from caveat.sources.wire.terms import Broken

LONGEST = 8_000  # characters; what RFC 9110, 4.1 asks every server to understand
UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028-\u202e\u2066-\u2069\ufeff]")  # and no zero-width joiners, which Persian paths hold
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"\d+|0x[0-9a-f]*")  # a last label that makes the host an IPv4 address (URL standard, "ends in a number checker")
PORTS = {"http": 80, "https": 443}
LOOKS = "an address looks like https://clinic.example/page"
# Ports of services that are not the web, where a request could pass for a command: the Fetch standard's "bad ports".
BAD_PORTS = frozenset([
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117,
    119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
    989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
    10080,
    # and those of stores and agents that take commands over plain HTTP or lines and are never a clinic's site
    2375, 2376, 3306, 5432, 10250, 11211, 27017,
])  # fmt: skip


class Address(NamedTuple):
    """`host` is in ASCII, an IPv6 address without brackets; `target` is the path and query as they go into the request."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def checked(text: str) -> Address:
    """The address that a text is, in normal form and without its fragment. Raises Broken for all that is none, or none to be asked for."""
    if len(text) > LONGEST:
        raise _none(f"is longer than {LONGEST} characters")
    if found := UNSEEN.search(text):
        raise _none(f"holds a character that cannot be seen (U+{ord(found.group()):04X})")
    if "\\" in text:
        raise _none("holds a backslash, which browsers and other programs read differently")
    scheme, colon, rest = text.partition("://")
    if not colon or scheme.lower() not in PORTS:
        raise _none("does not begin with http:// or https://")
    if "@" in re.split(r"[/?#]", rest, maxsplit=1)[0]:
        reason = "holds a user name or password, which is not sent"
        raise Broken(FailureKind.ADDRESS, reason, "give the address without what stands before the @")
    try:
        url = httpx.URL(text).copy_with(fragment=None)
        host, port = url.raw_host.decode("ascii"), PORTS[url.scheme] if url.port is None else url.port
    except (httpx.InvalidURL, ValueError) as error:  # idna's errors are ValueErrors
        raise _none(f"cannot be read: {error}") from None
    if port in BAD_PORTS or not 0 < port < 65536:
        raise Broken(FailureKind.ADDRESS, f"names port {port}, where no web server belongs")
    return Address(url.scheme, _host(host), port, url.raw_path.decode("ascii"))


def _host(host: str) -> str:
    if not host:
        raise _none("names no host")
    if ":" in host:
        return _literal(host)
    labels = host.split(".")
    if NUMBER.fullmatch(labels[-1] or labels[-2:][0]):
        try:
            return str(IPv4Address(host))
        except AddressValueError:
            raise _none(f"names its host by a number ({host}), not by four decimal numbers or a name") from None
    if not labels[-1]:
        raise Broken(FailureKind.ADDRESS, "has a host that ends in a dot", "leave out the dot")
    if len(host) > 253 or not all(map(LABEL.fullmatch, labels)):
        raise _none("has a host that no name server knows: it may hold letters, digits, hyphens and dots")
    return host


def _literal(host: str) -> str:
    try:
        address = IPv6Address(host)
    except AddressValueError:
        raise _none("has a host in brackets that is no IPv6 address") from None
    if address.scope_id is not None:
        raise _none("names an interface of this machine (a zone), not a host")
    return str(address)


def _none(reason: str) -> Broken:
    return Broken(FailureKind.ADDRESS, f"is no address: it {reason}", LOOKS)
