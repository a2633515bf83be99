"""Turns the bytes of a capture into characters, by declaration and validity alone, never by a statistical guess."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from bs4.dammit import EncodingDetector, UnicodeDammit

# EncodingDetector asks a library that guesses (charset-normalizer, chardet) when its `encodings` are listed, and only then: here it
# looks up the byte-order mark and the declaration and nothing else. A guess of MacRoman once emptied a real page of 180 kB.

_LABELS = {  # what browsers take a declared name for, where Python's codec of that name is narrower (WHATWG Encoding, section 4.2)
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-8-sig": "utf-8",
}
_NEVER = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "hz"})
_ONE_BYTE = re.compile(r"cp125\d|cp874|cp866|iso8859-\d+|koi8-\w|mac-\w+")
# Bytes that are quotes, dashes, signs and accented letters in windows-1252.
_TYPOGRAPHY = frozenset(b"\x80\x82\x84\x85\x8b\x91\x92\x93\x94\x95\x96\x97\x99\x9b\xa0\xa3\xa9\xae\xb0\xb1\xb5\xb7\xbc\xbd\xbe\xd7")
_LETTERS = frozenset(range(0xE0, 0xFD))
_HIGH = re.compile(rb"[\x80-\xff]")


class Decoded(NamedTuple):
    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, charset: str = "", is_html: bool = True) -> Decoded:
    """The text of `data`, in this order: byte-order mark, HTTP charset, <meta>, strict UTF-8, windows-1252."""
    body, marked = EncodingDetector.strip_byte_order_mark(data)
    if marked:
        return Decoded(body.decode(marked, "replace"), marked, _replaced(body, marked))
    declared = _codec(charset) or _wide(body)
    if not declared and is_html:
        declared = _codec(EncodingDetector.find_declared_encoding(body, is_html=True) or "")
        if declared.startswith(("utf-16", "utf-32")):
            declared = "utf-8"  # a declaration that could be read as ASCII says itself that this is untrue; browsers do the same
    return _as_declared(body, declared)


def wide(data: bytes) -> bool:
    """Whether every other byte is zero, as in Latin text in UTF-16 (or three of four, in UTF-32)."""
    return bool(EncodingDetector.strip_byte_order_mark(data)[1] or _wide(data))


def _as_declared(data: bytes, declared: str) -> Decoded:
    utf8 = _strict(data)
    if declared.startswith(("utf-16", "utf-32")):
        if utf8 is not None and b"\0" not in data:
            return Decoded(utf8, "utf-8", (f"the page is declared as {declared} but is UTF-8",))
        codec = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(declared, declared)
        codec = _wide(data) or codec
        return Decoded(data.decode(codec, "replace"), codec, _replaced(data, codec))
    if utf8 is not None and (declared in ("", "utf-8") or data.isascii()) and not declared.startswith("iso2022"):
        return Decoded(utf8, "utf-8")
    if utf8 is not None and _ONE_BYTE.fullmatch(declared):
        # Text in a one-byte encoding is next to never valid UTF-8 by chance; servers do add a charset of their own to every page.
        return Decoded(utf8, "utf-8", (f"the page is declared as {declared} but is UTF-8",))
    if declared in ("", "utf-8"):
        return _broken_utf8(data, declared)
    return Decoded(data.decode(declared, "replace"), declared, _replaced(data, declared))


def _broken_utf8(data: bytes, declared: str) -> Decoded:
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    good = sum(1 for character in text if character > "\x7f") - text.count("\ufffd")
    old = not good and all(found[0] in _TYPOGRAPHY | _LETTERS for found in _HIGH.findall(data)) if declared else good <= bad
    if old:
        said = ("the page is declared as utf-8 but its quotes and dashes are windows-1252",) if declared else ()
        return Decoded(data.decode("cp1252", "replace"), "cp1252", said)
    return Decoded(text, "utf-8", (f"{bad} bytes are not UTF-8 and were replaced",))


def _codec(label: str) -> str:
    """Python's name of the codec browsers use for a declared name, "" when there is none that gives text."""
    name = UnicodeDammit.CHARSET_ALIASES.get(label.strip(" \t\r\n\"'").lower(), label.strip(" \t\r\n\"'"))
    try:
        found = codecs.lookup(name).name
        "".encode(found)  # refuses codecs that are no text encodings (rot13, zlib)
    except (LookupError, ValueError, TypeError):
        return ""
    return "" if found in _NEVER else _LABELS.get(found, found)


def _strict(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str:
    head = data[:4096]
    if len(head) < 4 or b"\0" not in head:
        return ""
    zeros = [head[at::4].count(0) / max(1, len(head[at::4])) for at in range(4)]
    pattern = "".join("0" if share > 0.6 else "x" if share < 0.2 else "?" for share in zeros)
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be", "x000": "utf-32-le", "000x": "utf-32-be"}.get(pattern, "")


def _replaced(data: bytes, codec: str) -> tuple[str, ...]:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return (f"some bytes are not {codec} and were replaced",)
    return ()
