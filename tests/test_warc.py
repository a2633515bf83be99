"""WARC files of others as a source: which records are pages, what is said of the rest, and what hostile files come to."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
import threading
import tracemalloc
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from caveat.model import Capture, Failure, FailureKind, Skipped
from caveat.sources import Access, captures
from caveat.sources.records import records
from conftest import caveat, lines

PAGE = b"<html><p>Stem cells cure lupus.</p></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}
SITE = "https://clinic.example"


def record(
    kind: str = "response",
    url: str = f"{SITE}/",
    body: bytes = PAGE,
    status: str = "200 OK",
    headers: dict[str, str] | None = None,
    packed: bool = False,
    **more: str,
) -> bytes:
    """One record as warcio writes it; `more` are fields of its own header, with _ for -."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed, warc_version="1.1")
    named = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, kind + url)}>"
    fields = {"WARC-Date": "2026-03-04T05:06:07.123456Z", "WARC-Record-ID": named}
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    http = StatusAndHeaders(status, list((HTML if headers is None else headers).items()), protocol="HTTP/1.1")
    head = http if kind in ("response", "revisit") else None
    writer.write_record(writer.create_warc_record(url, kind, io.BytesIO(body), len(body), warc_headers_dict=fields, http_headers=head))
    return out.getvalue()


def raw(block: bytes, length: str | None = None, first: str = "WARC/1.1", **fields: str) -> bytes:
    """A record written by hand, as a hostile hand would."""
    named = {"WARC-Type": "response", "WARC-Target-URI": f"{SITE}/bad", "WARC-Date": "2026-03-04T05:06:07Z"}
    named |= {name.replace("_", "-"): value for name, value in fields.items()}
    if length != "":
        named["Content-Length"] = str(len(block)) if length is None else length
    return b"\r\n".join([first.encode(), *(f"{name}: {value}".encode() for name, value in named.items()), b"", block, b"", b""])


def http(body: bytes = PAGE, *fields: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *fields, "", ""]).encode() + body


def found(folder: Path, data: bytes, name: str = "crawl.warc", limit: int = 100_000) -> tuple[list[Capture | Failure], list[Skipped]]:
    (folder / name).write_bytes(data)
    skipped: list[Skipped] = []
    return list(captures([str(folder / name)], Access(size=limit, skipped=skipped.append))), skipped


def pages(folder: Path, data: bytes, name: str = "crawl.warc") -> list[Capture]:
    return [each for each in found(folder, data, name)[0] if isinstance(each, Capture)]


@pytest.mark.parametrize("form", ["plain", "members", "whole"])
def test_the_pages_of_a_crawl(tmp_path: Path, form: str) -> None:
    parts = [
        record("warcinfo", "", b"software: test\r\n"),
        record(url=f"{SITE}/a"),
        record("request", f"{SITE}/a", b"GET /a HTTP/1.1\r\nHost: clinic.example\r\n\r\n"),
        record(url=f"{SITE}/b", body="Célula".encode("latin-1"), headers={"Content-Type": "text/plain; charset=iso-8859-1"}),
    ]
    data = b"".join(gzip.compress(part) for part in parts) if form == "members" else b"".join(parts)
    name = "crawl.warc" if form == "plain" else "crawl.warc.gz"
    first, second = pages(tmp_path, gzip.compress(data) if form == "whole" else data, name)
    assert first == Capture(f"{tmp_path / name}#{SITE}/a", PAGE, f"{SITE}/a", "2026-03-04T05:06:07Z", "text/html", "utf-8")
    assert (second.url, second.media_type, second.charset) == (f"{SITE}/b", "text/plain", "iso-8859-1")


