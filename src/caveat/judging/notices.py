"""Holds a page's state notice against the statutory wording: whose it is, word for word or not, and which words differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from caveat.judging.address import CODES, NAMES, state_of
from caveat.judging.asking import Asking, finding, quiet, satisfied, unasked
from caveat.judging.prominence import holder, too_small
from caveat.judging.statements import UNREAD, Statement
from caveat.model import Check, CheckState, Finding, Outcome, Page, Span
from caveat.rulebook import CaveatRule
from caveat.rulebook.fold import words
from caveat.rulebook.rules import Asked

_OPENING = "this notice must be provided to you under"
_BODY = "one or more stem cell therapies"
_SIGNS = ("therapies", "notice", " law")
_STATE = "|".join(sorted(CODES, key=len, reverse=True)).lower()
_BY_LAW = re.compile(rf"\b(?P<state>{_STATE}) (?:state )?(?:law|statutes?|notice|stem cell notice|disclosure|disclaimer)\b")
_ALIKE = 60  # rapidfuzz ratio from which a sentence is taken for a sentence of the notice
_MOST = 4  # sentences a notice may take up on a page


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage of the page that is, or is near to, a state's notice."""

    state: str  # "US-WA", or empty when the passage names none
    text: str
    at: Statement
    named: str  # the words that name the state


def check(
    page: Page, rules: Mapping[str, CaveatRule], said: Mapping[str, Sequence[Statement]], asking: Asking
) -> Iterator[Finding | Check]:
    """A finding or a check for each notice rule."""
    shown = list(passages(page, rules))
    states = {place for place in asking.places if place.startswith("US-")}
    address = None if states or not shown else state_of(page)
    for rule in rules.values():
        here = [each for each in shown if each.state == rule.state]
        if rule.when is not Asked.SHOWN and rule.state in states:
            yield _asked(rule, said.get(rule.id, []), shown, states, asking)
        elif here and states and rule.state not in states:
            # The rule of the state that was asked for reports it; where that state has none, this one does.
            covered = any(other.state in states and other.when is not Asked.SHOWN for other in rules.values())
            yield quiet(rule, CheckState.NOT_ASKED, "reported beside the notice that was asked for") if covered else _foreign(
                rule, here[0], " and ".join(sorted(map(_name, states))), "asked for", asking)  # fmt: skip
        elif here and address and f"US-{address[0]}" != rule.state:
            assumed = f"taken from its address line, “{page.quote(address[1])}”, which is an assumption"
            yield _foreign(rule, here[0], NAMES[address[0]], assumed, asking)
        else:
            yield quiet(rule, CheckState.NOT_ASKED, _unasked_reason(rule, here))


def _asked(rule: CaveatRule, said: Sequence[Statement], shown: Sequence[Shown], states: set[str], asking: Asking) -> Finding | Check:
    own = [each for each in shown if each.state in ("", rule.state)]
    other = [each for each in shown if each.state not in ("", *states)]
    if not own and other:
        return _foreign(rule, other[0], _name(rule.state), "asked for", asking)
    if not own:
        reason = unasked(rule, said, asking)
        return quiet(rule, CheckState.NOT_ASKED, reason) if reason else finding(rule, Outcome.MISSING, asking)
    best = min(own, key=lambda each: (bool(differences(rule.notice, each.text)), bool(holder(each.at, asking))))
    differs = differences(rule.notice, best.text)
    if differs:
        return finding(rule, Outcome.INCOMPLETE, asking, best.at, (best.named,) if best.named else (), differs="; ".join(differs))
    if buried := holder(best.at, asking) or (too_small(best.at, asking) if rule.largest_type else ""):
        return finding(rule, Outcome.BURIED, asking, best.at, (best.named,), place=buried)
    line, _ = asking.page.place_of(best.at.sentence.start)
    return satisfied(rule, f"line {line}, word for word" + (f"; {rule.note}" if rule.note else ""), best.at, asking)


def _foreign(rule: CaveatRule, shown: Shown, state: str, source: str, asking: Asking) -> Finding:
    return finding(rule, Outcome.WRONG_STATE, asking, shown.at, (shown.named,), shown=_name(shown.state), state=state, source=source)


