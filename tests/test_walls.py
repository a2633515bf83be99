"""Pages that stand where another was asked for are named as what they are, and no page of a clinic is ever taken for one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caveat import Options, results
from caveat.model import Capture, Failure, FailureKind, Page, PageReport, Stage
from caveat.reading import read
from caveat.roles import label, wall
from caveat.rulebook import WallRule, scan
from conftest import caveat
from corpus_pages import html
from labelled_pages import PROSE, book

HERE = Path(__file__).parent
BANNER = '<div id="cookie-law-info-bar" role="dialog">We use cookies. <button>Accept all</button> <button>Reject</button></div>'
MENU = '<nav><a href="/">Home</a> <a href="/lupus">Lupus</a> <a href="/login">Patient login</a></nav>'
FOOTER = "<footer>© Larkmere Clinic, 12 Mill Lane. All rights reserved.</footer>"


def page(body: str, title: str = "Larkmere Clinic", language: str = "en") -> bytes:
    return f"<!DOCTYPE html><html lang='{language}'><head><title>{title}</title></head><body>{body}</body></html>".encode()


WALLS: dict[str, tuple[FailureKind, bytes]] = {
    "a test for robots": (
        FailureKind.BLOCKED,
        page("<h1>www.larkmere.example</h1><p>Verifying you are human. This may take a few seconds.</p>"
             "<p>www.larkmere.example needs to review the security of your connection before proceeding.</p>", "Just a moment..."),
    ),
    "a refusal with status 200": (
        FailureKind.BLOCKED,
        page("<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p>", "Access Denied"),
    ),
    "a captcha": (FailureKind.BLOCKED, page("<p>Please complete the security check to access larkmere.example</p><script></script>")),
    "a login": (
        FailureKind.LOGIN,
        page("<form><label>Username or Email Address</label><input name='log'><label>Password</label><input type='password'>"
             "<button>Log In</button></form><a href='/lost'>Lost your password?</a>", "Log In ‹ Larkmere Clinic — WordPress"),
    ),
    "a page for members": (FailureKind.LOGIN, page(MENU + "<h1>Exosomes</h1><p>You must be logged in to view this page.</p>" + FOOTER)),
    "a consent wall": (
        FailureKind.CONSENT,
        page("<h1>Before you continue to Larkmere</h1><p>We use cookies and data to deliver our services.</p><button>Accept all</button>"),
    ),
    "a question for the profession": (
        FailureKind.CONSENT,
        page("<h2>Are you a healthcare professional?</h2><p>This site is meant for healthcare professionals only.</p><button>Yes</button>"),
    ),
    "a soft 404": (
        FailureKind.NOT_FOUND,
        page(MENU + "<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location. Maybe try one of the "
             "links below or a search?</p>" + FOOTER, "Page not found – Larkmere Clinic"),
    ),
    "a shell that scripts fill": (
        FailureKind.SCRIPT,
        page('<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/main.js"></script>'),
    ),
    "a shell that is loading": (FailureKind.SCRIPT, page('<div id="app"><p>Loading …</p></div><script src="/main.js"></script>')),
    "a shell without a word": (FailureKind.SCRIPT, page('<div id="app"></div><script src="/main.js"></script>')),
    "a domain for sale": (FailureKind.PARKED, page("<h1>larkmere.example</h1><p>This domain is for sale. Buy this domain today.</p>")),
    "a suspended account": (FailureKind.PARKED, page("<h1>Account Suspended</h1><p>Contact your hosting provider.</p>")),
    "a Spanish soft 404": (
        FailureKind.NOT_FOUND,
        page("<h1>Página no encontrada</h1><p>La página que busca no existe o ha cambiado de dirección.</p>", language="es"),
    ),
}  # fmt: skip

NO_WALLS = {
    "a short page with a cookie banner": page(f"{BANNER}{MENU}<h1>Lupus</h1><p>Our exosomes calm lupus within weeks.</p>{FOOTER}"),
    "a page with a login in its menu": page(MENU + "<h1>Opening hours</h1><p>We are open on weekdays from nine to five.</p>"),
    "a long page that asks for scripts": page(f"<noscript>Please enable JavaScript.</noscript><h1>Knees</h1><p>{PROSE}</p>"),
    "a long page with a hidden dialogue": page(f"<div style='display:none'>Verify you are human</div><h1>Knees</h1><p>{PROSE}</p>"),
    "a short page with a hidden dialogue": page("<div hidden>Please verify you are human.</div><p>Open on weekdays.</p>"),
    "a page on access that was denied": page(f"<h1>Access denied</h1><p>{PROSE}</p><p>{PROSE}</p>"),
    "a page of which a part is for members": page(f"<h1>Knees</h1><p>{PROSE}</p><p>Please log in to view this page's comments.</p>"),
    "a page of words in its data": page(
        '<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">'
        + json.dumps({"props": {"text": PROSE}}) + "</script>"),
    "a page with its name and no script": page("<h1>Larkmere Clinic</h1>"),
}  # fmt: skip


def audited(data: bytes, name: str = "saved.html") -> PageReport | Failure:
    (found,) = results([Capture(name, data, media_type="text/html")], book(), Options())
    return found


def walled(data: bytes) -> Failure | None:
    read_as = read(Capture("page.html", data))
    assert isinstance(read_as, Page), read_as
    seen = scan(book(), read_as)
    return wall(label(read_as, seen, book()), data, seen, book())


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_a_failure_of_its_own_kind_and_nothing_on_it_is_audited(name: str) -> None:
    kind, data = WALLS[name]
    found = audited(data)
    assert isinstance(found, Failure), found
    assert (found.kind, found.stage) == (kind, Stage.READ)
    assert found.reason and found.hint


def test_the_words_that_show_a_wall_are_quoted() -> None:
    found = audited(WALLS["a suspended account"][1])
    assert isinstance(found, Failure) and "“Account Suspended”" in found.reason


@pytest.mark.parametrize("name", NO_WALLS)
def test_a_page_is_no_wall(name: str) -> None:
    assert isinstance(audited(NO_WALLS[name]), PageReport)


def labelled_pages() -> Iterator[tuple[str, bytes]]:
    for file in sorted((HERE / "corpus").rglob("pages.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            yield row["page"], html(row).encode()


def shown_pages() -> Iterator[tuple[str, bytes]]:
    for file in sorted((HERE.parent / "examples").rglob("page.*")):
        yield file.parent.name, file.read_bytes()


def test_no_labelled_page_and_no_example_is_taken_for_a_wall() -> None:
    pages = [*labelled_pages(), *shown_pages()]
    assert len(pages) > 150
    taken = {name: found.reason for name, data in pages if (found := walled(data))}
    assert taken == {}


def test_every_wall_has_a_kind_and_its_words_in_spanish() -> None:
    spanish = book().speaking("es")
    assert spanish
    walls = book().of(WallRule)
    assert {rule.failure for rule in walls.values()} == {
        FailureKind.BLOCKED, FailureKind.LOGIN, FailureKind.CONSENT, FailureKind.NOT_FOUND, FailureKind.SCRIPT, FailureKind.PARKED,
    }  # fmt: skip
    assert walls.keys() == spanish.of(WallRule).keys()


@pytest.mark.parametrize("command", ["audit", "explain"])
def test_a_saved_wall_makes_the_run_incomplete(tmp_path: Path, command: str) -> None:
    (tmp_path / "saved.html").write_bytes(WALLS["a login"][1])
    done = caveat(command, "saved.html", folder=tmp_path)
    assert done.returncode == 3
    assert b"saved.html: is a login, not the page" in done.stderr


def test_reading_shows_a_wall_and_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "saved.html").write_bytes(WALLS["a soft 404"][1])
    done = caveat("read", "saved.html", folder=tmp_path)
    assert done.returncode == 3
    assert "That page can’t be found." in done.stdout.decode()
    assert b"says that there is no such page" in done.stderr
