"""Resolves in which size and colours a text is set, from the page's own plain style rules; what they leave open is None."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from caveat.model import Block, Element, Page, Span
from caveat.reading import css
from caveat.reading.colour import BLACK, WHITE, Colour, over
from caveat.reading.css import ANY, Compound, Declared, Rule
from caveat.reading.look import Look, look
from caveat.reading.presentation import hints

MOST = 50_000  # characters of style rules that are resolved: more take longer than the rest of an audit

_INLINE = (1 << 21, 0, 0)  # a style attribute counts for more than any selector
_HINT = (-1, 0, 0)  # an attribute such as bgcolor counts for less
_NOTHING = Declared((), False)
# What browsers set in another size by themselves: HTML standard, section 15.3, in em of what stands around.
_EM = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "small": 1 / 1.2, "sub": 1 / 1.2, "sup": 1 / 1.2, "big": 1.2}
_OWN_TYPE = frozenset(("button", "input", "select", "textarea", "option", "pre", "code", "kbd", "samp", "tt", "xmp", "listing"))
# Elements that are no frames of the walk unless they bear a name: a rule for them may reach text that is not known to stand in one.
_UNSEEN = frozenset(
    ("", "abbr", "b", "bdi", "bdo", "cite", "dfn", "em", "i", "ins", "mark", "q", "s", "span", "strike", "strong", "time", "u")
)


_START = Look(css.ROOT_SIZE, BLACK, WHITE, "")  # what a page begins with


class _Candidate(NamedTuple):
    """Declarations that reach an element, or may."""

    sure: bool
    specificity: tuple[int, int, int]
    values: Mapping[str, Declared]


class Looks:
    """The looks of one page's texts. Its rules are read when the first is asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.known: dict[int, Look] = {}  # by element

    def of(self, block: Block, sentence: Span) -> Look:
        """How most of a sentence is set."""
        number = _element(self.page, block, sentence)
        if number < 0:
            return Look()
        if self.page.rendered:
            return self._measured(number)
        found = self._look(number)
        loose = self._loose | (self._linked if block.link_words else frozenset())
        return Look(
            None if "font-size" in loose else found.size,
            None if "color" in loose else found.colour,
            None if "background" in loose else found.background,
            found.hidden,
        )

    def largest(self, block: Block) -> float | None:
        """The largest size in which some of a block is set; None where one of them is not known."""
        numbers = {run.element for run in block.runs} or {block.element}
        if self.page.rendered:
            sizes = [self._measured(number).size if number >= 0 else None for number in numbers]
        else:
            sizes = [self._look(number).size if number >= 0 and "font-size" not in self._loose else None for number in numbers]
        known = [size for size in sizes if size is not None]
        return max(known) if len(known) == len(sizes) else None

    def _measured(self, number: int) -> Look:
        rendered = self.page.rendered
        value = self.page.elements[number].attributes.get(rendered.attribute) if rendered else None
        return look(value) if rendered and value and rendered.styled else Look()

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        styles = self.page.styles
        if styles.external or sum(map(len, styles.rules)) > MOST:
            return (ANY,)
        return tuple(rule for text in styles.rules for rule in css.rules(text))

    @cached_property
    def _loose(self) -> frozenset[str]:
        """Properties that some rule sets for elements of which a page's text may hold some unseen."""
        return self._set_for(_UNSEEN)

    @cached_property
    def _linked(self) -> frozenset[str]:
        """The same for links, which have a colour of their own."""
        return self._set_for(frozenset("a")) | {"color"}

    def _set_for(self, tags: frozenset[str]) -> frozenset[str]:
        reached = (rule for rule in self._rules if rule is not ANY and _reaches(rule.compound, tags))
        return frozenset(name for rule in reached for name in rule.values)

    def _look(self, number: int) -> Look:
        chain = []
        while number >= 0 and number not in self.known:
            chain.append(number)
            number = self.page.elements[number].parent
        found = self.known.get(number, _START)
        for at in reversed(chain):
            found = self.known[at] = self._resolved(self.page.elements[at], found)
        return found

    def _resolved(self, element: Element, above: Look) -> Look:
        candidates = list(self._candidates(element))
        own = {name: _winner(candidates, name) for name in css.PROPERTIES}
        opacity = own["opacity"]
        faded = opacity is None or (opacity.tokens and not css.is_whole(opacity.tokens))
        return Look(
            self._size(element, own["font-size"], above.size),
            None if faded else _colour(own["color"], above.colour),
            None if faded else _ground(own["background"], above.background),
            _hidden(element, own["display"], own["visibility"], above.hidden),
        )

    def _size(self, element: Element, own: Declared | None, above: float | None) -> float | None:
        if own is None or (not own.tokens and element.tag in _OWN_TYPE):
            return None
        if own.tokens:
            return css.size(own.tokens, above, self.known.get(0, _START).size)
        if element.tag == "table" and self.page.styles.quirks:
            return css.ROOT_SIZE
        return above * _EM.get(element.tag, 1.0) if above is not None else None

    def _candidates(self, element: Element) -> Iterator[_Candidate]:
        tag, id, classes = _named(element, self.page.styles.quirks)
        if old := hints(element):
            yield _Candidate(True, _HINT, css.declared(old))
        for rule in self._rules:
            if rule.compound.fits(tag, id, classes):
                yield _Candidate(rule.compound.sure, rule.specificity, rule.values)
        if style := element.attributes.get("style"):
            yield _Candidate(True, _INLINE, css.declared(style))


