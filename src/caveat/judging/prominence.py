"""
Measures whether the reader of a claim could miss a caveat: where it stands, how far from the claims, how small and how pale.

The criteria are those of 16 CFR 255.0(f) (clear and conspicuous: difficult to miss; online, unavoidable), of the FTC staff's .com
Disclosures of March 2013 (proximity, prominence, no hyperlink for facts of health and safety), and of RCW 18.130.420(4) and
Fla. Stat. 458.3245 (type no smaller than the largest in the advertisement). A criterion that is not met is reported with its numbers.
A caveat counts as buried only where it is avoided altogether, or far beyond what these ask for; none of them names a number, so
the numbers are this project's, and are set so that no page is accused for a matter of taste:

- its text is hidden, collapsed, in a picture's text, in the title, in meta tags, in data or in the cookie dialogue alone;
- it stands in the page's footer alone, and there over FAR_WORDS words and FAR_BLOCKS blocks from every claim;
- it is set in TINY px or less and in under SMALLER of the claim's size;
- its contrast is under FAINT to 1, and under half of the claim's;
- in a browser: it is not displayed, invisible, clipped or off the page; or it is smaller than the nearest claim, of a contrast under
  PLAIN to 1 while the claim's is not, and over SCREENS screens of the window from it, all three.

That it merely comes after the claims, or in smaller type, buries no caveat. Of a notice whose rule says `largest_type` the statute asks
for no smaller type than the largest; there any measured difference counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from caveat.judging.statements import Statement
from caveat.model import Answer, Block, Criterion, Element, Kind, Measured, Page, Place, Role, Span
from caveat.reading.look import Look

NEAR_WORDS = 100  # between a caveat and the nearest claim
FAR_WORDS, FAR_BLOCKS = 300, 8
TINY, SMALLER = 10.0, 2 / 3
FAINT = 2.0
SCREENS = 2.0
PLAIN, LARGE, LARGE_PX = 4.5, 3.0, 24.0  # contrast that WCAG 2.2, 1.4.3 asks for: a proxy, not law

if TYPE_CHECKING:
    from caveat.judging.asking import Asking

# How pages label the link to what they would rather not say beside the claim: the labels that .com Disclosures names, and their like.
_BEHIND = re.compile(
    r"\b(?:disclaimers?|disclosures?|fine print|terms (?:and|&|of)|legal|(?:more|further|important|safety) (?:information|details)"
    r"|aviso legal|descargo|exenci[oó]n de responsabilidad)\b|^(?:terms|details)$",
    re.IGNORECASE,
)
_LABEL = 80  # characters of a block that can be such a label

YES, NO, NOT_MEASURED = Answer.YES, Answer.NO, Answer.NOT_MEASURED
_FOOT = frozenset(("contentinfo", "footer", "site-footer", "page-footer", "main-footer", "colophon"))
_ENTRIES = frozenset(("article", "blockquote", "li", "figure", "td"))
_HOLDERS = {
    Place.TITLE: "in the page's title alone",
    Place.META: "in the page's meta tags, which its readers don't see",
    Place.OPEN_GRAPH: "in the page's preview tags, which its readers don't see",
    Place.JSON_LD: "in data for search engines, which the page's readers don't see",
    Place.ALT: "in the alternative text of an image",
    Place.LABEL: "in a label that shows only on hovering or to screen readers",
    Place.EMBEDDED: "in data embedded in the page, which its readers don't see",
    Place.DETAILS: "in a section that stays closed until it is clicked",
    Place.HIDDEN: "in an element that is hidden",
}
_TEXTS = (Place.BODY, Place.DETAILS, Place.HIDDEN)
_UNRENDERED = "no browser rendered the page, and its own styles do not settle it"
_UNSTYLED = "a style sheet that the page asked for did not come"


def measured(at: Statement, asking: Asking) -> tuple[Measured, ...]:
    """Every criterion, answered for the sentence of a caveat."""
    page, block = asking.page, asking.page.blocks[at.block]
    look = asking.looks.of(block, at.sentence)
    spot = _nearest(at, asking)
    return (
        Measured(Criterion.SAME_PAGE, YES),
        *_distances(at, spot, asking),
        _on_screen(at, look, asking),
        *_places(at, look, page),
        *_types(at, look, spot, asking),
        _language(block, spot, page),
    )


def absent(asking: Asking) -> tuple[Measured, ...]:
    """The criteria of a caveat that stands nowhere on the page: a link may lead to it, which is not the page's own word."""
    page = asking.page
    for block in page.blocks:
        if block.place is Place.BODY and block.link_words and block.end - block.start <= _LABEL:
            words, label = page.text.count(" ", block.start, block.end) + 1, page.quote(block)
            if 2 * block.link_words >= words and _BEHIND.search(label):
                detail = f"a link labelled “{label}” (line {page.place_of(block.start)[0]}) may lead to it"
                return Measured(Criterion.SAME_PAGE, NO), Measured(Criterion.NOT_BEHIND_LINK, NO, detail)
    return (Measured(Criterion.SAME_PAGE, NO),)


