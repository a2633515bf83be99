"""Finds forms and lists of links that no name gives away, and how far out they reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from caveat.model import Element, Kind, Page, Role
from caveat.roles.labels import Label
from caveat.roles.tree import Below
from caveat.roles.wording import Sayings, says_of

NEVER = frozenset({"html", "body", "main"})
FORM = 90  # words of a form with its heading, its promise and its small print
_FULL_FORM = 4 * FORM  # words of a form with many fields and choices
_AROUND = 45  # words that one step outwards may add to a form
_STEPS = 3  # outwards that add words; page builders nest a form ten boxes deep
_FIELDS = 3  # more than a newsletter asks for
_TITLE = 6  # words of a link that is the title of a page, not the name of a thing
_TITLES = 4  # of them make a list
_LIST = 24  # words
_HEADING = 6  # words of a heading over a list of links


def grown(page: Page, said: Sequence[Sayings], facts: Below) -> dict[int, Label]:
    """Element index → its label, for the outermost element of each form and each list of links."""
    return dict((*_teasers(page, facts), *_links(page, said, facts), *_forms(page, facts)))


def _forms(page: Page, facts: Below) -> Iterator[tuple[int, Label]]:
    elements = page.elements
    for at, element in enumerate(elements):
        if element.form_fields and element.tag not in NEVER and not facts.guarded(at) and _is_form(at, elements, facts):
            top = _outwards(at, elements, facts)
            role = _asks_for(elements[top], facts.sure[top], facts.spoken[top])
            if role:
                field = " with an e-mail field" if element.email_field else ""
                yield top, Label(role, f"{role.replace('-', ' ')}: a form{field}")


def _is_form(at: int, elements: Sequence[Element], facts: Below) -> bool:
    """A form, or outside of any the least element around an e-mail field."""
    if elements[at].tag == "form":
        return True
    if not elements[at].email_field or facts.mails[at]:
        return False
    while at >= 0 and elements[at].tag != "form":
        at = elements[at].parent
    return at < 0 or facts.guarded(at)


def _outwards(at: int, elements: Sequence[Element], facts: Below) -> int:
    """The element that holds a form with its heading and small print, and little else."""
    steps = 0
    while steps < _STEPS:
        above = elements[at].parent
        if _closed(above, elements, facts) or facts.mails[above] > 1:
            break
        more = elements[above].words - elements[at].words
        if elements[above].words > FORM or more > _AROUND:
            break
        steps += more > 0
        at = above
    return at


def _closed(at: int, elements: Sequence[Element], facts: Below) -> bool:
    return at < 0 or elements[at].tag in NEVER or facts.marks[at].content or facts.anchored[at] or facts.headline[at]


def _asks_for(form: Element, sure: Sequence[Role], spoken: Sequence[Role]) -> Role | None:
    """What a form is for: a comment, search or login form by its words alone, the others by their fields too."""
    if form.words > _FULL_FORM:
        return None
    if Role.NAVIGATION in sure and Role.LEAD_FORM not in sure:
        return Role.NAVIGATION
    many = form.form_fields >= _FIELDS
    if form.email_field and Role.NEWSLETTER in sure and not (many and Role.LEAD_FORM in sure):
        return Role.NEWSLETTER
    if Role.LEAD_FORM in spoken and (many or (form.email_field and (Role.LEAD_FORM in sure or form.form_fields > 1))):
        return Role.LEAD_FORM
    return next((role for role in (Role.NEWSLETTER, Role.LEAD_FORM) if form.email_field and role in spoken), None)


def _links(page: Page, said: Sequence[Sayings], facts: Below) -> Iterator[tuple[int, Label]]:
    """Lists of links under a heading that announces them ("Related articles")."""
    elements = page.elements
    for block, says in zip(page.blocks, said, strict=True):
        if not says or block.element < 0:
            continue
        what = says_of(says, Role.NAVIGATION)
        if what is None or not what.sure or what.words > _HEADING or block.kind is Kind.BUTTON:
            continue
        at = block.element
        while _linked(above := elements[at].parent, elements, facts):
            at = above
        if facts.blocks[at] > 2 and (at != block.element or _linked(at, elements, facts)):  # a word may stand bare between paragraphs
            yield at, Label(Role.NAVIGATION, f"navigation: links under “{what.phrase}”")


def _teasers(page: Page, facts: Below) -> Iterator[tuple[int, Label]]:
    """Lists of titles of other pages; outside the page's own content, of any links."""
    elements = page.elements
    dense = [at for at, element in enumerate(elements) if element.words >= _LIST and 8 * element.link_words >= 7 * element.words]
    titles = _titles(page) if dense else ()
    for at in dense:
        of_any = facts.anchored[0] and facts.blocks[at] >= 2 * _TITLES
        if (titles[at] >= _TITLES or (of_any and not _inside(at, elements, facts))) and not _closed(at, elements, facts):
            yield at, Label(Role.NAVIGATION, "navigation: a list of links")


def _titles(page: Page) -> Sequence[int]:
    """How many titles of pages stand in each element."""
    titles = [0] * len(page.elements)
    for block in page.blocks:
        if block.element >= 0 and block.link_words >= _TITLE:
            titles[block.element] += 1
    for at in range(len(titles) - 1, 0, -1):
        if titles[at] and (above := page.elements[at].parent) >= 0:
            titles[above] += titles[at]
    return titles


def _inside(at: int, elements: Sequence[Element], facts: Below) -> bool:
    """Whether an element stands in one that says it is content, or says so itself."""
    while at >= 0 and not facts.marks[at].content:
        at = elements[at].parent
    return at >= 0


def _linked(at: int, elements: Sequence[Element], facts: Below) -> bool:
    if _closed(at, elements, facts) or facts.guarded(at):
        return False
    return facts.blocks[at] <= 2 or (2 * elements[at].link_words >= elements[at].words and 10 * facts.running[at] < facts.running[0])
