"""Gives every block of a page its role, and the reason for it."""

from __future__ import annotations

from dataclasses import replace

from caveat.model import Block, Kind, Page, Place, Role
from caveat.roles.labels import CONTENT, Label
from caveat.roles.marks import Weight, names_of
from caveat.roles.neighbours import joined
from caveat.roles.regions import RANK, Verdict, regions
from caveat.roles.runs import runs
from caveat.roles.shapes import is_copyright, is_link_bar, is_reference
from caveat.roles.subjects import subjects
from caveat.roles.tree import below
from caveat.roles.wording import Said, Sayings, heard, says_of
from caveat.rulebook import BoilerplateRule, Rulebook, Scan

# Looking a member up on its enumeration takes 0.2 µs in Python 3.11, ten times a name's: here they have names.
_COOKIE, _NAVIGATION, _DISCLAIMER, _REFERENCE = Role.COOKIE, Role.NAVIGATION, Role.DISCLAIMER, Role.REFERENCE
_LOOSE, _BUTTON = Weight.LOOSE, Kind.BUTTON
_WHOLE = (Place.TITLE, Place.META, Place.OPEN_GRAPH, Place.JSON_LD)  # speak of the page itself
_BY_TEXT = (Role.COOKIE, Role.NEWSLETTER, Role.LEAD_FORM, Role.FOOTER, Role.NAVIGATION)
_PROSE = 12  # words without a link that no menu holds


def label(page: Page, seen: Scan, book: Rulebook) -> Page:
    """The page with a role, a reason and a count for each block; text, order and offsets stay as they are."""
    rules = book.of(BoilerplateRule)
    said = heard(page, seen, book)
    names = names_of(tuple(rules.values()))
    facts = below(page, said, names)
    verdicts = regions(page, said, facts)
    own_matter = subjects(page, said, verdicts, facts)
    labels = [
        _label(page, block, says, verdicts[block.element] if block.element >= 0 else None, own_matter[at])
        for at, (block, says) in enumerate(zip(page.blocks, said, strict=True))
    ]
    labels, repeats = runs(page, said, joined(page, said, labels))
    blocks = (_with(block, given, times) for block, given, times in zip(page.blocks, labels, repeats, strict=True))
    return replace(page, blocks=tuple(blocks))


def _with(block: Block, given: Label, times: int) -> Block:
    """The block with its label: itself, where it has it already."""
    if block.role is given.role and block.repeats == times and block.reason == given.reason:
        return block
    kind, start, end, sentences, place, heading, element, group, link_words, _, _, _, cites, language, runs = block
    return Block(kind, start, end, sentences, place, heading, element, group, link_words, *given, times, cites, language, runs)


def _label(page: Page, block: Block, says: Sayings, verdict: Verdict | None, own_matter: frozenset[Role]) -> Label:
    if block.place in _WHOLE:
        return CONTENT
    standing = verdict.label if verdict and _reaches(verdict, block, page) else None
    if standing and (standing.role is _COOKIE or (not says and standing.role is _NAVIGATION)):
        return standing
    limit = says_of(says, _DISCLAIMER) if says else None
    if limit and _is_limit(limit, block, standing):
        return Label(_DISCLAIMER, f"disclaimer: “{limit.phrase}”")
    text = page.text[block.start : block.end]
    spoken = _cited(text, says) or _spoken(text, block, says, own_matter)
    if standing and (spoken is None or (spoken.role is not _REFERENCE and RANK[spoken.role] <= RANK[standing.role])):
        return standing
    return spoken or CONTENT


def _is_limit(limit: Said, block: Block, standing: Label | None) -> bool:
    """One sentence that limits what the page says is enough where the block would be stripped; a link called "Disclaimer" is a link."""
    if standing is None:
        return limit.enough
    if block.link_words >= limit.words:
        return False
    return limit.enough or limit.sure or (standing.role is Role.FOOTER and limit.agrees)


def _cited(text: str, says: Sayings) -> Label | None:
    if is_reference(text):
        return Label(_REFERENCE, "reference: shape of a citation")
    cited = says_of(says, _REFERENCE) if says else None
    return Label(_REFERENCE, f"reference: “{cited.phrase}”") if cited and cited.sure and cited.enough else None


def _spoken(text: str, block: Block, says: Sayings, own_matter: frozenset[Role]) -> Label | None:
    """The role a block's own words or shape give it, unless it stands in a text about that very matter."""
    enough = [what for what in says if what.enough and what.role in _BY_TEXT and what.role not in own_matter]
    if enough:
        what = min(enough, key=lambda what: (not what.sure, -what.covered, _BY_TEXT.index(what.role)))
        return Label(what.role, f"{what.rule.replace('-', ' ')}: “{what.phrase}”")
    if is_link_bar(text, block.link_words):
        return Label(_NAVIGATION, "navigation: links between bars")
    return Label(Role.FOOTER, "footer: ©") if is_copyright(text) else None


def _reaches(verdict: Verdict, block: Block, page: Page) -> bool:
    """Whether the verdict on an element holds for a block in it: loose names mean links, and menus hold no prose."""
    loose = verdict.weight is _LOOSE
    if verdict.prose and not loose:
        return True
    words = page.text.count(" ", block.start, block.end) + 1
    if loose:
        return block.kind is _BUTTON or 2 * block.link_words >= words
    return words - block.link_words < _PROSE
