"""Grades required statements by their elements, and finds words that look like a caveat or a seal and are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from caveat.judging.asking import Asking, binds, finding, quiet, satisfied, unasked
from caveat.judging.bearing import contradiction, off_the_mark, taken_back, unreached
from caveat.judging.prominence import holder
from caveat.judging.statements import Statement
from caveat.model import Check, CheckState, CueSaid, Finding, Outcome, Place, Role, Span
from caveat.rulebook import CaveatRule

_TOLD = (Place.BODY, Place.DETAILS)  # where an incomplete statement still tells a reader something


@dataclass(frozen=True, slots=True)
class _Grade:
    statement: Statement
    lacks: tuple[str, ...]  # what falls short, as the message puts it; empty: complete
    shows: int  # elements shown
    buried: str  # where, or how; empty: readers meet it

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        """The smaller the better: complete, seen, near to complete, short of little."""
        return bool(self.lacks), bool(self.buried), -self.shows, len(self.lacks)


def required(rule: CaveatRule, said: Sequence[Statement], asking: Asking) -> Finding | Check:
    """The best statement on the page decides: complete and seen, complete and hidden, or short of something."""
    if reason := unasked(rule, said, asking):
        return quiet(rule, CheckState.NOT_ASKED, reason)
    grades = sorted((grade for statement in said if (grade := _grade(rule, statement, asking))), key=lambda grade: grade.rank)
    if not grades:
        return finding(rule, Outcome.MISSING, asking)
    full = [grade.statement for grade in grades if not grade.lacks and grade.statement.visible]
    best = replace(grades[0], lacks=(*grades[0].lacks, *unreached(rule, full, asking)))
    at = best.statement
    if best.lacks and (at.place not in _TOLD or at.role is Role.COOKIE):
        return finding(rule, Outcome.MISSING, asking)
    shown = at.words(asking.page, "elements")
    if best.lacks:
        back = taken_back(said, [at], asking)
        lacks = "; ".join((*best.lacks, *((_say_against(rule, "undone", back, asking),) if back else ())))
        words = at.words(asking.page, "stand_ins", "limits") or shown
        found = finding(rule, Outcome.INCOMPLETE, asking, at, words, lacks=lacks)
        return replace(found, cues=_cues(rule, at, asking))
    if best.buried:
        return finding(rule, Outcome.BURIED, asking, at, shown, place=best.buried)
    for part, against in (("undone", taken_back(said, full, asking)), ("contradicted", contradiction(rule, said, asking))):
        if against:
            said_well, lacks = asking.page.quote(at.sentence), _say_against(rule, part, against, asking)
            return finding(rule, Outcome.CONTRADICTED, asking, against, against.words(asking.page, part), said=said_well, lacks=lacks)
    return satisfied(rule, _where(at, asking) + (f"; {rule.note}" if rule.note else ""), at, asking)


def unasked_for(rule: CaveatRule, said: Sequence[Statement], asking: Asking) -> Check | None:
    """The check of a complete disclaimer that readers meet on a page that makes no claim; None where there is none."""
    if not binds(rule, asking.places):
        return None
    own = (each for each in said if each.role is Role.DISCLAIMER)  # not what a newspaper says of others
    grades = [grade for statement in own if (grade := _grade(rule, statement, asking))]
    full = [grade.statement for grade in grades if not grade.lacks and not grade.buried]
    if not full or taken_back(said, full, asking):
        return None
    return Check(rule.id, CheckState.STANDS, f"{_where(full[0], asking)}; the page makes no claim that asks for it")


def flaw(rule: CaveatRule, said: Sequence[Statement], asking: Asking) -> Finding | Check:
    """The first flaw that nothing beside it clears up; the rule's first outcome names it."""
    if reason := unasked(rule, said, asking):
        return quiet(rule, CheckState.NOT_ASKED, reason)
    shown = [each for each in said if each.role is not Role.COOKIE and each.shown(rule, "flaws", False) and not each.spoilt]
    bare = [each for each in shown if "near" not in each.parts and "near" not in each.after and "near" not in each.beside]
    if not bare:
        return quiet(rule, CheckState.SATISFIED, rule.note) if shown else quiet(rule, CheckState.DONE, "no such words were found")
    order = list(rule.flaws)
    at = min(bare, key=lambda each: (not each.visible, min(map(order.index, each.shown(rule, "flaws", False)))))
    lacks = "; ".join(_say(rule, name, at, asking) for name in at.shown(rule, "flaws", False))
    found = finding(rule, next(iter(rule.messages), Outcome.MISAPPLIED), asking, at, at.words(asking.page, "flaws"), lacks=lacks)
    return replace(found, repeats=len(bare))


