"""Reads a plain text: the reading copy is the text itself, and its lines, blank lines and marks make the blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from caveat.model import Block, Capture, Failure, Kind, Page, Stage
from caveat.reading.language import languages
from caveat.reading.layout import spans
from caveat.reading.recognise import MOST_LINES, too_many

WRAPPED = 50  # characters of a line that may have been broken for want of room
HEADING_WORDS = 12
HEADING_CUT = 120

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BULLET = re.compile(r"(?:[-*•·–—◦▪●►▶➤✓✔✅☑]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+(?=\S)")
_HASHES = re.compile(r"#{1,6}\s+(?=\S)")
_RULE = re.compile(r"[-=_*~#]{3,}")
_ENDS = re.compile(r"[.!?…:;][\"”’')\]]*$")
_NO_HEADING_END = re.compile(r"[.!,;:…][\"”’')\]]*$")


class _Line(NamedTuple):
    start: int
    end: int
    kind: Kind
    alone: bool  # a blank line, or the beginning of the text, stands above it
    level: int = 0
    group: int = -1


def read_plain(capture: Capture, text: str, notes: tuple[str, ...]) -> Page | Failure:
    raw = text.replace("\r\n", "\n").replace("\r", "\n")
    if failure := too_many(capture, raw, "\n", MOST_LINES, "lines"):
        return failure
    copy = _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", raw))
    lines = _headed(copy, _grouped(_unwrapped(copy, _lines(copy, raw))))
    if not lines:
        return Failure(capture.target, Stage.READ, "the file holds no text", "check that it was saved whole")
    language, spoken = languages([copy[line.start : line.end] for line in lines], copy)
    return Page(
        capture.target,
        copy,
        tuple(_blocks(copy, lines, spoken)),
        url=capture.url,
        fetched=capture.fetched,
        sha256=capture.sha256,
        redirects=capture.redirects,
        checks=capture.checks,
        language=language,
        notes=notes,
    )


def _lines(copy: str, raw: str) -> list[_Line]:
    lines, start, alone = [], 0, True
    for line in copy.split("\n"):
        end = start + len(line)
        bare = line.strip()
        if not bare or _RULE.fullmatch(bare):
            alone = True
        else:
            lines += _line(copy, raw, start, end, alone)
            alone = False
        start = end + 1
    return lines


def _line(copy: str, raw: str, start: int, end: int, alone: bool) -> list[_Line]:
    if "\t" in raw[start:end].strip():
        return _cells(copy, raw, start, end, alone)
    begin, stop = _bare(copy, start, end)
    if hashes := _HASHES.match(copy, begin, stop):
        return [_Line(hashes.end(), stop, Kind.HEADING, True, hashes[0].count("#"))]
    if bullet := _BULLET.match(copy, begin, stop):
        return [_Line(bullet.end(), stop, Kind.ITEM, alone)]
    return [_Line(begin, stop, Kind.PARAGRAPH, alone)]


def _cells(copy: str, raw: str, start: int, end: int, alone: bool) -> list[_Line]:
    cells, at = [], start
    for cell in raw[start:end].split("\t"):
        begin, stop = _bare(copy, at, at + len(cell))
        if begin < stop:
            cells.append(_Line(begin, stop, Kind.CELL, alone))
        at += len(cell) + 1
    return cells


def _bare(copy: str, start: int, end: int) -> tuple[int, int]:
    inner = copy[start:end]
    left = len(inner) - len(inner.lstrip())
    return start + left, max(start + left, start + len(inner.rstrip()))


def _unwrapped(copy: str, lines: list[_Line]) -> list[_Line]:
    """Lines that an editor broke for width are put together again."""
    width = _width(copy, lines)
    joined: list[_Line] = []
    for line in lines:
        above = joined[-1] if joined else None
        if above is not None and _goes_on(copy, above, line, width):
            joined[-1] = above._replace(end=line.end)
        else:
            joined.append(line)
    return joined


def _width(copy: str, lines: list[_Line]) -> int:
    """The column at which every paragraph of the text was broken, 0 when it was not."""
    width = max((line.end - line.start for line in lines), default=0)
    follows = [(above, line) for above, line in pairwise(lines) if not line.alone and line.kind is Kind.PARAGRAPH]
    full = sum(_full(copy, above, line, width) for above, line in follows)
    return width if WRAPPED <= width <= 100 and full >= 3 and full * 10 >= len(follows) * 7 else 0


def _full(copy: str, above: _Line, line: _Line, width: int) -> bool:
    """Whether the first word of a line would not have fitted on the line above."""
    last = max(copy.rfind("\n", above.start, above.end) + 1, above.start)
    word = copy[line.start : min(line.end, line.start + width)].split(None, 1)[0]
    return above.end - last + 1 + len(word) > width


def _goes_on(copy: str, above: _Line, line: _Line, width: int) -> bool:
    if line.alone or line.kind is not Kind.PARAGRAPH or above.kind not in (Kind.PARAGRAPH, Kind.ITEM):
        return False
    if (width and _full(copy, above, line, width)) or (above.kind is Kind.ITEM and copy[line.start - 1] != "\n"):
        return True  # the second: a line set in under its bullet
    last = max(copy.rfind("\n", above.start, above.end) + 1, above.start)
    return above.end - last >= WRAPPED and copy[line.start].islower() and not _ENDS.search(copy[above.end - 5 : above.end])


def _grouped(lines: list[_Line]) -> list[_Line]:
    groups, before, out = 0, Kind.PARAGRAPH, []
    for line in lines:
        if line.kind in (Kind.ITEM, Kind.CELL):
            groups += line.kind is not before
            line = line._replace(group=groups)
        before = line.kind
        out.append(line)
    return out


def _headed(copy: str, lines: list[_Line]) -> list[_Line]:
    """A short line without a stop that a longer one follows is a heading."""
    out = list(lines)
    for at in range(len(lines) - 2, -1, -1):
        line, below = lines[at], out[at + 1]
        if line.kind is not Kind.PARAGRAPH or not _short(copy[line.start : line.end]):
            continue
        length = line.end - line.start
        longer = below.kind is Kind.PARAGRAPH and below.end - below.start > max(length, WRAPPED)
        if longer or (below.kind is Kind.ITEM and not copy[line.start].islower()) or (below.kind is Kind.HEADING and line.alone):
            out[at] = line._replace(kind=Kind.HEADING, level=1 if below.kind is Kind.HEADING and below.level != 1 else 2)
    return out


def _short(text: str) -> bool:
    return "\n" not in text and text.count(" ") < HEADING_WORDS and not _NO_HEADING_END.search(text) and any(map(str.isalpha, text))


def _blocks(copy: str, lines: list[_Line], spoken: Sequence[str]) -> list[Block]:
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    for line, language in zip(lines, spoken, strict=True):
        text = copy[line.start : line.end]
        if line.kind is Kind.HEADING:
            path = [above for above in path if above[0] < line.level]
        heading = tuple(above for _, above in path)
        said = spans(text, line.start, language)
        blocks.append(Block(line.kind, line.start, line.end, said, heading=heading, group=line.group, language=language))
        if line.kind is Kind.HEADING:
            path.append((line.level, text[:HEADING_CUT]))
    return blocks
