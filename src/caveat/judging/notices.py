"""Holds a page's state notice against the statutory wording: whose it is, word for word or not, and which words differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from caveat.judging.address import NAMES, states_of
from caveat.judging.asking import Asking, finding, quiet, satisfied, unasked
from caveat.judging.passages import Shown, passages
from caveat.judging.prominence import holder, too_small
from caveat.judging.statements import Statement
from caveat.judging.wordings import compare
from caveat.model import Check, CheckState, Finding, Outcome, Page, Severity
from caveat.rulebook import CaveatRule
from caveat.rulebook.fold import words
from caveat.rulebook.rules import Asked

_UNREAD = " The official text has not been read: small differences are told, and not held against the page."


@dataclass(frozen=True, slots=True)
class Home:
    """The states a page is taken to be of, as "US-FL"."""

    states: frozenset[str] = frozenset()
    assumed: str = ""  # where from, when nobody named the state
    several: tuple[str, ...] = ()  # what its address lines name when they name several: then nothing is assumed


def check(
    page: Page, rules: Mapping[str, CaveatRule], said: Mapping[str, Sequence[Statement]], asking: Asking
) -> Iterator[Finding | Check]:
    """A finding or a check for each notice rule: of the states that were asked for, else of the one in the page's own address line."""
    shown = list(passages(page, rules))
    home = _home(page, rules, said, shown, asking)
    asked = {rule.state: rule for rule in rules.values() if rule.when is not Asked.SHOWN and rule.state in home.states}
    for rule in rules.values():
        here = [each for each in shown if each.state == rule.state]
        if rule.state in asked:
            yield _asked(rule, rules, said.get(rule.id, []), shown, home, asking)
        elif here and home.states and not asked and rule.state not in home.states:
            yield _foreign(rule, here[0], " and ".join(sorted(map(_name, home.states))), "", home, asking)
        elif here and asked and not any(each.state in ("", *asked) for each in shown):
            yield quiet(rule, CheckState.NOT_ASKED, "reported beside the notice that was asked for")
        else:
            yield quiet(rule, CheckState.NOT_ASKED, _unasked_reason(rule, rules, here, home))


def unasked_for(page: Page, rules: Mapping[str, CaveatRule], asking: Asking) -> Iterator[Check]:
    """A check for each notice that stands word for word, and is to be seen, on a page that makes no claim."""
    american = any(place.partition("-")[0] == "US" for place in asking.places)
    for shown in passages(page, rules) if american else ():
        for rule in rules.values():
            if shown.state == rule.state and not compare(rule.notice, shown.text).differs and not holder(shown.at, asking):
                line, _ = page.place_of(shown.at.sentence.start)
                yield Check(rule.id, CheckState.STANDS, f"line {line}, word for word; the page makes no claim that asks for it")


def _home(
    page: Page, rules: Mapping[str, CaveatRule], said: Mapping[str, Sequence[Statement]], shown: Sequence[Shown], asking: Asking
) -> Home:
    """The states whose notices are asked for. The address line is read only where a notice is shown, or a state would ask for one."""
    states = frozenset(place for place in asking.places if place.startswith("US-"))
    if states or "US" not in asking.places:
        return Home(states)
    if not shown and not any(_would_ask(rule, said.get(rule.id, []), asking) for rule in rules.values()):
        return Home()
    named = states_of(page)
    if len(named) != 1:
        return Home(several=tuple(sorted(NAMES[code] for code in named)))
    ((code, span),) = named.items()
    return Home(frozenset((f"US-{code}",)), f"taken from its address line, “{page.quote(span)}”, which is an assumption")


def _would_ask(rule: CaveatRule, said: Sequence[Statement], asking: Asking) -> bool:
    """Whether the notice were asked for if the page were of the rule's state."""
    return rule.when is not Asked.SHOWN and not unasked(rule, said, replace(asking, places=(rule.state,)))


