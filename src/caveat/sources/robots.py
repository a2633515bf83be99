"""What a site's robots.txt says to this reader, as RFC 9309 has it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

from caveat.model import FailureKind
from caveat.sources.wire import Answer, Broken

TOKEN = "caveat"  # our product token, by which a site can address us
LARGEST = 500 * 1024  # bytes that are read; RFC 9309, 2.5, asks for so much at least
REDIRECTS = 5  # RFC 9309, 2.3.1.2
# Failures that are the site's, so that its pages would fare no better.
_SITE = (
    FailureKind.ADDRESS, FailureKind.REFUSED, FailureKind.UNKNOWN_HOST, FailureKind.UNREACHABLE, FailureKind.TLS, FailureKind.TIME,
    FailureKind.BLOCKED,
)  # fmt: skip
_ADDRESSED = re.compile(r"\s*user[- ]?agent[\s:]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Robots:
    """
    The rules of one origin. Without `rules`, everything is allowed or, with `closed`, nothing is: the reason, and the kind of failure.

    `words` say what was found, as evidence has it.
    """

    words: str
    rules: Protego | None = None
    closed: str = ""
    kind: FailureKind = FailureKind.ROBOTS
    hint: str = ""
    crawl_delay: float = 0.0  # seconds
    sitemaps: tuple[str, ...] = ()

    def allows(self, address: str) -> bool:
        if self.closed:
            return False
        return self.rules is None or self.rules.can_fetch(address, TOKEN)


def told(address: str, answer: Answer) -> Robots:
    """What the answer to a request for `address`, a robots.txt, says."""
    if 200 <= answer.status < 300:
        return read(address, answer.data)
    if 400 <= answer.status < 500:
        return absent(address, f"the site answers {answer.status}")
    return unreachable(address, Broken(FailureKind.ROBOTS, f"the site answers {answer.status}"))


def read(address: str, data: bytes) -> Robots:
    """The rules of a robots.txt that came: UTF-8, of which whatever is more than LARGEST is left out."""
    text = data[:LARGEST].decode("utf-8", "replace").removeprefix("\ufeff")
    rules = Protego.parse("\n".join(map(_concerning_us, text.splitlines())))
    return Robots(f"allowed by {address}", rules, crawl_delay=rules.crawl_delay(TOKEN) or 0.0, sitemaps=tuple(rules.sitemaps))


def absent(address: str, why: str) -> Robots:
    """No robots.txt: all is allowed (RFC 9309, 2.3.1.3)."""
    return Robots(f"{address}: {why}; all is allowed")


def unreachable(address: str, broken: Broken) -> Robots:
    """A robots.txt that may be there and could not be had: nothing is allowed (RFC 9309, 2.3.1.4)."""
    words = f"{address}: {broken.reason}; nothing is allowed"
    if broken.kind in _SITE:
        return Robots(words, closed=broken.reason, kind=broken.kind, hint=broken.hint)
    return Robots(words, closed=f"its robots.txt could not be had ({broken.reason}), which is to be taken for a refusal")


def _concerning_us(line: str) -> str:
    """
    The line, with one name for all other robots: protego keeps each rule once for each robot that it is for, and of ten thousand robots
    with ten thousand rules that would be more than fits into memory.
    """
    found = _ADDRESSED.match(line)
    whom = line[found.end() :].partition("#")[0].replace("*", "").strip(": \t").lower() if found else ""
    return line if TOKEN.startswith(whom) else "User-agent: another"
