"""The look at a page's bytes before anything is parsed: it must not lose a page that names a therapy."""

from __future__ import annotations

import html as markup
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.judging import Options, judged
from caveat.model import Capture, Page
from caveat.prefilter import Sieve, sieve
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import Rulebook, load, scan
from corpus_pages import html
from test_corpus import PARTS, rows

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").rglob("page.html"))
NAMES = ("stem cells", "exosomes", "platelet-rich plasma", "células madre", "Wharton's jelly", "BPC-157", "NAD+ drips", "ozone therapy")


@cache
def known() -> tuple[Rulebook, Sieve]:
    book = load()
    return book, sieve(book)


def passes(data: str | bytes) -> bool:
    return known()[1].passes(Capture("page.html", data if isinstance(data, bytes) else data.encode()))


def names_therapy(data: bytes) -> bool:
    book, _ = known()
    page = read(Capture("page.html", data))
    if not isinstance(page, Page):
        return False  # a page that only scripts would fill, say
    seen = scan(book, page)
    return judged(label(page, seen, book), seen, book, Options()).names_therapy


@pytest.mark.parametrize("page", EXAMPLES, ids=lambda page: page.parent.name)
def test_no_example_that_names_a_therapy_is_left_out(page: Path) -> None:
    assert passes(page.read_bytes()) >= names_therapy(page.read_bytes())


def test_no_page_of_the_corpus_that_names_a_therapy_is_left_out() -> None:
    pages = [page for language, split in PARTS for page in rows(language, "pages.jsonl", split)]
    lost = [page["id"] for page in pages if not passes(html(page)) and names_therapy(html(page).encode())]
    assert pages and not lost


def test_a_page_with_more_tags_than_any_is_left_to_the_reader() -> None:
    assert passes("<b>" * 200_001)


def test_a_page_that_names_none_is_left_out() -> None:
    assert not passes("<html><title>Bread</title><p>Let the dough rest, then bake it for forty minutes.</p></html>")
    assert not passes(b"")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_a_name_is_found_in_any_encoding(name: str, encoding: str) -> None:
    assert passes(f"<p>We offer {name} here.</p>".encode(encoding, "xmlcharrefreplace"))


@given(st.sampled_from(NAMES), st.data())
def test_a_name_is_found_however_its_letters_are_written(name: str, data: st.DataObject) -> None:
    ways = (str, str.upper, lambda char: f"&#{ord(char)};", lambda char: f"<b>{markup.escape(char)}</b>", lambda char: f"{char}&shy;",
            lambda char: f"<span class='dropcap'>{char}</span>", lambda char: f"{char}<!-- x -->")  # fmt: skip
    written = "".join(data.draw(st.sampled_from(ways))(char) if char.isalpha() else char for char in name)
    assert passes(f"<p>We offer {written} here.</p>")


@given(st.sampled_from(NAMES), st.sampled_from([" ", "\n", "  \t ", "&nbsp;", " <br> ", "</b> <i>", "&#160;"]))
def test_a_name_is_found_whatever_white_space_parts_its_words(name: str, gap: str) -> None:
    assert passes(f"<p>We offer {name.replace(' ', gap)} here.</p>")


AROUND = (
    "<p>{} here</p>",
    "<p>one<script>two</script>{}</p>",
    "<!-- <script> --><p>{}</p><!-- </script> -->",
    "<p title='<script>'>{}</p><script>1</script>",
    "<script>s = '<!--'</script><p>{}</p><!-- -->",
    "<!--><p>{}</p><!-- -->",
    "<!-- x --!><p>{}</p><!-- -->",
    "<textarea><script></textarea><p>{}</p><script></script>",
    "<title>a <style> b</title><p>{}</p><style></style>",
    "<svg><script/></svg><p>{}</p><script></script>",
    "<style-x>{}</style-x>",
    "<p>a &lt; b</p><p>{}</p>",
    "<p>{}</p><!-- ",
    "<img alt='a > {}'>",
    '<a title="{}">x</a>',
    '<script type="application/json">{{"text": "<p>We offer {} to all who come here."}}</script>',
)
WITHIN = (
    "{}<ins>{}</ins>",
    "{}<x-tag class='a>b'>{}</x-tag>",
    "{}<script>1</script>{}",
    "{}<!-- > -->{}",
    "{}</>{}",
    "{}<acronym>{}</acronym>",
)


@given(st.sampled_from(NAMES), st.sampled_from(AROUND), st.sampled_from([*WITHIN, "{}{}"]))
def test_a_page_that_names_a_therapy_passes_whatever_stands_around_the_name(name: str, around: str, within: str) -> None:
    page = around.format(within.format(name[:3], name[3:]))
    assert passes(page) >= names_therapy(page.encode())


@pytest.mark.parametrize("name", NAMES)
def test_links_side_by_side_are_words_of_their_own(name: str) -> None:
    assert passes(f"<a href='/'>Botox</a><a href='/'>{name}</a><a href='/'>Home</a>")


@pytest.mark.parametrize("text", ["<script>\nstem cells\n</script>", "PRP&trade; stem&nbsp;cells", "a < b: stem cells"])
def test_plain_text_is_taken_as_it_stands(text: str) -> None:
    capture = Capture("page.txt", text.encode(), media_type="text/plain")
    assert known()[1].passes(capture)


def test_a_name_in_structured_data_is_found() -> None:
    assert passes('<script type="application/ld+json">{"name": "c\\u00e9lulas\\u0020madre"}</script>')
