"""The desk: what it asks of services on this machine, how politely, what it keeps, and what it says when no answer is to be had."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from caveat import __version__
from caveat.lookup import SERVICES, Desk, Service, Terms
from caveat.lookup.asking import LONGEST_WAIT, PATIENCE
from caveat.lookup.desk import MOST
from caveat.lookup.shelf import Shelf
from caveat.model import Level, LookedUp, Record
from conftest import Answer, Site
from small_records import answered, article, trial, work

DOI, WORK = "doi:10.5555/knee.1", "/works/10.5555%2Fknee.1"
SUMMARY = "/entrez/eutils/esummary.fcgi?db=pubmed&id=31234567&retmode=json&tool=caveat"
PMC = "/entrez/eutils/esummary.fcgi?db=pmc&id=7654321&retmode=json&tool=caveat"
STUDY = "/api/v2/studies/NCT01234567?fields=protocolSection,hasResults"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Waits(list[float]):
    """Stands in for the clock: time passes by waiting alone, and each wait is remembered."""

    def wait(self, seconds: float) -> None:
        if seconds:
            self.append(round(seconds, 3))

    def ticks(self) -> float:
        return 1_000.0 + sum(self)


def desk(site: Site, cache: Path | None = None, *, waits: Waits | None = None, now: datetime = NOON, **more: Any) -> Desk:
    at = {service.name.lower(): site.root for service in SERVICES}
    return asking(Terms(cache, at=at, **more), SERVICES, Waits() if waits is None else waits, now)


def asking(terms: Terms, services: Iterable[Service] = SERVICES, waits: Waits | None = None, now: datetime = NOON) -> Desk:
    waits = Waits() if waits is None else waits
    return Desk(terms, services, wait=waits.wait, ticks=waits.ticks, now=lambda: now)


def one(found: dict[str, tuple[LookedUp, ...]], name: str = DOI) -> LookedUp:
    (answer,) = found[name]
    return answer


def in_turn(*answers: Answer) -> Answer:
    """An answer that differs from one request to the next; the last is for good."""
    left = list(answers)

    def act(handler: BaseHTTPRequestHandler) -> None:
        answer = left.pop(0) if len(left) > 1 else left[0]
        handler.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.body)

    return Answer(act=act)


def test_each_kind_of_number_is_asked_of_its_service_and_the_answer_is_dated(site: Site) -> None:
    site.put(WORK, answered(work("Of a DOI")))
    site.put(SUMMARY, answered(article(title="Of a PMID")))
    site.put(STUDY, answered(trial(title="Of a trial")))
    found = desk(site).ask([DOI, "pmid:31234567", "nct:NCT01234567"])
    told = [(each.source, each.record.title, each.asked, each.cached) for (each,) in found.values() if each.record]
    assert told == [
        ("Crossref", "Of a DOI", "2026-05-04T12:00:00Z", False),
        ("PubMed", "Of a PMID", "2026-05-04T12:00:00Z", False),
        ("ClinicalTrials.gov", "Of a trial", "2026-05-04T12:00:00Z", False),
    ]
    assert one(found).address == site.url(WORK)


def test_a_pmc_number_is_followed_to_what_pubmed_has(site: Site) -> None:
    site.put(PMC, answered(article("7654321", articleids=[{"idtype": "pmid", "value": "31234567"}])))
    site.put(SUMMARY, answered(article(types=("Review",))))
    found = desk(site).ask(["pmcid:PMC7654321"])["pmcid:PMC7654321"]
    assert [(each.id, each.source) for each in found] == [("pmcid:PMC7654321", "PubMed Central"), ("pmid:31234567", "PubMed")]
    assert found[1].record and found[1].record.level is Level.REVIEW


def test_the_agent_is_named_and_the_contact_told_as_each_service_asks_for_it(site: Site) -> None:
    site.put(WORK, answered(work()))
    site.put(SUMMARY + "&email=desk%40paper.example", answered(article()))
    found = desk(site, contact="desk@paper.example").ask([DOI, "pmid:31234567"])
    assert site.asked[0]["user-agent"] == f"caveat/{__version__} (+mailto:desk@paper.example)"
    (summary,) = found["pmid:31234567"]
    assert summary.record and "paper.example" not in summary.address


def test_nothing_is_asked_twice_in_a_run_answered_or_not(site: Site) -> None:
    site.put(WORK, answered(work()))
    here = desk(site)
    first = here.ask([DOI, DOI, "pmid:31234567"])
    assert here.ask(["pmid:31234567", DOI]) == first
    assert len(site.asked) == 2


FAILURES = [
    (Answer(b"Resource not found.", 404), "Crossref has nothing under this number", 1),
    (Answer(b"gone", 410), "Crossref has nothing under this number", 1),
    (Answer(b"no", 400), "Crossref: it answers 400", 1),
    (Answer(b"no", 403), "Crossref: it answers 403", 1),
    (Answer(b"oops", 500), "Crossref: it answers 500 (tried 3 times)", 3),
    (Answer(b"slow down", 429), "Crossref: it asks for fewer requests (429) (tried 3 times)", 3),
    (Answer(b"<html>maintenance</html>", 200), "Crossref: the answer is no JSON", 1),
    (Answer(b"", 200), "Crossref: the answer is no JSON", 1),
    (Answer(b"\xff\xfe\x00", 200), "Crossref: the answer is no JSON", 1),
    (Answer(b"[" * 1_900, 200), "Crossref: the answer is no JSON", 1),
    (Answer(b'{"message": [1, 2]}', 200), "Crossref: the answer is not of the form that it documents", 1),
    (Answer(b"null", 200), "Crossref: the answer is not of the form that it documents", 1),
    (Answer(b" " * 3_000, 200), "Crossref: the answer is larger than 2000 bytes", 1),
    (Answer(gzip.compress(b" " * 3_000_000), headers={"Content-Encoding": "gzip"}), "Crossref: the answer is larger than 2000 bytes", 1),
    (Answer(b"{}", headers={"Content-Encoding": "br"}), "Crossref: the answer is compressed as br", 3),
    (
        Answer(status=302, headers={"Location": "http://elsewhere.example/x"}),
        "Crossref: it redirects to http://elsewhere.example, which is not",
        1,
    ),
    (Answer(status=302, headers={"Location": WORK}), "Crossref: it redirects more than 5 times", 6),
    (Answer(b"moved", status=301), "Crossref: it answers 301", 1),
]


@pytest.mark.parametrize(("answer", "reason", "requests"), FAILURES, ids=lambda part: part if isinstance(part, str) else None)
def test_what_goes_wrong_is_said_of_the_reference_and_stops_nothing(
    site: Site, tmp_path: Path, answer: Answer, reason: str, requests: int
) -> None:
    site.put(WORK, answer)
    found = one(desk(site, tmp_path, size=2_000).ask([DOI]))
    assert found.failure.startswith(f"not looked up: {reason}")
    assert found.record is None and found.address == site.url(WORK)
    assert len(site.asked) == requests
    assert list(tmp_path.iterdir()) == []  # a failure is not kept: the next run asks again


def test_a_service_that_never_ends_its_answer_is_left(site: Site) -> None:
    ended = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not ended.is_set():
            try:
                handler.wfile.write(b" ")
            except OSError:
                return
            time.sleep(0.02)

    site.put(WORK, Answer(act=drip))
    found = one(desk(site, seconds=0.3, tries=1).ask([DOI]))
    ended.set()
    assert found.failure == "not looked up: Crossref: no whole answer within 0.3 s"


def test_without_a_network_it_is_said_and_after_a_few_times_no_longer_tried() -> None:
    waits = Waits()
    nowhere = asking(Terms(at={"crossref": "https://crossref.example"}), waits=waits)
    found = list(nowhere.ask(f"doi:10.5555/{number}" for number in range(PATIENCE + 2)).values())
    assert [each.failure for (each,) in found[:PATIENCE]] == ["not looked up: Crossref: unknown host (tried 3 times)"] * PATIENCE
    assert all("it was not asked again in this run" in each.failure for (each,) in found[PATIENCE:])
    assert [wait for wait in waits if wait > SERVICES[0].pace] == [1.0, 2.0] * PATIENCE


def test_a_refused_connection_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        there = f"http://127.0.0.1:{taken.getsockname()[1]}"
        found = one(asking(Terms(at={"crossref": there})).ask([DOI]))
    assert found.failure == "not looked up: Crossref: the host refuses the connection (tried 3 times)"


def test_numbers_that_are_not_there_do_not_close_a_service(site: Site) -> None:
    site.put(WORK, answered(work()))
    found = desk(site).ask([*(f"doi:10.5555/none.{number}" for number in range(PATIENCE + 1)), DOI])
    assert one(found).record


@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_that_a_service_asks_for_is_kept(site: Site, status: int) -> None:
    waits = Waits()
    site.put(WORK, in_turn(Answer(status=status, headers={"Retry-After": "7"}), answered(work("At last"))))
    found = one(desk(site, waits=waits).ask([DOI]))
    assert found.record and found.record.title == "At last"
    assert waits == [7.0]


def test_a_wait_may_be_given_as_a_date(site: Site) -> None:
    waits = Waits()
    until = datetime.now(UTC) + timedelta(seconds=30)
    site.put(WORK, in_turn(Answer(status=429, headers={"Retry-After": until.strftime("%a, %d %b %Y %H:%M:%S GMT")}), answered(work())))
    assert one(desk(site, waits=waits).ask([DOI])).record
    assert 20 < waits[0] <= 31  # of real time


@pytest.mark.parametrize("nonsense", ["soon", "", "-3", "٣", "Tue, 99 Foo 2026"])
def test_a_wait_that_cannot_be_read_is_a_second(site: Site, nonsense: str) -> None:
    waits = Waits()
    header = nonsense.encode("utf-8").decode("latin-1")
    site.put(WORK, in_turn(Answer(status=429, headers={"Retry-After": header}), answered(work())))
    assert one(desk(site, waits=waits).ask([DOI])).record
    assert waits == [1.0]


def test_a_service_that_asks_for_a_long_wait_is_left_alone(site: Site) -> None:
    waits = Waits()
    site.put(WORK, Answer(status=429, headers={"Retry-After": str(int(LONGEST_WAIT) + 1)}))
    found = desk(site, waits=waits).ask([DOI, "doi:10.5555/knee.2"])
    assert [each.failure for (each,) in found.values()] == [
        "not looked up: Crossref: it asks for fewer requests (429), and to wait 61 s; it was not asked again in this run"
    ] * 2
    assert (len(site.asked), waits) == (1, [])


def test_requests_to_one_host_keep_their_distance_and_those_to_another_do_not_wait(site: Site) -> None:
    waits = Waits()
    other = site.root.replace("127.0.0.1", "localhost")
    here = asking(Terms(at={"crossref": site.root, "pubmed": other}), waits=waits)
    here.ask(["doi:10.5555/1", "doi:10.5555/2", "doi:10.5555/3", "pmid:31234567"])
    assert waits == [SERVICES[0].pace] * 2
    here.ask(["pmid:31234568"])
    assert waits[2:] == [SERVICES[1].pace]


def test_a_trial_that_goes_by_another_number_now_is_found(site: Site) -> None:
    site.put(STUDY, Answer(status=301, headers={"Location": "/api/v2/studies/NCT07654321"}))
    site.put("/api/v2/studies/NCT07654321", answered(trial("NCT07654321", "The trial itself")))
    found = one(desk(site).ask(["nct:NCT01234567"]), "nct:NCT01234567")
    assert found.record and found.record.title == "The trial itself"


def test_a_number_of_a_kind_that_nobody_is_asked_for_says_so(site: Site) -> None:
    found = one(desk(site).ask(["isrctn:ISRCTN12345678"]), "isrctn:ISRCTN12345678")
    assert (found.failure, found.source) == ("not looked up: no service is asked for numbers of this kind", "")
    assert site.asked == []


def test_no_page_makes_it_ask_without_end(site: Site) -> None:
    found = desk(site).ask(f"isrctn:{number}" for number in range(MOST + 3))
    assert len(found) == MOST + 3
    assert one(found, f"isrctn:{MOST}").failure == f"not looked up: the page has more than {MOST} numbers"


def kept(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_what_was_answered_is_kept_with_its_date_and_asked_no_more(site: Site, tmp_path: Path) -> None:
    site.put(WORK, answered(work("Kept \x1b[31m\u202e“</script>” \ud800")))
    cold = one(desk(site, tmp_path / "deep" / "er").ask([DOI]))
    warm = one(desk(site, tmp_path / "deep" / "er", now=NOON + timedelta(days=29)).ask([DOI]))
    assert (cold.cached, warm.cached, warm.asked) == (False, True, "2026-05-04T12:00:00Z")
    assert warm.record == cold.record
    assert len(site.asked) == 1


@pytest.mark.parametrize(("days", "then"), [(30.0, timedelta(days=31)), (0.5, timedelta(hours=13)), (30.0, timedelta(days=-2))])
def test_what_is_too_old_or_from_the_future_is_asked_again(site: Site, tmp_path: Path, days: float, then: timedelta) -> None:
    site.put(WORK, answered(work()))
    desk(site, tmp_path).ask([DOI])
    again = one(desk(site, tmp_path, days=days, now=NOON + then).ask([DOI]))
    assert (again.cached, len(site.asked), len(list(tmp_path.iterdir()))) == (False, 2, 1)


def changed(**more: Any) -> Any:
    return lambda old: json.dumps({**json.loads(old), **more}).encode()


def in_record(**more: Any) -> Any:
    return lambda old: json.dumps({**json.loads(old), "record": {**json.loads(old)["record"], **more}}).encode()


SPOILED = [
    lambda old: b"", lambda old: old[: len(old) // 2], lambda old: b"\0" * 99, lambda old: b"[" * 100_000, lambda old: b"[]",
    changed(shape=0), changed(address="https://elsewhere.example"), changed(asked="yesterday"), changed(asked=5), changed(record=None),
    changed(asked="2026-05-04T12:00:00"), changed(record={}), in_record(level="certain"), in_record(types="review"), in_record(title=7),
    in_record(types=[["x"]]), in_record(results="yes"), in_record(more=1), lambda old: b'{"record": "' + b"x" * 300_000 + b'"}',
]  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILED, ids=range(len(SPOILED)))
def test_an_entry_that_is_spoiled_is_asked_again_and_mended(site: Site, tmp_path: Path, spoil: Any) -> None:
    site.put(WORK, answered(work("Whole")))
    desk(site, tmp_path).ask([DOI])
    whole = kept(tmp_path).read_bytes()
    kept(tmp_path).write_bytes(spoil(whole))
    found = one(desk(site, tmp_path).ask([DOI]))
    assert found.record and (found.record.title, found.cached, len(site.asked)) == ("Whole", False, 2)
    assert kept(tmp_path).read_bytes() == whole


def test_a_folder_where_nothing_can_be_kept_is_told_and_no_more(site: Site, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    site.put(WORK, answered(work()))
    here = desk(site, tmp_path / "taken" / "cache")
    assert one(here.ask([DOI])).record
    assert str(tmp_path / "taken") in here.trouble


def test_an_entry_in_whose_place_a_folder_stands_is_told_and_leaves_nothing_behind(site: Site, tmp_path: Path) -> None:
    site.put(WORK, answered(work()))
    desk(site, tmp_path).ask([DOI])
    file = kept(tmp_path)
    file.unlink()
    (file / "in the way").mkdir(parents=True)
    here = desk(site, tmp_path)
    assert one(here.ask([DOI])).record and here.trouble
    assert list(tmp_path.iterdir()) == [file]


def test_readers_and_writers_at_the_same_time_never_see_half_an_entry(tmp_path: Path) -> None:
    address, texts = "https://crossref.example/works/1", [letter * 50_000 for letter in "ab"]

    def write(title: str) -> None:
        for _ in range(15):
            Shelf(tmp_path, 30).put(address, Record(title=title), "2026-05-04T12:00:00Z")

    write(texts[0])
    writers = [threading.Thread(target=write, args=(title,)) for title in texts]
    for writer in writers:
        writer.start()
    seen = []
    while any(writer.is_alive() for writer in writers):
        seen.append(Shelf(tmp_path, 30).get(address, NOON))
    assert seen and all(found and found[0].title in texts for found in seen)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_service_of_ones_own_is_one_value_more(site: Site) -> None:
    own = Service("Register", "isrctn", site.root, 0.1, lambda number: f"/{number}", lambda answer, number: Record(title=f"Of {number}"))
    site.put("/ISRCTN12345678", answered({}))
    (found,) = asking(Terms(), (*SERVICES, own)).ask(["isrctn:ISRCTN12345678"])["isrctn:ISRCTN12345678"]
    assert found.record and found.record.title == "Of ISRCTN12345678"
