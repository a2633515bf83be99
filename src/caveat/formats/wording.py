"""The words in which reports speak of roles, places, support and checks: what is read on the page, never what is true or lawful."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from caveat.model import (
    Answer,
    Block,
    Crawled,
    Criterion,
    Finding,
    HeldBack,
    Left,
    Level,
    LookedUp,
    Measured,
    Place,
    Role,
    StanceValue,
    Support,
    SupportState,
    Unreported,
)

LIMITS = (
    "The report is about wording. It does not say whether a claim is true or whether a page is lawful, and finding nothing is no clearance."
)

STANCE = {
    StanceValue.PROMOTER: "promoter: the page offers what it writes about",
    StanceValue.INFORMER: "informer: the page writes about therapies and offers none, so claims are held back",
}

SUPPORT = {
    SupportState.NONE: "nothing is cited beside it",
    SupportState.UNNAMED: "speaks of a study and names none",
    SupportState.CITED: "a study is cited; that alone is no support",
    SupportState.PRECLINICAL: "what is cited was done in cells or animals",
    SupportState.MISMATCH: "what is cited is about another therapy or condition",
    SupportState.RETRACTED: "a study that is cited has been retracted",
}

_PLANS = (Level.PROTOCOL, Level.REGISTRATION)

WITHIN = {
    Role.COOKIE: "in a cookie notice",
    Role.NEWSLETTER: "in a newsletter block",
    Role.LEAD_FORM: "in a lead form",
    Role.NAVIGATION: "in the navigation",
    Role.FOOTER: "in the footer",
    Role.DISCLAIMER: "in a disclaimer",
    Role.REFERENCE: "in a reference",
}

OUTSIDE = {
    Place.TITLE: "page title",
    Place.META: "meta description or keywords",
    Place.OPEN_GRAPH: "Open Graph tag",
    Place.JSON_LD: "JSON-LD",
    Place.ALT: "alternative text of an image",
    Place.LABEL: "title or aria-label attribute",
    Place.EMBEDDED: "embedded JSON",
    Place.DETAILS: "closed details",
    Place.HIDDEN: "hidden element",
}

UNASKED = {
    Left.PAGES: "beyond --max-pages",
    Left.DEPTH: "beyond --depth",
    Left.ROBOTS: "by robots.txt",
    Left.PATTERNS: "by --include and --exclude",
    Left.NO_PAGE: "pictures, documents and the like",
    Left.TRAP: "as loops make them",
    Left.READ: "read already by another address",
    Left.TURNED_AWAY: "for the site could not be read several times in a row",
    Left.FULL: "too many to remember",
}

UNREPORTED = {
    Unreported.SAME: "the same page once more",
    Unreported.ELSEWHERE: "led to another site",
    Unreported.PATTERNS: "led to what --include and --exclude leave out",
}


def crawl(crawled: Crawled) -> str:
    """What became of the addresses of a site, in a line."""
    asked = "".join(f", {count} {UNREPORTED[why]}" for why, count in crawled.unreported.items())
    left = ", ".join(f"{count} {UNASKED[why]}" for why, count in crawled.left.items())
    parts = [
        f"{crawled.found} address{'' if crawled.found == 1 else 'es'} of the site found",
        f"{crawled.fetched} asked for ({crawled.reported} in the report{asked})",
        f"{crawled.found - crawled.fetched} left ({left})" if left else "",
        f"{counted(crawled.sitemaps, 'sitemap')} read" if crawled.sitemaps else "",
        f"{counted(crawled.nofollow, 'page')} whose links robots are asked not to follow" if crawled.nofollow else "",
        *crawled.notes,
    ]
    return "; ".join(filter(None, parts))


FAILS = {  # how a caveat falls short of a criterion; what says no more than another does is left to the JSON report
    Criterion.SAME_PAGE: "",
    Criterion.SAME_BLOCK: "",
    Criterion.SAME_SECTION: "under no claim's heading",
    Criterion.NEAR: "far from the claims",
    Criterion.ON_SCREEN: "not on one screen with it",
    Criterion.NOT_AFTER_LAST_CLAIM: "",
    Criterion.NOT_FOOTER_ONLY: "in the footer alone",
    Criterion.NOT_BEHIND_LINK: "behind a link",
    Criterion.NOT_COLLAPSED: "collapsed",
    Criterion.NOT_HIDDEN: "hidden",
    Criterion.NOT_IMAGE_ONLY: "in a picture's text alone",
    Criterion.IN_TEXT: "not in the page's text",
    Criterion.NOT_COOKIE: "in the cookie dialogue",
    Criterion.SIZE_CLAIM: "smaller than the claim",
    Criterion.SIZE_LARGEST: "",  # headings are larger; where a statute asks for it, the outcome says so
    Criterion.CONTRAST: "pale",
    Criterion.LANGUAGE: "in another language than the claim",
}
OPEN = {
    Criterion.NOT_HIDDEN: "hiding",
    Criterion.SIZE_CLAIM: "type size",
    Criterion.SIZE_LARGEST: "type size",
    Criterion.CONTRAST: "contrast",
    Criterion.LANGUAGE: "language",
}


def standing(prominence: Iterable[Measured]) -> Iterator[str]:
    """In a few words what speaks against a caveat's being met, with its numbers, and what was not measured."""
    asked = list(prominence)
    for each in asked:
        if each.answer is Answer.NO and FAILS[each.criterion]:
            yield FAILS[each.criterion] + (f": {each.detail}" if each.detail else "")
    left = dict.fromkeys(OPEN[each.criterion] for each in asked if each.answer is Answer.NOT_MEASURED and each.criterion in OPEN)
    if left:
        yield f"not measured: {', '.join(left)}"


