"""What is passed over without being read: nothing that a rule would have found there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.model import Block, Capture, Kind, Page, Span
from caveat.reading import read
from caveat.rulebook import Rulebook, load, scan
from caveat.rulebook.fold import words
from caveat.rulebook.scan import Scan
from corpus_pages import html
from small_pages import page

CORPUS = Path(__file__).parent / "corpus" / "pages.jsonl"
KINDS = ("statement", "boilerplate", "stance", "wall", "product", "caveat", "claim")


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load()


def pages() -> Iterator[Page]:
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        there = read(Capture("page.html", html(json.loads(line)).encode()))
        assert isinstance(there, Page)
        yield there


def quiet(seen: Scan, block: Block, kind: str) -> int:
    """How many sentences of a block are said to be silent, each of which has to be."""
    found = [sentence for sentence in block.sentences if seen[sentence].of(kind)]
    assert not [sentence for sentence in found if seen.silent(kind, block, sentence)]
    return sum(seen.silent(kind, block, sentence) for sentence in block.sentences)


def test_no_match_stands_where_a_page_is_said_to_be_silent(book: Rulebook) -> None:
    count = dict.fromkeys(KINDS, 0)
    for there in pages():
        seen = scan(book, there)
        for kind in KINDS:
            count[kind] += sum(quiet(seen, block, kind) for block in there.blocks)
    assert min(count[kind] for kind in ("statement", "boilerplate", "stance", "wall", "product")) > 1000, count


@pytest.mark.parametrize(
    "text", ["Of our patients 95% are better.", "It helped 9 in ten people.", "Ninety percent of patients walk.", "5 out of six clients."]
)
def test_a_percentage_breaks_the_silence(book: Rulebook, text: str) -> None:
    there = page(text)
    (block,) = there.blocks
    assert not scan(book, there).silent("statement", block, block.sentences[0])


def test_a_sentence_asked_for_one_kind_of_rule_has_the_matches_it_has_when_asked_for_all(book: Rulebook) -> None:
    for there in pages():
        lone, whole = scan(book, there), scan(book, there)
        for block in there.blocks:
            for kind in KINDS:
                found = [(sentence, whole[sentence].of(kind)) for sentence in block.sentences]
                assert [lone.matches(kind, sentence) for sentence in block.sentences] == [matches for _, matches in found]
                assert lone.matching(kind, block) == [(sentence, matches) for sentence, matches in found if matches]


@given(lines=st.lists(st.text("aé ’i.eﬁ½\u00ad\u0301%-A1\u00a0", min_size=1).filter(lambda line: line.strip() == line), min_size=1))
def test_the_words_of_a_line_are_those_it_has_by_itself(book: Rulebook, lines: list[str]) -> None:
    there = Page("page.txt", "\n".join(lines), tuple(blocks(lines)))
    seen = scan(book, there)
    assert [seen.words(block) for block in there.blocks] == [words(line) for line in lines]


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    start = 0
    for line in lines:
        yield Block(Kind.PARAGRAPH, start, start + len(line), (Span(start, start + len(line)),))
        start += len(line) + 1
