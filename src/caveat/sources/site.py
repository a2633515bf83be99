"""Which addresses are one site, and which are one page of it."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from w3lib.url import canonicalize_url, safe_url_string, url_query_cleaner

from caveat.sources.wire import Broken
from caveat.sources.wire.address import PORTS, Address, checked

# Parameters that say where a visitor came from or who he is, never what is shown: they are left out.
NOT_OF_THE_PAGE = frozenset([
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "gclid", "gbraid", "wbraid", "gclsrc", "dclid",
    "fbclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "hsctatracking",
    "phpsessid", "jsessionid", "aspsessionid", "sessionid", "session_id", "sid", "cfid", "cftoken", "zenid", "oscsid",
])  # fmt: skip
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?;]*", re.I)
# Endings of what is no page and what no page is written with.
NO_PAGES = frozenset([
    "jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "ico", "bmp", "tif", "tiff", "heic", "mp3", "m4a", "wav", "ogg", "oga", "mp4",
    "m4v", "mov", "avi", "wmv", "webm", "mkv", "flv", "css", "js", "mjs", "map", "json", "woff", "woff2", "ttf", "eot", "otf", "pdf", "doc",
    "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf", "epub", "zip", "gz", "tgz", "bz2", "xz", "7z", "rar", "tar", "dmg",
    "exe", "msi", "apk", "iso", "ics", "vcf", "csv", "xml", "rss", "atom",
])  # fmt: skip
NO_ADDRESS = 2_000  # characters of a link that is passed over; most servers refuse such addresses
LONGEST = 1_000  # characters of an address; those that loops make grow without end
DEEPEST = 16  # folders in folders
CACHED = 1_000  # addresses of a site whose normal form is kept at hand
TWICE = 2  # so often may the same folder name stand in a path: relative links that lead into themselves repeat theirs
_DIGITS = re.compile(r"\d+")


class Spot(NamedTuple):
    """An address of a site: as it is asked for, and what tells it from all others."""

    address: str
    key: str
    path: str  # with the query
    shape: str  # what it has in common with those that differ in numbers or values alone; empty where it has neither


class Site:
    """
    The site of an address: its host, with and without `www.`, over http and https. Other ports and other subdomains are other sites, for
    they often are somebody else's (clinics on a builder's host), and have a pace of their own.

    Raises Broken for what is no address.
    """

    def __init__(self, start: str) -> None:
        self._home = _home(checked(start))
        # The links of its navigation stand on every page of a site.
        self._known = lru_cache(CACHED)(self._spot)

    def has(self, address: str) -> bool:
        try:
            return _home(checked(address)) == self._home
        except Broken:
            return False

    def spot(self, address: str) -> Spot | None:
        """Where an address leads in this site, in normal form (RFC 3986, 6.2); None where it leads elsewhere, or is none."""
        return self._known(address) if len(address) <= NO_ADDRESS else None

    def _spot(self, address: str) -> Spot | None:
        try:
            found = checked(_SESSION.sub("", _cleaned(safe_url_string(address.partition("#")[0]))))
        except (Broken, ValueError):
            return None
        return spot(found.url) if _home(found) == self._home else None


def spot(url: str) -> Spot:
    """The same of an address that is checked."""
    # w3lib has the normal form by which crawlers tell addresses apart: percent-encoding, dot segments, the order of the query.
    parts = urlsplit(canonicalize_url(url))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return Spot(url, path, path, _shape(parts.path, parts.query))


def same_but_query(one: str, other: str) -> bool:
    """Whether two keys differ in their query alone."""
    return one.partition("?")[0] == other.partition("?")[0]


def is_no_page(found: Spot) -> bool:
    """Whether the ending of an address is that of a picture, a document or the like."""
    name = found.path.partition("?")[0].rpartition("/")[2]
    return "." in name and name.rpartition(".")[2].lower() in NO_PAGES


def is_endless(found: Spot) -> bool:
    """Whether an address looks as if made by a loop: too long, too deep, or through the same folder again and again."""
    folders = [part for part in found.path.partition("?")[0].split("/") if part]
    return len(found.address) > LONGEST or len(folders) > DEEPEST or any(folders.count(part) > TWICE for part in folders)


def matches(found: Spot, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern of a shell (`*`, `?`, `[…]`) matches the path with its query; `*` goes over slashes too."""
    return any(fnmatchcase(found.path, pattern) for pattern in patterns)


def _home(address: Address) -> tuple[str, int]:
    """Host without `www.`, and port; 0 for that of the scheme."""
    return address.host.removeprefix("www."), 0 if address.port == PORTS[address.scheme] else address.port


def _cleaned(url: str) -> str:
    names = {pair.partition("=")[0] for pair in url.partition("?")[2].split("&")}
    return url_query_cleaner(url, [name for name in names if name.lower() in NOT_OF_THE_PAGE], remove=True, unique=False)


def _shape(path: str, query: str) -> str:
    names = "&".join(sorted({pair.partition("=")[0] for pair in query.split("&")})) if query else ""
    plain = unquote(path)  # the digits of percent-encoding are no numbers
    flat = _DIGITS.sub("0", plain)
    return f"{flat}?{_DIGITS.sub('0', names)}" if names or flat != plain else ""
