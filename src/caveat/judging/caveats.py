"""Finds what a page leaves out, hides or gets wrong: required statements, false seals, and state notices."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from caveat.judging import graded, notices, restricted
from caveat.judging.asking import ask, quiet
from caveat.judging.statements import gather
from caveat.model import Check, CheckState, Finding, Page
from caveat.rulebook import CaveatRule, Rulebook, Scan
from caveat.rulebook.rules import Mode

PROMINENCE = Check("prominence", CheckState.NOT_CHECKED, "type size and contrast of caveats and notices: not measured")
_JUDGES = {Mode.REQUIRED: graded.required, Mode.FLAW: graded.flaw, Mode.RESTRICTED: restricted.restricted}


def check(
    page: Page, scan: Scan, book: Rulebook, claims: Sequence[Finding], jurisdictions: Collection[str], site: str
) -> tuple[list[Finding], list[Check]]:
    """
    The findings of every caveat rule, and a check for each rule that was not asked or is satisfied.

    `claims` are the page's claim findings, offers among them; where there is none no caveat is asked for. `jurisdictions` are
    codes such as "US" or "US-WA"; none given means US. `site` is the host, or the target where there is none.
    """
    rules = book.of(CaveatRule)
    if not claims or not scan.names("therapy"):
        why = "the page names no therapy that the rules know" if claims else "the page makes no claim that asks for it"
        return [], [quiet(rule, CheckState.NOT_ASKED, why) for rule in rules.values()]
    asking = ask(page, scan, book, claims, frozenset(jurisdictions) or frozenset({"US"}), site)
    said = gather(page, scan, book)
    judged: list[Finding | Check] = []
    for rule in rules.values():
        if rule.mode is not Mode.NOTICE:
            judged.append(_JUDGES[rule.mode](rule, said.get(rule.id, []), asking))
    judged += notices.check(page, {name: rule for name, rule in rules.items() if rule.mode is Mode.NOTICE}, said, asking)
    findings = [each for each in judged if isinstance(each, Finding)]
    checks = [each for each in judged if isinstance(each, Check)]
    return findings, [*checks, PROMINENCE] if said else checks
