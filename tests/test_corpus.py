"""What the rules are worth on labelled text, those who wrote it and those who wrote the rules apart: floors that only rise."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from caveat.judging import Options, judge
from caveat.model import Capture, Category, Page, PageReport, StanceValue
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import scan
from corpus_pages import BANNER, html, labelled, same
from documents import README, accept, part
from labelled_pages import book

CORPUS = Path(__file__).parent / "corpus"
BANNERS = {"en": BANNER, "es": "Clínica de medicina regenerativa: células madre, exosomas, PRP, péptidos y ozono"}
TABLE = """\
| unread | of what it calls claims, are | of the claims, it finds | pages taken for what they are | of what informers write, is spared |
| --- | --- | --- | --- | --- |
"""
PARTS = [("en", "write"), ("en", "held"), ("es", "write"), ("es", "held")]


def home(language: str) -> Path:
    return CORPUS if language == "en" else CORPUS / language


def floors(language: str, kind: str, split: str) -> dict[str, float]:
    wanted: dict[str, float] = tomllib.loads((home(language) / "floors.toml").read_text(encoding="utf-8"))[kind][split]
    return wanted


def rows(language: str, name: str, split: str) -> list[dict[str, Any]]:
    lines = (home(language) / name).read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["split"] == split]


@cache
def audited(name: str, text: str, options: Options) -> PageReport:
    page = read(Capture(name, text.encode()))
    assert isinstance(page, Page)
    seen = scan(book(), page)
    return judge(label(page, seen, book()), seen, book(), options)


def quotes(report: PageReport) -> list[str]:
    return [one.quote for one in report.findings if one.kind == "claim" and one.category != Category.OFFER]


def figures(pairs: list[tuple[bool, bool]]) -> dict[str, float]:
    """Precision and recall of (found, labelled a claim)."""
    both = sum(found and flag for found, flag in pairs)
    return {
        "precision": both / max(1, sum(found for found, _ in pairs)),
        "recall": both / max(1, sum(flag for _, flag in pairs)),
    }


def held_to(wanted: dict[str, float], measured: dict[str, float]) -> None:
    short = {name: round(measured[name], 3) for name, floor in wanted.items() if measured[name] < floor}
    assert not short, f"under the floors: {short} (floors {wanted})"


@cache
def of_sentences(language: str, split: str) -> dict[str, float]:
    pairs = []
    for row in rows(language, "sentences.jsonl", split):
        if not row.get("unsure"):
            report = audited("sentence.txt", f"{BANNERS[language]}\n\n{row['text']}\n", Options(StanceValue.PROMOTER))
            pairs.append((any(same(quote, row["text"]) for quote in quotes(report)), row["flag"]))
    return figures(pairs)


@cache
def of_pages(language: str, split: str) -> dict[str, float]:
    """The same for the units of pages, with the shares of stances that are right and of an informer's units that are spared."""
    pairs, spared, stances = [], [], []
    for row in rows(language, "pages.jsonl", split):
        report = audited("page.html", html(row), Options())
        stances.append(report.stance.value == row["stance"])
        for texts, unit in labelled(row["units"]):
            found = any(same(quote, text) for quote in quotes(report) for text in texts)
            pairs.append((found, unit["flag"]))
            if row["stance"] == "informer":
                spared.append(not found)
    return figures(pairs) | {"stance": sum(stances) / len(stances), "spared": sum(spared) / len(spared)}


@pytest.mark.parametrize(("language", "split"), PARTS)
def test_sentences(language: str, split: str) -> None:
    held_to(floors(language, "sentences", split), of_sentences(language, split))


@pytest.mark.parametrize(("language", "split"), PARTS)
def test_pages(language: str, split: str) -> None:
    held_to(floors(language, "pages", split), of_pages(language, split))


def test_the_readme_says_how_well_it_judges(request: pytest.FixtureRequest) -> None:
    """To a whole percent: what moves by less than that need not be told anew."""
    fresh = f"{TABLE}{line('sentences', of_sentences('en', 'held'))}{line('pages', of_pages('en', 'held'))}"
    accept(request, README, "judged", fresh)
    assert part(README, "judged") == fresh


def line(name: str, measured: dict[str, float]) -> str:
    count = len(rows("en", f"{name}.jsonl", "held"))
    shares = [f"{measured[key]:.0%}" if key in measured else "" for key in ("precision", "recall", "stance", "spared")]
    return f"| {count} {name} | {' | '.join(shares)} |\n"
