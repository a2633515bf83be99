"""What all tests share: no way out to the network, and a small site of our own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from caveat.sources import Access

CAVEAT = [sys.executable, "-m", "caveat"]
LOCAL = ("127.0.0.1", "::1", "localhost")


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next((path for name in BROWSERS if (path := shutil.which(name))), None) if find_spec("playwright") else None
NO_BROWSER = "NO BROWSER: no Chromium on PATH, or no playwright; the tests of --render in one are NOT RUN"


def pytest_report_header() -> str:
    return f"browser: {BROWSER}" if BROWSER else NO_BROWSER


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where there is no browser the tests that need one are left out, which the first and the last lines say."""
    without = [item for item in items if BROWSER is None and item.get_closest_marker("browser")]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if BROWSER is None and terminalreporter.stats.get("deselected"):
        terminalreporter.write_line(NO_BROWSER, red=True, bold=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write the examples' reports anew instead of comparing them")


def environment(**more: str) -> dict[str, str]:
    """The environment of a program under test: nothing of the tester's terminal or proxy in it."""
    ours = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM", "PYTHONIOENCODING")
    return {name: value for name, value in os.environ.items() if name not in ours and not name.lower().endswith("_proxy")} | more


def caveat(
    *words: str | Path, folder: Path | None = None, data: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The program as a user runs it, with `data` on its standard input."""
    return subprocess.run([*CAVEAT, *map(str, words)], cwd=folder, input=data, env=env or environment(), capture_output=True, check=False)


def lines(output: bytes) -> list[str]:
    return output.decode("utf-8").splitlines()


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches the network: names are unknown as on a machine without it, and a connection elsewhere fails the test."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOCAL:
            pytest.fail(f"a test opened a connection to {address}")
        connect(self, address)

    def known(host: Any, *rest: Any, **more: Any) -> Any:
        if host not in LOCAL:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", known)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@dataclass
class Answer:
    """What the site says at one path. `act` does the talking itself, for an answer no decent server gives."""

    body: bytes = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    act: Callable[[BaseHTTPRequestHandler], None] | None = None


class Visit(NamedTuple):
    """A request as the site saw it come in."""

    time: float  # of a clock that never goes back, in seconds
    host: str
    path: str


@dataclass
class Site:
    """
    A clinic's site on this machine, under as many names as there are; `asked` are the headers of each request. A page that was put under
    `//host/path` is that host's own.
    """

    root: str
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def url(self, path: str) -> str:
        return self.root + path

    def access(self, *hosts: str, **more: Any) -> Access:
        """Access to the site, under the names of these hosts too: without a pause, unless one is asked for."""
        address = self.root.removeprefix("http://")
        return Access(**{"allow_private": True, "delay": 0, "resolve": dict.fromkeys(hosts, address), **more})

    def paths(self) -> list[str]:
        """What was asked for, without robots.txt."""
        return [visit.path for visit in self.visits if visit.path != "/robots.txt"]

    def put(self, path: str, answer: Answer) -> str:
        self.pages[path] = answer
        return self.url(path)


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("Host", "").partition(":")[0]
            here.visits.append(Visit(time.monotonic(), host, self.path))
            here.asked.append({name.lower(): value for name, value in self.headers.items()})
            own = here.pages.get(f"//{host}{self.path}") or here.pages.get(self.path)
            answer = own or Answer(b"nothing here", 404)
            if answer.act:
                answer.act(self)
                return
            self.send_response(answer.status)
            if answer.type:
                self.send_header("Content-Type", answer.type)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # the reader may have had enough
                self.wfile.write(answer.body)

        do_POST = do_GET

        def log_message(self, format: str, *values: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        here = Site(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield here
        server.shutdown()
