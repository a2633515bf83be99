"""Sitemaps as sites make them: nested, packed, broken, hostile. They bring addresses, notes, and never an end to a run."""

from __future__ import annotations

import gzip
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.sources.sitemaps import ADDRESSES, NoMap, read

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LIMIT = 25_000_000


def urlset(*addresses: str, space: str = SPACE) -> bytes:
    return f"<urlset {space}>{''.join(f'<url><loc>{address}</loc></url>' for address in addresses)}</urlset>".encode()


def pages(data: bytes) -> tuple[str, ...]:
    return read(data, LIMIT).pages


ONE, TWO = "https://clinic.example/a", "https://clinic.example/b?x=1&y=2"
TWO_XML = TWO.replace("&", "&amp;")


@pytest.mark.parametrize(
    "data",
    [
        urlset(ONE, TWO_XML),
        b'<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet href="x.xsl"?>\n<!-- made by hand -->' + urlset(ONE, TWO_XML),
        urlset(ONE, TWO_XML, space=""),
        urlset(ONE, TWO_XML, space='xmlns="https://wrong.example/"'),
        urlset(f"\n  {ONE}\n", f"<![CDATA[{TWO}]]>"),
        urlset(ONE, TWO),  # a bare ampersand
        urlset(ONE, TWO_XML, ONE),
        urlset(ONE, TWO_XML)[:-15],  # cut short
        b"\xef\xbb\xbf \n" + urlset(ONE, TWO_XML),
        gzip.compress(urlset(ONE, TWO_XML)),
        f"{ONE}\r\n# no address\n\n{TWO}\n".encode(),
        urlset(ONE, TWO_XML).decode().replace("</loc>", "</loc><lastmod>2026-01-01</lastmod><priority>0.5</priority>").encode(),
        f'<?xml version="1.0"?><urlset {SPACE} xmlns:image="i"><url><loc>{ONE}</loc><image:image><image:loc>https://clinic.example/p.jpg'
        f"</image:loc></image:image></url><url><loc>{TWO_XML}</loc></url></urlset>".encode(),
    ],
)
def test_a_map_is_read_however_it_is_made(data: bytes) -> None:
    assert pages(data) == (ONE, TWO)


def test_an_index_names_maps_and_no_pages() -> None:
    data = f"<sitemapindex {SPACE}><sitemap><loc>{ONE}</loc></sitemap><sitemap><loc>{TWO_XML}</loc></sitemap></sitemapindex>".encode()
    assert read(data, LIMIT) == ((), (ONE, TWO))


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi")) + "]>"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<!doctype html><html><body>Not found", "no sitemap"),
        (b"<rss><channel/></rss>", "no sitemap"),
        (gzip.compress(urlset(ONE))[:-12], "cut short"),
        (b"\x1f\x8bnothing", "cannot be decompressed"),
        (gzip.compress(b" " * (LIMIT + 1)), "larger than 25 MB"),
        (b"<", "no sitemap"),
    ],
)
def test_what_is_no_map_says_what_it_is(data: bytes, said: str) -> None:
    with pytest.raises(NoMap, match=said):
        read(data, LIMIT)


def test_entities_are_neither_multiplied_nor_fetched() -> None:
    assert not "".join(pages(BOMB.encode() + urlset("&i;"))).count("aaaa")
    outside = b'<!DOCTYPE x [<!ENTITY o SYSTEM "file:///etc/passwd">]>'
    assert pages(outside + urlset("&o;", ONE))[-1] == ONE and "root:" not in "".join(pages(outside + urlset("&o;")))


def test_a_map_lists_so_many_pages_and_no_more() -> None:
    assert len(pages(urlset(*(f"https://clinic.example/{number}" for number in range(ADDRESSES + 10))))) == ADDRESSES


@given(st.binary(max_size=200))
def test_no_bytes_break_a_map(data: bytes) -> None:
    for whole in (data, urlset(ONE)[:-9] + data, gzip.compress(data), b"<urlset>" + data):
        try:
            assert all(isinstance(address, str) for address in read(whole, LIMIT).pages)
        except NoMap as error:
            assert str(error)
