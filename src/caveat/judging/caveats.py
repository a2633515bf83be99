"""Finds what a page leaves out, hides or gets wrong: required statements, false seals, and state notices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from caveat.judging import graded, notices, restricted
from caveat.judging.asking import ask, quiet
from caveat.judging.passages import passages
from caveat.judging.statements import gather
from caveat.model import Answer, Check, CheckState, Criterion, Finding, Page
from caveat.rulebook import CaveatRule, Rulebook, Scan
from caveat.rulebook.rules import Mode

_JUDGES = {Mode.REQUIRED: graded.required, Mode.FLAW: graded.flaw, Mode.RESTRICTED: restricted.restricted}

_TYPES = {Criterion.SIZE_CLAIM: "type size", Criterion.SIZE_LARGEST: "type size", Criterion.CONTRAST: "contrast"}  # what needs a style


def check(
    page: Page, scan: Scan, book: Rulebook, claims: Sequence[Finding], jurisdictions: Collection[str], site: str
) -> tuple[list[Finding], list[Check]]:
    """
    The findings of every caveat rule, and a check for each rule that was not asked or is satisfied.

    `claims` are the page's claim findings, offers among them; where there is none no caveat is asked for. `jurisdictions` are
    codes such as "US" or "US-WA"; none given means US. `site` is the host, or the target where there is none.
    """
    rules, places = book.of(CaveatRule), frozenset(jurisdictions) or frozenset({"US"})
    if not claims or not scan.names("therapy"):
        why = "the page names no therapy that the rules know" if claims else "the page makes no claim that asks for it"
        unasked = {} if claims else _unasked(page, scan, book, places, site)
        return [], [unasked.get(rule.id) or quiet(rule, CheckState.NOT_ASKED, why) for rule in rules.values()]
    asking = ask(page, scan, book, claims, places, site)
    said = gather(page, scan, book)
    judged: list[Finding | Check] = []
    for rule in rules.values():
        if rule.mode is not Mode.NOTICE:
            judged.append(_JUDGES[rule.mode](rule, said.get(rule.id, []), asking))
    judged += notices.check(page, _notices(rules), said, asking)
    findings = [each for each in judged if isinstance(each, Finding)]
    checks = [each for each in judged if isinstance(each, Check)]
    return findings, [*checks, *_prominence(judged, page)]


def _unasked(page: Page, scan: Scan, book: Rulebook, places: Collection[str], site: str) -> dict[str, Check]:
    """The caveats that stand, whole, on a page that makes no claim: a site may have put them there, apart from its claims."""
    rules = book.of(CaveatRule)
    if not any(passages(page, _notices(rules))) and not gather(page, scan, book, disclaimers=True):
        return {}  # most pages of most sites: nothing more of them need be looked at
    said, asking = gather(page, scan, book), ask(page, scan, book, (), places, site)
    required = (graded.unasked_for(rule, said[name], asking) for name, rule in rules.items() if rule.mode is Mode.REQUIRED and name in said)
    shown = notices.unasked_for(page, _notices(rules), asking)
    return {check.check: check for check in (*required, *shown) if check}


def _notices(rules: Mapping[str, CaveatRule]) -> dict[str, CaveatRule]:
    return {name: rule for name, rule in rules.items() if rule.mode is Mode.NOTICE}


def _prominence(judged: Sequence[Finding | Check], page: Page) -> Iterator[Check]:
    """Whether the type of every caveat that stands in the page's text was measured."""
    asked = [answer for each in judged for answer in each.prominence if answer.criterion in _TYPES]
    left = [_TYPES[each.criterion] for each in asked if each.answer is Answer.NOT_MEASURED]
    how = "" if page.rendered or not page.elements else "; --render measures them in a browser"
    if left:
        yield Check("prominence", CheckState.NOT_CHECKED, f"{' and '.join(dict.fromkeys(left))} of caveats and notices: not measured{how}")
    elif asked:
        by = f" by {page.rendered.browser.name}" if page.rendered else ""
        yield Check("prominence", CheckState.DONE, f"type size and contrast of caveats and notices: measured{by}")
