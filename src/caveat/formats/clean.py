"""Makes page text safe to show: nothing in it may move a cursor, turn the direction of reading or hide inside a word."""

from __future__ import annotations

import json
import re

# Invisible characters that make a reader see another text than stands there: C1 controls, soft hyphen, bidi controls, zero-width
# characters, line separators, annotation and tag characters, noncharacters, and the surrogates that UTF-8 cannot carry.
_UNSEEN = (
    "\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f"
)
_ZERO_WIDTH = "\u180e\u200b\u200c\u200d\u2060\ufeff"
_BREAKS = "\t\n\v\f\r\x85\u2028\u2029"
_JOINERS = "\u200c\u200d"
_SOFT_HYPHEN = "\u00ad"
_FIRST_THAT_NEEDS_JOINERS = "\u0590"  # Arabic, the scripts of India and emoji stand above; Latin, Greek and Cyrillic below

_TO_REPLACE = re.compile(f"[{_ZERO_WIDTH}{_SOFT_HYPHEN}]+|[\x00-\x1f{_UNSEEN}]")
_TO_ESCAPE = re.compile(f"[{_UNSEEN}]")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5,}")


def clean(text: str) -> str:
    """
    `text` on one line, as a terminal may show it.

    Line breaks become spaces. What is invisible and harmless goes; what is invisible and changes what is seen becomes `‹U+202E›`.
    """
    if text.isascii() and text.isprintable():
        return text
    return _MARKS.sub(_few_marks, _TO_REPLACE.sub(_seen, text))


def escaped(json_text: str) -> str:
    """JSON with every invisible character as `\\uXXXX`: the same value, valid UTF-8, one line where it was one, safe on a terminal."""
    return _TO_ESCAPE.sub(lambda found: json.dumps(found.group())[1:-1], json_text)


def _seen(found: re.Match[str]) -> str:
    run = found.group()
    if run in _BREAKS:
        return " "
    return _zero_width(found) if run[0] in _ZERO_WIDTH + _SOFT_HYPHEN else _placeholder(run)


def _zero_width(found: re.Match[str]) -> str:
    """Kept where a script needs it, shown where it splits a word, dropped where page builders leave it lying."""
    run, text = found.group().replace(_SOFT_HYPHEN, ""), found.string
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    if not before or not after:
        return ""
    if min(before, after) >= _FIRST_THAT_NEEDS_JOINERS:
        return run if len(run) == 1 and run in _JOINERS else ""
    return _placeholder(run) if before.isalnum() and after.isalnum() else ""


def _placeholder(run: str) -> str:
    return "".join(f"‹U+{ord(char):04X}›" for char in run)


def _few_marks(found: re.Match[str]) -> str:
    """Piled-up accents reach into the lines above and below."""
    return f"{found.group()[:2]}‹{len(found.group()) - 2} more accents›"
