"""What each shipped rule scored on labelled text: figures that come with the rules, and the digest of the rules they were counted with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caveat.errors import RuleError
from caveat.shipped import shipped

NAME = "measured.json"  # beside the folders of rules; no rule file, so it is no part of their digest
_TABLES = ("claims", "categories", "caveats")
HALVES = ("held", "write")  # of the labelled text: what nobody read while the rules were written, and what could be read


@dataclass(frozen=True, slots=True)
class Count:
    """Passages in which a rule was right and wrong, and those it should have been found in; `missed` is 0 where that cannot be told."""

    right: int = 0
    wrong: int = 0
    missed: int = 0


Counts = Mapping[str, Mapping[str, Count]]  # rule or category → half → count


@dataclass(frozen=True, slots=True)
class Figures:
    """Those of one language. `size`: the sentences, pages and passages of each half. `claims` and `caveats` are by rule."""

    corpus: str  # the digest of the labelled text
    size: Mapping[str, Mapping[str, int]]
    claims: Counts
    categories: Counts
    caveats: Counts


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures by language, and the digest of the rules they were counted with."""

    rules: str
    languages: Mapping[str, Figures]


def measured() -> Measured:
    """The figures that come with the program. Raises RuleError where they are missing or cannot be read."""
    file = shipped() / NAME
    try:
        raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return Measured(raw["rules"], {language: _figures(figures) for language, figures in raw["languages"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuleError(f"{file}: the measured figures cannot be read: {error!r}", "`caveat rules list` does without them") from None


def written(found: Measured) -> str:
    """The figures as the file has them, a rule or category a line."""
    languages = [f"    {json.dumps(language)}: {_table(figures)}" for language, figures in sorted(found.languages.items())]
    return f'{{\n  "rules": {json.dumps(found.rules)},\n  "languages": {{\n' + ",\n".join(languages) + "\n  }\n}\n"


def _table(figures: Figures) -> str:
    parts = [f'"corpus": {json.dumps(figures.corpus)}', f'"size": {json.dumps(figures.size)}']
    for name in _TABLES:
        table: Counts = getattr(figures, name)
        lines = [f"        {json.dumps(key)}: {json.dumps(_plain(table[key]))}" for key in sorted(table)]
        parts.append(f'"{name}": {{\n' + ",\n".join(lines) + "\n      }")
    return "{\n      " + ",\n      ".join(parts) + "\n    }"


def _figures(raw: Mapping[str, Any]) -> Figures:
    return Figures(raw["corpus"], raw["size"], **{table: _counts(raw[table]) for table in _TABLES})


def _counts(raw: Mapping[str, Mapping[str, list[int]]]) -> dict[str, dict[str, Count]]:
    return {key: {half: Count(*numbers) for half, numbers in halves.items()} for key, halves in raw.items()}


def _plain(halves: Mapping[str, Count]) -> dict[str, list[int]]:
    return {half: [halves[half].right, halves[half].wrong, halves[half].missed] for half in HALVES if half in halves}