def holder(at: Statement, asking: Asking) -> str:
    """Where or how a caveat is buried, as a message says it; empty when it is not."""
    if at.role is Role.COOKIE:
        return "in the cookie dialogue, which is gone once it is answered"
    if at.place is not Place.BODY:
        return _HOLDERS[at.place]
    page = asking.page
    block = page.blocks[at.block]
    look, spot = asking.looks.of(block, at.sentence), _nearest(at, asking)
    if look.hidden:
        return f"in an element that the page's own style hides ({look.hidden})"
    if spot is None:
        return ""
    words, blocks = _words(at, spot, page), abs(at.block - spot[0])
    if in_footer(at, page) and words > FAR_WORDS and blocks > FAR_BLOCKS:
        return f"in the page's footer, {words} words and {blocks} blocks from the nearest claim"
    claim = asking.looks.of(page.blocks[spot[0]], spot[1])
    if look.size is not None and claim.size is not None and look.size <= TINY and look.size < SMALLER * claim.size:
        return f"in type of {_px(look.size)}, where the nearest claim has {_px(claim.size)}"
    if look.contrast is not None and claim.contrast is not None and look.contrast < FAINT and look.contrast < claim.contrast / 2:
        return f"in a colour of a contrast of {_ratio(look.contrast)}, where the nearest claim has {_ratio(claim.contrast)}"
    gap = min((gap for _, gap in _gaps(at, look, asking)), default=None)
    return _small_and_pale_and_far(look, claim, gap, page)


def _small_and_pale_and_far(look: Look, claim: Look, gap: float | None, page: Page) -> str:
    """Words for a caveat that a browser shows to be hard to read and far away at once; empty for any other."""
    if gap is None or not page.rendered or None in (look.size, claim.size, look.contrast, claim.contrast):
        return ""
    size, beside, ratio, other = look.size or 0, claim.size or 0, look.contrast or 0, claim.contrast or 0
    if size >= beside or ratio >= PLAIN or other < PLAIN or gap <= SCREENS * page.rendered.browser.height:
        return ""
    how = f"in type of {_px(size)} and a contrast of {_ratio(ratio)}, where the nearest claim has {_px(beside)} and {_ratio(other)}"
    return f"{how}, and {_screens(gap, page.rendered.browser.height)} from it"


def _gaps(at: Statement, look: Look, asking: Asking) -> Iterator[tuple[str, float]]:
    """On which side of each other claim a caveat is seen, and how many px up or down are between them: 0 where they are side by side."""
    for number, sentence in asking.spots:
        claim = asking.looks.of(asking.page.blocks[number], sentence)
        if sentence != at.sentence and None not in (look.top, look.bottom, claim.top, claim.bottom):
            below, above = (look.top or 0) - (claim.bottom or 0), (claim.top or 0) - (look.bottom or 0)
            yield ("below" if below >= above else "above"), max(0.0, below, above)


