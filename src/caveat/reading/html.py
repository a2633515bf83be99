"""Reads a page of HTML: bounds it, builds the tree a browser builds, and walks it once."""

from __future__ import annotations

import re
from dataclasses import replace

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from caveat.model import Block, Capture, Failure, FailureKind, Kind, Page, Place, Stage
from caveat.reading.clean import cleaned
from caveat.reading.elsewhere import elsewhere
from caveat.reading.language import coded
from caveat.reading.layout import compose
from caveat.reading.nesting import bounded
from caveat.reading.piece import Piece
from caveat.reading.recognise import MOST_TAGS, too_many
from caveat.reading.walk import walk

_UNREAD = ["script", "style", "template", "svg", "iframe", "noembed", "noframes", "canvas", "video", "audio"]
_SCRIPT_WANTED = re.compile(r"java\s?script", re.I)
_DOCTYPE = re.compile(r"<!doctype\s+html", re.I)
_TEXT = frozenset({Place.BODY, Place.DETAILS, Place.HIDDEN})
_DATA = frozenset({Place.JSON_LD, Place.EMBEDDED})
SCANT = 200  # characters
_FEW = 60  # words: a noscript of fewer that speaks of JavaScript is no text


def read_html(capture: Capture, text: str, notes: tuple[str, ...]) -> Page | Failure:
    html, bounds = bounded(text)
    if failure := too_many(capture, html, "<", MOST_TAGS, "tags"):
        return failure
    # Without events lexbor skips what it does for <selectedcontent>: 200,000 <option> took nine minutes.
    tree = LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS)
    beside = elsewhere(tree)
    root = tree.root
    if root is None:
        return _empty(capture, beside.scripts)
    declared = coded(root.attributes.get("lang") or root.attributes.get("xml:lang") or "")
    pieces, elements = walk(root, capture.rendered.attribute if capture.rendered else "")
    if not any(piece.place in _TEXT for piece in pieces):
        pieces = [*_without_scripts(tree), *pieces]
    copy, blocks, language = compose([*pieces, *_unseen(beside.pieces, pieces)], declared, elements)
    if not any(block.place in _TEXT for block in blocks) and _length(blocks, _DATA) < SCANT:
        return _empty(capture, beside.scripts)
    page = Page(capture.target, copy, blocks, elements, capture.url or cleaned(beside.canonical), capture.fetched, capture.sha256)
    return replace(
        page,
        title=cleaned(beside.title) or _first_heading(pieces),
        language=language,
        redirects=capture.redirects,
        checks=capture.checks,
        notes=(*notes, *bounds, *beside.notes, *_scant(blocks, beside.scripts)),
        rendered=capture.rendered,
        styles=replace(beside.styles, quirks=not _DOCTYPE.search(html[:1000])),
    )


def _scant(blocks: tuple[Block, ...], scripts: int) -> tuple[str, ...]:
    """A word of warning when a page's text may not be all that its readers see."""
    shown = _length(blocks, _TEXT)
    if shown >= SCANT or scripts < 2:
        return ()
    return (f"the page shows {shown} characters of text and runs {scripts} scripts: JavaScript may build more of it in the browser",)


def _length(blocks: tuple[Block, ...], places: frozenset[Place]) -> int:
    """Characters in these places; counted no further than is needed to see that they are not scant."""
    length = 0
    for block in blocks:
        if block.place in places:
            length += block.end - block.start
            if length >= SCANT:
                break
    return length


def _without_scripts(tree: LexborHTMLParser) -> list[Piece]:
    """What the page says to readers without JavaScript, when it says nothing else."""
    tree.strip_tags(_UNREAD)
    found = [" ".join(node.text(separator=" ").split()) for node in tree.css("noscript")]
    return [Piece(text) for text in found if text and not (_SCRIPT_WANTED.search(text) and text.count(" ") < _FEW)]


def _unseen(beside: list[Piece], pieces: list[Piece]) -> list[Piece]:
    """Embedded data is what the page is built from: only what it does not show is read there."""
    if not any(piece.place is Place.EMBEDDED for piece in beside):
        return beside
    shown = "\n".join(piece.text for piece in pieces)
    return [piece for piece in beside if piece.place is not Place.EMBEDDED or piece.text not in shown]


def _first_heading(pieces: list[Piece]) -> str:
    return next((cleaned(piece.text) for piece in pieces if piece.kind is Kind.HEADING), "")


def _empty(capture: Capture, scripts: int) -> Failure:
    hint = "open it in a browser, save the whole page, and audit the saved file"
    if scripts:
        return Failure(capture.target, Stage.READ, "the page holds no text: scripts write it in a browser", hint, FailureKind.SCRIPT)
    return Failure(capture.target, Stage.READ, "the page holds no text", hint, FailureKind.NO_PAGE)
