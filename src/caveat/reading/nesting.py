"""Bounds how deep a page's elements nest before a parser sees them, and keeps the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate
from operator import sub
from typing import NamedTuple

# Measured with lexbor: 1.7 s for 40,000 nested <div>, two minutes for 200,000. Browsers stop at 512.
DEEPEST = 400
# Formatting elements that are still open are made anew in every block that follows; this many copies are the most a page gets.
MOST_COPIES = 300_000
# One tag's attributes are compared with each other: 40,000 take 3 s.
MOST_ATTRIBUTES = 1_000
# Up to here a count of the tags will do, since a page that deceives it costs two seconds at worst.
COUNTED = 40_000
# Half of this many formatting elements before half of this many blocks stay under MOST_COPIES, and no nesting of them costs a moment.
FEW = 1_500
_LONG = 100_000  # characters of a tag that may hold too many attributes

_NAME = re.compile(r"<(/?[a-zA-Z][^ \t\n\f\r/>]*)")
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{_LONG}}}")
_ATTRIBUTE = r"""(?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+|))?+)"""
_RAW = r"<(?P<raw>script|style|textarea|iframe|noembed|noframes|xmp)(?=[\s/>])"
_TAG = rf"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>{_ATTRIBUTE}*+)>?"
_TOKEN = re.compile(rf"<!--.*?(?:-->|\Z)|{_RAW}{_ATTRIBUTE}*+>.*?(?:</(?P=raw)(?=[\s/>])|\Z)|{_TAG}", re.I | re.S)
# The same tag over and over with nothing between: more of them than the bound hold no text that fewer would not.
_RUN = re.compile(rf"(</?[a-zA-Z][^<>]{{0,100}}>)\1{{{DEEPEST},}}")
_FEW_ATTRIBUTES = re.compile(rf"{_ATTRIBUTE}{{0,{2 * MOST_ATTRIBUTES}}}")
_FREE = frozenset(  # void, or closed by the next of their kind
    {
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
    }
    | {"track", "wbr", "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup", "caption"}
    | {"rp", "rt", "rb", "rtc", "html", "head", "body"}
)
_FORMATTING = frozenset({"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
_INLINE = _FORMATTING | frozenset(
    {"span", "sup", "sub", "abbr", "cite", "q", "mark", "time", "label", "ins", "del", "kbd", "samp", "var", "dfn", "bdo", "bdi", "data"}
)


class _Steps(dict[str, int]):
    """How far a tag leads down: 1, -1 for its end, 0 for those that do not nest. It keeps the commoner names."""

    def __missing__(self, name: str) -> int:
        plain = name.lower().removeprefix("/")
        step = 0 if plain in _FREE else -1 if name[0] == "/" else 1
        if len(self) < 500 and len(name) < 20:
            self[name] = step
        return step


_DEPTH = _Steps()
_FORMATTING_STEP = {
    spelling(mark + name): step for name in _FORMATTING for mark, step in (("", 1), ("/", -1)) for spelling in (str.lower, str.upper)
}.get


class Bounded(NamedTuple):
    html: str
    notes: tuple[str, ...] = ()


def bounded(html: str) -> Bounded:
    """The page without what would keep the parser busy for minutes; a note says what was left out."""
    if _harmless(html):
        return Bounded(html)
    nesting = _Nesting(_RUN.sub(lambda run: run[1] * (DEEPEST + 1), html))
    flat = nesting.run()
    notes = []
    if nesting.dropped:
        notes.append(f"elements nested deeper than {DEEPEST} were flattened; their text was kept")
    if nesting.cut:
        notes.append(f"attributes beyond {MOST_ATTRIBUTES:,} in one tag were left out")
    return Bounded(flat if notes else html, tuple(notes))


def _harmless(html: str) -> bool:
    """
    Whether a count of the tags alone shows that the page stays within the bounds.

    The count runs ahead of the depth on pages that leave elements open; only one made to deceive it stays behind.
    """
    tags = html.count("<")
    if html.count("=") > COUNTED // 4 + 6 * tags or (_has_gap(html) and _LONG_TAG.search(html)):
        return False
    if tags <= FEW:
        return True
    names = _NAME.findall(html)
    if len(names) > COUNTED:
        return False
    if _most_open(map(_DEPTH.__getitem__, names)) > DEEPEST:
        return False
    return _most_open(filter(None, map(_FORMATTING_STEP, names))) * len(names) <= MOST_COPIES


def _most_open(steps: Iterable[int]) -> int:
    """How many are open at once at most: an end before any start takes nothing back of what starts later."""
    sums = list(accumulate(steps))
    return max(map(sub, sums, accumulate(sums, min, initial=0)), default=0)


def _has_gap(html: str) -> bool:
    """Whether so many characters stand between two "<" that they may be one long tag. Goes in leaps as long as such a tag."""
    at = 0
    while at >= 0 and at + _LONG < len(html):
        at = html.rfind("<", at + 1, at + _LONG + 1)
    return at < 0


class _Nesting:
    """The elements open at one tag of the page, as near as a pass over the tags can tell."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.stack: list[str] = []
        self.open: dict[str, int] = {}
        self.dropped: dict[str, int] = {}
        self.formatting: list[str] = []  # start tags that their own end tags alone take back
        self.copies = 0
        self.cut = False

    def run(self) -> str:
        """The page without the tags that nest too deep and the attributes that are too many."""
        kept: list[str] = []
        end = 0
        for tag in _TOKEN.finditer(self.html):
            if tag["name"] is None:
                continue
            name, (start, stop) = tag["name"].lower(), tag.span()
            if not (self.closes(name) if tag["end"] else self.opens(name, tag[0] if stop - start < 200 else name)):
                if start > end or not kept:  # a run of dropped tags leaves one mark, which parts the texts about it
                    kept += (self.html[end:start], "<wbr>" if name in _INLINE else "<hr>")
                end = stop
            elif stop - start > _LONG and (few := self.few(tag)):
                kept += (self.html[end:start], few)
                end = stop
            elif self.copies > MOST_COPIES and self.formatting:
                kept += (self.html[end:start], *self.released())
                end = start
        return "".join((*kept, self.html[end:]))

    def opens(self, name: str, tag: str) -> bool:
        """Takes in a start tag; False when it must go."""
        formatting = name in _FORMATTING
        if not formatting:
            self.copies += len(self.formatting)
        if name in _FREE:
            return True
        if len(self.stack) >= DEEPEST or (formatting and (self.copies > MOST_COPIES or len(self.formatting) >= DEEPEST)):
            self.dropped[name] = self.dropped.get(name, 0) + 1
            return False
        self.stack.append(name)
        self.open[name] = self.open.get(name, 0) + 1
        if formatting and self.formatting.count(tag) < 3:  # a parser keeps no more than three that are the same
            self.formatting.append(tag)
        return True

    def closes(self, name: str) -> bool:
        """Takes in an end tag; False when its start tag has gone."""
        if self.dropped.get(name):
            self.dropped[name] -= 1
            return False
        if name in _FORMATTING:
            self.ends_formatting(name)
        if not self.open.get(name):
            return True
        stack = self.stack
        at = len(stack) - 1
        while stack[at] != name:
            at -= 1
        # An inline end tag closes no block.
        through = at + 1 if name in _INLINE and any(above not in _INLINE for above in stack[at + 1 :]) else len(stack)
        for gone in stack[at:through]:
            self.open[gone] -= 1
        del stack[at:through]
        return True

    def ends_formatting(self, name: str) -> None:
        for at in range(len(self.formatting) - 1, -1, -1):
            if _named(self.formatting[at]) == name:
                del self.formatting[at]
                return

    def released(self) -> list[str]:
        """End tags for all that a parser would go on copying into every block."""
        tags = [f"</{_named(tag)}>" for tag in reversed(self.formatting)]
        self.formatting.clear()
        return tags

    def few(self, tag: re.Match[str]) -> str | None:
        """The tag with its first attributes only; None when it has no more than those."""
        first = _FEW_ATTRIBUTES.match(self.html, tag.start("attributes"), tag.end("attributes"))
        if first is None or first.end() == tag.end("attributes"):
            return None
        self.cut = True
        return self.html[tag.start() : first.end()] + ">"


def _named(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1].lower() if found else tag
