"""What holds of every page, whatever the bytes."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from caveat.model import Capture, Failure, Page, Span, Stage
from caveat.reading import read
from caveat.reading.layout import spans
from caveat.reading.rows import rows
from caveat.reading.sentences import sentences

TAGS = """<p>|</p>|<div>|</div>|<b>|</b>|<a href=x>|</a>|<li>|<ul>|</ul>|<td>|<table>|<tr>|</table>|<br>|<h2>|</h2>|<details>|<summary>
|</details>|<span hidden>|</span>|<select>|<option>|<textarea>|<pre>|<img alt='x y'>|<svg>|<script>|</script>|<!--|-->|<title>|&amp;|&#27;
|&#xd800;|<input placeholder=E-mail>|<blockquote>|<"""
BITS = """Dr. |knee| |\r\n|\t|. |? |! |…|2.0|The |e.g. |e.g.|U.S.|”|(|)|[7]|7 |😀|𝒳|\0|\x1b|\x85|\u2028|\ufeff|\u202e
|é|。|- |• |1. |\ufdd0|cells heal|@|.com"""
MARKUP, WORDS = st.sampled_from(TAGS.split("|")), st.sampled_from(BITS.split("|"))
TEXT = st.lists(st.one_of(MARKUP, WORDS, st.text(max_size=5)), max_size=40).map("".join)
law = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def page_of(data: bytes, media_type: str = "") -> Page | Failure:
    return read(Capture("clinic.example", data, media_type=media_type))


def holds(page: Page) -> None:
    """Blocks lie in the text, in order and apart; sentences lie in their block and hold all of it but white space."""
    end = 0
    for block in page.blocks:
        assert end <= block.start < block.end <= len(page.text)
        assert block.element < len(page.elements)
        said = "".join(page.text[span.start : span.end] for span in block.sentences)
        assert "".join(said.split()) == "".join(page.text[block.start : block.end].split())
        spans = [block.start, *(offset for span in block.sentences for offset in (span.start, span.end)), block.end]
        assert spans == sorted(spans)
        end = block.end
    for index, element in enumerate(page.elements):
        assert element.parent < index
        assert element.link_words <= element.words
    foreign = [character for character in page.text if (character < " " and character != "\n") or "\x7f" <= character <= "\x9f"]
    assert not foreign
    assert page.text.encode()  # no half of a surrogate pair


@law
@given(TEXT, st.sampled_from(["text/html", "text/plain", ""]))
@example("<table><td>a<p>b<li>c", "text/html")
@example("a\x1b[31m b\ud800", "text/plain")
def test_every_page_is_whole(text: str, media_type: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    page = page_of(data, media_type)
    if isinstance(page, Page):
        holds(page)
    assert page_of(data, media_type) == page


@law
@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "utf-16", "latin-1", "utf-7", "no such", "shift_jis", "hex", "idna"]))
def test_no_bytes_and_no_charset_raise(data: bytes, charset: str) -> None:
    for kind in ("text/html", "text/plain", "", "application/pdf"):
        page = read(Capture("x", data, media_type=kind, charset=charset))
        if isinstance(page, Page):
            holds(page)
        else:
            assert page.stage is Stage.READ
            assert page.reason
            assert page.hint


@law
@given(TEXT)
def test_sentences_hold_all_of_a_text(text: str) -> None:
    spans = [Span(start, end) for start, end in sentences(text)]
    assert "".join("".join(text[span.start : span.end].split()) for span in spans) == "".join(text.split())
    for before, after in pairwise(spans):
        assert before.end <= after.start
    for span in spans:
        assert text[span.start : span.end] == text[span.start : span.end].strip() != ""


@law
@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12), min_size=1, max_size=20))
def test_a_text_keeps_the_lines_and_columns_of_its_file(words: list[str]) -> None:
    text = "We say\r\n\tand we   say: " + " ".join(words)
    page = page_of(text.encode(), "text/plain")
    assert isinstance(page, Page)
    assert page.text == text.replace("\r\n", "\n").replace("\t", " ")


@law
@given(TEXT)
def test_html_gives_one_line_a_block(text: str) -> None:
    page = page_of(("<html><p>" + "Our clinic treats knees. " * 20 + text).encode("utf-8", "surrogatepass"), "text/html")
    assert isinstance(page, Page)
    assert [page.place_of(block.start) for block in page.blocks] == [(line, 1) for line in range(1, len(page.blocks) + 1)]
    assert page.text.count("\n") == len(page.blocks) - 1


@pytest.mark.parametrize("language", ["", "en", "de", "ja", "xx", "not a language"])
def test_any_language_is_taken(language: str) -> None:
    assert sentences("It helps. It heals.", language) == [(0, 9), (10, 19)]


@law
@given(TEXT)
def test_a_block_that_is_passed_over_for_want_of_stops_is_one_sentence(text: str) -> None:
    page = page_of(("<html><p>" + "Our clinic treats knees. " * 20 + text).encode("utf-8", "surrogatepass"), "text/html")
    assert isinstance(page, Page)
    for block in page.blocks:
        assert block.sentences == spans(page.text[block.start : block.end], block.start, block.language)


@given(st.lists(st.tuples(st.integers(), st.integers()), min_size=1))
def test_rows_of_columns_are_what_their_kind_makes_of_each(values: list[tuple[int, int]]) -> None:
    made = rows(Span, *zip(*values, strict=True))
    assert made == tuple(Span(*value) for value in values)
    assert all(type(row) is Span for row in made)
