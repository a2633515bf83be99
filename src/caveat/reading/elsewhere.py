"""Reads what stands in a page beside its body: title, meta, Open Graph, words in drawings; embedded data is read in `data`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from caveat.model import Kind, Place, Styles
from caveat.reading.data import embedded, stripped
from caveat.reading.piece import Piece

_META = frozenset(
    {
        "description",
        "keywords",
        "abstract",
        "subject",
        "news_keywords",
        "twitter:title",
        "twitter:description",
        "twitter:image:alt",
        "parsely-title",
    }
)
_META_ALSO = ("dc.", "dcterms.", "sailthru.")
_OPEN_GRAPH = frozenset({"og:title", "og:description", "og:site_name", "og:image:alt"})


class Elsewhere(NamedTuple):
    pieces: list[Piece]
    title: str
    canonical: str
    scripts: int  # how many the page runs
    styles: Styles
    notes: tuple[str, ...]


def elsewhere(tree: LexborHTMLParser) -> Elsewhere:
    """To be asked before scripts and drawings are taken out of the tree."""
    found = defaultdict[str, list[LexborNode]](list)
    for node in tree.css("title, meta[content], link[rel][href], script, style, svg text, svg desc"):
        found[node.tag or ""].append(node)
    titles = [node for node in found["title"] if not _in_drawing(node)]
    drawn = [node for node in found["title"] if _in_drawing(node)] + found["text"] + found["desc"]
    title = _text(titles[0]) if titles else ""
    pieces = [Piece(title, Kind.PARAGRAPH, Place.TITLE)] if title else []
    pieces += _metas(found["meta"])
    data, notes = embedded(found["script"])
    styles = Styles(tuple(filter(None, (node.text() for node in found["style"]))), sum(map(_is_sheet, found["link"])))
    return Elsewhere([*pieces, *data, *_drawn(drawn)], title, _canonical(found["link"]), len(found["script"]), styles, notes)


def _is_sheet(link: LexborNode) -> bool:
    return "stylesheet" in (link.attributes.get("rel") or "").lower().split()


def _in_drawing(title: LexborNode) -> bool:
    return title.parent is not None and title.parent.tag not in ("head", "html", "body")


def _text(node: LexborNode) -> str:
    return " ".join((node.text() or "").split())


def _metas(nodes: list[LexborNode]) -> Iterator[Piece]:
    for node in nodes:
        attributes = node.attributes
        name = (attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or "").lower()
        if name in _OPEN_GRAPH:
            place = Place.OPEN_GRAPH
        elif name in _META or name.startswith(_META_ALSO):
            place = Place.META
        else:
            continue
        for line in stripped(attributes.get("content") or ""):
            yield Piece(line, Kind.PARAGRAPH, place)


def _drawn(nodes: list[LexborNode]) -> Iterator[Piece]:
    """Words in drawings: a reader sees them as part of a picture."""
    for text in map(_text, nodes):
        if " " in text:
            yield Piece(text, Kind.PARAGRAPH, Place.ALT)


def _canonical(nodes: list[LexborNode]) -> str:
    for node in nodes:
        if (node.attributes.get("rel") or "").lower() == "canonical":
            address = (node.attributes.get("href") or "").strip()
            return address if address.startswith(("http://", "https://")) else ""
    return ""