def test_what_is_no_page_is_counted_and_no_failure(tmp_path: Path) -> None:
    given = [
        record(status="404 Not Found"),
        record(status="301 Moved", headers={"Location": "/b"}),
        record(headers={"Content-Type": "image/png"}),
        record(headers={"Content-Type": "text/css"}),
        record(headers={"Content-Type": "application/pdf"}),
        record(headers={}, body=b"\0\1\2 no page"),
        record(body=b""),
        record(url=f"{SITE}/robots.txt", headers={"Content-Type": "text/plain"}),
        record("metadata", f"{SITE}/", b"fetchTimeMs: 3\r\n"),
        record("resource", "urn:text:https://clinic.example/", b"text", Content_Type="text/plain"),
        record("response", "dns:clinic.example", b"192.0.2.1"),
        raw(b"?", WARC_Type="mystery"),
        record(),
    ]
    all_found, (skipped,) = found(tmp_path, b"".join(given))
    assert [type(each) for each in all_found] == [Capture]
    assert (skipped.records, skipped.pages) == (13, 1)
    assert dict(skipped.kinds) == {
        "answers with status 404": 1, "answers with status 301": 1, "image files": 1, "text files": 1, "application files": 1,
        "data of no stated type": 1, "empty answers": 1, "robots.txt files": 1, "metadata records": 1,
        "resource records of other addresses": 1, "response records of other addresses": 1, "records of unknown types": 1,
    }  # fmt: skip


def test_pages_without_a_stated_type_are_known_by_their_look(tmp_path: Path) -> None:
    given = [record(headers={}), record(headers={"Content-Type": "application/octet-stream"}), record(headers={"Content-Type": "text/xml"})]
    assert [page.data for page in pages(tmp_path, b"".join(given))] == [PAGE] * 3


def test_resource_and_conversion_records_are_pages(tmp_path: Path) -> None:
    given = record("resource", f"{SITE}/a", PAGE, Content_Type="text/html; charset=utf-8")
    given += record("conversion", f"{SITE}/b", b"Stem cells cure lupus.", Content_Type="text/plain")
    first, second = pages(tmp_path, given, "crawl.wet")
    assert (first.data, first.url, first.charset) == (PAGE, f"{SITE}/a", "utf-8")
    assert (second.data, second.media_type) == (b"Stem cells cure lupus.", "text/plain")


