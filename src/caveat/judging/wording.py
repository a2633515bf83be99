"""Names the words of a sentence and the pairs of neighbours, cut to their stems, as signs that a weighing rule may weigh."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"[^\W\d_]+|\d[\d.,]*|[%?!]")
_STEM = 6  # letters: "improve", "improves" and "improvement" are one word, and so are "regenerate" and "regeneration"


def wording(text: str) -> Iterator[tuple[str, int, int]]:
    """The sign of each word, and of each with the word before it, with the start and the end (excluded) of its words in the text."""
    before, began = "", 0
    for match in _WORD.finditer(text):
        word, start, end = match.group(), match.start(), match.end()
        stem = "#" if word[0].isdigit() else word[:_STEM].lower()
        yield f"word {stem}", start, end
        if before:
            yield f"words {before} {stem}", began, end
        before, began = stem, start
