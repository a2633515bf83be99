"""Fits the weights of rules/claims/adds-up.toml to the half of the corpus that may be read: `python tests/corpus/fit.py`."""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from caveat.judging.carry import carry
from caveat.judging.judge import candidates
from caveat.judging.weigh import read_signs
from caveat.model import Capture, Page
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import Rulebook, WeighingRule, load, scan
from corpus_pages import BANNER, html, labelled, same

HERE = Path(__file__).parent
RULE = HERE.parents[1] / "rules" / "claims" / "adds-up.toml"
LEAST_SEEN = 4  # units in which a sign has to stand before it is given a weight
PENALTY = 7.0  # on the square of each weight: what few units say is not believed at once
FROM, VETO, UNTIED = 0.58, 0.5, 0.77
ROUNDS = 800
SENTENCES = 3  # times that each counts: half of them are near copies, one a claim and one none, as no page has them

Row = tuple[frozenset[str], bool]  # the signs of a unit, and whether it is a claim


def rows(book: Rulebook) -> Iterator[Row]:
    """The labelled units of promoters' pages, and the sentences."""
    for row in _lines("pages.jsonl"):
        if row["stance"] == "promoter":
            read_there = _signs(html(row), "page.html", book)
            for texts, unit in labelled(row["units"]):
                if found := _of(texts, read_there):
                    yield found, unit["flag"]
    for row in _lines("sentences.jsonl"):
        if not row.get("unsure") and (found := _of([row["text"]], _signs(f"{BANNER}\n\n{row['text']}\n", "sentence.txt", book))):
            yield from [(found, row["flag"])] * SENTENCES


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if (row := json.loads(line))["split"] == "write":
            yield row


def _signs(text: str, name: str, book: Rulebook) -> list[tuple[str, frozenset[str]]]:
    page = read(Capture(name, text.encode()))
    assert isinstance(page, Page)
    what = scan(book, page)
    page = label(page, what, book)
    carried = carry(page, what)
    weighed = read_signs(page, what, book, carried, candidates(page, what, book, carried), book.of(WeighingRule)[RULE.stem])
    return [(page.quote(one.reading.sentence), frozenset(its)) for one, its in weighed]


def _of(texts: Sequence[str], sentences: Sequence[tuple[str, frozenset[str]]]) -> frozenset[str]:
    return frozenset().union(*(its for quote, its in sentences if any(same(quote, text) for text in texts)))


def fitted(units: Sequence[Row]) -> tuple[dict[str, float], float]:
    """Weights and bias of a logistic regression with a ridge, by Nesterov's accelerated gradient with a step of each sign's own."""
    count = Counter(name for its, _ in units for name in its)
    names = sorted(name for name, times in count.items() if times >= LEAST_SEEN)
    number = {name: place for place, name in enumerate(names, 1)}
    data = [([0, *(number[name] for name in its if name in number)], float(flag)) for its, flag in units]
    steps = [0.0] * (len(names) + 1)
    for its, _ in data:
        for place in its:
            steps[place] += 0.25 * len(its)  # bounds the curvature along this weight
    steps = [1.0 / (steps[0] + 1e-9), *(1.0 / (curve + PENALTY) for curve in steps[1:])]
    weights, ahead = [0.0] * len(steps), [0.0] * len(steps)
    for turn in range(ROUNDS):
        slope = [0.0, *(PENALTY * weight for weight in ahead[1:])]
        for its, flag in data:
            error = 1 / (1 + math.exp(-sum(ahead[place] for place in its))) - flag
            for place in its:
                slope[place] += error
        onward = [weight - step * rise for weight, step, rise in zip(ahead, steps, slope, strict=True)]
        ahead = [new + turn / (turn + 3) * (new - old) for new, old in zip(onward, weights, strict=True)]
        weights = onward
    return dict(zip(names, weights[1:], strict=True)), weights[0]


def write(weights: dict[str, float], bias: float) -> None:
    """Puts the weights, and the sums from which they speak, into the rule file; the rest of it is left as it is."""
    text = RULE.read_text(encoding="utf-8").partition("[weights]\n")[0]
    for key, share in (("least", FROM), ("veto", VETO), ("untied", UNTIED)):
        text = re.sub(rf"^{key} = .*$", f"{key} = {math.log(share / (1 - share)) - bias:.2f}", text, flags=re.MULTILINE)
    lines = [f"{json.dumps(name)} = {weight:.2f}\n" for name, weight in sorted(weights.items()) if abs(weight) >= 0.005]
    RULE.write_text(f"{text}[weights]\n{''.join(lines)}", encoding="utf-8")


if __name__ == "__main__":
    units = list(rows(load()))
    write(*fitted(units))
    print(f"{len(units)} units, {sum(flag for _, flag in units)} of them claims")
