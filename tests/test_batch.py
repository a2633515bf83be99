"""Long runs by their parts: the order of results, what a worker's death does, the journal, and numbers that add up."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.audit import NOTHING_YET, counted
from caveat.batch import Event, Journal, Standard, What, pool, results
from caveat.batch import records as as_records
from caveat.batch.ordering import Done, in_order
from caveat.batch.worker import judge
from caveat.cli.verdict import FailOn, Tally
from caveat.errors import JournalError, OutputError
from caveat.formats import wire
from caveat.judging import Answers, Options
from caveat.model import Capture, Check, CheckState, Failure, FailureKind, PageReport, Severity, Stage, Stance, StanceValue
from caveat.rulebook import Rulebook, load
from caveat.sources import Access, Arrival, arrivals
from conftest import caveat
from small_batch import ONLY, curious, deadly, pages

LOADED: Callable[[], Rulebook] = cache(lambda: load(only=[ONLY]))
st.register_type_strategy(float, st.floats(0, 1))


def failure(name: str) -> Failure:
    return Failure(name, Stage.OPEN, "no such file")


def standard() -> Standard:
    return Standard(only=(ONLY,), options=Options())


# Order


def complete(sizes: Sequence[int]) -> list[Done]:
    """What becomes of targets of these sizes, in their order."""
    found = []
    for number, size in enumerate(sizes):
        found += [Done((number, part), failure(f"{number}.{part}"), f"{number}.{part}") for part in range(size)]
        found.append(Done((number,), None))
    return found


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[list[Done], list[Done]]:
    """The results of a run in their order, and in one in which they may come: the end of a target after all of it."""
    whole = complete(draw(st.lists(st.integers(1, 4), max_size=8)))
    mixed = draw(st.permutations(whole))
    return whole, [*(each for each in mixed if each.of), *(each for each in mixed if not each.of)] if draw(st.booleans()) else late(mixed)


def late(mixed: list[Done]) -> list[Done]:
    """The same with each end behind the last of its target."""
    last = {each.order[0]: at for at, each in enumerate(mixed) if each.of}
    ends: dict[int, list[Done]] = {}
    for at, each in enumerate(mixed):
        if not each.of:
            ends.setdefault(max(at, last[each.order[0]]), []).append(each)
    return [done for at, each in enumerate(mixed) for done in ([each] if each.of else []) + ends.get(at, [])]


@given(shuffled())
def test_results_come_out_in_the_order_of_the_targets_however_they_come_in(runs: tuple[list[Done], list[Done]]) -> None:
    whole, mixed = runs
    assert list(in_order(mixed, Journal())) == [each.of for each in whole if each.of]


@given(st.lists(st.integers(1, 4), max_size=8))
def test_what_comes_in_order_is_handed_on_at_once(sizes: list[int]) -> None:
    given, taken = complete(sizes), []

    def counting() -> Iterator[Done]:
        for each in given:
            taken.append(each)
            yield each

    for result in in_order(counting(), Journal()):
        assert taken[-1].of == result


def test_a_result_waits_for_those_before_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run.db")
    kept = []

    def done() -> Iterator[Done]:
        for each in (Done((2, 0), failure("c"), "c"), Done((2,), None), Done((0, 0), failure("a"), "a"), Done((0,), None)):
            yield each
            kept.append(journal.known((2, 0), "c"))

    assert [each.target for each in in_order(done(), journal)] == ["a", "c"]
    assert set(kept) == {()}  # the one that came too early was in the journal all the while


# What is written is what is read


@given(st.from_type(PageReport) | st.from_type(Failure))
def test_a_record_is_read_as_it_was_written(result: PageReport | Failure) -> None:
    assert as_records.read(as_records.written(result)) == result


def test_a_name_that_is_no_unicode_keeps_its_bytes(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.html")
    journal = Journal(tmp_path / "run.db")
    journal.begin({}, [name, failure(name)])
    journal.keep((0, 0), name, as_records.written(failure(name)), (name,), failed=True)
    assert list(journal.targets()) == [name, failure(name)]
    assert journal.known((0, 0), name) == (name,) and journal.at((0, 0)) == failure(name)


@given(st.data())
def test_a_record_with_a_flipped_bit_is_never_read_as_another(data: st.DataObject) -> None:
    record = bytearray(as_records.written(failure("page.html")))
    record[data.draw(st.integers(0, len(record) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(as_records.Spoiled):
        assert as_records.read(bytes(record)) == failure("page.html")


# The journal


def test_a_journal_that_is_open_is_nobody_elses(tmp_path: Path) -> None:
    first = Journal(tmp_path / "run.db")
    with pytest.raises(JournalError, match="another run is using this journal"):
        Journal(tmp_path / "run.db")
    first.close()
    Journal(tmp_path / "run.db").close()


def test_what_is_no_journal_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Notes of a visit. " * 100, encoding="utf-8")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE patients (name TEXT)")
    for name in ("notes.txt", "other.db"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(JournalError, match="is no journal"):
            Journal(tmp_path / name)
        assert (tmp_path / name).read_bytes() == before


def test_a_damaged_journal_says_so(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    journal = Journal(path)
    journal.begin({"version": "0"}, (f"{number}.html" for number in range(2_000)))
    journal.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + bytes(len(whole) - 8192))
    with pytest.raises(JournalError, match="is damaged"):
        Journal(path)


def test_a_folder_that_is_not_there_is_no_place_for_a_journal(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        Journal(tmp_path / "nowhere" / "run.db")


def test_all_targets_are_in_a_journal_or_none(tmp_path: Path) -> None:
    def targets() -> Iterator[str]:
        yield "a.html"
        raise KeyboardInterrupt

    journal = Journal(tmp_path / "run.db")
    with pytest.raises(KeyboardInterrupt):
        journal.begin({"version": "0"}, targets())
    assert journal.facts == {} and list(journal.targets()) == []


# Workers


def test_a_page_that_kills_its_worker_twice_is_a_failure_and_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "judge", deadly)
    told: list[Event] = []
    names = [str(tmp_path / f"{number:02}") for number in range(20)]
    data = {3: b"unlucky", 9: b"deadly", 14: b"deadly"}  # the unlucky one first: it is to die by itself, not with another
    given = chain.from_iterable(
        (Arrival((number, 0), Capture(name, data.get(number, b"office"))), Arrival((number,), None)) for number, name in enumerate(names)
    )
    found = list(results(given, standard(), LOADED(), Journal(), 2, tell=told.append))
    assert [each.target for each in found] == names
    died = [each for each in found if isinstance(each, Failure)]
    assert [each.target for each in died] == [names[9], names[14]]
    assert {(each.kind, each.stage) for each in died} == {(FailureKind.CRASHED, Stage.AUDIT)}
    assert "died, twice" in died[0].reason and died[0].hint
    retried = {event.target for event in told if event.what is What.RETRIED}
    assert {names[3], names[9], names[14]} <= retried and len(retried) < len(names)


def test_a_fault_of_ours_on_a_page_is_its_failure_and_told_with_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise ZeroDivisionError("no such weight")

    monkeypatch.setattr("caveat.batch.worker.audited", faulty)
    result = judge(standard(), Capture("page.html", b"<p>Open.</p>"), None)
    assert result.fault.startswith("Traceback") and "ZeroDivisionError: no such weight" in result.fault


@pytest.mark.parametrize("jobs", [1, 2, None])
def test_the_number_of_processes_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int | None) -> None:
    pages(tmp_path, 120)
    monkeypatch.chdir(tmp_path)
    targets = (tmp_path / "list.txt").read_text(encoding="utf-8").split()
    found = list(results(arrivals(targets, Access()), standard(), LOADED(), Journal(), jobs))
    assert [each.target for each in found] == targets
    assert sum(isinstance(each, Failure) for each in found) == 1
    assert [each.target for each in found if isinstance(each, PageReport) and each.findings][:3] == targets[0:20:9]


def test_all_workers_ask_at_one_desk_and_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "judge", curious)
    asking, most = 0, 0
    asked: list[tuple[str, ...]] = []

    def ask(names: Iterable[str]) -> Answers:
        nonlocal asking, most
        asking += 1
        most = max(most, asking)
        asked.append(tuple(names))
        time.sleep(0.01)
        asking -= 1
        return {}

    given = (Arrival((number, 0), Capture(f"{number}", b"")) for number in range(12))
    found = list(results(given, standard(), LOADED(), Journal(), 2, ask))
    assert [each.target for each in found] == [f"{number}" for number in range(12)]
    assert most == 1 and sorted(asked) == sorted((f"pmid:{number}",) for number in range(12))
    assert all(isinstance(each, PageReport) and each.title == f"pmid:{each.target}" for each in found)


# Numbers that add up

GERMAN = Check("language", CheckState.NOT_CHECKED, "the page is in German")
ENDS: st.SearchStrategy[PageReport | Failure] = st.one_of(
    st.sampled_from(FailureKind).map(lambda kind: Failure("target", Stage.FETCH, "why", kind=kind)),
    st.booleans().map(
        lambda spoken: PageReport("page", "", "", "", "", "en", Stance(StanceValue.PROMOTER), 1, checks=() if spoken else (GERMAN,))
    ),
)


@given(st.lists(ENDS, max_size=40))
def test_every_target_is_accounted_for_once(found: list[PageReport | Failure]) -> None:
    run = NOTHING_YET
    for each in found:
        run = counted(run, each)
    tally = Tally(FailOn(Severity.LOW))
    list(tally.watching(found))
    accounts = tally.accounts
    assert wire.accounts(run) == accounts
    assert run.targets == len(found) == run.pages + run.failures
    assert accounts["audited"] + accounts["not_checked"] + accounts["skipped_by_robots"] + sum(accounts["failed"].values()) == len(found)


@pytest.mark.parametrize("jobs", [1, 2])
def test_whoever_keeps_evidence_is_handed_each_page_with_its_copy_once(jobs: int) -> None:
    kept: dict[tuple[int, ...], tuple[str, str]] = {}

    def keep(place: tuple[int, ...], capture: Capture | None, text: str, result: PageReport | Failure) -> None:
        assert place not in kept and (capture is None or capture.target == result.target)
        kept[place] = result.target, text

    given = [
        Arrival((0, 0), Capture("a.txt", b"Open on weekdays.\n", media_type="text/plain")),
        Arrival((0,), None),
        Arrival((1, 0), failure("b.txt")),
        Arrival((1,), None),
    ]
    standard = Standard(only=(ONLY,), copies=True)
    assert len(list(results(given, standard, LOADED(), Journal(), jobs, keep=keep))) == 2
    assert kept == {(0, 0): ("a.txt", "Open on weekdays.\n"), (1, 0): ("b.txt", "")}


def test_processes_of_their_own_judge_by_the_same_law(tmp_path: Path) -> None:
    """The places asked for and the day decide which rules there are, in every process."""
    page = Path(__file__).parents[1] / "examples" / "abroad" / "page.html"
    asked = [str(page), str(page), "--jurisdiction", "DE", "--as-of", "2024-05-01", "--format", "jsonl", "--fail-on", "never"]
    here, there = (caveat("audit", *asked, "--jobs", jobs, folder=tmp_path).stdout for jobs in ("1", "2"))
    assert here == there and b'"DE"' in here
