"""Reads the texts in a page's embedded data: JSON-LD for search engines, and the state that scripts build the page from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from selectolax.lexbor import LexborNode

from caveat.model import Kind, Place
from caveat.reading.piece import Piece

MOST_TEXTS = 3_000  # a page
DEEPEST = 60  # objects inside objects

_SPOKEN = frozenset(
    {
        "description",
        "text",
        "name",
        "headline",
        "alternativeheadline",
        "articlebody",
        "reviewbody",
        "abstract",
        "caption",
        "slogan",
        "keywords",
    }
    | {"disambiguatingdescription", "alternatename", "indication"}
)
_STATE = re.compile(r"window(?:\.|\[[\"'])\w+(?:[\"']\])?\s*=\s*(?=[{\[])")
_FLIGHT = re.compile(r"self\.__next_f\.push\((?=\[)")
_OPENING = re.compile(r"<!--|(?://\s*+)?<!\[CDATA\[")
_CLOSINGS = ("-->", "]]>", ";")
_BLOCK_TAG = re.compile(r"</?(?:p|div|li|ul|ol|br|h[1-6]|tr|td|table|section|blockquote)(?:\s[^<>]*)?/?>", re.I)
_ANY_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(r"[{}<>\\]|=>|\w\(\)|https?://\S+$|^[\w./-]+$|^(?:[\w-]+:)?[\w-]+/[\w/-]+|;\s*[\w-]+\s*:|^\.?[\w-]+\s*[{,]")


def embedded(scripts: list[LexborNode]) -> tuple[list[Piece], tuple[str, ...]]:
    """The texts in a page's scripts, and notes on what could not be read."""
    pieces: list[Piece] = []
    notes: dict[str, None] = {}
    for script in scripts:
        kind = (script.attributes.get("type") or "").lower()
        linked = "ld+json" in kind
        try:
            pieces += _linked_data(script.text()) if linked else _state(script.text(), kind)
        except (ValueError, RecursionError):
            notes[f"a block of {'JSON-LD' if linked else 'embedded JSON'} is broken and was left out"] = None
        if len(pieces) > MOST_TEXTS:
            notes[f"only the first {MOST_TEXTS:,} texts in embedded data were read"] = None
            break
    return pieces[:MOST_TEXTS], tuple(notes)


def stripped(text: str) -> Iterator[str]:
    """The lines of a string that may hold HTML, without its tags and entities."""
    if "<" in text or "&" in text:
        text = unescape(text)
        text = unescape(_ANY_TAG.sub("", _BLOCK_TAG.sub("\n", text)))
    for line in text.split("\n"):
        folded = " ".join(line.split())
        if folded:
            yield folded


def _linked_data(source: str) -> Iterator[Piece]:
    source = _unwrapped(source)
    if source:
        yield from _spoken(json.loads(source, strict=False), (), 0)


def _unwrapped(source: str) -> str:
    """The data in a script without the comment or section marks that old pages put about it."""
    bare = source.strip()
    if opening := _OPENING.match(bare):
        bare = bare[opening.end() :]
    closing = next((mark for mark in _CLOSINGS if bare.endswith(mark)), "")
    bare = bare.removesuffix(closing).rstrip()
    return bare.removesuffix("//") if closing == "]]>" else bare


def _spoken(value: Any, heading: tuple[str, ...], depth: int) -> Iterator[Piece]:
    """Strings under the keys that hold text; an answer stands under its question."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _spoken(item, heading, depth + 1)
    elif isinstance(value, dict):
        asked = value.get("name") if value.get("@type") == "Question" else None
        under = (*heading, " ".join(asked.split())[:120]) if isinstance(asked, str) else heading
        for key, item in value.items():
            texts = [text for text in (item if isinstance(item, list) else [item]) if isinstance(text, str)]
            if texts and key.lower().rpartition("/")[2] in _SPOKEN:
                yield from (Piece(line, Kind.PARAGRAPH, Place.JSON_LD, heading) for text in texts for line in stripped(text))
            elif not texts:
                yield from _spoken(item, under, depth + 1)


def _state(source: str, kind: str) -> Iterator[Piece]:
    if kind.endswith("json") and source.strip():
        yield from _prose(json.loads(source, strict=False))
    elif "window" in source:
        for match in _STATE.finditer(source):
            yield from _prose(_decoded(source, match.end()))
    if "__next_f" in source:
        for match in _FLIGHT.finditer(source):
            yield from _flight(_decoded(source, match.end()))


def _flight(pushed: Any) -> Iterator[Piece]:
    """Next.js sends its tree in lines of a number, a colon and JSON."""
    for part in _strings(pushed):
        for line in part.split("\n"):
            data = line.partition(":")[2]
            if data[:1] in ("[", "{", '"'):
                yield from _prose(_decoded(data, 0))


def _decoded(source: str, at: int) -> Any:
    try:
        return json.JSONDecoder(strict=False).raw_decode(source, at)[0]
    except (ValueError, RecursionError):
        return None  # a script, not data


def _prose(value: Any) -> Iterator[Piece]:
    for text in _strings(value):
        for line in stripped(text):
            if _reads_as_prose(line):
                yield Piece(line, Kind.PARAGRAPH, Place.EMBEDDED)


def _strings(value: Any) -> Iterator[str]:
    """Every string in decoded JSON, in order, however deep."""
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
