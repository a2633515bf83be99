"""Where a page leads: the addresses it links to, and what tells that it is another page once more."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urljoin

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from caveat.model import Capture, Links
from caveat.reading.decode import decode
from caveat.reading.nesting import bounded
from caveat.reading.recognise import MOST_TAGS, is_html, no_page, too_many

MOST = 10_000  # links of one page that are looked at
ALIKE = 200  # characters of text from which on two pages that say the same are one
_NO_LINKS = Links()
_UNREAD = ["script", "style", "template", "noscript", "svg"]
_WHERE = "a[href], area[href], iframe[src], frame[src], link[rel][href], meta[name][content], meta[http-equiv][content], base[href]"
_NAMES = ("robots", "caveat")  # whom a page's <meta> speaks to
_REFRESH = re.compile(r"\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.I)
_AROUND = "".join(map(chr, range(33)))  # C0 control characters and the space (URL standard, "basic URL parser")
_INSIDE = str.maketrans("", "", "\t\n\r")


def links(capture: Capture) -> Links:
    """
    The addresses that a page leads to by links, image maps, frames and a refresh, as absolute addresses in their order. A capture that is
    no page of HTML, or more than can be read, leads nowhere. Never raises, whatever the bytes.
    """
    if no_page(capture) is not None:
        return _NO_LINKS
    text = decode(capture.data, capture.charset).text
    if not is_html(capture, text):
        return _NO_LINKS
    html, _ = bounded(text)
    if too_many(capture, html, "<", MOST_TAGS, "tags"):
        return _NO_LINKS
    return _found(LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS), capture.url)


def _found(tree: LexborHTMLParser, url: str) -> Links:
    base, canonical, follow = url, "", True
    found: dict[str, None] = {}
    nodes = tree.css(_WHERE)
    for node in nodes:
        if node.tag == "base":  # the first counts, wherever it stands
            base = _absolute(url, node.attributes.get("href")) or url
            break
    for node in nodes:
        attributes = node.attributes
        match node.tag:
            case "link":
                if (attributes.get("rel") or "").lower() == "canonical":
                    canonical = canonical or _absolute(base, attributes.get("href"))
            case "meta":
                follow = follow and not _forbids(attributes)
                found |= dict.fromkeys(_absolute(base, address) for address in _refreshes(attributes))
            case "a" | "area" | "iframe" | "frame" if len(found) < MOST:
                found[_absolute(base, attributes.get("href") or attributes.get("src"))] = None
    found.pop("", None)
    return Links(tuple(found), canonical, follow, _said(tree))


def _absolute(base: str, address: str | None) -> str:
    """Where a link leads, as browsers have it; empty where that is not on the web."""
    given = (address or "").strip(_AROUND).translate(_INSIDE)
    head, mark, rest = given.partition("?")
    try:
        found = urljoin(base, head.replace("\\", "/") + mark + rest)
    except ValueError:  # a host in broken brackets
        return ""
    return found if given and found[:8].lower().startswith(("http://", "https://")) else ""


def _forbids(attributes: dict[str, str | None]) -> bool:
    """Whether a page asks robots not to follow its links."""
    said = {word.strip() for word in (attributes.get("content") or "").lower().split(",")}
    return (attributes.get("name") or "").lower() in _NAMES and not said.isdisjoint(("nofollow", "none"))


def _refreshes(attributes: dict[str, str | None]) -> Iterator[str]:
    if (attributes.get("http-equiv") or "").lower() == "refresh" and (found := _REFRESH.match(attributes.get("content") or "")):
        yield found[1]


def _said(tree: LexborHTMLParser) -> str:
    """The digest of all that a page says, to whom it shows itself and to others; empty where it says too little to be told by it."""
    beside = [_told(node) for node in tree.css("title, meta[name=description], meta[name=keywords], meta[property], img[alt]")]
    tree.strip_tags(_UNREAD)
    text = " ".join((tree.root.text(separator=" ") if tree.root else "").split())
    if len(text) < ALIKE:
        return ""
    return hashlib.sha256("\n".join([text, *beside]).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _told(node: LexborNode) -> str:
    attributes = node.attributes
    name = attributes.get("property") or ""
    if name == "og:url" or name.endswith("_time"):  # which tell the address and the day, not the page
        return ""
    return attributes.get("content") or attributes.get("alt") or node.text() or ""
