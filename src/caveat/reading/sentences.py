"""Cuts a text into sentences: sentencex proposes, and what it glues or cuts in the writing of clinics is put right."""

from __future__ import annotations

import re
from typing import Any

from sentencex import get_sentence_boundaries

_STOP_INSIDE = re.compile(r"[.!?…。！？]\S*\s*\S")
_STOPS = ".!?…"
_CLOSERS = "\"'”’»)]}"

# A stop, perhaps closing marks, then footnote numbers that stand on it, then a new sentence.
_FOOTNOTE = re.compile(
    r"(?<=[a-zA-Z)%][.!?])[\"”’)\]]*(?:\d{1,3}(?:[,–-]\d{1,3})*|\[\d{1,3}(?:[,–-]\s?\d{1,3})*\])\s+(?=[A-Z“\"(‘])"
    r"|(?<=[a-zA-Z)%][.!?][\"”’])(?:\d{1,3}(?:[,–-]\d{1,3})*)\s+(?=[A-Z“\"(‘])"
)
# A stop with no space after it, between two words.
_NO_SPACE = re.compile(r"(?<![\w.@/:-])([a-z]{2,}[.!?])(?=[A-Z][a-z]*(?:\s|[,’'-][a-z]))|(?<=[a-z]{2}[.!?][”\"’)])(?=[A-Z][a-z]*\s)")
_AFTER_CLOSER = re.compile(r"(?<=[.!?][)\]])\s+(?=[A-Z“])")
_FULLWIDTH = re.compile(r"(?<=[。！？])(?=[^。！？」』）\s])")

_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"'/–—-])(?:Dr|Drs|Mr|Mrs|Ms|Prof|St|Mt|Fig|Figs|Vol|vol|approx|Approx|vs|Vs|VS|cf|e\.g|i\.e|E\.g|I\.e|Eg|Ie|viz|ca|Rev|Gen|Hon|Sen|"
    r"Rep|Gov|Lt|Col|Sgt|Capt|Jr|Sr|Dept|dept|Univ|est|Est|max|min|incl|Ref|Refs|pp|Int|Sci|Mol|Med|Biol|Clin|Am|Ann|Proc|Exp|Res|Surg|Ther|Eur|"
    r"Natl|Acad|Rheum|Orthop|Cardiol|Immunol|Transplant|Transl|Suppl|Ed|Eds|eds|Tel|Ph|Ave|Blvd|Ste|Bldg|Rd|Hwy|Sec|sec|Art|cert|Cert|Lic|lic|Reg)\.$"
)
_NUMBER_SIGN = re.compile(r"(?:^|[\s(])(?:No|Nos|no|nos|Nr|p|pp|ch|Ch|art|Art|App|Sect|Sec|Ex|Pt|Pts|Stage|U\.S\.C|C\.F\.R)\.$")
_ET_AL = re.compile(r"\bet\.? al\.$")
_INITIAL = re.compile(r"(?:^|\s)(?:[A-Z]\.\s?)*[A-Z]\.$")
_BEFORE_INITIAL = re.compile(r"(?:vitamin|hepatitis|type|grade|group|plan|phase|class|factor|protein|level|part|option|stage|appendix|and|or)\s+[A-Z]\.$", re.I)
_MARKER = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)]")
_ONLY_MARKS = re.compile(r"[\s\d\[\]().,;:–—\-*†‡§\"'”’»!?…]+")
_COMPANY = re.compile(r"\b(?:Inc|Ltd|Co|Corp|LLC|Bros|a\.m|p\.m|U\.S|U\.K|Ph\.D|M\.D|D\.O|etc|B\.Sc|M\.Sc|R\.N|D\.C|N\.D)\.$")
_LOWER_NAME = re.compile(r"[a-z]+[A-Z0-9]")  # mRNA, iPSC, p53


def sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """
    Start and end (excluded) of each sentence, in characters.

    They do not overlap, stand in order, begin and end with no white space, and hold every other character of the text.
    """
    if not _STOP_INSIDE.search(text):
        return _trimmed(text, [0, len(text)])
    flat = text.replace("\n", " ")
    cuts = {0, len(text)}
    cuts.update(_proposed(flat, language))
    cuts.update(match.end() for pattern in (_FOOTNOTE, _AFTER_CLOSER, _FULLWIDTH) for match in pattern.finditer(flat))
    cuts.update(match.end() for match in _NO_SPACE.finditer(flat))
    return _trimmed(text, _joined(flat, sorted(cuts)))


def _proposed(text: str, language: str) -> list[int]:
    boundaries: list[dict[str, Any]] = get_sentence_boundaries(language or "en", text)
    return [int(boundary["end_index"]) for boundary in boundaries]


def _joined(text: str, cuts: list[int]) -> list[int]:
    """The cuts that part two sentences."""
    kept = [cuts[0]]
    for at, cut in enumerate(cuts[1:-1], start=1):
        before = text[kept[-1] : cut].rstrip()
        after = text[cut : cuts[at + 1]].lstrip()
        if before and after and not _belongs(before, after, text[cut - 1 : cut].isspace() or text[cut : cut + 1].isspace()):
            kept.append(cut)
    kept.append(cuts[-1])
    return kept


def _belongs(before: str, after: str, spaced: bool) -> bool:
    """Whether `after` goes on with the sentence that `before` seems to end."""
    first = after[0]
    if _ONLY_MARKS.fullmatch(after) or _MARKER.fullmatch(before):
        return True
    tail = before[-40:]
    if first.islower():
        return _goes_on(tail, after)
    if not spaced and first.isdigit() and before[-1] == "." and before[-2:-1].isdigit():
        return True  # a decimal
    if _ABBREVIATION.search(tail):
        return True
    if _NUMBER_SIGN.search(tail):
        return first.isdigit() or first in "(#"
    if _ET_AL.search(tail):
        return first in "([,;:" or first.isdigit()
    if _COMPANY.search(tail):
        return first in "([,;:&" or first.isdigit()
    return bool(_INITIAL.search(tail)) and not _BEFORE_INITIAL.search(tail) and first.isupper()


def _goes_on(before: str, after: str) -> bool:
    stop = before.rstrip(_CLOSERS)[-1:]
    if stop in "!?" and before[-1] in _STOPS:
        return False
    return not _LOWER_NAME.match(after)


def _trimmed(text: str, cuts: list[int]) -> list[tuple[int, int]]:
    spans = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        inner = text[start:end]
        bare = inner.strip()
        if bare:
            begin = start + inner.index(bare[0]) if bare[0] != inner[0] else start
            spans.append((begin, begin + len(bare)))
    return spans
