"""Time stamps of evidence: asked of an authority on this machine, kept, and checked."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from authority import authority, der, number
from caveat import evidence
from caveat.evidence.stamp import Unstamped, check, stamped
from conftest import Answer, Site, caveat, lines
from test_evidence import kept, run

Answered = Callable[[bytes], bytes]


def stamping(site: Site, answer: Answered, status: int = 200) -> str:
    """The address of an authority that answers so."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        asked = handler.rfile.read(int(handler.headers["Content-Length"]))
        assert handler.headers["Content-Type"] == "application/timestamp-query"
        data = answer(asked)
        handler.send_response(status)
        handler.send_header("Content-Type", "application/timestamp-reply")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return site.put("/tsr", Answer(act=act))


def test_a_stamp_is_kept_and_checked(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    kept(folder)
    keeper = evidence.resumed(folder, run(folder))
    before = evidence.verify(folder).head
    head = stamped(keeper, stamping(site, authority().answer), 5)
    verdict = evidence.verify(folder, before)
    assert (verdict.problems, verdict.ended, verdict.head, verdict.after) == ((), True, head, 0)
    (stamp,) = verdict.stamps
    assert stamp.of == before and stamp.line == verdict.lines - 1
    data = (folder / stamp.file).read_bytes()
    told = check(data, before, authority().pem)
    assert (told.time, told.signer, told.trusted, told.fault) == ("2026-03-04T05:06:07Z", "CN=Stamps of Example", True, "")
    assert check(data, before).trusted is None
    assert check(data, before, authority("Somebody Else").pem).trusted is False
    assert check(data, head).fault == "stamps another hash"
    assert check(data[:-1] + bytes([data[-1] ^ 1]), before, authority().pem).trusted is False


BAD: dict[str, tuple[Answered, int, str]] = {
    "another hash": (lambda asked: authority().answer(asked, imprint=b"x" * 32), 200, "is no time stamp of this evidence"),
    "another question's nonce": (lambda asked: authority().answer(asked, nonce=number(7)), 200, "is not to this question"),
    "a refusal": (lambda asked: authority().answer(asked, status=2), 200, "refused"),
    "rubbish": (lambda asked: b"<html>no</html>", 200, "is no time stamp of this evidence: is none"),
    "nothing": (lambda asked: b"", 200, "is none"),
    "an endless answer": (lambda asked: b"0" * 2_000_000, 200, "larger than a time stamp can be"),
    "an error": (lambda asked: b"", 500, "answers 500"),
    "a token without content": (lambda asked: der(0x30, der(0x30, number(0))), 200, "is no time stamp of this evidence"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_stamp_is_not_kept(site: Site, tmp_path: Path, what: str) -> None:
    answer, status, said = BAD[what]
    keeper = kept(tmp_path / "evidence")
    with pytest.raises(Unstamped, match=said):
        stamped(keeper, stamping(site, answer, status), 5)
    verdict = evidence.verify(tmp_path / "evidence")
    assert verdict.problems == () and verdict.ended and verdict.stamps == ()


def test_a_run_is_stamped_and_verified_by_the_commands(site: Site, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("Open on weekdays.\n", encoding="utf-8")
    (tmp_path / "roots.pem").write_bytes(authority().pem)
    url = stamping(site, authority().answer)
    done = caveat("audit", "page.txt", "--evidence", "kept", "--timestamp", url, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    head = lines(done.stderr)[-1].rsplit(" ", 1)[1]
    checked = caveat("verify", "kept", "--head", head, "--tsa-roots", "roots.pem", folder=tmp_path)
    assert checked.returncode == 0, checked.stderr
    said = checked.stdout.decode()
    assert "time stamp  2026-03-04T05:06:07Z, of line" in said and "by CN=Stamps of Example; signed under one of the given roots" in said
    (tmp_path / "others.pem").write_bytes(authority("Somebody Else").pem)
    checked = caveat("verify", "kept", "--tsa-roots", "others.pem", folder=tmp_path)
    assert checked.returncode == 1 and "a time stamp does not hold" in lines(checked.stderr)[-1]


def test_an_authority_that_is_down_costs_the_stamp_and_nothing_else(site: Site, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("Open on weekdays.\n", encoding="utf-8")
    url = stamping(site, lambda asked: b"", 503)
    done = caveat("audit", "page.txt", "--evidence", "kept", "--timestamp", url, folder=tmp_path)
    assert done.returncode == 3
    assert lines(done.stderr)[-1] == f"caveat: exit 3: the evidence has no time stamp: {url} answers 503"
    assert b"Open on weekdays" not in done.stdout and b"1 read" in done.stdout
    assert caveat("verify", "kept", folder=tmp_path).returncode == 0


def test_a_flipped_byte_of_a_stamp_is_found(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    kept(folder)
    stamped(evidence.resumed(folder, run(folder)), stamping(site, authority().answer), 5)
    (stamp,) = evidence.verify(folder).stamps
    data = bytearray((folder / stamp.file).read_bytes())
    for at in range(0, len(data), 97):
        data[at] ^= 1
        (folder / stamp.file).write_bytes(data)
        assert [each.file for each in evidence.verify(folder).problems] == [stamp.file]
        data[at] ^= 1


@pytest.mark.parametrize("words", [("--timestamp", "https://tsa.example"), ("--evidence", "kept", "--timestamp", "tsa.example")])
def test_a_stamp_without_evidence_or_address_is_a_mistake(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "page.txt").write_text("Open on weekdays.\n", encoding="utf-8")
    assert caveat("audit", "page.txt", *words, folder=tmp_path).returncode == 2