def _winner(candidates: Iterable[_Candidate], name: str) -> Declared | None:
    """What the cascade gives an element (CSS Cascade Level 4, section 6.1): no tokens for nothing, None for what is not known."""
    best: tuple[bool, tuple[int, int, int], int] = (False, (-2, 0, 0), -1)
    open_to, found = best, _NOTHING
    for order, (sure, specificity, values) in enumerate(candidates):
        if (value := values.get(name)) is None:
            continue
        rank = (value.important, specificity, order)
        if not sure or not value.tokens:
            open_to = max(open_to, rank)
        elif rank > best:
            best, found = rank, value
    return None if open_to > best else found


def _element(page: Page, block: Block, sentence: Span) -> int:
    """The element that holds most of a sentence; -1 where that is not known."""
    if not block.runs:
        return block.element
    at = len("".join(page.text[block.start : sentence.start].split()))
    end = at + len("".join(page.text[sentence.start : sentence.end].split()))
    held: dict[int, int] = {}
    start = 0
    for characters, element in block.runs:
        within = min(end, start + characters) - max(at, start)
        if within > 0:
            held[element] = held.get(element, 0) + within
        start += characters
    return max(held, key=lambda element: held[element]) if held else -1


def _named(element: Element, quirks: bool) -> tuple[str, str, frozenset[str]]:
    id, classes = element.attributes.get("id") or "", element.attributes.get("class") or ""
    return (element.tag, id.lower(), frozenset(classes.lower().split())) if quirks else (element.tag, id, frozenset(classes.split()))


def _reaches(compound: Compound, tags: frozenset[str]) -> bool:
    return compound.tag in tags and not compound.id and not compound.classes


def _colour(own: Declared | None, above: Colour | None) -> Colour | None:
    if own is None:
        return None
    return above if not own.tokens or css.word(own.tokens[0]) in ("inherit", "currentcolor") else css.colour(own.tokens)


def _ground(own: Declared | None, above: Colour | None) -> Colour | None:
    if own is None:
        return None
    found = css.background(own.tokens) if own.tokens else None
    if not own.tokens or (found and found.alpha < 1):
        return over(found, above) if found and above else above
    return found


def _hidden(element: Element, display: Declared | None, visibility: Declared | None, above: str | None) -> str | None:
    """What hides an element; None where that is not known. A page hides nothing by hiding all of itself: its scripts show it."""
    if above or element.tag in ("html", "body", "main"):
        return above
    for name, own, words in (("display", display, ("none",)), ("visibility", visibility, ("hidden", "collapse"))):
        if own and own.tokens and css.word(own.tokens[0]) in words:
            return f"{name}: {css.word(own.tokens[0])}"
    return above if display and visibility else None
