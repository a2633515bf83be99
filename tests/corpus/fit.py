"""Fits the weights of rules/claims/adds-up.toml to the half of the corpus that may be read: `python tests/corpus/fit.py`."""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parents[1]))

from caveat.judging.carry import carry
from caveat.judging.judge import candidates
from caveat.judging.weigh import read_signs
from caveat.judging.wording import wording
from caveat.model import Capture, Page
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import Rulebook, WeighingRule, load, scan
from corpus_pages import BANNER, html, labelled, same

HERE = Path(__file__).parent
RULE = HERE.parents[1] / "rules" / "claims" / "adds-up.toml"
LEAST_SEEN = 4  # units in which a sign or a word has to stand before it is given a weight
KEPT = 700  # words: those that tell most of all that were seen
PENALTY = 7.0  # on the square of each weight: what few units say is not believed at once
SHARE = 1.5  # by which the words that were kept are multiplied: they pay less, for they have been chosen
FROM, VETO = 0.64, 0.45

Row = tuple[frozenset[str], frozenset[str], bool]  # the signs of a unit, its words, and whether it is a claim
Columns = tuple[list[str], Any]  # names, and a sparse matrix of units by names
Said = tuple[str, frozenset[str], frozenset[str]]  # a sentence, its signs and its words


def rows(book: Rulebook) -> Iterator[Row]:
    """The labelled units of promoters' pages, and the sentences."""
    for row in _lines("pages.jsonl"):
        if row["stance"] == "promoter":
            read_there = _signs(html(row), "page.html", book)
            for texts, unit in labelled(row["units"]):
                if found := _of(texts, read_there):
                    yield *found, unit["flag"]
    for row in _lines("sentences.jsonl"):
        if not row.get("unsure") and (found := _of([row["text"]], _signs(f"{BANNER}\n\n{row['text']}\n", "sentence.txt", book))):
            yield *found, row["flag"]


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if (row := json.loads(line))["split"] == "write":
            yield row


def _signs(text: str, name: str, book: Rulebook) -> list[Said]:
    page = read(Capture(name, text.encode()))
    assert isinstance(page, Page)
    what = scan(book, page)
    page = label(page, what, book)
    carried = carry(page, what)
    rule = replace(book.of(WeighingRule)[RULE.stem], weights={})  # so that it reads no words, and they are read here, all of them
    weighed = read_signs(page, what, book, carried, candidates(page, what, book, carried), rule)
    quoted = [(page.quote(one.reading.sentence), frozenset(its)) for one, its in weighed]
    return [(quote, its, frozenset(wording(quote))) for quote, its in quoted]


def _of(texts: Sequence[str], sentences: Sequence[Said]) -> tuple[frozenset[str], frozenset[str]] | None:
    its = [said for said in sentences if any(same(said[0], text) for text in texts)]
    return (frozenset().union(*(signs for _, signs, _ in its)), frozenset().union(*(words for _, _, words in its))) if its else None


def fitted(units: Sequence[Row]) -> tuple[dict[str, float], float]:
    """
    Weights and bias of a logistic regression with a ridge: of all signs, and of the words that tell most. Which these are is read off a
    first fit to all of them.
    """
    flags = [flag for _, _, flag in units]
    signs, words = _columns([its for its, _, _ in units]), _columns([said for _, said, _ in units])
    first, _ = _regression([(signs, 1.0), (words, 1.0)], flags)
    return _regression([(signs, 1.0), (_most(words, first), SHARE)], flags)


def _columns(units: Sequence[frozenset[str]]) -> Columns:
    """A column for each name that stands in enough units."""
    count = Counter(name for unit in units for name in unit)
    names = sorted(name for name, times in count.items() if times >= LEAST_SEEN)
    number = {name: place for place, name in enumerate(names)}
    places = [(row, number[name]) for row, unit in enumerate(units) for name in sorted(unit) if name in number]
    rows, columns = zip(*places, strict=True)
    return names, csr_matrix((numpy.ones(len(places)), (rows, columns)), shape=(len(units), len(names)))


def _regression(parts: Sequence[tuple[Columns, float]], flags: Sequence[bool]) -> tuple[dict[str, float], float]:
    """`parts`: columns, and by what each is multiplied: what is twice as large pays a quarter for the same effect."""
    model = LogisticRegression(C=1 / PENALTY, max_iter=5000, tol=1e-5)
    model.fit(hstack([matrix * share for (_, matrix), share in parts]).tocsr(), flags)
    scale = numpy.concatenate([numpy.full(len(names), share) for (names, _), share in parts])
    names = [name for (each, _), _ in parts for name in each]
    return dict(zip(names, (model.coef_[0] * scale).tolist(), strict=True)), float(model.intercept_[0])


def _most(columns: Columns, weights: Mapping[str, float]) -> Columns:
    """Those of the columns that part the units most, by weight and by how evenly they stand."""
    names, matrix = columns
    often = numpy.asarray(matrix.mean(axis=0)).ravel()
    telling = numpy.abs([weights[name] for name in names]) * numpy.sqrt(often * (1 - often))
    kept = sorted(numpy.argsort(-telling, kind="stable")[:KEPT].tolist())
    return [names[place] for place in kept], matrix[:, kept]


def write(weights: Mapping[str, float], bias: float) -> None:
    """Puts the weights, and the sums from which they speak, into the rule file; the rest of it is left as it is."""
    text = RULE.read_text(encoding="utf-8").partition("[weights]\n")[0]
    for key, share in (("least", FROM), ("veto", VETO)):
        text = re.sub(rf"^{key} = .*$", f"{key} = {math.log(share / (1 - share)) - bias:.2f}", text, flags=re.MULTILINE)
    lines = [f"{json.dumps(name, ensure_ascii=False)} = {weight:.2f}\n" for name, weight in sorted(weights.items()) if abs(weight) >= 0.005]
    RULE.write_text(f"{text}[weights]\n{''.join(lines)}", encoding="utf-8")


if __name__ == "__main__":
    units = list(rows(load()))
    write(*fitted(units))
    print(f"{len(units)} units, {sum(flag for _, _, flag in units)} of them claims")
