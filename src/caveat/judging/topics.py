"""Tells which families of therapy and which conditions a sentence speaks of, so that a study or a statement can be held against a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from caveat.model import Page, Span
from caveat.rulebook import Sighting
from caveat.rulebook.fold import words

STANDARD = "hematopoietic"  # transplants of blood-forming cells: standard care, and not what is sold under the name of stem cells
FAMILIES = {
    "cells": "stem cells",
    "exosomes": "exosomes",
    "birth_tissue": "birth tissue",
    "platelets": "platelet or plasma products",
    "peptides": "peptides",
    "drips": "drips and gases",
    STANDARD: "transplants of blood-forming cells",
}
_SHORT = {
    "oa": "osteoarthritis", "ed": "erectile dysfunction", "ms": "multiple sclerosis", "ra": "rheumatoid arthritis", "cp": "cerebral palsy",
    "als": "amyotrophic lateral sclerosis", "copd": "chronic obstructive pulmonary disease", "ckd": "chronic kidney disease",
    "tbi": "traumatic brain injury", "avn": "avascular necrosis", "ibs": "irritable bowel syndrome", "ibd": "inflammatory bowel disease",
    "asd": "autism", "gvhd": "graft versus host disease",
}  # fmt: skip
_NO_TOPIC = frozenset(
    ("disease", "syndrome", "disorder", "chronic", "acute", "severe", "advanced", "early", "pain", "injury", "damage", "joint", "type",
     "condition", "sclerosis", "palsy", "the", "of", "and")
)  # fmt: skip


def families(sighting: Sighting) -> set[str]:
    """
    The families named. "Hematopoietic stem cell transplantation" names no stem cells of the kind that clinics sell, and
    "exosomes derived from stem cells" names exosomes.
    """
    blood = sighting.words.get(STANDARD, ())
    found = {STANDARD} if blood else set()
    for family in FAMILIES:
        spans = sighting.words.get(family, ())
        given_off = sighting.words.get("exosomes", ()) if family in ("cells", "birth_tissue") else ()
        if family != STANDARD and any(not _within(span, blood) and not _touches(span, given_off) for span in _joined(spans)):
            found.add(family)
    return found


def conditions(page: Page, sighting: Sighting) -> list[str]:
    """The conditions named, folded, each as often as it stands."""
    return [words(page.text[span.start : span.end]) for span in condition_spans(sighting)]


def condition_spans(sighting: Sighting) -> list[Span]:
    """Where conditions are named: symptoms and words as broad as "autoimmune disease" left out, and the "TB" of "TB-500"."""
    passed_over = {*sighting.words.get("symptom", ()), *sighting.words.get("broad_condition", ())}
    peptides = sighting.words.get("peptides", ())
    return longest(span for span in sighting.words.get("condition", ()) if span not in passed_over and not _within(span, peptides))


def longest(spans: Iterable[Span]) -> list[Span]:
    """The spans that lie within no other."""
    known = list(spans)
    return [span for span in known if not _within(span, [other for other in known if other != span])]


def canon(names: Iterable[str]) -> Mapping[str, str]:
    """
    Each condition of a page to the name it goes by: abbreviations to the words they stand for where these are on the page,
    "relapsing multiple sclerosis" to "multiple sclerosis".
    """
    known = sorted(set(names), key=lambda name: (len(name.split()), name))
    initials = {"".join(word[0] for word in name.split()): name for name in known if " " in name}
    found: dict[str, str] = {}
    for name in known:
        whole = " ".join(initials.get(word) or _SHORT.get(word) or word for word in name.split())
        shorter = next((other for other in found.values() if other not in _NO_TOPIC and f" {other} " in f" {whole} "), whole)
        found[name] = shorter
    return found


def akin(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two sets of conditions share one, or share a word that is more than "disease" or "chronic"."""
    left, right = ({word for name in names for word in _words(name)} - _NO_TOPIC for names in (one, other))
    return not left.isdisjoint(right)


def _words(name: str) -> Iterator[str]:
    """Those of a condition's name, and those that an abbreviation stands for."""
    yield from name.split()
    yield from _SHORT.get(name, "").split()


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap or stand side by side as one: "umbilical cord mesenchymal" and "mesenchymal stem cells"."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end + 1:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(other.start < span.end and span.start < other.end for other in others)


def _within(span: Span, others: Iterable[Span]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in others)
