"""Bounds how deep a page's elements nest before a parser sees them, and keeps the text."""

from __future__ import annotations

import re
from typing import NamedTuple

# Measured with lexbor: 1.7 s for 40,000 nested <div>, two minutes for 200,000. Browsers stop at 512.
DEEPEST = 400
# Formatting elements that are still open are made anew in every block that follows; this many copies are the most a page gets.
MOST_COPIES = 300_000
# One tag's attributes are compared with each other: 40,000 take 3 s.
MOST_ATTRIBUTES = 1_000

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)(\s*>)?")
_FREE = frozenset(  # void, or closed by the next of their kind
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
    " p li dt dd option optgroup tr td th tbody thead tfoot colgroup caption rp rt rb rtc html head body".split()
)
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_INLINE = _FORMATTING | frozenset("span sup sub abbr cite q mark time label ins del kbd samp var dfn bdo bdi data".split())
_LONG_TAG = re.compile(r"<[a-zA-Z](?=[^<>]{8000})")
_ATTRIBUTE = re.compile(r"""[^\s=<>"'/]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]++))?+[\s/]*+""")


class Bounded(NamedTuple):
    html: str
    notes: tuple[str, ...] = ()


def bounded(html: str) -> Bounded:
    """The page with tags deeper than DEEPEST left out; a note says so."""
    notes = []
    if _LONG_TAG.search(html):
        html, cut = _fewer_attributes(html)
        notes += [f"attributes beyond {MOST_ATTRIBUTES:,} in one tag were left out"] if cut else []
    if html.count("<") <= DEEPEST:
        return Bounded(html, tuple(notes))
    shallow = _Nesting(html).run()
    if shallow is None:
        return Bounded(html, tuple(notes))
    return Bounded(shallow, (*notes, f"elements nested deeper than {DEEPEST} were flattened; their text was kept"))


class _Nesting:
    """The elements open at one tag of the page, as near as a pass over the tags can tell."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.stack: list[str] = []
        self.open: dict[str, int] = {}
        self.dropped: dict[str, int] = {}
        self.formatting = 0
        self.copies = 0

    def run(self) -> str | None:
        """The page without the tags that nest too deep; None when there are none."""
        kept: list[str] = []
        end = 0
        for tag in _TAG.finditer(self.html):
            closing, name, whole = tag.groups()
            name = name.lower()
            if self.closes(name) if closing else self.opens(name):
                continue
            if tag.start() > end or not kept:
                kept.append(self.html[end : tag.start()])
                kept.append("<wbr>" if name in _INLINE else "<hr>")
            end = tag.end()
            if not whole:  # its attributes stay, as those of an element that holds nothing
                kept[-1] = kept[-1][:-1]
        return "".join((*kept, self.html[end:])) if kept else None

    def opens(self, name: str) -> bool:
        """Takes in a start tag; False when it must go."""
        if name in _FREE:
            self.copies += self.formatting
            return True
        formatting = name in _FORMATTING
        if len(self.stack) >= DEEPEST or (formatting and self.copies > MOST_COPIES):
            self.dropped[name] = self.dropped.get(name, 0) + 1
            return False
        self.stack.append(name)
        self.open[name] = self.open.get(name, 0) + 1
        if formatting:
            self.formatting += 1
        else:
            self.copies += self.formatting
        return True

    def closes(self, name: str) -> bool:
        """Takes in an end tag; False when its start tag has gone."""
        if self.dropped.get(name):
            self.dropped[name] -= 1
            return False
        if not self.open.get(name):
            return True
        stack = self.stack
        at = len(stack) - 1
        while stack[at] != name:
            at -= 1
        if name in _INLINE and any(above not in _INLINE for above in stack[at + 1 :]):
            self.forget(at, at + 1)  # an inline end tag closes no block
        else:
            self.forget(at, len(stack))
        return True

    def forget(self, start: int, end: int) -> None:
        for name in self.stack[start:end]:
            self.open[name] -= 1
            self.formatting -= name in _FORMATTING
        del self.stack[start:end]


def _fewer_attributes(html: str) -> tuple[str, bool]:
    kept, end = [], 0
    for tag in _LONG_TAG.finditer(html):
        at = max(tag.end(), end)
        name = re.compile(r"[^\s/>]*+[\s/]*+").match(html, at)
        at = name.end() if name else at
        count = 0
        while (found := _ATTRIBUTE.match(html, at)) and found.end() > at:
            at = found.end()
            count += 1
            if count == MOST_ATTRIBUTES:
                kept.append(html[end:at])
            end = at if count > MOST_ATTRIBUTES else end
    return ("".join((*kept, html[end:])), True) if kept else (html, False)