def _asked(
    rule: CaveatRule, rules: Mapping[str, CaveatRule], said: Sequence[Statement], shown: Sequence[Shown], home: Home, asking: Asking
) -> Finding | Check:
    """The notice of a state that is asked for, or the reason why the page need not show it."""
    own = [each for each in shown if each.state in ("", rule.state)]
    other = [each for each in shown if each.state not in ("", *home.states)]
    if own:
        return _held(rule, rules, own, home, asking)
    reason = unasked(rule, said, replace(asking, places=(rule.state,)))
    if other:
        return _foreign(rule, other[0], _name(rule.state), "" if reason else "; the notice of that state was not found", home, asking)
    return quiet(rule, CheckState.NOT_ASKED, reason) if reason else _assumed(finding(rule, Outcome.MISSING, asking), rule, home)


def _held(rule: CaveatRule, rules: Mapping[str, CaveatRule], own: Sequence[Shown], home: Home, asking: Asking) -> Finding | Check:
    """The passage that comes nearest to the notice, held against its wording."""
    pairs = [(each, compare(rule.notice, each.text)) for each in own]
    best, compared = min(pairs, key=lambda pair: (bool(pair[1].differs), bool(holder(pair[0].at, asking))))
    match = (best.named,) if best.named else ()
    if compared.differs:
        differs = "; ".join([*_borrowed(rule, rules, best.text), *compared.differs])
        small = not rule.verified and not compared.gross
        found = finding(rule, Outcome.INCOMPLETE, asking, best.at, match, differs=differs, unread=_UNREAD if small else "")
        return _assumed(replace(found, severity=Severity.NOTE) if small else found, rule, home)
    if buried := holder(best.at, asking) or (too_small(best.at, asking) if rule.largest_type else ""):
        return _assumed(finding(rule, Outcome.BURIED, asking, best.at, match, place=buried), rule, home)
    line, _ = asking.page.place_of(best.at.sentence.start)
    stop = f" but for {compared.stop} where the full stop stands after “LAW”" if compared.stop else ""
    source = f"; that the page is of {_name(rule.state)} is {home.assumed}" if home.assumed else ""
    told = f"line {line}, word for word{stop}{source}" + (f"; {rule.note}" if rule.note else "")
    return satisfied(rule, told, best.at, asking)


def _assumed(found: Finding, rule: CaveatRule, home: Home) -> Finding:
    """Where nobody asked for the state, a finding counts one level less and says what it rests on."""
    if not home.assumed:
        return found
    told = f"{found.message} That the page is of {_name(rule.state)} is {home.assumed}."
    return replace(found, message=told, severity=found.severity.lowered())


def _foreign(rule: CaveatRule, shown: Shown, state: str, lacks: str, home: Home, asking: Asking) -> Finding:
    source = home.assumed or "asked for"
    found = finding(
        rule, Outcome.WRONG_STATE, asking, shown.at, (shown.named,), shown=_name(shown.state), state=state, source=source, lacks=lacks
    )
    return replace(found, severity=found.severity.lowered()) if home.assumed else found


def _borrowed(rule: CaveatRule, rules: Mapping[str, CaveatRule], text: str) -> list[str]:
    """Tells when a passage is another state's notice with this state's name put in."""
    mine = _name(rule.state).lower()
    for other in rules.values():
        theirs = words(_name(other.state))
        swapped = [words(wording).replace(f" {theirs} ", f" {mine} ", 1) for wording in other.notice]
        if other.state != rule.state and words(text) in swapped:
            return [f"it is in the wording of {_name(other.state)}"]
    return []


def _unasked_reason(rule: CaveatRule, rules: Mapping[str, CaveatRule], here: Sequence[Shown], home: Home) -> str:
    if not here and rule.when is Asked.SHOWN:
        return "no such notice stands on the page"
    if not here:
        names = ", ".join(home.several)
        several = f"its address lines name several states ({names}), so that no assumption is made; " if names else ""
        return f"{several}asked for under {rule.state} only"
    compared = compare(rule.notice, here[0].text)
    state = f"the page shows the notice of {_name(rule.state)}"
    if compared.differs:
        return f"{state}, with differences: {'; '.join([*_borrowed(rule, rules, here[0].text), *compared.differs])}"
    return f"{state}, word for word"


def _name(state: str) -> str:
    return NAMES.get(state.removeprefix("US-"), state)