def _grade(rule: CaveatRule, statement: Statement, asking: Asking) -> _Grade | None:
    """What the statement lacks, or None when it is no such statement at all."""
    asks = asking.page.quote(statement.sentence).endswith("?")
    if statement.spoilt or asks or asking.categories.get(statement.sentence.start) in rule.never_in:
        return None
    shown = statement.shown(rule, "elements")
    stand_ins = statement.shown(rule, "stand_ins", False)
    short = statement.shown(rule, "limits", False)
    first = f"elements.{next(iter(rule.elements), '')}"
    if first in statement.parts and set(rule.core) <= set(shown) and _about(rule, statement, asking):
        short += [name for name in rule.elements if name not in shown]
    elif stand_ins:
        short += stand_ins
    else:
        return None
    lacks = (*(_say(rule, name, statement, asking) for name in short), *off_the_mark(rule, statement, asking))
    return _Grade(statement, lacks, len(shown), holder(statement, asking))


def _about(rule: CaveatRule, statement: Statement, asking: Asking) -> bool:
    if statement.role is Role.DISCLAIMER:
        return True
    near = [asking.scan[sentence].words for sentence in (statement.sentence, *statement.before)]
    if not rule.about or any(not words.keys().isdisjoint(rule.about) for words in near):
        return True
    if any("standard_care" in words for words in near):
        return False  # what follows on a drug is said of the drug
    block = asking.page.blocks[statement.block].sentences
    return any(not asking.scan[sentence].words.keys().isdisjoint(rule.about) for sentence in block)


def _say(rule: CaveatRule, name: str, statement: Statement, asking: Asking) -> str:
    """How the message puts a part, with the longest words that show it."""
    hits = [hit for part, found in statement.parts.items() if part.rpartition(".")[2] == name for hit in found]
    longest = max((Span(hit.start, hit.end) for hit in hits), key=lambda span: span.end - span.start, default=None)
    return rule.says.get(name, name.replace("-", " ")).replace("{words}", asking.page.quote(longest) if longest else "")


def _say_against(rule: CaveatRule, part: str, against: Statement, asking: Asking) -> str:
    """How the message puts what takes a statement back, with all the words that do."""
    return rule.says.get(part, "“{words}”").replace("{words}", "”, “".join(against.words(asking.page, part)))


def _cues(rule: CaveatRule, at: Statement, asking: Asking) -> tuple[CueSaid, ...]:
    """The words that take the statement back or stand in the place of what is asked, each with what is said of it."""
    found = []
    for table in ("limits", "stand_ins"):
        for name in at.shown(rule, table, False):
            hit = at.parts[f"{table}.{name}"][0]
            found.append(CueSaid(asking.page.quote(Span(hit.start, hit.end)), name.replace("-", " ")))
    return tuple(found)


def _where(at: Statement, asking: Asking) -> str:
    """Where a complete statement stands, for a reader to judge whether it is near enough."""
    line, _ = asking.page.place_of(at.sentence.start)
    distance = at.block - asking.last_claim
    far = f", {distance} blocks after the last claim" if asking.last_claim >= 0 and distance > 1 else ""
    role = f" in the {at.role}" if at.role in (Role.FOOTER, Role.DISCLAIMER) else ""
    return f"line {line}{role}{far}"
