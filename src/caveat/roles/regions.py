"""Decides which elements are boilerplate as a whole: by their names and tags, and by the forms and lists of links they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from caveat.model import Element, Page, Role
from caveat.roles.grown import FORM, NEVER, grown
from caveat.roles.labels import Label
from caveat.roles.marks import UNMARKED, Mark, Marks, Weight
from caveat.roles.tree import Below
from caveat.roles.wording import Sayings

# Which of two roles an element has when both speak for it; of equals, the nearer.
RANK = {Role.COOKIE: 5, Role.NEWSLETTER: 4, Role.LEAD_FORM: 3, Role.NAVIGATION: 2, Role.FOOTER: 2, Role.REFERENCE: 1, Role.DISCLAIMER: 1}
_ENTRIES = frozenset({"blockquote", "figure", "article", "li", "td", "details", "dialog"})
# Looking a member up on its enumeration takes 0.2 µs in Python 3.11, ten times a name's: here they have names.
_COOKIE, _NAVIGATION, _FOOTER = Role.COOKIE, Role.NAVIGATION, Role.FOOTER
_LOOSE, _NAME, _TAG = Weight.LOOSE, Weight.NAME, Weight.TAG
_WEAK = (_NAVIGATION, _FOOTER)
_ASKING = (Role.NEWSLETTER, Role.LEAD_FORM)
_OUTSIDE = (*_WEAK, Role.LEAD_FORM)  # what content cannot be
_LINKED = 4  # a quarter of the words, in links: teasers of other pages, not text of this one; of cookies: a dialogue
_LABEL, _BARE_LABEL = 15, 5  # words: an element with no more is a label, with links in it or without


class Verdict(NamedTuple):
    label: Label
    weight: Weight
    prose: bool  # whether it holds for running text too

    @property
    def role(self) -> Role:
        return self.label.role


def regions(page: Page, said: Sequence[Sayings], facts: Below) -> list[Verdict | None]:
    """By element index: the role of all that stands in the element, unless a block speaks for itself; None for content."""
    outgrown = grown(page, said, facts)
    found: list[Verdict | None] = []
    for at, (element, marks) in enumerate(zip(page.elements, facts.marks, strict=True)):
        above = found[element.parent] if element.parent >= 0 else None
        if marks is UNMARKED and at not in outgrown:
            found.append(above)
            continue
        if above and marks.content and above.role in _WEAK and above.weight < _TAG and facts.running[at] >= _LABEL:
            above = None
        own = _own(at, page.elements, facts) if marks.marks and not _settled(above, marks) else None
        if at in outgrown and (own is None or own.weight is _LOOSE or RANK[outgrown[at].role] > RANK[own.role]):
            own = _verdict(outgrown[at], _NAME, element)
        found.append(_either(above, own) if own else above)
    return found


def _settled(above: Verdict | None, marks: Marks) -> bool:
    """Whether an element says but once more what it stands in: the items of a menu do."""
    return above is not None and above.weight >= _NAME and len(marks.marks) == 1 and marks.marks[0].role is above.role


def _verdict(label: Label, weight: Weight, element: Element) -> Verdict:
    """Menus hold no running text: what looks like it is theirs where a good part of them is links."""
    prose = label.role is not _NAVIGATION or weight is _TAG or _LINKED * element.link_words >= element.words
    return Verdict(label, weight, prose)


def _own(at: int, elements: Sequence[Element], facts: Below) -> Verdict | None:
    element = elements[at]
    if element.tag in NEVER or facts.anchored[at]:
        return None
    marks = [mark for mark in facts.marks[at].marks if _fits(mark, at, elements, facts)]
    if facts.guarded(at):
        marks = [mark for mark in marks if _is_dialogue(mark, at, element, facts)]
    best = max(marks, default=None, key=lambda mark: (mark.weight is not _LOOSE, RANK[mark.role], mark.weight))
    if best is None:
        return None
    where = best.token if best.weight is _TAG else f"class {best.token}"
    return _verdict(Label(best.role, f"{best.rule.replace('-', ' ')}: {where}"), best.weight, element)


def _fits(mark: Mark, at: int, elements: Sequence[Element], facts: Below) -> bool:
    """Whether a name may speak for an element: content and headlines bar it, a word within a token needs company."""
    if mark.weight is _LOOSE:
        return True
    element = elements[at]
    if (facts.marks[at].content and mark.role in _OUTSIDE) or (facts.headline[at] and mark.weight < _TAG):
        return False
    if mark.weight is _TAG and mark.role is _FOOTER:
        return not _quoted(element, elements)
    backed = mark.role in facts.spoken[at]
    if mark.role is _COOKIE:
        return backed or (mark.weight >= _NAME and element.words <= FORM)
    if mark.role in _ASKING:
        return backed or element.email_field or (mark.weight >= _NAME and element.words <= FORM)
    if mark.role is _NAVIGATION:
        if mark.weight is _NAME and (backed or element.form_fields or _LINKED * element.link_words >= element.words):
            return True
        label = element.words <= (_LABEL if element.link_words else _BARE_LABEL)
        return mark.weight is _TAG or label or 2 * element.link_words >= element.words
    return mark.role is _FOOTER or backed


def _is_dialogue(mark: Mark, at: int, element: Element, facts: Below) -> bool:
    """Whether an element known by name speaks of little but cookies: on a short page, the consent dialogue is the longest text."""
    return mark.role is _COOKIE and mark.weight is _NAME and _LINKED * facts.notice[at] >= element.words


def _quoted(element: Element, elements: Sequence[Element]) -> bool:
    """Whether a <footer> ends a quotation or an entry, not the page."""
    above = elements[element.parent] if element.parent >= 0 else element
    return above.tag in _ENTRIES or (above.parent >= 0 and elements[above.parent].tag in _ENTRIES)


def _either(above: Verdict | None, own: Verdict) -> Verdict:
    """What holds for an element, of the verdict on what it stands in and that on itself."""
    if above is None:
        return own
    if _LOOSE in (own.weight, above.weight):
        return above if own.weight is _LOOSE else own
    return own if RANK[own.role] > RANK[above.role] or (own.role in _WEAK and above.role in _WEAK) else above
