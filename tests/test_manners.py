"""Fetching as the owners of sites would have it: what is asked, when, in which order, and what is not asked at all."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.model import Capture, CheckState, Exchange, Failure, FailureKind, Purpose
from caveat.sources import Access, Arrival, abreast, arrivals, captures
from caveat.sources.pacing import JITTER
from caveat.sources.robots import LARGEST, read
from conftest import Answer, Site

PAGE = Answer(b"<p>Open on weekdays.</p>")
HOSTS = [f"clinic-{number:02}.example" for number in range(20)]


def robots(text: str, status: int = 200) -> Answer:
    return Answer(text.encode(), status, "text/plain")


def outcomes(targets: list[str], access: Access) -> dict[str, Capture | Failure]:
    return {found.target: found for found in captures(targets, access)}


def one(target: str, access: Access) -> Capture | Failure:
    (found,) = captures([target], access)
    return found


def kind(found: Capture | Failure) -> FailureKind | None:
    return found.kind if isinstance(found, Failure) else None


# Pace


def test_two_hundred_pages_on_twenty_hosts_keep_each_hosts_pace_while_the_hosts_run_side_by_side(site: Site) -> None:
    paths = [f"/page-{number}" for number in range(10)]
    for path in paths:
        site.put(path, PAGE)
    targets = [f"http://{host}{path}" for host in HOSTS for path in paths]
    delay = 0.12
    found = list(arrivals(targets, site.access(*HOSTS, delay=delay, parallel=20)))
    assert sorted(arrival.order for arrival in found if arrival.of) == [(number, 0) for number in range(200)]
    assert {arrival.order: arrival.of.target for arrival in found if arrival.of} == {(at, 0): target for at, target in enumerate(targets)}
    assert all(isinstance(arrival.of, Capture) for arrival in found if arrival.of)

    by_host = defaultdict(list)
    for visit in site.visits:
        by_host[visit.host].append(visit)
    assert set(by_host) == set(HOSTS)
    for visits in by_host.values():
        assert [visit.path for visit in visits] == ["/robots.txt", *paths]  # in the order of the list, robots.txt first and once
        assert min(after.time - before.time for before, after in pairwise(visits)) >= delay * (1 - JITTER)
    # Side by side: each host began before any other had come to its end.
    assert max(visits[0].time for visits in by_host.values()) < min(visits[-1].time for visits in by_host.values())


def test_no_more_hosts_than_allowed_are_asked_at_once(site: Site) -> None:
    now, most, lock = 0, 0, threading.Lock()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.03)
        with lock:
            now -= 1
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.put("/", Answer(act=slow))
    list(captures([f"http://{host}/" for host in HOSTS[:8]], site.access(*HOSTS, parallel=3)))
    assert 1 < most <= 3


def test_a_host_is_one_with_and_without_www(site: Site) -> None:
    site.put("/", PAGE)
    site.put("//clinic.example/", Answer(status=301, headers={"Location": "http://www.clinic.example/"}))
    assert isinstance(one("http://clinic.example/", site.access("clinic.example", "www.clinic.example", delay=0.2)), Capture)
    assert [(visit.host, visit.path) for visit in site.visits] == [
        ("clinic.example", "/robots.txt"), ("clinic.example", "/"), ("www.clinic.example", "/robots.txt"), ("www.clinic.example", "/"),
    ]  # fmt: skip
    assert min(after.time - before.time for before, after in pairwise(site.visits)) >= 0.2 * (1 - JITTER)


def test_a_redirect_waits_for_the_turn_of_the_host_it_leads_to(site: Site) -> None:
    for path in ("/a", "/b", "/c"):
        site.put(path, PAGE)
        site.put(f"//moved.example{path}", Answer(status=302, headers={"Location": f"http://busy.example{path}"}))
    targets = [f"http://{host}.example{path}" for path in ("/a", "/b", "/c") for host in ("busy", "moved")]
    found = outcomes(targets, site.access("busy.example", "moved.example", delay=0.1))
    assert all(isinstance(each, Capture) for each in found.values())
    busy = [visit.time for visit in site.visits if visit.host == "busy.example"]
    assert len(busy) == 7 and min(after - before for before, after in pairwise(busy)) >= 0.1 * (1 - JITTER)


def test_a_crawl_delay_slows_its_host_and_no_other(site: Site) -> None:
    site.put("//slow.example/robots.txt", robots("User-agent: *\nCrawl-delay: 0.4"))
    for path in ("/a", "/b"):
        site.put(path, PAGE)
    outcomes([f"http://{host}.example/{path}" for host in ("slow", "quick") for path in "ab"], site.access("slow.example", "quick.example"))
    times = {host: [visit.time for visit in site.visits if visit.host == f"{host}.example"] for host in ("slow", "quick")}
    assert min(after - before for before, after in pairwise(times["slow"][1:])) >= 0.4
    assert times["quick"][-1] < times["slow"][-1]


# robots.txt


def test_what_robots_txt_disallows_is_not_asked_for(site: Site) -> None:
    site.put("/robots.txt", robots("User-agent: *\nDisallow: /\n\nUser-agent: Caveat\nDisallow: /patients/\nAllow: /patients/stories\n"))
    for path in ("/", "/patients/stories", "/patients/files"):
        site.put(path, PAGE)
    found = outcomes([site.url(path) for path in ("/", "/patients/files", "/patients/stories")], site.access())
    refused = found[site.url("/patients/files")]
    assert isinstance(refused, Failure) and refused.kind is FailureKind.ROBOTS
    assert refused.reason == "its robots.txt asks robots not to read it" and "--ignore-robots" in refused.hint
    assert [visit.path for visit in site.visits] == ["/robots.txt", "/", "/patients/stories"]


def test_a_redirect_to_what_is_disallowed_is_not_followed(site: Site) -> None:
    site.put("//other.example/robots.txt", robots("User-agent: *\nDisallow: /secret"))
    site.put("/", Answer(status=302, headers={"Location": "http://other.example/secret"}))
    found = one("http://clinic.example/", site.access("clinic.example", "other.example"))
    assert isinstance(found, Failure) and found.kind is FailureKind.ROBOTS
    assert found.reason.endswith("(after a redirect to http://other.example/secret)")
    assert [(visit.host, visit.path) for visit in site.visits] == [
        ("clinic.example", "/robots.txt"), ("clinic.example", "/"), ("other.example", "/robots.txt"),
    ]  # fmt: skip


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_a_robots_txt_all_is_allowed(site: Site, status: int) -> None:
    site.put("/robots.txt", robots("User-agent: *\nDisallow: /", status))
    assert isinstance(one(site.put("/", PAGE), site.access()), Capture)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_site_whose_robots_txt_cannot_be_had_is_left_alone(site: Site, status: int) -> None:
    site.put("/robots.txt", robots("", status))
    found = one(site.put("/", PAGE), site.access(retries=0))
    assert isinstance(found, Failure) and found.kind is FailureKind.ROBOTS
    assert f"robots.txt could not be had (the site answers {status})" in found.reason
    assert [visit.path for visit in site.visits] == ["/robots.txt"]


def test_a_robots_txt_is_followed_to_where_it_moved(site: Site) -> None:
    for hop in range(5):
        site.put(f"/{hop}" if hop else "/robots.txt", Answer(status=301, headers={"Location": f"/{hop + 1}"}))
    site.put("/5", robots("User-agent: *\nDisallow: /"))
    assert kind(one(site.put("/page", PAGE), site.access())) is FailureKind.ROBOTS
    site.put("/5", Answer(status=301, headers={"Location": "/6"}))  # a sixth: as if there were none (RFC 9309, 2.3.1.2)
    assert kind(one(site.put("/page", PAGE), site.access())) is None


def test_a_robots_txt_that_leads_into_a_private_network_closes_the_site(site: Site) -> None:
    site.put("/robots.txt", Answer(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}))
    found = one(site.put("/", PAGE), site.access())
    assert isinstance(found, Failure) and found.kind is FailureKind.REFUSED
    assert "(after a redirect to http://169.254.169.254/latest/meta-data)" in found.reason
    assert [visit.path for visit in site.visits] == ["/robots.txt"]


def test_each_origin_has_a_robots_txt_of_its_own_which_is_asked_for_once(site: Site) -> None:
    site.put("//closed.example/robots.txt", robots("User-agent: *\nDisallow: /"))
    for path in ("/a", "/b"):
        site.put(path, PAGE)
    found = outcomes(
        [f"http://{host}.example/{path}" for path in "ab" for host in ("open", "closed")], site.access("open.example", "closed.example")
    )
    assert {target: kind(each) for target, each in found.items()} == {
        "http://open.example/a": None, "http://open.example/b": None,
        "http://closed.example/a": FailureKind.ROBOTS, "http://closed.example/b": FailureKind.ROBOTS,
    }  # fmt: skip
    asked = sorted((visit.host, visit.path) for visit in site.visits)
    assert asked == [("closed.example", "/robots.txt"), ("open.example", "/a"), ("open.example", "/b"), ("open.example", "/robots.txt")]


def test_ignoring_robots_txt_asks_for_none_and_is_recorded_with_its_reason(site: Site) -> None:
    seen: list[Exchange] = []
    site.put("/robots.txt", robots("User-agent: *\nDisallow: /"))
    found = one(site.put("/", PAGE), site.access(ignoring_robots="subpoena 12", record=seen.append))
    assert isinstance(found, Capture)
    assert [(check.check, check.state, check.reason) for check in found.checks] == [
        ("robots.txt", CheckState.NOT_ASKED, "ignored: subpoena 12")
    ]
    assert [visit.path for visit in site.visits] == ["/"]
    assert [exchange.robots for exchange in seen] == ["not asked: subpoena 12"]


def test_every_exchange_says_what_robots_txt_says_and_what_it_was_for(site: Site) -> None:
    seen: list[Exchange] = []
    site.put("/robots.txt", robots("User-agent: *\nDisallow: /x"))
    site.put("/old", Answer(status=301, headers={"Location": "/new"}))
    site.put("/new", PAGE)
    one(site.url("/old"), site.access(record=seen.append))
    assert [(exchange.purpose, exchange.url, exchange.robots) for exchange in seen] == [
        (Purpose.ROBOTS, site.url("/robots.txt"), ""),
        (Purpose.PAGE, site.url("/old"), f"allowed by {site.url('/robots.txt')}"),
        (Purpose.PAGE, site.url("/new"), f"allowed by {site.url('/robots.txt')}"),
    ]


def test_no_more_than_500_kib_of_a_robots_txt_count(site: Site) -> None:
    rule = b"User-agent: *\nDisallow: /\n"
    assert not read("", rule + b"#" * LARGEST).allows("http://clinic.example/")
    assert read("", b"#" * LARGEST + b"\n" + rule).allows("http://clinic.example/")


@given(
    st.lists(
        st.sampled_from(["User-agent: *", "User-agent: caveat", "User-agent: other", "Disallow: /a", "Allow: /", "", "Crawl-delay: 2"])
    )
)
def test_what_is_said_to_other_robots_changes_nothing(lines: list[str]) -> None:
    others = [line.replace("other", f"other-{number}") for number, line in enumerate(lines)]
    for address in ("http://clinic.example/a", "http://clinic.example/b"):
        assert read("", "\n".join(lines).encode()).allows(address) == read("", "\n".join(others).encode()).allows(address)


def test_a_robots_txt_with_ten_thousand_robots_and_rules_is_read() -> None:
    text = "".join(f"User-agent: bot{number}\n" for number in range(12_000)) + "".join(f"Disallow: /{number}\n" for number in range(12_000))
    assert read("", text.encode()).allows("http://clinic.example/1")


# Trying again


def failing(times: int, answer: Answer) -> Any:
    """Answers so for as many times, and with the page from then on."""
    left = times

    def act(handler: BaseHTTPRequestHandler) -> None:
        nonlocal left
        left -= 1
        if left >= 0 and not answer.status:
            handler.connection.close()
            return
        given = answer if left >= 0 else PAGE
        handler.send_response(given.status)
        handler.send_header("Content-Type", "text/html")
        for name, value in {**given.headers, "Content-Length": str(len(given.body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(given.body)

    return Answer(act=act)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_site_is_asked_again(site: Site, status: int) -> None:
    assert isinstance(one(site.put("/", failing(2, Answer(b"", status))), site.access()), Capture)
    assert site.paths() == ["/", "/", "/"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500, 501])
def test_an_error_that_stays_is_not_asked_for_again(site: Site, status: int) -> None:
    assert isinstance(one(site.put("/", failing(2, Answer(b"", status))), site.access()), Failure)
    assert site.paths() == ["/"]


def test_tries_come_to_an_end_and_are_counted(site: Site) -> None:
    found = one(site.put("/", failing(9, Answer(b"", 503))), site.access(retries=2))
    assert isinstance(found, Failure) and found.reason == "the site answers 503 Service Unavailable"
    assert site.paths() == ["/"] * 3


def test_a_connection_that_breaks_is_tried_again_and_the_failure_says_so(site: Site) -> None:
    broken = Answer(status=0)
    assert isinstance(one(site.put("/", failing(1, broken)), site.access(retries=1)), Capture)
    found = one(site.put("/gone", failing(9, broken)), site.access(retries=1))
    assert isinstance(found, Failure) and found.kind is FailureKind.UNREACHABLE
    assert found.reason.endswith("(tried 2 times)")
    assert site.paths() == ["/", "/", "/gone", "/gone"]


def test_back_off_grows(site: Site) -> None:
    one(site.put("/", failing(3, Answer(b"", 503))), site.access(delay=0.1, retries=3))
    times = [visit.time for visit in site.visits if visit.path == "/"]
    gaps = [after - before for before, after in pairwise(times)]
    assert gaps[0] >= 0.2 and gaps[1] >= 0.4 and gaps[2] >= 0.8


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(site: Site, form: str) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    after = {"seconds": "1", "date": until}[form]
    assert isinstance(one(site.put("/", failing(1, Answer(b"", 503, headers={"Retry-After": after}))), site.access()), Capture)
    first, second = (visit.time for visit in site.visits if visit.path == "/")
    assert second - first >= 1


def test_a_host_that_asks_for_a_long_wait_is_left_alone_by_all_its_targets(site: Site) -> None:
    site.put("/", Answer(b"", 429, headers={"Retry-After": "3600"}))
    site.put("/other", PAGE)
    first, second = captures([site.url("/"), site.url("/other")], site.access())
    assert isinstance(first, Failure) and first.kind is FailureKind.BLOCKED
    assert first.reason == "the site answers 429 and asks to be left alone for 3600 s; 60 s are waited at most"
    assert isinstance(second, Failure) and second.kind is FailureKind.BLOCKED
    assert second.reason.startswith("was not asked: its host wants to be left alone for ")
    assert site.paths() == ["/"]


# The engine


def test_targets_of_every_kind_stand_in_one_list(site: Site, tmp_path: Any) -> None:
    (tmp_path / "pages").mkdir()
    for name in ("a.html", "b.html"):
        (tmp_path / "pages" / name).write_bytes(PAGE.body)
    targets = [site.put("/", PAGE), str(tmp_path / "pages"), "ftp://clinic.example/", str(tmp_path / "gone"), site.url("/missing")]
    found = sorted(arrival for arrival in arrivals(targets, site.access()) if arrival.of)
    assert [(arrival.order, kind(arrival.of)) for arrival in found if arrival.of] == [
        ((0, 0), None), ((1, 0), None), ((1, 1), None), ((2, 0), FailureKind.ADDRESS), ((3, 0), FailureKind.UNREADABLE),
        ((4, 0), FailureKind.NOT_FOUND),
    ]  # fmt: skip


def test_what_is_known_is_not_asked_for_again(site: Site) -> None:
    targets = [site.put(path, PAGE) for path in ("/a", "/b", "/c")]
    asked = []

    def known(order: tuple[int, ...], target: str) -> tuple[str, ...] | None:
        asked.append((order, target))
        return () if target.endswith("/b") else None

    found = list(arrivals(targets, site.access(), known))
    assert sorted(arrival.order for arrival in found if arrival.of) == [(0, 0), (2, 0)]
    assert sorted(arrival.order for arrival in found if arrival.of is None) == [(0,), (1,), (2,)]
    assert set(asked) >= {((number, 0), target) for number, target in enumerate(targets)}
    assert site.paths() == ["/a", "/c"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=())).map(lambda rest: f"http://{rest}"), max_size=40))
def test_no_address_however_odd_ends_the_run(targets: list[str]) -> None:
    found = list(captures(targets, Access(delay=0, retries=0)))
    assert sorted(failed.target for failed in found) == sorted(targets)
    assert all(isinstance(failed, Failure) for failed in found)


def test_each_target_comes_to_an_end_once_and_after_all_it_holds(site: Site, tmp_path: Any) -> None:
    (tmp_path / "a.html").write_bytes(PAGE.body)
    found = list(arrivals([site.put("/", PAGE), str(tmp_path), site.url("/gone"), "nowhere"], site.access()))
    ends = [arrival.order for arrival in found if arrival.of is None]
    assert sorted(ends) == [(0,), (1,), (2,), (3,)]
    for arrival in found:
        if arrival.of:
            assert found.index(arrival) < found.index(Arrival(arrival.order[:1], None))


def test_a_list_without_end_is_taken_as_it_is_needed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abreast, "AHEAD", 10)
    site.put("/", PAGE)
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield site.url("/")

    run = arrivals(endless(), site.access())
    for _ in range(30):
        next(run)
    run.close()
    assert taken <= 10 + 30


def test_captures_wait_for_whoever_reads_them(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abreast, "FINISHED", 2)
    targets = [site.put(f"/{number}", PAGE) for number in range(40)]
    run = arrivals(targets, site.access())
    next(run)
    before = -1
    while before != len(site.visits):  # until nothing moves any more
        before = len(site.visits)
        time.sleep(0.3)
    assert len(site.paths()) <= 2 + 1 + 2  # waiting, taken, and under way
    assert len(list(run)) == 2 * 40 - 1


def test_a_run_that_is_broken_off_leaves_no_thread_and_asks_no_more(site: Site) -> None:
    targets = [site.put(f"/{number}", PAGE) for number in range(20)]
    for access in (site.access(), site.access(delay=3600)):  # one in the midst of it, and one that waits for an hour
        run = arrivals(["ftp://clinic.example/", *targets], access)
        next(run)
        run.close()
        assert not [thread for thread in threading.enumerate() if thread.name == "caveat-fetch"]
        asked = len(site.visits)
        time.sleep(0.2)
        assert len(site.visits) <= asked + 1  # what was on its way


def test_a_fault_of_ours_in_the_thread_reaches_the_caller(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("caveat.sources.visitor.page", broken)
    with pytest.raises(ZeroDivisionError, match="ours") as raised:
        list(arrivals([site.put("/", PAGE)], site.access()))
    assert any(site.url("/") in note for note in raised.value.__notes__)
    assert not [thread for thread in threading.enumerate() if thread.name == "caveat-fetch"]