def _unasked_reason(rule: CaveatRule, here: Sequence[Shown]) -> str:
    if not here:
        return f"asked for under {rule.state} only" if rule.when is not Asked.SHOWN else "no such notice stands on the page"
    differs = differences(rule.notice, here[0].text)
    state = f"the page shows the notice of {_name(rule.state)}"
    return f"{state}, with differences: {'; '.join(differs)}" if differs else f"{state}, word for word"


def passages(page: Page, rules: Mapping[str, CaveatRule]) -> Iterator[Shown]:
    """Every passage that begins as a notice does, or says by whose law it is given and speaks of approval."""
    lower = page.text.lower()
    if "approved" not in lower or not any(word in lower for word in _SIGNS):
        return  # most pages: nothing has to be folded
    whole_page = words(page.text)
    if _OPENING not in whole_page and _BODY not in whole_page and not _BY_LAW.search(whole_page):
        return
    sentences = [
        (number, sentence, words(page.text[sentence.start : sentence.end]))
        for number, block in enumerate(page.blocks)
        if block.role not in UNREAD
        for sentence in block.sentences
    ]
    wordings = [words(sentence) for rule in rules.values() for notice in rule.notice for sentence in notice.split(". ")]
    at = 0
    while at < len(sentences):
        number, sentence, text = sentences[at]
        by_law = _BY_LAW.search(text)
        if _OPENING in text or _BODY in text or (by_law and "approved" in " ".join(each[2] for each in sentences[at : at + 2])):
            end = _end(page, sentences, at, wordings)
            whole = " ".join(page.quote(each[1]) for each in sentences[at:end])
            named = _BY_LAW.search(words(whole))
            block = page.blocks[number]
            statement = Statement(number, sentence, {}, (), frozenset(), frozenset(), block.place, block.role)
            yield Shown(f"US-{CODES[named['state'].title()]}" if named else "", whole, statement, _written(page, sentence, named))
            at = end
        else:
            at += 1


def _end(page: Page, sentences: Sequence[tuple[int, Span, str]], at: int, wordings: Sequence[str]) -> int:
    """The end of the run of sentences that belong to the notice which begins at `at`."""
    from rapidfuzz import fuzz  # few pages show a notice; the others need not load it

    place = page.blocks[sentences[at][0]].place
    end = at + 1
    while end < min(at + _MOST, len(sentences)):
        number, _, text = sentences[end]
        near = number - sentences[end - 1][0] <= 1 and page.blocks[number].place is place
        if not near or _OPENING in text or max(fuzz.ratio(text, wording) for wording in wordings) < _ALIKE:
            break
        end += 1
    return end


def differences(notice: Sequence[str], text: str) -> list[str]:
    """What tells a passage from the wording that comes nearest; empty when it holds one word for word."""
    if not notice or any(words(wording) in words(text) for wording in notice):
        return []
    return min((_differing(_bare(wording), _bare(text)) for wording in notice), key=len)


def _bare(text: str) -> list[tuple[str, str]]:
    """Each word folded, and as it is written."""
    return [(folded, word) for word in text.split() if (folded := words(word))]


def _differing(wanted: Sequence[tuple[str, str]], given: Sequence[tuple[str, str]]) -> list[str]:
    found = []
    matcher = SequenceMatcher(None, [folded for folded, _ in wanted], [folded for folded, _ in given], autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        left, right = _short(wanted[i:j]), _short(given[k:m])
        if kind == "delete":
            found.append(f"“{left}” is missing")
        elif kind == "insert" and k > 0 and m < len(given):
            found.append(f"“{right}” is added")
        elif kind == "replace":
            found.append(f"“{right}” stands for “{left}”")
    return found


def _short(part: Sequence[tuple[str, str]]) -> str:
    written = [word for _, word in part]
    return " ".join(written if len(written) <= 12 else [*written[:5], "…", *written[-4:]])


def _written(page: Page, sentence: Span, named: re.Match[str] | None) -> str:
    """The state's law as the page writes it."""
    if not named:
        return ""
    hit = re.search(re.escape(named.group()).replace(r"\ ", r"\W+"), page.text[sentence.start :], re.IGNORECASE)
    return page.quote(Span(sentence.start + hit.start(), sentence.start + hit.end())) if hit else named.group()


def _name(state: str) -> str:
    return NAMES.get(state.removeprefix("US-"), state)
