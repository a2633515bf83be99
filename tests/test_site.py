"""Which addresses are one site and one page, and which are no page or a trap."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.sources.site import Site, is_endless, is_no_page, matches, spot
from caveat.sources.wire import Broken
from caveat.sources.wire.address import checked

SITE = Site("https://www.clinic.example/start")


@pytest.mark.parametrize(
    "address",
    ["http://clinic.example", "https://www.clinic.example:443/a", "HTTP://Clinic.Example:80/", "//", "https://www.clinic.example/?q"],
)
def test_a_site_is_its_host_with_and_without_www_by_either_scheme(address: str) -> None:
    assert SITE.has(address) is (address != "//")


@pytest.mark.parametrize(
    "address",
    [
        "https://blog.clinic.example/", "https://clinic.example.evil.example/", "https://clinic.example:8443/", "https://example/",
        "https://user@clinic.example/", "ftp://clinic.example/", "mailto:desk@clinic.example", "https://[::1/", "https://clinic.example:22/",
    ],
)  # fmt: skip
def test_what_is_another_site_or_no_address_is_not_of_it(address: str) -> None:
    assert not SITE.has(address) and SITE.spot(address) is None


def test_a_port_of_its_own_is_a_site_of_its_own() -> None:
    here = Site("http://clinic.example:8080/")
    assert here.has("http://www.clinic.example:8080/a") and not here.has("http://clinic.example/a")


def test_a_start_that_is_no_address_is_refused() -> None:
    with pytest.raises(Broken, match="is no address"):
        Site("http://")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://clinic.example", "https://www.clinic.example/#top"),
        ("https://clinic.example/%7ejones/%c3%a9", "https://clinic.example/~jones/é"),
        ("https://clinic.example/a/../b/./c", "https://clinic.example/b/c"),
        ("https://clinic.example/a?x=1&y=2", "https://clinic.example/a?y=2&x=1"),
        ("https://clinic.example/a b", "https://clinic.example/a%20b"),
        ("https://clinic.example/a?utm_source=mail&gclid=3", "https://clinic.example/a"),
        ("https://clinic.example/a;jsessionid=12AB?PHPSESSID=9&x=1", "https://clinic.example/a?x=1"),
        ("https://clinic.example/a?", "https://clinic.example/a"),
    ],
)
def test_addresses_of_one_page_have_one_key(one: str, other: str) -> None:
    first, second = SITE.spot(one), SITE.spot(other)
    assert first and second and first.key == second.key


@pytest.mark.parametrize(
    ("one", "other"),
    [("/a", "/a/"), ("/a", "/A"), ("/a?x=1", "/a?x=2"), ("/a?x=1", "/a"), ("/a%2Fb", "/a/b"), ("/a?s=stem", "/a")],
)
def test_addresses_that_may_be_two_pages_have_two_keys(one: str, other: str) -> None:
    first, second = (SITE.spot(f"https://clinic.example{path}") for path in (one, other))
    assert first and second and first.key != second.key


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_an_address_in_normal_form_stays_as_it_is_and_can_be_asked_for(rest: str) -> None:
    found = SITE.spot(f"https://clinic.example/{rest}")
    if found:
        assert checked(found.address).url == found.address and "#" not in found.address
        again = SITE.spot(found.address)
        assert again and (again.address, again.key) == (found.address, found.key)
        assert urlsplit(found.address).hostname == "clinic.example"


@pytest.mark.parametrize("path", ["/brochure.PDF", "/img/a.jpeg?w=3", "/feed.xml", "/a.b/c.zip"])
def test_pictures_and_documents_are_told_by_their_ending(path: str) -> None:
    assert is_no_page(spot(f"https://clinic.example{path}"))


@pytest.mark.parametrize("path", ["/", "/lupus", "/lupus.html", "/index.php?file=a.pdf", "/dr.jones", "/a.pdf/"])
def test_all_else_may_be_a_page(path: str) -> None:
    assert not is_no_page(spot(f"https://clinic.example{path}"))


@pytest.mark.parametrize("path", ["/a/b/a/b/a/b", "/" + "a/" * 17, "/" + "x" * 1_000, "/?q=" + "x" * 1_000])
def test_loops_are_told_by_their_addresses(path: str) -> None:
    assert is_endless(spot(f"https://clinic.example{path}"))


def test_what_differs_in_numbers_or_values_alone_is_alike() -> None:
    def shape(path: str) -> str:
        return spot(f"https://clinic.example{path}").shape

    assert shape("/events/2031/05") == shape("/events/1999/12") != shape("/events/2031/05/04")
    assert shape("/shop?colour=red&page=2") == shape("/shop?page=9&colour=blue") != shape("/shop?page=9")
    assert shape("/lupus") == shape("/%E3%81%82") == ""  # the digits of an encoded letter are none of its own


def test_patterns_are_those_of_a_shell_over_path_and_query() -> None:
    found = spot("https://clinic.example/blog/2024/lupus?page=2")
    assert matches(found, ("/blog/*",)) and matches(found, ("*page=?",)) and matches(found, ("/x", "/b[kl]og/*"))
    assert not matches(found, ("/blog",)) and not matches(found, ("/Blog/*",)) and not matches(found, ())