SMALL = gzip.compress(PAGE)
CODED: dict[str, tuple[dict[str, str], bytes]] = {
    "gzip": ({"Content-Encoding": "gzip"}, gzip.compress(PAGE)),
    "two members": ({"Content-Encoding": "gzip"}, gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:])),
    "zlib": ({"Content-Encoding": "deflate"}, zlib.compress(PAGE)),
    "bare deflate": ({"Content-Encoding": "deflate"}, zlib.compress(PAGE)[2:-4]),
    "brotli": ({"Content-Encoding": "br"}, brotli.compress(PAGE)),
    "twice": ({"Content-Encoding": "deflate, gzip"}, gzip.compress(zlib.compress(PAGE))),
    "chunked": ({"Transfer-Encoding": "chunked"}, b"5;a=b\r\n%b\r\n25\r\n%b\r\n0\r\n\r\n" % (PAGE[:5], PAGE[5:])),
    "chunked gzip": ({"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}, b"%x\r\n%b\r\n0\r\n\r\n" % (len(SMALL), SMALL)),
    "undone when stored": ({"Transfer-Encoding": "chunked", "Content-Encoding": "gzip", "Content-Length": "9"}, PAGE),
    "brotli undone when stored": ({"Content-Encoding": "br"}, PAGE),
}  # fmt: skip


@pytest.mark.parametrize("how", CODED)
def test_codings_are_undone(tmp_path: Path, how: str) -> None:
    headers, body = CODED[how]
    (page,) = pages(tmp_path, record(headers={**HTML, **headers}, body=body))
    assert page.data == PAGE


def test_a_revisit_of_a_page_in_the_file_is_passed_over_and_of_another_is_named(tmp_path: Path) -> None:
    first = record()
    digest = next(line.split(b": ")[1].decode() for line in first.split(b"\r\n") if line.startswith(b"WARC-Payload-Digest"))
    known = record("revisit", f"{SITE}/again", b"", WARC_Payload_Digest=digest)
    elsewhere = {"WARC_Refers_To_Target_URI": f"{SITE}/old", "WARC_Refers_To_Date": "2025-01-01T00:00:00Z"}
    other = record("revisit", f"{SITE}/other", b"", WARC_Payload_Digest="sha1:AAAA", **elsewhere)  # type: ignore[arg-type]
    image = record("revisit", f"{SITE}/x.png", b"", headers={"Content-Type": "image/png"}, WARC_Payload_Digest="sha1:BBBB")
    (page, failure), (skipped,) = found(tmp_path, first + known + other + image)
    assert isinstance(page, Capture) and isinstance(failure, Failure)
    assert failure.reason.endswith(f"the same as that of {SITE}/old at 2025-01-01T00:00:00Z, which this file does not hold")
    assert dict(skipped.kinds) == {"repetitions (revisit records) of pages read": 1, "image files": 1}


BOMB = gzip.compress(b"\0" * 50_000_000)
LONG = b"x" * 300_000

# What stands in the file between two good pages, and what the failure says of it; "": nothing is said, for it is harmless.
HOSTILE: dict[str, tuple[bytes, str]] = {
    "a length too short": (raw(http(), str(len(http()) - 5)), "goes on after them: its Content-Length is wrong"),
    "a length too long": (raw(http(), str(len(http()) + 60)), "its Content-Length is wrong"),
    "a claim of 10 GB": (raw(http(), "10000000000"), "claims 10000000000 bytes, which is more than the rest of the file"),
    "no length": (raw(http(), ""), "its Content-Length is missing"),
    "a negative length": (raw(http(), "-5"), "its Content-Length is no number: '-5'"),
    "a length that is no number": (raw(http(), "1e3"), "its Content-Length is no number: '1e3'"),
    "a length of a hundred digits": (raw(http(), "9" * 100), "its Content-Length is no number"),
    "a flood of fields": (raw(http(), **{f"X{n}": "y" * 50 for n in range(3_000)}), "its header is longer than 65536 bytes, or cut short"),
    "a field without end": (raw(http(), X_Long="y" * 400_000), "its header is longer than 65536 bytes, or cut short"),
    "no record at all": (b"this is no record\r\n\r\n", "what stands here is no WARC record"),
    "binary rubbish": (bytes(range(1, 256)) * 2_000 + b"\n", "what stands here is no WARC record"),
    "another version's name": (raw(http(), first="WARCX1.0"), "what stands here is no WARC record"),
    "no HTTP": (raw(b"<p>hello</p>"), "holds no HTTP answer"),
    "an empty block": (raw(b""), "holds no HTTP answer"),
    "a head without end": (raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 60_000), "the head of its HTTP answer has no end"),
    "a flood of HTTP fields": (raw(http(PAGE, *["X: y"] * 2_000)), "the head of its HTTP answer has more than 1000 fields"),
    "a gzip bomb": (raw(http(BOMB, "Content-Encoding: gzip")), "is larger than 0.1 MB"),
    "a brotli bomb": (raw(http(brotli.compress(b"\0" * 50_000_000), "Content-Encoding: br")), "is larger than 0.1 MB"),
    "a bomb in a bomb": (raw(http(gzip.compress(BOMB), "Content-Encoding: gzip, gzip")), "is larger than 0.1 MB"),
    "codings without end": (raw(http(PAGE, "Content-Encoding: gzip,gzip,gzip,gzip,gzip")), "compressed 5 times over"),
    "gzip members without end": (raw(http(gzip.compress(b"") * 3_000, "Content-Encoding: gzip")), "compressed in more than 100 pieces"),
    "an unknown coding": (raw(http(PAGE, "Content-Encoding: rot13")), "compressed as rot13, which cannot be undone here"),
    "damaged compression": (raw(http(gzip.compress(PAGE)[:-9] + b"\0" * 9, "Content-Encoding: gzip")), "cannot be decompressed"),
    "compression cut short": (raw(http(gzip.compress(PAGE)[:-9], "Content-Encoding: gzip")), "compressed, and cut short"),
    "chunks cut short": (raw(http(b"ffff\r\nhello", "Transfer-Encoding: chunked")), "its chunks are cut short"),
    "garbled chunks": (raw(http(b"3\r\nabc\r\nzz\r\n", "Transfer-Encoding: chunked")), "its chunks are cut short or garbled"),
    "an answer shorter than it says": (raw(http(PAGE, "Content-Length: 5000")), "the answer was to have 5000 bytes, and 42 are there"),
    "a page over the limit": (raw(http(LONG)), "is larger than 0.1 MB"),
    "cut short when stored": (raw(http(), WARC_Truncated="time"), "was cut short when it was stored (time)"),
    "a segment": (raw(http(), WARC_Segment_Number="1"), "is stored in segments, which are not put together"),
    "another block digest": (raw(http(), WARC_Block_Digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), "its block digest differs"),
    "a digest of an unknown kind": (raw(http(), WARC_Block_Digest="whirl:42"), ""),
    "an address with control characters": (raw(http(), WARC_Target_URI=f"{SITE}/\x1b]0;x\x07\u202e"), ""),
    "a broken address": (raw(http(), WARC_Target_URI="http://[::1"), ""),
    "blank lines without end": (b"\r\n" * 500_000, ""),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_record_is_named_and_its_neighbours_are_read(tmp_path: Path, what: str) -> None:
    bad, said = HOSTILE[what]
    first = record(url=f"{SITE}/first")
    data = first + bad + record(url=f"{SITE}/last")
    tracemalloc.start()
    try:
        came, _ = found(tmp_path, data)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    read = [each.url for each in came if isinstance(each, Capture)]
    assert read[0] == f"{SITE}/first" and read[-1] == f"{SITE}/last"
    failed = [each for each in came if isinstance(each, Failure)]
    assert len(failed) == bool(said)
    if said:
        assert said in failed[0].reason
        if failed[0].kind is FailureKind.GARBLED:
            assert failed[0].reason.startswith(f"record 2 at byte {len(first)}: ")
    assert most < 12_000_000


@pytest.mark.parametrize("at", ["middle", "trailer", "start"])
def test_a_broken_gzip_member_is_named_and_its_neighbours_are_read(tmp_path: Path, at: str) -> None:
    parts = [record(url=f"{SITE}/{n}", packed=True) for n in range(3)]
    broken = bytearray(parts[1])
    broken[{"middle": len(broken) // 2, "trailer": -6, "start": 0}[at]] ^= 0x55
    came, _ = found(tmp_path, parts[0] + broken + parts[2], "crawl.warc.gz")
    assert [each.url for each in came if isinstance(each, Capture)] == [f"{SITE}/0", f"{SITE}/2"]
    (failed,) = (each for each in came if isinstance(each, Failure))
    assert failed.reason.startswith("record 2 at byte ") and "compressed" in failed.reason
    if at != "start":  # where the member's own mark is gone, it is not known to begin
        assert f"at byte {len(parts[0])}:" in failed.reason


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_the_bytes_nothing_is_raised_and_what_is_told_is_bounded(data: st.DataObject) -> None:
    """A file of a few records, of which any bytes are exchanged, taken out or put in."""
    packed = data.draw(st.booleans())
    whole = bytearray(b"".join(record(url=f"{SITE}/{n}", body=PAGE * 3, packed=packed) for n in range(3)))
    for _ in range(data.draw(st.integers(1, 6))):
        at, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 40))
        marks = st.sampled_from([b"\r\n", b"WARC/1.1\r\n", b"\x1f\x8b\x08"])
        whole[at : at + length] = data.draw(st.one_of(st.binary(max_size=60), marks))
    came = list(records(io.BytesIO(bytes(whole)), 10_000))
    assert len(came) < 40 and all(len(each.block) <= 10_000 for each in came)
    with tempfile.TemporaryDirectory() as folder:
        for each in found(Path(folder), bytes(whole), "crawl.warc.gz" if packed else "crawl.warc")[0]:
            assert isinstance(each, Capture) or each.reason


@pytest.mark.parametrize("packed", [False, True])
def test_every_cut_of_a_file_is_told(tmp_path: Path, packed: bool) -> None:
    one = record(url=f"{SITE}/0", packed=packed)
    whole, first = one + record(url=f"{SITE}/1", packed=packed), len(one)
    name = "crawl.warc.gz" if packed else "crawl.warc"
    for cut in range(first + 1, len(whole) - (0 if packed else 4), 7):
        came, _ = found(tmp_path, whole[:cut], name)
        assert isinstance(came[0], Capture) and isinstance(came[-1], Failure), cut
        assert "record 2 at byte" in came[-1].reason, cut


def test_a_long_length_in_a_packed_record_takes_nothing_from_the_next(tmp_path: Path) -> None:
    bad = gzip.compress(raw(http(), str(10**10)))
    came, _ = found(tmp_path, bad + record(url=f"{SITE}/last", packed=True), "crawl.warc.gz")
    failed, page = came
    assert isinstance(failed, Failure) and isinstance(page, Capture)
    assert failed.reason == f"record 1 at byte 0: claims {10**10} bytes and is cut short after {len(http()) + 4}"


def test_a_file_of_nothing_but_broken_records_ends(tmp_path: Path) -> None:
    came, _ = found(tmp_path, b"WARC/1.0\r\n\r\n" * 50_000)
    assert len(came) == 1_001
    assert isinstance(came[-1], Failure) and came[-1].reason.endswith("more than 1000 records are broken; the rest of the file is not read")


def test_records_that_all_claim_the_rest_of_the_file_are_not_read_again_and_again(tmp_path: Path) -> None:
    count, each = 900, len(raw(http(), "0000000"))
    data = b"".join(raw(http(), f"{(count - number - 1) * each:07}") for number in range(count))

    class Counted(io.FileIO):
        total = 0

        def read(self, size: int = -1) -> bytes:  # type: ignore[override]
            piece = super().read(size) or b""
            self.total += len(piece)
            return piece

    (tmp_path / "crawl.warc").write_bytes(data)
    with Counted(str(tmp_path / "crawl.warc")) as file:
        list(records(file, 100_000))
        assert file.total < 8 * len(data) + count * 70_000


def test_an_empty_file_is_a_failure(tmp_path: Path) -> None:
    (failed,), skipped = found(tmp_path, b"", "crawl.warc.gz")
    assert isinstance(failed, Failure) and failed.reason == "holds no record" and not skipped


@pytest.mark.parametrize("name", ["crawl.wacz", "crawl.warc.zst", "old.arc.gz"])
def test_other_archives_are_named_with_advice(tmp_path: Path, name: str) -> None:
    (failed,), _ = found(tmp_path, b"PK", name)
    assert isinstance(failed, Failure) and failed.reason.endswith("files are not read") and failed.hint


def test_a_pipe_is_read_as_it_comes(tmp_path: Path) -> None:
    pipe = tmp_path / "crawl.warc"
    os.mkfifo(pipe)
    threading.Thread(target=lambda: pipe.write_bytes(raw(http(), "99999") + record()), daemon=True).start()
    came = list(captures([str(pipe)]))
    assert [type(each) for each in came] == [Failure]  # nothing can be gone back to, and the claim has swallowed what came


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def most(count: int) -> int:
        with gzip.open(tmp_path / "crawl.warc.gz", "wb") as file:
            for number in range(count):
                file.write(record(url=f"{SITE}/{number}", body=PAGE + os.urandom(20_000)))
        tracemalloc.start()
        try:
            assert sum(isinstance(each, Capture) for each in captures([str(tmp_path / "crawl.warc.gz")])) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert most(400) < 1.5 * most(40)


def test_our_reader_agrees_with_warcio(tmp_path: Path) -> None:
    data = b"".join(record(url=f"{SITE}/{n}", body=PAGE * n, headers={**HTML, "Content-Encoding": "identity"}) for n in range(1, 30))
    theirs = [each.content_stream().read() for each in ArchiveIterator(io.BytesIO(data))]
    assert [page.data for page in pages(tmp_path, data)] == theirs


def test_the_command_says_what_it_passed_over(tmp_path: Path) -> None:
    (tmp_path / "crawl.warc.gz").write_bytes(record(packed=True) + record(status="404 Not Found", packed=True))
    done = caveat("audit", "crawl.warc.gz", folder=tmp_path)
    assert done.returncode == 1
    assert lines(done.stderr)[0] == "caveat: crawl.warc.gz: 1 page in 2 records; passed over: answers with status 404 (1)"
    assert f"page        {SITE}/\nread        2026-03-04T05:06:07Z" in done.stdout.decode()


def test_a_folder_gives_its_archives_too(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(record(packed=True))
    (tmp_path / "b.html").write_bytes(PAGE)
    (tmp_path / "a.wet.gz").write_bytes(record("conversion", f"{SITE}/", b"The text of it.", Content_Type="text/plain"))
    names: Iterator[str] = (each.target for each in captures([str(tmp_path)]))
    assert list(names) == [f"{tmp_path / 'a.warc.gz'}#{SITE}/", str(tmp_path / "b.html")]
