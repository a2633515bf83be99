"""Holds what a sentence says against the lists of approved products: a product is let off for its own uses, and for no other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from caveat.judging.topics import FAMILIES, STANDARD, condition_spans, longest
from caveat.model import Category, Page, Span
from caveat.rulebook import ClaimRule, Match, ProductList, Sighting
from caveat.rulebook.products import PRODUCT, Use

# What clinics sell under the name of an approved therapy. A licence of another product, or of a drug, is none for these.
_SOLD_AS = ("cells", "exosomes", "birth_tissue", "platelets")
_OURS = re.compile(r"\b(?:our|my)\W+(?:\w+\W+){0,2}$", re.IGNORECASE)
_MOST_NAMED = 3  # products that a message names


@dataclass(frozen=True, slots=True)
class Listed:
    """What of the lists stands in a sentence."""

    products: tuple[Span, ...]  # names of products
    kinds: tuple[Span, ...]  # names of kinds of product, "CAR-T cells"
    approved: tuple[Span, ...]  # uses that one of those named is approved for

    @property
    def named(self) -> tuple[Span, ...]:
        return self.products + self.kinds


NOTHING_LISTED = Listed((), (), ())


def listed(sighting: Sighting, lists: Mapping[str, ProductList]) -> Listed:
    """The products and kinds of product that a sentence names, and those of its uses that they are approved for."""
    names: list[Span] = []
    kinds: list[Span] = []
    uses: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
    approved: set[tuple[str, str]] = set()
    spoilt: set[tuple[str, str]] = set()
    for match in sighting.of(PRODUCT):
        home, _, part = match.owner.part.rpartition("/")
        span, owner = Span(match.start, match.end), match.owner.id
        match part:
            case "name":
                names.append(span)
                approved |= {(home, use) for use in lists[home].uses_of_product(owner)}
            case "kind":
                kinds.append(span)
                approved |= {(home, use) for use in lists[home].uses_of_kind(owner)}
            case "words":
                uses[home, owner] += match.parts
            case "unless":
                spoilt.add((home, owner))
    spans = {span for use in approved - spoilt for span in uses.get(use, ())}
    return Listed(tuple(names), tuple(kinds), tuple(sorted(spans)))


def borne_out(page: Page, sentence: Span, sighting: Sighting, found: Listed, cues: Sequence[Span], denied: Sequence[Span]) -> bool:
    """
    Whether what is said of an approved use can be so, `cues` being the words that say it, `denied` conditions for which it is denied.

    It cannot where the sentence says it of "our" cells, nor where it names a condition that neither the list nor those words are about.
    """
    apart = [*found.named, *sighting.words.get(STANDARD, ())]
    sold = [span for family in _SOLD_AS for span in sighting.words.get(family, ()) if not _touches(span, apart)]
    if any(_OURS.search(page.text, sentence.start, span.start) for span in sold):
        return False
    others = sighting.words.keys() & FAMILIES.keys() - {STANDARD, "peptides"}  # the cues name peptides that are licensed drugs
    if not sold and not found.named and not others:
        return True  # of drugs and operations the lists know nothing
    covered = [*found.approved, *denied, *(() if sold else cues)]
    return all(_touches(span, covered) for span in condition_spans(sighting))


def excuses(category: Category | None, match: Match, found: Listed) -> Span | None:
    """The words that let a claim off: a product for its use, the name of one whose approval is spoken of, a mere name."""
    if found.approved and found.named:
        return found.named[0]
    if mere := [name for name in found.products if name.start <= match.start and match.end <= name.end]:
        return mere[0]
    return found.products[0] if found.products and category is Category.APPROVAL else None


def message(rule: ClaimRule, page: Page, sighting: Sighting, lists: Mapping[str, ProductList]) -> str:
    """
    What the rule says of a claim of approval: what is approved for the use it names, that nothing is, or, where it names none, why.

    `listed` and `unlisted` of the rule have the slots {use}, {products}, {agency} and {date}.
    """
    for approvals in lists.values():
        known = {match.owner.id: match for match in sighting.of(PRODUCT)
                 if match.owner.part in (f"{approvals.id}/words", f"{approvals.id}/near") and approvals.of_use(match.owner.id)}  # fmt: skip
        said = [part for match in known.values() for part in match.parts]
        slots = {"agency": approvals.agency, "date": approvals.taken.isoformat()}
        strange = [span for span in condition_spans(sighting) if not _touches(span, said)]
        if strange and rule.unlisted:
            return rule.unlisted.format_map(defaultdict(str, slots, use=_quoted(page, strange)))
        if known and rule.listed:
            return rule.listed.format_map(defaultdict(str, slots, use=_quoted(page, said), products=_products(approvals, known)))
    return rule.why


def _products(approvals: ProductList, uses: Iterable[str]) -> str:
    return "; ".join(_for_use(approvals, approvals.uses[use], use) for use in uses)


def _for_use(approvals: ProductList, use: Use, name: str) -> str:
    names = [product.name + (f" (given up, {product.withdrawn})" if product.withdrawn else "") for product in approvals.of_use(name)]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more} for {use.says}"


def _quoted(page: Page, spans: Iterable[Span]) -> str:
    return ", ".join(dict.fromkeys(f"“{page.quote(span)}”" for span in longest(sorted(set(spans)))))


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
