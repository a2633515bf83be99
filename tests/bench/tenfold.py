"""Writes packs with nine more copies of every shipped claim rule: the same patterns under other ids, or other words in them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from caveat.rulebook import ClaimRule, Rulebook

COPIES = 9  # with the shipped ones: ten times as many
# Words long enough to carry meaning, outside <lexicons>: `of` put where a verb was would match everywhere, as in no real rule.
_WORD = re.compile(r"<[^<>]*>|(?P<word>[^\W\d_]{4,})")


def same(book: Rulebook, folder: Path) -> Path:
    """A pack of copies whose patterns are those of the shipped rules."""
    return _pack(book, folder, lambda pattern, _: pattern)


def other(book: Rulebook, folder: Path) -> Path:
    """A pack of copies whose patterns keep their shape and have words from anywhere in the shipped claim rules."""
    patterns = (pattern for rule in book.of(ClaimRule).values() for pattern in rule.patterns)
    pool = sorted({hit["word"] for pattern in patterns for hit in _WORD.finditer(pattern) if hit["word"]})
    return _pack(book, folder, lambda pattern, chance: _WORD.sub(lambda hit: chance.choice(pool) if hit["word"] else hit[0], pattern))


def _pack(book: Rulebook, folder: Path, changed: Callable[[str, random.Random], str]) -> Path:
    folder.mkdir()
    for copy in range(COPIES):
        chance = random.Random(copy)  # the same words in every run
        for rule in book.of(ClaimRule).values():
            name = f"{rule.id}-{copy}"
            keys = asdict(rule) | {"id": name, "patterns": [changed(pattern, chance) for pattern in rule.patterns]}
            text = "".join(f"{key} = {_toml(value)}\n" for key, value in keys.items() if value not in ("", (), [], None))
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def _toml(value: object) -> str:
    """A JSON string, number or list of strings is one of TOML too; a claim rule holds nothing else but dates."""
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
