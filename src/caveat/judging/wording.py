"""Names the words of a sentence and the pairs of neighbours, cut to their stems, as signs that a weighing rule may weigh."""

from __future__ import annotations

import re
from itertools import pairwise

_WORD = re.compile(r"[^\W\d_]+|\d[\d.,]*|[%?!]")
_STEM = 6  # letters: "improve", "improves" and "improvement" are one word, and so are "regenerate" and "regeneration"


def wording(text: str) -> list[str]:
    """The sign of each word of a text, and of each with the word after it."""
    stems = ["#" if word[0].isdigit() else word[:_STEM].lower() for word in _WORD.findall(text)]
    return [f"word {stem}" for stem in stems] + [f"words {before} {after}" for before, after in pairwise(stems)]
