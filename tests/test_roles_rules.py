"""The rules of boilerplate carry their own proof, and their names are words, not scraps of words."""

from __future__ import annotations

import pytest

from caveat.model import Role
from caveat.rulebook import BoilerplateRule
from labelled_pages import book, labelled

RULES = book().of(BoilerplateRule)
SCRAPS = {"widget", "banner", "bar", "consent", "news", "box", "form", "content", "section", "text", "popup", "modal"}


def test_there_is_a_rule_for_every_role_but_content() -> None:
    assert {rule.role for rule in RULES.values()} == set(Role) - {Role.CONTENT}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_recognises_what_it_flags_by_the_words_alone(name: str) -> None:
    rule = RULES[name]
    wrong = {text: block.role for text in rule.flags for block in labelled(text, "page.txt").blocks if block.role is not rule.role}
    assert wrong == {}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_lets_pass_what_it_says_it_does(name: str) -> None:
    rule = RULES[name]
    wrong = [text for text in rule.passes if any(block.role is not Role.CONTENT for block in labelled(text, "page.txt").blocks)]
    assert wrong == []


@pytest.mark.parametrize("name", RULES)
def test_no_name_is_a_scrap_that_content_bears_too(name: str) -> None:
    rule = RULES[name]
    bare = {each.rstrip("*") for each in (*rule.names, *rule.parts, *rule.loose) if each.endswith("*")}
    assert not bare & SCRAPS
    assert not {*rule.names, *rule.parts} & SCRAPS
    assert all(each == each.lower() and "*" not in each[:-1] for each in (*rule.names, *rule.parts, *rule.loose, *rule.but))


@pytest.mark.parametrize("name", RULES)
def test_no_name_stands_twice(name: str) -> None:
    rule = RULES[name]
    for names in (rule.names, rule.parts, rule.loose, rule.but):
        assert len(set(names)) == len(names)
