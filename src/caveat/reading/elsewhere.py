"""Reads what stands in a page beside its body: title, meta, Open Graph, JSON-LD, words in drawings and in embedded data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from caveat.model import Kind, Place
from caveat.reading.piece import Piece

MOST_STRINGS = 3_000  # of embedded data, a page
DEEPEST_JSON = 60

_META = frozenset({"description", "keywords", "abstract", "subject", "news_keywords", "twitter:title", "twitter:description", "twitter:image:alt"})
_META_ALSO = ("dc.", "dcterms.", "sailthru.", "parsely-title")
_SPOKEN = frozenset(
    "description text name headline alternativeheadline articlebody reviewbody abstract caption slogan disambiguatingdescription keywords"
    " alternatename indication answercount_text".split()
)
_STATE = re.compile(r"window(?:\.|\[[\"'])\w+(?:[\"']\])?\s*=\s*(?=[{\[])")
_FLIGHT = re.compile(r"self\.__next_f\.push\((?=\[)")
_BLOCK_TAG = re.compile(r"</?(?:p|div|li|ul|ol|br|h[1-6]|tr|td|table|section|blockquote)(?:\s[^<>]*)?/?>", re.I)
_ANY_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(r"[{}<>\\]|=>|\w\(\)|https?://\S+$|^[\w./-]+$|^(?:[\w-]+:)?[\w-]+/[\w/-]+|;\s*[\w-]+\s*:|^\.?[\w-]+\s*[{,]")


class Elsewhere(NamedTuple):
    pieces: list[Piece]
    title: str
    canonical: str
    notes: tuple[str, ...]


def elsewhere(tree: LexborHTMLParser) -> Elsewhere:
    """To be asked before scripts and drawings are taken out of the tree."""
    pieces, notes = [], []
    title = _title(tree)
    if title:
        pieces.append(Piece(title, Kind.PARAGRAPH, Place.TITLE))
    pieces.extend(_metas(tree))
    budget = MOST_STRINGS
    for script in tree.css("script"):
        kind = (script.attributes.get("type") or "").lower()
        try:
            if "ld+json" in kind:
                found = list(_linked_data(script.text()))
            else:
                found = list(_embedded(script, kind))
        except (ValueError, RecursionError):
            notes.append("a block of JSON-LD is broken and was left out" if "ld+json" in kind else "embedded JSON is broken and was left out")
            continue
        pieces.extend(found[:budget])
        budget -= len(found)
        if budget <= 0:
            notes.append(f"only the first {MOST_STRINGS:,} texts in embedded data were read")
            break
    pieces.extend(_drawn(tree))
    return Elsewhere(pieces, title, _canonical(tree), tuple(dict.fromkeys(notes)))


def stripped(text: str) -> Iterator[str]:
    """The lines of a string that may hold HTML, without its tags and entities."""
    if "<" in text or "&" in text:
        text = unescape(text)
        text = unescape(_ANY_TAG.sub("", _BLOCK_TAG.sub("\n", text)))
    for line in text.split("\n"):
        folded = " ".join(line.split())
        if folded:
            yield folded


def _title(tree: LexborHTMLParser) -> str:
    for node in tree.css("title"):
        if node.parent is None or node.parent.tag != "svg":
            return " ".join((node.text() or "").split())
    return ""


def _metas(tree: LexborHTMLParser) -> Iterator[Piece]:
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = (attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or "").lower()
        if name.startswith("og:") and name in ("og:title", "og:description", "og:site_name", "og:image:alt"):
            place = Place.OPEN_GRAPH
        elif name in _META or name.startswith(_META_ALSO):
            place = Place.META
        else:
            continue
        for line in stripped(attributes.get("content") or ""):
            yield Piece(line, Kind.PARAGRAPH, place)


def _linked_data(source: str) -> Iterator[Piece]:
    source = source.strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>").rstrip(" ;\n\t")
    if source:
        yield from _spoken(json.loads(source, strict=False), (), 0)


def _spoken(value: Any, heading: tuple[str, ...], depth: int) -> Iterator[Piece]:
    """Strings under the keys that hold text; an answer stands under its question."""
    if depth > DEEPEST_JSON:
        return
    if isinstance(value, list):
        for item in value:
            yield from _spoken(item, heading, depth + 1)
    elif isinstance(value, dict):
        asked = value.get("name") if value.get("@type") == "Question" else None
        under = (*heading, " ".join(asked.split())[:120]) if isinstance(asked, str) else heading
        for key, item in value.items():
            if isinstance(item, str):
                if key.lower().rpartition("/")[2] in _SPOKEN:
                    for line in stripped(item):
                        yield Piece(line, Kind.PARAGRAPH, Place.JSON_LD, heading)
            elif isinstance(item, list) and key.lower() in _SPOKEN:
                for line in (line for text in item if isinstance(text, str) for line in stripped(text)):
                    yield Piece(line, Kind.PARAGRAPH, Place.JSON_LD, heading)
            else:
                yield from _spoken(item, under, depth + 1)


def _embedded(script: LexborNode, kind: str) -> Iterator[Piece]:
    source = script.text()
    if not source:
        return
    if kind.endswith("json"):
        yield from _prose(json.loads(source, strict=False))
        return
    for match in _STATE.finditer(source) if "window" in source else ():
        yield from _prose(_decoded(source, match.end()))
    for match in _FLIGHT.finditer(source) if "__next_f" in source else ():
        for part in _strings(_decoded(source, match.end())):
            for line in part.split("\n"):
                _, colon, data = line.partition(":")
                if colon and data[:1] in "[{\"":
                    yield from _prose(_decoded(data, 0))


def _decoded(source: str, at: int) -> Any:
    try:
        return json.JSONDecoder(strict=False).raw_decode(source, at)[0]
    except ValueError:
        return None  # a script, not data


def _prose(value: Any) -> Iterator[Piece]:
    for text in _strings(value):
        for line in stripped(text):
            if _reads_as_prose(line):
                yield Piece(line, Kind.PARAGRAPH, Place.EMBEDDED)


def _strings(value: Any) -> Iterator[str]:
    """Every string in decoded JSON, in order, without recursion."""
    pending = [value]
    while pending:
        found = pending.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            pending.extend(reversed(found.values()))
        elif isinstance(found, list):
            pending.extend(reversed(found))


def _reads_as_prose(text: str) -> bool:
    if text.count(" ") < 3 or _CODE.search(text):
        return False
    words = text.split()
    return len(_WORD.findall(text)) * 10 >= len(words) * 6 and len(text) < 12 * len(words)


def _drawn(tree: LexborHTMLParser) -> Iterator[Piece]:
    """Words in drawings: a reader sees them as part of a picture."""
    for node in tree.css("svg text, svg title, svg desc"):
        text = " ".join((node.text() or "").split())
        if " " in text:
            yield Piece(text, Kind.PARAGRAPH, Place.ALT)


def _canonical(tree: LexborHTMLParser) -> str:
    for node in tree.css("link[rel][href]"):
        if (node.attributes.get("rel") or "").lower() == "canonical":
            address = (node.attributes.get("href") or "").strip()
            return address if address.startswith(("http://", "https://")) else ""
    return ""
