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
from labelled_pages import book

CORPUS = Path(__file__).parent / "corpus"
BANNERS = {"en": BANNER, "es": "Clínica de medicina regenerativa: células madre, exosomas, PRP, péptidos y ozono"}
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


@pytest.mark.parametrize(("language", "split"), PARTS)
def test_sentences(language: str, split: str) -> None:
    pairs = []
    for row in rows(language, "sentences.jsonl", split):
        if not row.get("unsure"):
            report = audited("sentence.txt", f"{BANNERS[language]}\n\n{row['text']}\n", Options(StanceValue.PROMOTER))
            pairs.append((any(same(quote, row["text"]) for quote in quotes(report)), row["flag"]))
    held_to(floors(language, "sentences", split), figures(pairs))


@pytest.mark.parametrize(("language", "split"), PARTS)
def test_pages(language: str, split: str) -> None:
    pairs, legitimate, stances = [], [], []
    for row in rows(language, "pages.jsonl", split):
        report = audited("page.html", html(row), Options())
        stances.append(report.stance.value == row["stance"])
        for texts, unit in labelled(row["units"]):
            found = any(same(quote, text) for quote in quotes(report) for text in texts)
            pairs.append((found, unit["flag"]))
            if row["stance"] == "informer":
                legitimate.append(not found)
    measured = figures(pairs) | {"stance": sum(stances) / len(stances), "spared": sum(legitimate) / len(legitimate)}
    held_to(floors(language, "pages", split), measured)
