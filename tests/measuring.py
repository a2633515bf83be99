"""Counts, on the labelled text, how often each rule is right, wrong or missing; the figures that `caveat rules list --measured` shows."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from caveat.judging import Options
from caveat.model import Category, CheckState, Finding, Outcome, PageReport, StanceValue
from caveat.rulebook.measured import HALVES, Count, Figures, Measured
from corpus_pages import html, labelled, same
from labelled_pages import book
from test_corpus import BANNERS, PARTS, audited, home, rows

# What the labels of a page say of a caveat rule: the kinds of a good statement, or of the flaw that the rule is after.
GOOD = {"fda-status": "not-approved-scoped", "risks": "risks", "typical-results": "results-vary"}
FLAWS = {"supplement-disclaimer": "dshea"}
OPEN = {"fda-status": "state-notice"}  # whether a full state notice also gives the federal status is left open
UNLABELLED = (Outcome.BURIED, Outcome.CONTRADICTED)  # the labels are about what a statement says, not about what stands around it

Row = dict[str, Any]


class Passage(NamedTuple):
    """A sentence, or a group of units that counts once: whether it is a claim, of what category, and the findings in it."""

    flag: bool
    category: str
    found: list[Finding]


def measure() -> Measured:
    """All figures, counted anew."""
    return Measured(book().digest, {language: _measured(language) for language in dict.fromkeys(language for language, _ in PARTS)})


def _measured(language: str) -> Figures:
    claims: dict[str, dict[str, Count]] = defaultdict(dict)
    categories: dict[str, dict[str, Count]] = defaultdict(dict)
    caveats: dict[str, dict[str, Count]] = defaultdict(dict)
    size: dict[str, dict[str, int]] = {}
    for half in HALVES:
        sentences, pages = list(_sentences(language, half)), rows(language, "pages.jsonl", half)
        passages = [passage for page in pages for passage in _passages(page)]
        size[half] = {"sentences": len(sentences), "pages": len(pages), "passages": len(passages)}
        for passage in (*sentences, *passages):
            _count_claims(passage, half, claims, categories)
        for page in pages:
            _count_caveats(page, half, caveats)
    spoken = book().speaking(language)
    assert spoken
    for rule in spoken.rules.values():  # a rule that never fired was measured, and not seen
        if rule.kind in ("claim", "weighing") and getattr(rule, "category", "") != Category.OFFER:
            claims.setdefault(rule.id, {})
    for name in (*GOOD, *FLAWS):
        if name in spoken.rules:
            caveats.setdefault(name, {})
    return Figures(digest(language), size, claims, categories, caveats)


def digest(language: str) -> str:
    """The first 12 hex digits of the SHA-256 over the labelled text of a language."""
    texts = ((home(language) / name).read_text(encoding="utf-8") for name in ("sentences.jsonl", "pages.jsonl"))
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def _sentences(language: str, half: str) -> Iterator[Passage]:
    for row in rows(language, "sentences.jsonl", half):
        if not row.get("unsure"):
            report = audited("sentence.txt", f"{BANNERS[language]}\n\n{row['text']}\n", Options(StanceValue.PROMOTER))
            yield Passage(row["flag"], row["category"], _in(report, [row["text"]]))


def _passages(page: Row) -> Iterator[Passage]:
    report = audited("page.html", html(page), Options())
    for texts, unit in labelled(page["units"]):
        yield Passage(unit["flag"], unit["category"], _in(report, texts))


def _in(report: PageReport, texts: list[str]) -> list[Finding]:
    """The claims found in a passage; a bare offer is none."""
    claims = (found for found in report.findings if found.kind == "claim" and found.category != Category.OFFER)
    return [found for found in claims if any(same(found.quote, text) for text in texts)]


def _count_claims(passage: Passage, half: str, claims: dict[str, dict[str, Count]], categories: dict[str, dict[str, Count]]) -> None:
    named = dict.fromkeys(rule for found in passage.found for rule in (found.rule, *found.also))
    for rule in named:
        _add(claims[rule], half, right=passage.flag, wrong=not passage.flag)
    if passage.flag:
        for category in (passage.category, "all"):
            _add(categories[category], half, right=bool(passage.found), missed=not passage.found)
    elif passage.found:
        _add(categories["all"], half, wrong=True)


def _count_caveats(page: Row, half: str, caveats: dict[str, dict[str, Count]]) -> None:
    if page["stance"] != StanceValue.PROMOTER or "caveats" not in page:
        return
    report = audited("page.html", html(page), Options())
    unasked = {check.check for check in report.checks if check.state is CheckState.NOT_ASKED}
    reported = {found.rule: found.outcome for found in report.findings if found.kind == "caveat"}
    kinds = {(caveat["kind"], caveat["grade"]) for caveat in page["caveats"]}
    for name in (*GOOD, *FLAWS):
        if name in unasked or (OPEN.get(name), "good") in kinds or reported.get(name) in UNLABELLED:
            continue
        flawed = any(kind == FLAWS[name] for kind, _ in kinds) if name in FLAWS else (GOOD[name], "good") not in kinds
        _add(caveats[name], half, right=flawed and name in reported, wrong=name in reported and not flawed,
             missed=flawed and name not in reported)  # fmt: skip


def _add(counts: dict[str, Count], half: str, *, right: bool = False, wrong: bool = False, missed: bool = False) -> None:
    before = counts.get(half, Count())
    counts[half] = replace(before, right=before.right + right, wrong=before.wrong + wrong, missed=before.missed + missed)


Floors = Mapping[str, Mapping[str, Mapping[str, float]]]  # rule → half → "right" or "precision" → floor
MARGIN, SHARE = 2, 0.05  # passages, or the share of those found, by which a figure may fall before a test does


def floors(found: Figures, enough: int) -> dict[str, dict[str, dict[str, float]]]:
    """For each rule and half what it must keep to: so many passages right and, with enough of them, such a share."""
    made: dict[str, dict[str, dict[str, float]]] = {}
    for name, halves in sorted({**found.claims, **found.caveats}.items()):
        for half in HALVES:
            count = halves.get(half, Count())
            margin = max(MARGIN, int(SHARE * (count.right + count.wrong)))
            if count.right > margin:
                made.setdefault(name, {})[half] = {"right": count.right - margin}
                if count.right + count.wrong >= enough:
                    share = count.right / (count.right + count.wrong + margin)
                    made[name][half]["precision"] = int(100 * share) / 100
    return made
