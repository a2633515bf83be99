"""Whole sites: what is asked for, in which order, what is left and why; nothing twice, nothing without end, nothing lost on the way."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.model import Capture, Crawled, Failure, FailureKind, Left, Unreported
from caveat.reading import links
from caveat.sources import Arrival, Crawl, Past, arrivals, frontier, trail
from caveat.sources.arrival import no_past
from caveat.sources.frontier import PATIENCE, Frontier, Step
from caveat.sources.pacing import JITTER
from conftest import Answer, Site

CLINIC = "http://clinic.example"


def page(*leads: str, text: str = "", head: str = "") -> Answer:
    """A page that leads to these addresses; with a text of its own it can be told from others, without it says too little for that."""
    anchors = "".join(f'<a href="{each}">x</a>' for each in leads)
    return Answer(f"<head>{head}</head><p>{text}</p>{anchors}".encode())


def long(text: str) -> str:
    return f"{text} " + "We are open on weekdays from nine to five, and a nurse will see you. " * 5


def limits(**more: Any) -> Crawl:
    return Crawl(links, **{"sitemaps": False, **more})


def crawled(
    site: Site, *starts: str, past: Callable[[int], Past] | None = None, access: dict[str, Any] | None = None, **more: Any
) -> tuple[list[Arrival], list[Crawled]]:
    """What came of the crawls of these starts, and their ends, in the order of the starts."""
    hosts = [f"{name}.example" for name in ("clinic", "www.clinic", "other", *HOSTS)]
    reach = site.access(*hosts, crawl=limits(**more), **(access or {}))
    found = list(arrivals(starts or [f"{CLINIC}/"], reach, pasts=past or no_past))
    ends = sorted((each for each in found if each.crawled), key=lambda each: each.order)
    return [each for each in found if each.of], [each.crawled for each in ends if each.crawled]


HOSTS = [f"site-{number}" for number in range(6)]


def targets(found: Iterable[Arrival]) -> list[str]:
    return [each.of.target.removeprefix(CLINIC) for each in found if each.of]


def asked(site: Site) -> list[str]:
    return [f"{'' if visit.host == 'clinic.example' else f'//{visit.host}'}{visit.path}" for visit in site.visits]


def holds(end: Crawled) -> bool:
    """Whether the numbers add up."""
    return end.found == end.fetched + sum(end.left.values()) and end.fetched == end.reported + sum(end.unreported.values())


# What is followed


def test_a_site_is_read_from_its_start_on_nearest_first_and_nothing_of_another(site: Site) -> None:
    site.put("/", page("/a", "http://other.example/", "/b", "mailto:desk@clinic.example", "https://blog.clinic.example/"))
    site.put("/a", page("/c", "/", "/b#rooms"))
    site.put("/b", page("/d", "/a?utm_source=b"))
    site.put("/c", page("/e"))
    for path in ("/d", "/e"):
        site.put(path, page())
    found, (end,) = crawled(site)
    assert asked(site) == ["/robots.txt", "/", "/a", "/b", "/c", "/d", "/e"]
    assert targets(found) == ["/", "/a", "/b", "/c", "/d", "/e"]
    assert [each.order for each in found] == [(0, part) for part in range(6)]
    assert end == Crawled(f"{CLINIC}/", 6, 6, 6)


def test_without_a_crawl_an_address_is_its_page(site: Site) -> None:
    site.put("/", page("/a"))
    found = list(arrivals([f"{CLINIC}/"], site.access("clinic.example")))
    assert [each.order for each in found] == [(0, 0), (0,)] and found[-1].crawled is None


def test_the_host_with_www_is_the_same_site(site: Site) -> None:
    site.put("//clinic.example/", Answer(status=301, headers={"Location": "http://www.clinic.example/"}))
    site.put("//www.clinic.example/", page("http://clinic.example/a", "/a", "/b"))
    site.put("/a", page())
    site.put("/b", page("/", "http://clinic.example/"))
    _, (end,) = crawled(site)
    assert asked(site) == ["/robots.txt", "/", "//www.clinic.example/robots.txt", "//www.clinic.example/", "/a", "//www.clinic.example/b"]
    assert end.found == end.reported == 3 and holds(end)


def test_failures_stand_among_the_pages(site: Site) -> None:
    site.put("/", page("/gone", "/data", "/a"))
    site.put("/data", Answer(b"{}", type="application/json"))
    site.put("/a", page())
    found, (end,) = crawled(site)
    assert targets(found) == ["/", "/gone", "/data", "/a"]
    assert [each.of.kind for each in found if isinstance(each.of, Failure)] == [FailureKind.NOT_FOUND, FailureKind.NO_PAGE]
    assert end == Crawled(f"{CLINIC}/", 4, 4, 4)


@pytest.mark.parametrize(
    "start", ["http://", "http://clinic.example:22/", "http://nowhere.example/", f"{CLINIC}/gone", "ftp://clinic.example/"]
)
def test_a_start_that_cannot_be_read_is_a_failure_and_no_more(site: Site, start: str) -> None:
    found, ends = crawled(site, start, access={"retries": 0})
    assert [isinstance(each.of, Failure) for each in found] == [True]
    assert ends == ([] if start.startswith("ftp") else [Crawled(start, 1, 1, 1)])


# Limits


def test_no_more_than_so_many_addresses_are_asked_for(site: Site) -> None:
    site.put("/", page(*(f"/p{number}" for number in range(50))))
    for number in range(50):
        site.put(f"/p{number}", page())
    found, (end,) = crawled(site, pages=7)
    assert targets(found) == ["/", *(f"/p{number}" for number in range(6))]
    assert (end.found, end.fetched, end.left) == (51, 7, {Left.PAGES: 44}) and holds(end)


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_no_page_is_farther_away_than_asked(site: Site, depth: int) -> None:
    for number in range(6):
        site.put("/" if not number else f"/{'x' * number}", page(f"/{'x' * (number + 1)}"))
    found, (end,) = crawled(site, depth=depth)
    assert targets(found) == ["/", *(f"/{'x' * number}" for number in range(1, depth + 1))]
    assert end.left == {Left.DEPTH: 1} and holds(end)


def test_patterns_choose_what_is_asked_for_but_for_the_start(site: Site) -> None:
    site.put("/", page("/therapies/lupus", "/therapies/old/x", "/blog/1", "/moved"))
    site.put("/therapies/lupus", page("/therapies/knee", "/about"))
    site.put("/moved", Answer(status=301, headers={"Location": "/blog/1"}))
    site.put("/therapies/knee", page())
    found, (end,) = crawled(site, include=("/therapies/*", "/moved"), exclude=("*/old/*",))
    assert asked(site) == ["/robots.txt", "/", "/therapies/lupus", "/moved", "/therapies/knee"]
    assert targets(found) == ["/", "/therapies/lupus", "/therapies/knee"]
    assert (end.left, end.unreported) == ({Left.PATTERNS: 3}, {Unreported.PATTERNS: 1}) and holds(end)


def test_what_robots_txt_disallows_is_left_and_counted(site: Site) -> None:
    site.put("/robots.txt", Answer(b"User-agent: *\nDisallow: /wp-admin/", type="text/plain"))
    site.put("/", page("/wp-admin/", "/a", "/wp-admin/x"))
    site.put("/a", page())
    found, (end,) = crawled(site)
    assert asked(site) == ["/robots.txt", "/", "/a"] and targets(found) == ["/", "/a"]
    assert end.left == {Left.ROBOTS: 2} and holds(end)
    site.visits.clear()
    found, (end,) = crawled(site, access={"ignoring_robots": "subpoena 12"})
    assert targets(found) == ["/", "/wp-admin/", "/a", "/wp-admin/x"] and not end.left


def test_a_start_that_robots_txt_disallows_is_a_failure(site: Site) -> None:
    site.put("/robots.txt", Answer(b"User-agent: *\nDisallow: /", type="text/plain"))
    found, (end,) = crawled(site)
    (only,) = found
    assert isinstance(only.of, Failure) and only.of.kind is FailureKind.ROBOTS
    assert asked(site) == ["/robots.txt"] and end == Crawled(f"{CLINIC}/", 1, 1, 1)


def test_pictures_and_documents_are_not_asked_for(site: Site) -> None:
    site.put("/", page("/before-after.jpg", "/price-list.pdf", "/a"))
    site.put("/a", page())
    _, (end,) = crawled(site)
    assert asked(site) == ["/robots.txt", "/", "/a"]
    assert end.left == {Left.NO_PAGE: 2} and holds(end)


def test_a_page_that_asks_robots_not_to_follow_its_links_is_obeyed_and_a_link_of_that_kind_is_not(site: Site) -> None:
    site.put("/", Answer(b'<a rel="nofollow" href="/a">a</a><a href="/b">b</a>'))
    site.put("/a", page("/c", head='<meta name="robots" content="nofollow">'))
    site.put("/b", page())
    found, (end,) = crawled(site)
    assert targets(found) == ["/", "/a", "/b"] and end.nofollow == 1
    site.put("/b", page("/c"))  # which another page may still lead to
    found, (end,) = crawled(site)
    assert targets(found) == ["/", "/a", "/b", "/c"]


def test_a_site_that_turns_readers_away_is_left_alone_soon(site: Site) -> None:
    paths = [f"/{letter}" for letter in "abcdefghijklmnopqrst"]
    site.put("/", page(*paths))
    for path in paths:
        site.put(path, page())
    for path in (*paths[1:4], *paths[5:]):
        site.put(path, Answer(b"", 403))
    found, (end,) = crawled(site)
    assert asked(site) == ["/robots.txt", "/", *paths[: 5 + PATIENCE]]  # three in a row, a page, and ten
    assert len(found) == 6 + PATIENCE and end.left == {Left.TURNED_AWAY: len(paths) - 5 - PATIENCE} and holds(end)
    parts = {each.order[1]: (each.of.target, each.links) for each in found if each.of}
    site.visits.clear()
    assert crawled(site, past=lambda _: Past(parts)) == ([], [end]) and not site.visits


# No page twice


def test_a_redirect_to_what_was_read_is_not_followed(site: Site) -> None:
    site.put("/", page("/old", "/new", "/older"))
    site.put("/old", Answer(status=301, headers={"Location": "/new"}))
    site.put("/older", Answer(status=301, headers={"Location": "/old"}))
    site.put("/new", page())
    found, (end,) = crawled(site)
    assert asked(site) == ["/robots.txt", "/", "/old", "/new", "/older"]  # from there it would have gone on to /old, which is known
    assert targets(found) == ["/", "/old"]
    assert found[1].of and isinstance(found[1].of, Capture) and found[1].of.url == f"{CLINIC}/new"
    assert (end.left, end.unreported) == ({Left.READ: 1}, {Unreported.SAME: 1}) and holds(end)


def test_a_redirect_off_the_site_is_not_followed(site: Site) -> None:
    site.put("/", page("/book"))
    site.put("/book", Answer(status=302, headers={"Location": "http://other.example/calendar"}))
    found, (end,) = crawled(site)
    assert asked(site) == ["/robots.txt", "/", "/book"] and targets(found) == ["/"]
    assert end.unreported == {Unreported.ELSEWHERE: 1} and holds(end)


def test_a_start_that_leads_to_another_site_is_read_and_the_other_site_is_not(site: Site) -> None:
    site.put("//clinic.example/", Answer(status=301, headers={"Location": "http://other.example/"}))
    site.put("//other.example/", page("/a", "http://clinic.example/b"))
    site.put("/b", page())
    found, (end,) = crawled(site)
    assert targets(found) == ["/", "/b"]
    assert end.notes == ("it leads to another site (http://other.example/), which was not crawled",)


def test_a_page_that_says_word_for_word_what_another_said_is_not_reported_again_but_followed(site: Site) -> None:
    site.put("/", page("/index.html", "/a", text=long("Start")))
    site.put("/index.html", page("/a", "/b", text=long("Start")))
    site.put("/a", page(text="Soon."))
    site.put("/b", page(text="Soon."))  # too short to be told by it
    found, (end,) = crawled(site)
    assert targets(found) == ["/", "/a", "/b"]
    assert end.unreported == {Unreported.SAME: 1} and holds(end)


def test_a_canonical_address_is_believed_of_its_query_alone(site: Site) -> None:
    def shop(order: str, canonical: str) -> Answer:
        return page(text=long(order), head=f'<link rel="canonical" href="{canonical}">')

    site.put("/", page("/shop", "/shop?orderby=price", "/cures"))
    site.put("/shop", shop("By name", "/shop"))
    site.put("/shop?orderby=price", shop("By price", "/shop"))
    site.put("/cures", shop("Another page", "/"))  # as broken themes have it on every page
    found, (end,) = crawled(site)
    assert targets(found) == ["/", "/shop", "/cures"]
    assert end.unreported == {Unreported.SAME: 1} and holds(end)


# Traps


@pytest.mark.parametrize(
    "paths",
    [
        lambda number: f"/events?month={number // 12 + 2020}-{number % 12:02}",
        lambda number: f"/events/{number // 12 + 2020}/{number % 12 + 1:02}/",
        lambda number: f"/rooms?token={random.Random(number).random()}",
    ],
    ids=["calendar by query", "calendar by path", "tokens"],
)
def test_calendars_and_the_like_take_no_pages_place(site: Site, paths: Callable[[int], str]) -> None:
    names = ["".join(pair) for pair in product("abcdefgh", repeat=2)]
    site.put("/", page(*(paths(number) for number in range(300)), *(f"/{name}" for name in names)))
    for path in [*map(paths, range(300)), *(f"/{name}" for name in names)]:
        site.put(path, page())
    found, (end,) = crawled(site, pages=130)
    assert targets(found) == ["/", *map(paths, range(50)), *(f"/{name}" for name in names), *map(paths, range(50, 65))]
    assert end.left == {Left.PAGES: 300 - 65} and holds(end)


@pytest.mark.parametrize(
    "paths",
    [lambda number: "/rooms/" + "nurse/" * number, lambda number: "/" + "/".join("abcdefghijklmnopqrstuvwxyz"[:number])],
    ids=["the same folder", "ever deeper"],
)
def test_a_loop_without_end_comes_to_an_end(site: Site, paths: Callable[[int], str]) -> None:
    for number in range(27):
        site.put(paths(number) if number else "/", page(paths(number + 1)))
    _, (end,) = crawled(site, depth=999)
    assert end.fetched < 20 and end.left == {Left.TRAP: 1} and holds(end)


def test_session_ids_make_no_new_pages(site: Site) -> None:
    site.put("/", page("/a?PHPSESSID=1", "/a?PHPSESSID=2", "/a;jsessionid=3", "/a"))
    site.put("/a", page("/?sid=4", "/a?PHPSESSID=5"))
    _, (end,) = crawled(site)
    assert asked(site) == ["/robots.txt", "/", "/a"] and end.found == 2


def test_memory_is_bounded_and_what_was_not_remembered_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontier, "MOST", 10)
    site.put("/", page(*(f"/{letter * 3}" for letter in "abcdefghijklmnopqrst")))
    _, (end,) = crawled(site, pages=1)
    assert (end.found, end.left) == (21, {Left.PAGES: 9, Left.FULL: 11}) and holds(end)


@settings(max_examples=50)
@given(
    st.lists(st.lists(st.sampled_from([*"abcdef", "a?x=1", "a?x=2", "p.jpg", "1", "22", "no/x"]), max_size=6), max_size=12),
    st.integers(0, 3),
)
def test_every_address_found_is_accounted_for_once(steps: list[list[str]], depth: int) -> None:
    """The frontier alone, led anywhere: what was taken from it, what is left and what was found stay in step."""
    front, taken = Frontier(f"{CLINIC}/", limits(pages=8, depth=depth, exclude=("/no/*",))), []
    for leads in steps:
        ahead = front.next()
        if ahead is None:
            break
        taken.append(ahead[0])
        step = Step(ahead[0], ahead[0])
        front.offer(step, [f"{CLINIC}/{path}" for path in leads], ahead[1] + 1)
        front.close(step)
    while (ahead := front.next()) is not None:
        taken.append(ahead[0])
        front.close(Step(ahead[0]))
    assert len(taken) == len(set(taken)) == front.crawled.fetched <= 8
    assert holds(front.crawled)


# Politeness


def test_sites_are_crawled_side_by_side_each_at_its_pace(site: Site) -> None:
    for number in range(8):
        site.put(f"/{'x' * number}", page(f"/{'x' * (number + 1)}"))
    starts, delay = [f"http://{host}.example/" for host in HOSTS], 0.1
    found, ends = crawled(site, *starts, access={"delay": delay})
    visits = defaultdict(list)
    for visit in site.visits:
        visits[visit.host].append(visit)
    assert len(found) == 6 * 6 and [end.target for end in ends] == starts
    for each in visits.values():
        assert [visit.path for visit in each] == ["/robots.txt", *(f"/{'x' * number}" for number in range(6))]
        assert min(after.time - before.time for before, after in pairwise(each)) >= delay * (1 - JITTER)
    assert max(each[0].time for each in visits.values()) < min(each[-1].time for each in visits.values())


# Going on


steps = st.builds(
    Step,
    asked=st.text(max_size=9), at=st.text(max_size=9), text=st.text(max_size=9), unreported=st.none() | st.sampled_from(Unreported),
    new=st.lists(st.text(max_size=9), max_size=3), full=st.integers(0, 9), nofollow=st.booleans(), turned_away=st.booleans(),
    sitemaps=st.integers(0, 9),
    notes=st.lists(st.text(max_size=9), max_size=2),
)  # fmt: skip


@given(st.lists(steps, max_size=4))
def test_steps_are_read_as_they_were_written(given: list[Step]) -> None:
    assert trail.read(trail.written(given)) == given


def winding(site: Site) -> None:
    """A site with all that a crawl passes over."""
    site.put("/robots.txt", Answer(b"User-agent: *\nDisallow: /closed\nSitemap: http://clinic.example/map.xml", type="text/plain"))
    site.put("/map.xml", Answer(f"{CLINIC}/listed\n{CLINIC}/b\n".encode(), type="text/plain"))
    site.put("/", page("/a", "/moved", "/same", "/closed/1", "/gone", "/p.pdf", text=long("Start")))
    site.put("/a", page("/b", "/c?x=1", "/c?x=2", text=long("A")))
    site.put("/moved", Answer(status=301, headers={"Location": "/a"}))
    site.put("/same", page("/d", text=long("A")))
    for path in ("/b", "/c?x=1", "/c?x=2", "/d", "/listed"):
        site.put(path, page("/e", text=long(path)))
    site.put("/e", page("/", "/f", head='<meta name="robots" content="nofollow">'))


@pytest.mark.parametrize("seed", range(12))
def test_a_crawl_that_goes_on_asks_for_nothing_that_is_done_and_comes_to_the_same_end(site: Site, seed: int) -> None:
    winding(site)
    whole, (end,) = crawled(site, sitemaps=True)
    paths = [path for path in asked(site) if path != "/robots.txt"]
    assert holds(end) and end.sitemaps == 1 and len(whole) == end.reported == 10
    chance = random.Random(seed)
    done = [each for each in whole if chance.random() < seed / 12]  # judged by then: not the first ones only
    parts = {each.order[1]: (each.of.target, each.links) for each in done if each.of}
    site.visits.clear()
    rest, (again,) = crawled(site, sitemaps=True, past=lambda _: Past(parts))
    assert again == end
    assert sorted((each.order, each.of.target) for each in [*done, *rest] if each.of) == [
        (each.order, each.of.target) for each in whole if each.of
    ]
    repeated = [path for path in asked(site) if path in {name.removeprefix(CLINIC) for name, _ in parts.values()}]
    assert not repeated and set(asked(site)) <= {"/robots.txt", *paths}


def test_a_crawl_that_goes_on_loses_nothing_when_the_site_has_changed(site: Site) -> None:
    winding(site)
    whole, _ = crawled(site)
    parts = {each.order[1]: (each.of.target, each.links) for each in whole if each.of and each.order[1] in (0, 2, 5)}
    site.put("/a", page("/new", text=long("A")))
    rest, (end,) = crawled(site, past=lambda _: Past(parts))
    orders = [*parts, *(each.order[1] for each in rest)]
    names = [*(name for name, _ in parts.values()), *(each.of.target for each in rest if each.of)]
    assert len(set(orders)) == len(orders) and len(set(names)) == len(names)  # none takes the place of another
    assert f"{CLINIC}/new" in names and holds(end)
    assert end.reported == len(names)  # what nothing leads to any more is in the report all the same


def test_a_crawl_that_is_done_asks_for_nothing(site: Site) -> None:
    end = Crawled(f"{CLINIC}/", 1, 1, 1)
    found, ends = crawled(site, past=lambda _: Past({0: (f"{CLINIC}/", ())}, end))
    assert (found, ends, site.visits) == ([], [end], [])


# Sitemaps


def test_the_sitemaps_of_robots_txt_are_read_with_those_they_name(site: Site) -> None:
    maps = "".join(f"Sitemap: {address}\n" for address in (f"{CLINIC}/index.xml", "http://other.example/theirs.xml"))
    site.put("/robots.txt", Answer(maps.encode(), type="text/plain"))
    named = "".join(
        f"<sitemap><loc>{each}</loc></sitemap>"
        for each in (f"{CLINIC}/one.xml", "http://site-0.example/not-ours.xml", f"{CLINIC}/index.xml")
    )
    site.put("/index.xml", Answer(f"<sitemapindex>{named}</sitemapindex>".encode(), type="application/xml"))
    site.put("/one.xml", Answer(f"{CLINIC}/a\nhttp://other.example/b\n{CLINIC}/\n".encode(), type="text/plain"))
    site.put("//other.example/theirs.xml", Answer(f"<urlset><url><loc>{CLINIC}/c</loc></url></urlset>".encode(), type="text/xml"))
    for path in ("/", "/a", "/c"):
        site.put(path, page())
    found, (end,) = crawled(site, sitemaps=True)
    assert asked(site) == [
        "/robots.txt", "/", "/index.xml", "//other.example/robots.txt", "//other.example/theirs.xml", "/one.xml", "/c", "/a",
    ]  # fmt: skip
    assert targets(found) == ["/", "/c", "/a"] and (end.sitemaps, end.notes) == (3, ())


def test_without_a_word_in_robots_txt_the_usual_place_is_tried_quietly(site: Site) -> None:
    site.put("/", page())
    _, (end,) = crawled(site, sitemaps=True)
    assert asked(site) == ["/robots.txt", "/", "/sitemap.xml"] and (end.sitemaps, end.notes) == (0, ())


def test_a_sitemap_that_cannot_be_read_is_told(site: Site) -> None:
    site.put(
        "/robots.txt",
        Answer(b"Disallow: /no\nSitemap: http://clinic.example/gone.xml\nSitemap: http://169.254.169.254/x", type="text/plain"),
    )
    site.put("/", page())
    _, (end,) = crawled(site, sitemaps=True)
    gone, inside = end.notes
    assert gone == "the sitemap http://clinic.example/gone.xml could not be read: the site answers 404"
    assert inside.startswith("the sitemap http://169.254.169.254/x could not be read: ")


def test_a_sitemap_is_read_by_the_rules_of_the_site(site: Site) -> None:
    site.put("/robots.txt", Answer(b"User-agent: *\nDisallow: /sitemap.xml", type="text/plain"))
    site.put("/", page())
    _, (end,) = crawled(site, sitemaps=True)
    assert asked(site) == ["/robots.txt", "/"]
    assert end.notes == ("the sitemap http://clinic.example/sitemap.xml could not be read: its robots.txt asks robots not to read it",)


def test_sitemaps_without_end_come_to_an_end(site: Site) -> None:
    for number in range(80):
        listed = "".join(f"<sitemap><loc>{CLINIC}/map-{number * 20 + each}.xml</loc></sitemap>" for each in range(1, 20))
        site.put(f"/map-{number}.xml" if number else "/sitemap.xml", Answer(f"<sitemapindex>{listed}</sitemapindex>".encode()))
    site.put("/", page())
    _, (end,) = crawled(site, sitemaps=True)
    assert len(site.visits) == 2 + 50 and end.notes[-1] == "50 sitemaps were asked for, and there are more"
