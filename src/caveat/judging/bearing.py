"""Tells what a good statement bears on: whether it reaches the products and uses promoted, and whether other words take it back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from caveat.judging.asking import PRODUCTS, Asking, sentence_words
from caveat.judging.statements import Statement
from caveat.judging.topics import FAMILIES, STANDARD, akin, canon
from caveat.model import Span
from caveat.rulebook import CaveatRule

_MOST = 3  # names that a message lists
_PROMOTED = 2  # claims that make a product or a use promoted; one is said in passing
_A_STEM = 6  # letters from which the end of a word stands for a condition of its own


def off_the_mark(rule: CaveatRule, statement: Statement, asking: Asking) -> list[str]:
    """Therapies and conditions that a statement names when the page's claims are all of others."""
    if not rule.covers:
        return []
    named, uses = sentence_words(asking, statement.sentence)
    short = []
    if _names_others(named, asking) and "all_products" not in statement.parts:
        of = _listed(FAMILIES[name] for name in sorted(named))
        short.append(f"it speaks of {of}, and the claims are about {_families(asking.families)}")
    if uses and asking.conditions and not akin(uses, asking.conditions) and "all_uses" not in statement.parts:
        of = _listed(_written(uses, asking))
        short.append(f"it speaks of {of}, and the page is about {_listed(_written(asking.conditions, asking))}")
    return short


def unreached(rule: CaveatRule, full: Sequence[Statement], asking: Asking) -> list[str]:
    """Products and uses promoted more than in passing that none of the page's full statements reaches, though each reaches some."""
    if not rule.covers or not full:
        return []
    named = [sentence_words(asking, statement.sentence) for statement in full]
    promoted = {name for name, times in asking.promised.items() if times >= _PROMOTED}
    products = set[str]().union(*(families for families, _ in named))
    uses = {use for _, each in named for use in each}
    short = []
    if not any("all_products" in each.parts or not families for each, (families, _) in zip(full, named, strict=True)):
        # Birth tissue is sold under the name of stem cells, and a reader takes a statement on these to mean it.
        left = (promoted & PRODUCTS) - products - ({"birth_tissue"} if "cells" in products else set())
        if left and STANDARD not in products:
            short.append(f"it speaks of {_families(products)}, and nothing is said of {_families(left)}")
    if not any("all_uses" in each.parts or not of for each, (_, of) in zip(full, named, strict=True)):
        left = _others(promoted - PRODUCTS, uses)
        if left:
            short.append(f"it speaks of {_listed(_written(uses, asking))}, and nothing is said of {_listed(_written(left, asking))}")
    return short


def _others(promoted: set[str], uses: set[str]) -> set[str]:
    """The conditions promoted that are none of `uses`, nor akin to one."""
    goes_by = canon([*promoted, *uses])
    known = uses | {goes_by[use] for use in uses}
    return {use for use in promoted if goes_by[use] not in known and not _akin({use, goes_by[use]}, known)}


def taken_back(said: Sequence[Statement], good: Sequence[Statement], asking: Asking) -> Statement | None:
    """The words that take one of the good statements back: in its own sentence, or in the one right after it."""
    for back in said:
        for each in good:
            between = asking.page.text[each.sentence.end : back.sentence.start]
            after = each.sentence.end <= back.sentence.start and not between.strip() and back.place is each.place
            if "undone" in back.parts and (back.sentence == each.sentence or after):
                return back
    return None


def contradiction(rule: CaveatRule, said: Sequence[Statement], asking: Asking) -> Statement | None:
    """A claim anywhere on the page that says the opposite of a good statement."""
    core = f"elements.{next(iter(rule.elements), '')}"
    claims = (each for each in said if not asking.kinds.get(each.sentence.start, frozenset()).isdisjoint(rule.against))
    against = (each for each in claims if "contradicted" in each.parts and "aside" not in each.parts)
    return next((each for each in against if each.spoilt or core not in each.parts), None)


def _akin(one: set[str], other: set[str]) -> bool:
    """Whether two conditions share a word, or a word of one ends in a word of the other: osteoarthritis and arthritis."""
    ends = ((left, right) for left in _long(one) for right in _long(other))
    return akin(one, other) or any(left.endswith(right) or right.endswith(left) for left, right in ends)


def _long(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in name.split() if len(word) >= _A_STEM}


def _names_others(named: set[str], asking: Asking) -> bool:
    return bool(named and asking.families and named.isdisjoint(asking.families) and STANDARD not in named)


def _families(names: Iterable[str]) -> str:
    known = set(names)
    return ", ".join(said for name, said in FAMILIES.items() if name in known)


def _written(uses: Iterable[str], asking: Asking) -> list[str]:
    """Conditions as the page writes them, in the order in which they stand."""
    text = asking.page.text
    found = []
    for use in dict.fromkeys(uses):
        hit = re.search(r"\W+".join(map(re.escape, use.split())), text, re.IGNORECASE)
        found.append((hit.start(), asking.page.quote(Span(*hit.span()))) if hit else (len(text), use))
    return [written for _, written in sorted(found)]


def _listed(names: Iterable[str]) -> str:
    known = list(dict.fromkeys(names))
    more = len(known) - _MOST
    return ", ".join(known[:_MOST]) + (f" and {more} more" if more > 0 else "")
