"""Parts the text of one element at its line breaks: into paragraphs, into items where the lines are a list, else into one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

BREAK = "\ufdd0"  # stands for <br>; a character that no text may hold

_BULLET = re.compile(r"\s*[•·●◦▪■►▶➤✓✔✅☑*–—-]\s+\S")
_MARK = re.compile(r"\s*[•·●◦▪■►▶➤✓✔✅☑*–—-]\s+")
_SHORT = 12  # words of a line that may be one of a list


class Line(NamedTuple):
    text: str
    link_words: int


def paragraphs(parts: Sequence[str], linked: set[int], whole: bool) -> Iterator[tuple[list[Line], bool]]:
    """Runs of lines, each with whether they are the items of a list; with `whole` all is one line."""
    lines = _lines(parts, linked)
    if whole:
        yield [_joined(lines)], False
        return
    for run in _between_blanks(lines):
        bulleted = [bool(_BULLET.match(line.text)) for line in run]
        if any(bulleted):
            yield from _bullets(run, bulleted)
        elif len(run) >= 3 and all(_is_item(line.text) for line in run):
            yield run, True
        else:
            yield [_joined(run)], False


def _lines(parts: Sequence[str], linked: set[int]) -> list[Line]:
    lines, text, links = [], "", 0
    for at, part in enumerate(parts):
        first, *more = part.split(BREAK)
        text += first
        links += len(first.split()) if at in linked else 0
        for piece in more:
            lines.append(Line(" ".join(text.split()), links))
            text, links = piece, len(piece.split()) if at in linked else 0
    lines.append(Line(" ".join(text.split()), links))
    return lines


def _between_blanks(lines: list[Line]) -> Iterator[list[Line]]:
    run: list[Line] = []
    for line in lines:
        if line.text:
            run.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _bullets(run: list[Line], bulleted: list[bool]) -> Iterator[tuple[list[Line], bool]]:
    lead = bulleted.index(True)
    if lead:
        yield [_joined(run[:lead])], False
    items: list[Line] = []
    for line, new in zip(run[lead:], bulleted[lead:], strict=True):
        if new:
            items.append(Line(_MARK.sub("", line.text, count=1), line.link_words))
        else:
            items[-1] = _joined([items[-1], line])
    yield items, True


def _is_item(text: str) -> bool:
    return text.count(" ") < _SHORT and text[-1] not in ".,;:!?" and (text[0].isupper() or text[0].isdigit())


def _joined(lines: list[Line]) -> Line:
    return Line(" ".join(line.text for line in lines if line.text), sum(line.link_words for line in lines))
