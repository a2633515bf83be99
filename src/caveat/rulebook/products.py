"""The dated lists of approved products: what they may say, how they are read, and the words by which their products and uses are known."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from caveat.errors import RuleError
from caveat.rulebook import strict
from caveat.rulebook.automaton import Owner
from caveat.rulebook.fold import words
from caveat.rulebook.spelling import likely

PRODUCT = "product"  # the kind of owner in the automaton
LEXICON = "approved_product"  # the lexicon that holds the products' names
SOLD = "therapy"  # that which holds the names of products that are not approved, or no longer
# The suffix that the FDA adds to proper names, as in remestemcel-L-rknd (Nonproprietary Naming of Biological Products, 2017).
_SUFFIX = re.compile(r"-[a-z]{4}$")
_ASIDE = re.compile(r"\s*\([^)]*\)$")  # whose it is, or how it is given: "HPC, Cord Blood (Bloodworks)"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of product. `names` are patterns that mean any of them: "CAR-T cells"; `uses` are those beyond its products'."""

    says: str
    names: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """What a product is approved for: patterns that mean it, those of wider words, and those that make it another use."""

    says: str
    words: tuple[str, ...]
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """
    A product with its uses, by their names in the list. `approved`: the day, where it is known; `withdrawn`: that on which it was given up
    or its licence ended.
    """

    name: str
    proper: str
    kind: str
    year: int
    uses: tuple[str, ...]
    approved: datetime.date | None = None
    also: tuple[str, ...] = ()
    withdrawn: datetime.date | None = None
    note: str = ""

    @property
    def begins(self) -> datetime.date:
        """The day from which it counts as approved: where the list has but the year, the whole year, so that no page is held to less."""
        return self.approved or datetime.date(self.year, 1, 1)

    @property
    def known_as(self) -> tuple[str, ...]:
        """Entries of a lexicon, each once; a name in capitals is looked for in capitals."""
        names = [self.name, self.proper, _SUFFIX.sub("", self.proper)]
        names += [_ASIDE.sub("", name) for name in names]
        return tuple(dict.fromkeys([*(f"={name}" if name.isupper() else words(name) for name in names), *self.also]))


@dataclass(frozen=True, slots=True)
class ProductList:
    """The products that an agency has approved, as of the day the list was taken."""

    id: str
    agency: str
    taken: datetime.date
    source: str
    about: str
    products: tuple[Product, ...]
    uses: dict[str, Use] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)

    @property
    def in_force(self) -> tuple[Product, ...]:
        return tuple(product for product in self.products if not product.withdrawn)

    def of_use(self, use: str) -> tuple[Product, ...]:
        """The products approved for a use, those that were given up last."""
        return tuple(sorted((product for product in self.products if use in product.uses), key=lambda product: bool(product.withdrawn)))

    def as_it_stood(self, day: datetime.date) -> ProductList:
        """The list of a day: without what was approved later, nothing of what was given up later, and dated no later than that day."""
        known = (product for product in self.products if product.begins <= day)
        then = (replace(product, withdrawn=None) if product.withdrawn and product.withdrawn > day else product for product in known)
        return replace(self, products=tuple(then), taken=min(self.taken, day))

    def uses_of_product(self, name: str) -> frozenset[str]:
        return frozenset(use for product in self.in_force if product.name == name for use in product.uses)

    def uses_of_kind(self, kind: str) -> frozenset[str]:
        """The uses of a kind and of all its products."""
        return frozenset(use for product in self.in_force if product.kind == kind for use in product.uses) | {*self.kinds[kind].uses}


def read_list(name: str, raw: dict[str, Any], stem: str) -> ProductList:
    """One file of products. Raises RuleError, for a product whose kind or use the list does not have too."""
    label = f"{name}: list {raw.get('id', '?')!r}"
    listed = strict.record(ProductList, raw, label, RuleError)
    if listed.id != stem:
        raise RuleError(f"{name}: key 'id': expected {stem!r}, the file's name, got {listed.id!r}")
    seen: set[str] = set()
    for kind in listed.kinds:
        _known(f"{label}, kind {kind!r}", listed.kinds[kind].uses, listed)
    for product in listed.products:
        where = f"{label}, product {product.name!r}"
        if product.name in seen:
            raise RuleError(f"{where}: is there already")
        seen.add(product.name)
        if product.kind not in listed.kinds:
            raise RuleError(f"{where}, key 'kind': no kind {product.kind!r}", likely(product.kind, listed.kinds))
        _known(where, product.uses, listed)
        if product.approved and product.approved.year != product.year:
            raise RuleError(f"{where}, key 'approved': {product.approved} is not in {product.year}, its 'year'")
        if product.withdrawn and product.withdrawn < product.begins:
            raise RuleError(f"{where}, key 'withdrawn': {product.withdrawn} is before its approval, {product.begins}")
    return listed


def _known(where: str, uses: tuple[str, ...], listed: ProductList) -> None:
    for use in uses:
        if use not in listed.uses:
            raise RuleError(f"{where}, key 'uses': no use {use!r}", likely(use, listed.uses))


def patterns_of(listed: ProductList) -> Iterator[tuple[str, str, Owner]]:
    """Each pattern of a list: where it stands, itself, and its owner, whose part is `list` and a word for what was found."""
    for product in listed.in_force:
        yield from ((f"product {product.name!r}", entry, Owner(PRODUCT, product.name, f"{listed.id}/name")) for entry in product.known_as)
    for kind in listed.kinds:
        yield from ((f"kind {kind!r}", entry, Owner(PRODUCT, kind, f"{listed.id}/kind")) for entry in listed.kinds[kind].names)
    for name, use in listed.uses.items():
        for part in ("words", "near", "unless"):
            yield from ((f"use {name!r}, key {part!r}", entry, Owner(PRODUCT, name, f"{listed.id}/{part}")) for entry in getattr(use, part))
