"""The options of fetching as a user meets them: what they change, what the report says of it, and what cannot be asked for."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from caveat.model import FailureKind
from conftest import CAVEAT, Answer, Site, caveat, environment, lines

CLAIM = Answer(b"<h1>Lupus</h1><p>Our exosomes cure lupus within weeks. Book a visit at our clinic today.</p>")
Run = Callable[..., CompletedProcess[bytes]]


@pytest.fixture
def run(site: Site, tmp_path: Path) -> Run:
    """`caveat`, for which the hosts of the tests are the local site."""
    address = site.root.removeprefix("http://")

    def ran(command: str, *words: str | Path) -> CompletedProcess[bytes]:
        names = [word for host in ("clinic.example", "other.example") for word in ("--resolve", f"{host}:{address}")]
        pace = ["--delay", "0"] if command == "audit" else []
        return caveat(command, *words, *names, "--allow-private", *pace, folder=tmp_path)

    return ran


def report(done: CompletedProcess[bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_host_is_sought_where_the_user_says(site: Site, run: Run) -> None:
    site.put("/lupus", CLAIM)
    (page,) = report(run("audit", "http://clinic.example/lupus", "--format", "json"))["pages"]
    assert page["url"] == "http://clinic.example/lupus" and page["findings"]
    assert {visit.host for visit in site.visits} == {"clinic.example"}


def test_private_addresses_are_refused_unless_they_are_allowed(site: Site) -> None:
    url = site.put("/lupus", CLAIM)
    done = caveat("audit", url, "--format", "json")
    (failed,) = report(done)["failures"]
    assert (done.returncode, failed["kind"]) == (3, "refused-address")
    assert "--allow-private" in failed["hint"] and site.visits == []


def test_a_page_that_robots_txt_asks_not_to_read_is_a_failure_of_that_kind(site: Site, run: Run) -> None:
    site.put("/robots.txt", Answer(b"User-agent: caveat\nDisallow: /lupus", type="text/plain"))
    site.put("/lupus", CLAIM)
    done = run("audit", "http://clinic.example/lupus", "--format", "json")
    (failed,) = report(done)["failures"]
    assert (done.returncode, failed["kind"]) == (3, "robots")
    assert "its robots.txt asks robots not to read it; --ignore-robots" in lines(done.stderr)[0]


@pytest.mark.parametrize("format", ["json", "terminal"])
def test_the_reason_for_ignoring_robots_txt_stands_in_the_report(site: Site, run: Run, format: str) -> None:
    site.put("/robots.txt", Answer(b"User-agent: *\nDisallow: /", type="text/plain"))
    site.put("/lupus", CLAIM)
    done = run("audit", "http://clinic.example/lupus", "--ignore-robots", "--reason", "Order of the board,  12 May", "--format", format)
    assert done.returncode == 1
    if format == "json":
        (page,) = report(done)["pages"]
        assert {"check": "robots.txt", "state": "not-asked", "reason": "ignored: Order of the board, 12 May", "prominence": []} in page[
            "checks"
        ]
    else:
        assert "robots.txt: ignored: Order of the board, 12 May" in " ".join(done.stdout.decode().split())


def test_kept_pages_spare_the_site_and_the_report_says_so(site: Site, run: Run) -> None:
    site.put("/lupus", CLAIM)
    first = report(run("audit", "http://clinic.example/lupus", "--keep", "kept", "--format", "json"))["pages"][0]
    asked = len(site.visits)
    again = report(run("audit", "http://clinic.example/lupus", "--keep", "kept", "--max-age", "12h", "--format", "json"))["pages"][0]
    assert len(site.visits) == asked
    assert (again["fetched"], again["findings"]) == (first["fetched"], first["findings"])
    (check,) = [check for check in again["checks"] if check["check"] == "kept page"]
    assert check["reason"] == f"fetched on {first['fetched']} and kept since"
    run("audit", "http://clinic.example/lupus", "--keep", "kept", "--max-age", "0s")
    assert len(site.visits) > asked


@pytest.mark.parametrize("command", ["read", "explain"])
def test_one_page_is_fetched_by_the_same_rules(site: Site, run: Run, command: str) -> None:
    site.put("/robots.txt", Answer(b"User-agent: *\nDisallow: /closed", type="text/plain"))
    site.put("/closed", CLAIM)
    refused = run(command, "http://clinic.example/closed")
    assert refused.returncode == 3 and b"robots.txt asks robots not to read it" in refused.stderr
    assert run(command, "http://clinic.example/closed", "--ignore-robots", "--reason", "asked by the owner").returncode == 0


def silent(handler: BaseHTTPRequestHandler) -> None:
    handler.rfile.read(1)  # until the reader goes


def test_the_failures_of_a_run_are_told_apart_by_their_kind(site: Site, run: Run, tmp_path: Path) -> None:
    site.put("/robots.txt", Answer(b"User-agent: *\nDisallow: /closed", type="text/plain"))
    site.put("/login", Answer(b"", 401))
    site.put("/blocked", Answer(b"", 403))
    site.put("/broken", Answer(b"", 500))
    site.put("/pdf", Answer(b"%PDF-1.7", type="application/pdf"))
    site.put("/circle", Answer(status=302, headers={"Location": "/circle"}))
    site.put("/garbled", Answer(b"no gzip", headers={"Content-Encoding": "gzip"}))
    site.put("/soft", Answer(b"<title>Page not found</title><h1>Page not found</h1>"))
    site.put("/shell", Answer(b'<div id="root"></div><script src="/main.js"></script>'))
    site.put("/inside", Answer(status=302, headers={"Location": "http://169.254.169.254/"}))
    site.put("/big", Answer(b"x" * 3000))
    site.put("/silent", Answer(act=silent))
    site.put("/consent", Answer(b"<h1>Before you continue to Larkmere</h1><p>Accept our cookies.</p>"))
    site.put("/parked", Answer(b"<h1>larkmere.example</h1><p>This domain is for sale.</p>"))
    kinds = {
        "closed": "robots", "login": "login", "blocked": "blocked", "broken": "http-status", "pdf": "no-page", "circle": "redirects",
        "garbled": "garbled", "soft": "not-found", "gone": "not-found", "shell": "needs-javascript", "inside": "refused-address",
        "big": "too-large", "silent": "time-out", "consent": "consent-wall", "parked": "parked",
    }  # fmt: skip
    urls = [f"http://clinic.example/{path}" for path in kinds]
    elsewhere = {
        "https://clinic.example/": "tls", "http://nobody.example/": "unreachable", "http://nowhere.example/": "unknown-host",
        "ftp://clinic.example/": "bad-address", "nothing.html": "unreadable",
    }  # fmt: skip
    (tmp_path / "nothing.html").write_bytes(b"")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"nobody.example:127.0.0.1:{taken.getsockname()[1]}"
    limits = ["--max-size", "2kB", "--retries", "0", "--timeout", "2"]
    done = run("audit", *urls, *elsewhere, *limits, "--resolve", closed, "--format", "jsonl")
    failures = [record for record in map(json.loads, lines(done.stdout)) if record["type"] == "failure"]
    found = {record["target"].removeprefix("http://clinic.example/"): record["kind"] for record in failures}
    assert found == kinds | elsewhere
    assert set(found.values()) == set(FailureKind) - {"language", "crashed"}  # which are of judging, and have tests there
    assert done.returncode == 3 and all(record["reason"] for record in failures)


def test_a_run_that_waits_for_its_turn_can_be_interrupted(site: Site) -> None:
    pages = [site.put(f"/{number}", CLAIM) for number in range(3)]
    words = ["audit", *pages, "--allow-private", "--delay", "3600", "--format", "jsonl"]
    with subprocess.Popen([*CAVEAT, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as run:
        while not site.visits:  # then it waits for an hour
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate()
    assert run.returncode == 130, said
    assert b"exit 130: interrupted" in said
    assert [visit.path for visit in site.visits] == ["/robots.txt"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ignore-robots"], "--ignore-robots: no reason is given; say why with --reason"),
        (["--ignore-robots", "--reason", "  "], "--ignore-robots: no reason is given"),
        (["--reason", "because"], "--reason is of use with --ignore-robots only"),
        (["--resolve", "clinic.example"], "--resolve: 'clinic.example' names no host and address"),
        (["--resolve", "clinic.example:1.2.3.400"], "--resolve: 'clinic.example:1.2.3.400' names no host and address"),
        (["--max-age", "soon"], "--max-age: 'soon' is no length of time; it is written 90m, 12h or 7d"),
        (["--max-age", "99999999999d"], "--max-age: '99999999999d' is no length of time"),
        (["--keep", "page.html"], "--keep page.html: is no folder"),
        (["--contact", "büro@paper.example"], "--contact: only plain ASCII characters can be sent"),
        (["--delay", "-1"], "--delay"),
        (["--parallel", "0"], "--parallel"),
    ],
)
def test_what_cannot_be_asked_for_is_said_before_anything_is_audited(tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "page.html").write_bytes(CLAIM.body)
    done = caveat("audit", "page.html", *words, folder=tmp_path)
    assert done.returncode == 2 and not done.stdout
    assert said in done.stderr.decode()


def test_hosts_are_resolved_with_ports_and_in_brackets() -> None:
    from caveat.cli.options import resolved

    given = ["clinic.example:127.0.0.1", "Clinic.example:443:127.0.0.1:8443", "six.example:[::1]", "seven.example:[::1]:8080"]
    assert resolved(given) == {
        "clinic.example": "127.0.0.1", "clinic.example:443": "127.0.0.1:8443", "six.example": "::1", "seven.example": "[::1]:8080",
    }  # fmt: skip
