"""Says what a capture's bytes are: a page of HTML, plain text, or no page at all."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath
from typing import AnyStr
from urllib.parse import urlsplit

from caveat.model import Capture, Failure, FailureKind, Stage
from caveat.reading.decode import wide

MOST_MARKS = 2_500_000  # "<" in the source: two for each of a million nested elements, which are flattened before they are read
# A page or text of more takes 30 s and gigabytes; the longest real page seen has 60,000 tags.
MOST_TAGS = 500_000
MOST_LINES = 500_000

_MAGIC = (
    (b"%PDF", "a PDF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "a rich text file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"OggS", "an Ogg recording"),
    (b"ID3", "an MP3 recording"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"SQLite format 3\0", "a database"),
)
_UNPACK = frozenset({"a gzip archive", "a ZIP archive", "a 7-Zip archive", "a RAR archive", "a bzip2 archive", "an xz archive"})
_SAVE = "save the page as HTML, or its text as a .txt file"
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
_HIGH = bytes(range(128, 256))
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/xml", "text/xml"})
_HTML_NAMES = frozenset({".html", ".htm", ".xhtml", ".xht", ".shtml", ".php", ".asp", ".aspx", ".jsp", ".cfm"})
_TEXT_NAMES = frozenset({".txt", ".text", ".md", ".markdown", ".log", ".rst"})
_STARTS_AS_HTML = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--.*?-->\s*+)*+<(?:!doctype\s++html|html[\s>]|head[\s>]|body[\s>])",
    re.I | re.S,
)
_TAG = re.compile(
    r"</?(?:html|head|body|div|p|span|a|br|h[1-6]|ul|ol|li|table|tr|td|section|article|main|header|footer|nav|meta|title|script|link|img|form)[\s/>]",
    re.I,
)
_ANY_TAG = re.compile(r"<[a-zA-Z!/?]")


def no_page(capture: Capture) -> Failure | None:
    """Why the bytes are no page at all, or None when they may be one."""
    data = capture.data
    if not data or data.isspace():
        what = "the file is empty" if not data else "the file holds nothing but white space"
        return _failure(capture, what, "check that it was saved whole")
    if what := _known(data[:512].lstrip()):
        hint = "unpack it first" if what in _UNPACK else _SAVE
        return _failure(capture, f"this is {what}, not a web page or text", hint, FailureKind.NO_PAGE)
    if _binary(data):
        return _failure(capture, "the bytes are binary data, not a web page or text", _SAVE)
    return too_many(capture, data, b"<", MOST_MARKS, "tags")


def too_many(capture: Capture, text: AnyStr, mark: AnyStr, most: int, what: str) -> Failure | None:
    """A failure when a page has more marks than can be read in seconds."""
    if len(text) <= most or text.count(mark) <= most:
        return None
    hint = "check what this file is; if it is a page, cut it into smaller ones"
    return _failure(capture, f"it has more than {most:,} {what}", hint, FailureKind.TOO_LARGE)


def is_html(capture: Capture, text: str) -> bool:
    """By media type, else by the name's extension, else by the look of the text."""
    kind = capture.media_type.split(";")[0].strip().lower()
    if kind in _HTML_TYPES:
        return True
    if kind.startswith("text/"):
        return False
    name = extension(capture.url or capture.target)
    if name in _HTML_NAMES:
        # A text that was only named .html has lines worth keeping.
        return _ANY_TAG.search(text) is not None
    if name in _TEXT_NAMES:
        return _STARTS_AS_HTML.match(text) is not None
    return _STARTS_AS_HTML.match(text) is not None or len(_TAG.findall(text, 0, 100_000)) >= 3


def extension(target: str) -> str:
    """The lower-case extension of a file's or address's name, with its dot."""
    try:
        path = urlsplit(target).path if "://" in target else target
    except ValueError:  # an address with a broken host
        return ""
    return PurePosixPath(path.replace("\\", "/")).suffix.lower()


def _known(head: bytes) -> str:
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return what
    media = head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI "))
    return "an image or a recording" if media else ""


def _binary(data: bytes) -> bool:
    if wide(data):
        return False
    sample = data[:16384]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls >= 4 and controls * 20 > len(sample):
        return True
    high = len(sample) - len(sample.translate(None, _HIGH))
    return controls > 0 and high * 3 > len(sample) and not _utf8(sample)


def _utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # which a character cut short at the end does not trouble
    except UnicodeDecodeError:
        return False
    return True


def _failure(capture: Capture, reason: str, hint: str, kind: FailureKind = FailureKind.UNREADABLE) -> Failure:
    return Failure(capture.target, Stage.READ, reason, hint, kind)