def _screens(gap: float, height: int) -> str:
    return f"{gap:,.0f} px ({gap / height:.1f} screens of {height} px)"


def too_small(at: Statement, asking: Asking) -> str:
    """How a notice that the law wants in the largest type falls short of it, as a message says it; empty when it does not."""
    found = _largest(asking.looks.of(asking.page.blocks[at.block], at.sentence), asking)
    return f"in type of {found.detail}" if found.answer is NO else ""


def in_footer(at: Statement, page: Page) -> bool:
    """Whether a caveat stands in the footer of the page, not in that of an entry on it."""
    if at.role is Role.FOOTER:
        return True
    number, inside = page.blocks[at.block].element, False
    while number >= 0:
        element = page.elements[number]
        if inside and element.tag in _ENTRIES:
            return False
        inside = inside or element.tag == "footer" or not _FOOT.isdisjoint(_own_names(element))
        number = element.parent
    return inside


def _own_names(element: Element) -> list[str]:
    return " ".join(element.attributes.get(name) or "" for name in ("id", "class", "role")).lower().split()


Spot = tuple[int, Span]  # block and sentence of a claim


def _nearest(at: Statement, asking: Asking) -> Spot | None:
    """The nearest claim in the visible text; of running text where there is any, for a heading is larger by its nature."""
    blocks = asking.page.blocks
    running = [spot for spot in asking.spots if blocks[spot[0]].kind not in (Kind.HEADING, Kind.SUMMARY) and spot[1] != at.sentence]
    spots = running or [spot for spot in asking.spots if spot[1] != at.sentence]
    return min(spots, key=lambda spot: max(at.sentence.start - spot[1].end, spot[1].start - at.sentence.end), default=None)


def _words(at: Statement, spot: Spot, page: Page) -> int:
    """Words between a caveat and a claim."""
    first, second = sorted((at.sentence, spot[1]))
    return len(page.text[first.end : second.start].split())


def _distances(at: Statement, spot: Spot | None, asking: Asking) -> Iterator[Measured]:
    page = asking.page
    four = (Criterion.SAME_BLOCK, Criterion.SAME_SECTION, Criterion.NEAR, Criterion.NOT_AFTER_LAST_CLAIM)
    if at.place is not Place.BODY or spot is None:
        why = "it stands outside the visible text" if spot else "no claim stands in the visible text"
        yield from (Measured(each, NOT_MEASURED, why) for each in four)
        return
    numbers = {number for number, _ in asking.spots}
    line, words, blocks = page.place_of(spot[1].start)[0], _words(at, spot, page), at.block - spot[0]
    side = "after" if at.sentence > spot[1] else "before"
    apart = f"{_count(words, 'word')} and {_count(abs(blocks), 'block')} {side} the nearest claim (line {line})"
    near = at.block in numbers or words <= NEAR_WORDS
    yield _answer(four[0], at.block in numbers)
    yield _answer(four[1], page.blocks[at.block].heading in {page.blocks[number].heading for number in numbers})
    yield _answer(four[2], near, f"in the block of the nearest claim (line {line})" if not blocks else apart)
    last = max(numbers)
    behind = f"{_count(at.block - last, 'block')} after the last claim (line {page.place_of(page.blocks[last].start)[0]})"
    yield _answer(four[3], at.block <= last, "" if at.block <= last else behind)


def _on_screen(at: Statement, look: Look, asking: Asking) -> Measured:
    page = asking.page
    side, gap = min(_gaps(at, look, asking), key=lambda each: each[1], default=("", -1.0))
    if gap < 0 or not page.rendered:
        return Measured(Criterion.ON_SCREEN, NOT_MEASURED, _why_not(page))
    height = page.rendered.browser.height
    return _answer(Criterion.ON_SCREEN, gap <= height, f"{_screens(gap, height)} {side} the nearest claim" if gap else "side by side")


def _why_not(page: Page) -> str:
    return _UNRENDERED if page.rendered is None else "" if page.rendered.styled else _UNSTYLED