def whereabouts(found: Finding | HeldBack) -> list[str]:
    """Where a text stands, if that is not among the visible content."""
    within = {role.value: words for role, words in WITHIN.items()}.get(found.role)
    outside = {place.value: words for place, words in OUTSIDE.items()}.get(found.place)
    return [words for words in (within, outside and f"outside the visible text: {outside}") if words]


def support(beside: Support) -> str:
    """The state of a claim's support, and in words what it means."""
    plans = beside.state is SupportState.CITED and all(reference.level in _PLANS for reference in beside.references)
    return f"{beside.state}: {'what is cited is the plan of a study, not its result' if plans else SUPPORT[beside.state]}"


def looked_up(answer: LookedUp) -> str:
    """What a service gave and when, and where it was asked; or why nothing was looked up."""
    when = f", asked {answer.asked}{' (kept since)' if answer.cached else ''}" if answer.asked else ""
    if not answer.record:
        return f"{answer.failure}{when}{f', {answer.address}' if answer.address else ''}"
    types = f", {', '.join(answer.record.types)}" if answer.record.types else ""
    return f"{answer.source}: “{answer.record.title or 'no title'}”{types}{when}, {answer.address}"


def spoken(role: Role) -> str:
    return role.replace("-", " ")


def counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def boilerplate(role: Role, blocks: int, repeats: int) -> str:
    """`cookie 6`, `lead form ×11`, or `lead form ×11 (33 blocks)` where one copy is several blocks."""
    if repeats < 2:
        return f"{spoken(role)} {blocks}"
    return f"{spoken(role)} ×{repeats}" + (f" ({blocks} blocks)" if blocks != repeats else "")


def tally(blocks: Iterable[Block]) -> str:
    """A page's blocks by role, on one line. Content is counted block by block, however often a heading comes back."""
    of_role: dict[Role, list[int]] = {}
    for block in blocks:
        of_role.setdefault(block.role, []).append(block.repeats)
    parts = [boilerplate(role, len(of_role[role]), _usual(role, of_role[role])) for role in Role if role in of_role]
    total = counted(sum(map(len, of_role.values())), "block")
    return f"{total}: {', '.join(parts)}" if parts else total


def _usual(role: Role, copies: list[int]) -> int:
    """How often most blocks of a role come back; one link that stands twice does not double a whole navigation."""
    if role is Role.CONTENT:
        return 1
    common = Counter(copies).most_common()
    return max(repeats for repeats, number in common if number == common[0][1])
