"""What reports may say: every text of every rule speaks of what is stated, found or missing, and passes no verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from caveat.model import Outcome
from caveat.rulebook import CaveatRule, Rule, Rulebook, load
from caveat.rulebook.rules import DATED

# A verdict on the page or its maker. That a caveat "does not make the sale lawful" is said of the caveat, and passes none.
VERDICT = re.compile(
    r"\b(?:illegal\w*|unlawful\w*|violat\w*|infring\w*|(?:in )?breach\w*|(?:against|breaks?|broke|broken|breaking) the law|guilty"
    r"|crim(?:e|inal)\w*|offen[cs]es?|offend\w*|fraud\w*|deceitful\w*|lies|lying|liar|scam\w*|quack\w*|banned|forbidden|prohibited)\b",
    re.IGNORECASE,
)
LAWFUL = re.compile(r"\b(?:not make [\w ]{1,50}|true and) lawful\b")
# How a message puts it: the words of the page, what was not found on it, or what may be.
SAID = re.compile(r"^(?:The page|No |An? |\w+'s notice stands on the page|The result)|was not found|\bmay\b")


@cache
def book() -> Rulebook:
    return load(places=None)


def texts(rule: Rule) -> Iterator[tuple[str, str]]:
    """Every text of a rule that a reader of a report may be shown, by its key."""
    for key in ("title", "why", "note", "about", "listed", "unlisted"):
        if isinstance(text := getattr(rule, key, ""), str) and text:
            yield key, text
    for key in ("messages", "says"):
        if isinstance(table := getattr(rule, key, None), dict):
            yield from ((f"{key}.{name}", text) for name, text in table.items())


EVERY = [(rule.id, key, text) for rule in book().rules.values() for key, text in texts(rule)]


def test_all_packs_are_read() -> None:
    named = {place for rule in book().rules.values() if isinstance(rule, DATED) for place in rule.jurisdictions}
    assert named == set(book().law.places) - {"US-CA", "US-UT"}  # the notices of these are known, and asked of no page
    assert len(EVERY) > 200


@pytest.mark.parametrize(("rule", "key", "text"), EVERY, ids=[f"{rule}-{key}" for rule, key, _ in EVERY])
def test_no_text_of_a_rule_passes_a_verdict(rule: str, key: str, text: str) -> None:
    assert not (found := VERDICT.search(text)), f"{rule}, {key}: {found.group()!r} in {text!r}"
    assert "lawful" not in LAWFUL.sub("", text), text


MESSAGES = [(rule.id, outcome, text) for rule in book().of(CaveatRule).values() for outcome, text in rule.messages.items()]


@pytest.mark.parametrize(("rule", "outcome", "text"), MESSAGES, ids=[f"{rule}-{outcome}" for rule, outcome, _ in MESSAGES])
def test_a_message_says_what_the_page_states_or_what_was_not_found(rule: str, outcome: Outcome, text: str) -> None:
    assert SAID.search(text), f"{rule}: {text}"
    if outcome is Outcome.MISSING:
        assert re.search(r"\b[Nn]o\b.*\bwas found\b|was not found", text), f"{rule}: {text}"


@pytest.mark.parametrize("text", ["This is illegal.", "The page violates RCW 18.130.420.", "An unlawful sale.", "A violation of the Act"])
def test_a_verdict_would_be_seen(text: str) -> None:
    assert VERDICT.search(text)
