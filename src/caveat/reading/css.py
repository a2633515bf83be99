"""Reads the little of CSS by which type can be measured without a browser: lengths, colours, declarations, and simple selectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from caveat.reading.colour import CLEAR, Colour

PROPERTIES = ("font-size", "color", "background", "display", "visibility", "opacity")
ROOT_SIZE = 16.0  # px of `medium`: what browsers start from
ALL: tuple[int, int, int] = (1 << 20, 0, 0)  # more than any selector has: nothing is known of it

# CSS Fonts Level 4, section 2.5, at a `medium` of 16 px; the numbers of <font size> are of the HTML standard, section 15.3.
KEYWORDS = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0, "xxx-large": 48.0,
}  # fmt: skip
STEPS = (10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0)
_LONGHANDS = {"font": "font-size", "background-color": "background", "background-image": "background"}
_UNITS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6}
_ACTED_ON = frozenset(("hover", "focus", "active", "focus-within", "focus-visible", "target"))  # a page as it opens is in none of these
_APART = frozenset(("before", "after", "placeholder", "selection", "marker", "backdrop", "first-letter"))  # no element's text


class Compound(NamedTuple):
    """What the last part of a selector asks of an element: all of it, if `sure`, and this at least if not."""

    tag: str = ""
    id: str = ""
    classes: tuple[str, ...] = ()
    sure: bool = True

    def fits(self, tag: str, id: str, classes: frozenset[str]) -> bool:
        return (not self.tag or self.tag == tag) and (not self.id or self.id == id) and classes.issuperset(self.classes)


class Rule(NamedTuple):
    """Declarations, by property, for what a compound fits; a value of None is one that cannot be resolved here."""

    compound: Compound
    specificity: tuple[int, int, int]
    values: Mapping[str, Declared]


class Declared(NamedTuple):
    tokens: tuple[Any, ...]
    important: bool


ANY = Rule(Compound(sure=False), ALL, {name: Declared((), False) for name in PROPERTIES})  # a style sheet that was not read


def declared(css: str | Iterable[Any]) -> Mapping[str, Declared]:
    """The declarations of a style attribute or of a rule's content that matter here, shorthands taken apart; the last of a name wins."""
    from tinycss2 import parse_blocks_contents

    found: dict[str, Declared] = {}
    for node in parse_blocks_contents(css, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            continue
        name = _LONGHANDS.get(node.lower_name, node.lower_name)
        if name == "all":
            found |= {each: Declared((), bool(node.important)) for each in PROPERTIES}
        if name not in PROPERTIES:
            continue
        tokens = tuple(token for token in node.value if token.type not in ("whitespace", "comment"))
        if node.lower_name == "font":
            tokens = _size_of_font(tokens)
        elif node.lower_name == "background-image":
            if [getattr(token, "lower_value", "") for token in tokens] == ["none"]:
                continue
            tokens = ()
        if name not in found or node.important or not found[name].important:
            found[name] = Declared(tokens, bool(node.important))
    return found


def _size_of_font(tokens: tuple[Any, ...]) -> tuple[Any, ...]:
    """The size in a `font` shorthand; none where it has none that is plain."""
    for token in tokens:
        if token.type in ("dimension", "percentage") or getattr(token, "lower_value", "") in (*KEYWORDS, "smaller", "larger", "inherit"):
            return (token,)
    return ()


def size(tokens: tuple[Any, ...], parent: float | None, root: float | None) -> float | None:
    """A font size in px; None where it depends on what is not known here (a variable, a viewport, a parent of unknown size)."""
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if token.type == "dimension":
        unit = token.lower_unit
        if unit in ("em", "rem"):
            base = parent if unit == "em" else root
            return token.value * base if base is not None else None
        return token.value * _UNITS[unit] if unit in _UNITS else None
    if token.type == "percentage":
        return token.value / 100 * parent if parent is not None else None
    if token.type == "number" and token.value == 0:
        return 0.0
    word = getattr(token, "lower_value", "")
    if word in KEYWORDS:
        return KEYWORDS[word]
    if parent is None:
        return None
    return {"smaller": parent / 1.2, "larger": parent * 1.2, "inherit": parent}.get(word)


def colour(tokens: tuple[Any, ...]) -> Colour | None:
    """A colour as CSS Color Level 3 writes it; None for anything else."""
    from tinycss2.color3 import parse_color

    found = parse_color(tokens[0]) if len(tokens) == 1 else None
    return None if found is None or isinstance(found, str) else Colour(*found)


def background(tokens: tuple[Any, ...]) -> Colour | None:
    """The colour of a `background`; see-through where none is named, None where there is a picture or what cannot be resolved."""
    if not tokens or any(token.type in ("function", "url") and not colour((token,)) for token in tokens):
        return None
    if any(word(token) in ("inherit", "currentcolor", "unset", "revert") for token in tokens):
        return None
    return next((found for token in tokens if (found := colour((token,)))), CLEAR)


def is_whole(opacity: tuple[Any, ...]) -> bool:
    """Whether an `opacity` is none of a fade."""
    return len(opacity) == 1 and (opacity[0].type, getattr(opacity[0], "value", 0)) in (("number", 1), ("percentage", 100))


def word(token: Any) -> str:
    return getattr(token, "lower_value", "") if token.type == "ident" else ""


def rules(css: str) -> Iterator[Rule]:
    """The rules of a style sheet for a screen. Those in a condition (@media, @supports) may hold or not; an @import makes all unsure."""
    from tinycss2 import parse_stylesheet

    yield from _rules(parse_stylesheet(css, skip_comments=True, skip_whitespace=True), True)


def _rules(nodes: Iterable[Any], sure: bool) -> Iterator[Rule]:
    from tinycss2 import parse_rule_list, serialize

    for node in nodes:
        if node.type == "qualified-rule":
            values = declared(node.content)
            for compound, specificity in selectors(node.prelude) if values else ():
                yield Rule(compound if sure else compound._replace(sure=False), specificity, values)
            if any(token.type == "{} block" for token in node.content):
                yield ANY  # rules nested in a rule
        elif node.type == "at-rule" and node.lower_at_keyword in ("import", "property"):
            yield ANY
        elif node.type == "at-rule" and node.lower_at_keyword in ("media", "supports", "layer", "container", "scope") and node.content:
            said = serialize(node.prelude).strip().lower()
            if node.lower_at_keyword != "media" or said != "print":
                whole = sure and node.lower_at_keyword == "media" and said in ("", "all", "screen")
                yield from _rules(parse_rule_list(node.content, skip_comments=True, skip_whitespace=True), whole)


def selectors(prelude: Iterable[Any]) -> Iterator[tuple[Compound, tuple[int, int, int]]]:
    """Each selector of a list as its last compound, with its specificity (Selectors Level 4, section 17)."""
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    for part in parts:
        while part and part[-1].type == "whitespace":
            part.pop()
        while part and part[0].type == "whitespace":
            part.pop(0)
        if part and (found := _selector(part)):
            yield found


def _selector(tokens: list[Any]) -> tuple[Compound, tuple[int, int, int]] | None:
    """None for a selector that fits nothing on a page as it opens."""
    tag, id, classes, sure = "", "", list[str](), True
    ids = names = elements = 0
    before = ""
    for token in tokens:
        mark = token.value if token.type == "literal" else ""
        if token.type == "whitespace" or mark in (">", "+", "~"):
            tag, id, classes, sure = "", "", [], False  # what stands above is not looked at
        elif token.type == "ident" and before == ".":
            classes.append(token.value)
            names += 1
        elif token.type == "ident" and before == ":":
            if token.lower_value in _ACTED_ON or token.lower_value in _APART:
                return None
            if token.lower_value != "root":
                sure = False
            else:
                tag = "html"
            names += 1
        elif token.type == "ident":
            tag = token.lower_value
            elements += 1
        elif token.type == "hash":
            id = token.value
            ids += 1
        elif mark not in (".", ":", "*"):
            sure = False  # an attribute, a function such as :not(), anything newer
            ids, names = ids + (token.type == "function"), names + 1
        before = mark
    return Compound(tag, id, tuple(classes), sure), (ids, names, elements)