def _places(at: Statement, look: Look, page: Page) -> Iterator[Measured]:
    yield _answer(Criterion.NOT_FOOTER_ONLY, not in_footer(at, page))
    yield _answer(Criterion.NOT_BEHIND_LINK, True)
    yield _answer(Criterion.NOT_COLLAPSED, at.place is not Place.DETAILS)
    if at.place is Place.HIDDEN or look.hidden:
        yield Measured(Criterion.NOT_HIDDEN, NO, look.hidden or "")
    elif look.hidden is None and at.place in _TEXTS:
        yield Measured(Criterion.NOT_HIDDEN, NOT_MEASURED, _why_not(page))
    else:
        yield Measured(Criterion.NOT_HIDDEN, YES)
    yield _answer(Criterion.NOT_IMAGE_ONLY, at.place is not Place.ALT)
    yield _answer(Criterion.IN_TEXT, at.place in (*_TEXTS, Place.ALT))
    yield _answer(Criterion.NOT_COOKIE, at.role is not Role.COOKIE)


def _types(at: Statement, look: Look, spot: Spot | None, asking: Asking) -> Iterator[Measured]:
    three = (Criterion.SIZE_CLAIM, Criterion.SIZE_LARGEST, Criterion.CONTRAST)
    if at.place is not Place.BODY:
        yield from (Measured(each, NOT_MEASURED, "it stands outside the visible text") for each in three)
        return
    claim = asking.looks.of(asking.page.blocks[spot[0]], spot[1]) if spot else None
    if look.size is None or claim is None or claim.size is None:
        yield Measured(three[0], NOT_MEASURED, _why_not(asking.page))
    else:
        yield _answer(three[0], look.size >= claim.size, f"{_px(look.size)} against {_px(claim.size)} of the nearest claim")
    yield _largest(look, asking)
    if look.contrast is None:
        yield Measured(three[2], NOT_MEASURED, _why_not(asking.page))
    else:
        least = LARGE if look.size is not None and look.size >= LARGE_PX else PLAIN
        beside = f", the nearest claim {_ratio(claim.contrast)}" if claim and claim.contrast is not None else ""
        yield _answer(three[2], look.contrast >= least, f"{_ratio(look.contrast)}{beside}; {least:g}:1 is WCAG's least")


def _largest(look: Look, asking: Asking) -> Measured:
    """Against the largest type of the page's text. One larger is enough for `no`; for `yes` all has to be known."""
    if look.size is None:
        return Measured(Criterion.SIZE_LARGEST, NOT_MEASURED, _why_not(asking.page))
    sizes = [asking.looks.largest(block) for block in asking.page.blocks if block.place is Place.BODY]
    known = [size for size in sizes if size is not None]
    if (most := max(known, default=0.0)) <= look.size and len(known) < len(sizes):
        return Measured(Criterion.SIZE_LARGEST, NOT_MEASURED, _why_not(asking.page))
    return _answer(Criterion.SIZE_LARGEST, look.size >= most, f"{_px(look.size)} against {_px(most)}, the largest on the page")


def _language(block: Block, spot: Spot | None, page: Page) -> Measured:
    claim = page.blocks[spot[0]].language if spot else ""
    if not block.language or not claim:
        why = "the language of one of them was not recognised" if spot else "no claim stands in the visible text"
        return Measured(Criterion.LANGUAGE, NOT_MEASURED, why)
    same = block.language == claim
    return _answer(Criterion.LANGUAGE, same, "" if same else f"{block.language}, the nearest claim {claim}")


def _answer(criterion: Criterion, holds: bool, detail: str = "") -> Measured:
    return Measured(criterion, YES if holds else NO, detail)


def _px(size: float) -> str:
    return f"{round(size, 1):g} px"


def _ratio(contrast: float) -> str:
    return f"{int(contrast * 100) / 100:g}:1"  # cut, not rounded: 4.499 does not meet 4.5


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
