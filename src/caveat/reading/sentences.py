"""Cuts a text into sentences: sentencex proposes, and what it glues or cuts in the writing of clinics is put right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

from sentencex import segment  # type: ignore[import-untyped]  # it ships no types

LONGEST = 1_500  # characters; patterns take time with the square of a sentence's length, and no sentence of a page is longer
STOP_INSIDE = re.compile(r"[.!?…。！？]\S*\s*\S")
_OTHER_SPACE = re.compile(r"[^\S ]")
_STOPS = ".!?…"
_CLOSERS = "\"'”’»)]}"

# What sentencex does not cut: footnote numbers on the stop ("bone.7 Next"), no space after it ("aches.The"), a closing bracket.
_MISSED = re.compile(
    r"[.!?](?! )(?:"  # after most there is a space, and no more to look for
    r"(?<=[a-zA-Z)%”\"][.!?])[\"”’)\]]*+(?:\d{1,3}(?:[,–-]\d{1,3})*+|\[\d[\d,\s–-]{0,12}\])\s+(?=[A-ZÁÉÍÓÚÑ¿¡“\"(‘])"
    r"|(?<=[a-z][a-z)][.!?])[\"”’)\]]*+(?=[A-Z][a-z]*+(?:\s|[,’'-][a-z]))"
    r"|[)\]]\s+(?=[A-ZÁÉÍÓÚÑ¿¡“])"
    r")"
)
# Voices side by side: “It works.” – Ann, 52 “I walk again.” The next one is no part of a signature.
_NEXT_VOICE = re.compile(
    r"[.!?…][”\"]\s(?:[–—-]\s?[^“”\".!?]{1,60}(?:\b[A-Z]\.[^“”\".!?]{0,40})?(?<![,:])\s|(?:[A-Z0-9(][\w’'-]*[.,)]?\s|(?:of|from|in|and|the)\s){1,6}(?<![,:]\s))?(?=“)"
)
_ADDRESS = re.compile(r"@|/|www\.|\w\.\w+\.\w|\.(?:com|org|net|gov|edu|info|clinic|health|co|us|io|example)\b", re.I)

_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"'/–—-])(?:Dr|Drs|Mr|Mrs|Ms|Prof|St|Mt|Fig|Figs|Vol|vol|approx|Approx|vs|Vs|VS|cf|e\.g|i\.e|E\.g|I\.e|Eg|Ie|viz|ca|Rev|Gen|Hon|Sen|"
    r"Rep|Gov|Lt|Col|Sgt|Capt|Jr|Sr|Dept|dept|Univ|est|Est|max|min|incl|Ref|Refs|pp|Int|Sci|Mol|Med|Biol|Clin|Am|Ann|Proc|Exp|Res|Surg|Ther|Eur|"
    r"Natl|Acad|Rheum|Orthop|Cardiol|Immunol|Transplant|Transl|Suppl|Ed|Eds|eds|Tel|Ph|Ave|Blvd|Ste|Bldg|Rd|Hwy|Sec|sec|Art|cert|Cert|Lic|lic|Reg"
    r"|Dra|Dras|Sra|Sras|Srta|Ud|Uds|Vd|Vds|Lcdo|Lcda|Ing|Av|núm|Núm|pág|págs|tel|aprox|EE)\.$"
)
_TAIL = 14  # characters; no abbreviation, number sign or name of a company is longer, with what stands before it
_LONG_ABBREVIATION = re.compile(
    r"\b(?:approx|dept|Dept|univ|Univ|incl|[Cc]ert|Capt|Refs|Figs|Nos|Proc|Surg|Ther|Natl|Acad|Biol|Clin|Suppl|Blvd|Bldg)\.$|[A-Z]\w+\.$"
)
# The end of most sentences: four small letters, which no abbreviation but these ends in, a stop, a space, a capital.
_PLAIN_END = re.compile(r"(?!prox|dept|univ|incl|cert|refs|figs)[a-z]{4}[.!?] [A-Z]")
_NUMBER_SIGN = re.compile(r"(?:^|[\s(])(?:No|Nos|no|nos|Nr|p|pp|ch|Ch|art|Art|App|Sect|Sec|Ex|Pt|Pts|Stage|U\.S\.C|C\.F\.R)\.$")
_ET_AL = re.compile(r"\bet\.? al\.$")
_INITIAL = re.compile(r"(?:^|\s)(?:[A-Z]\.\s?)*[A-Z]\.$")
_BEFORE_INITIAL = re.compile(
    r"(?:vitamin|hepatitis|type|grade|group|plan|phase|class|factor|protein|level|part|option|stage|appendix|and|or)\s+[A-Z]\.$", re.I
)
_MARKER = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)]")
_NUMBERED = re.compile(r"\d{1,2}[.)]")
_ONLY_MARKS = re.compile(r"[\s\d\[\]().,;:–—\-*†‡§\"'”’»!?…]+")
_COMPANY = re.compile(r"\b(?:Inc|Ltd|Co|Corp|LLC|Bros|a\.m|p\.m|U\.S|U\.K|Ph\.D|M\.D|D\.O|etc|B\.Sc|M\.Sc|R\.N|D\.C|N\.D)\.$")
_LOWER_NAME = re.compile(r"[a-z]+[A-Z0-9]")  # mRNA, iPSC, p53


def sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """
    Start and end (excluded) of each sentence, in characters.

    They do not overlap, stand in order, begin and end with no white space, and hold every other character of the text.
    """
    if not STOP_INSIDE.search(text):
        return _trimmed(text, _bounded(text, [0, len(text)]))
    flat = _OTHER_SPACE.sub(" ", text)  # sentencex counts bytes, and breaks down where a wider space follows an initial
    cuts = {0, len(text), *_proposed(flat, language)}
    cuts.update([match.end() for match in _MISSED.finditer(flat)])
    if "“" in flat:
        cuts.update([match.end() for match in _NEXT_VOICE.finditer(flat)])
    return _trimmed(text, _bounded(flat, _joined(flat, sorted(cuts))))


def _bounded(text: str, cuts: list[int]) -> list[int]:
    """The cuts, with more of them at white space where a sentence is longer than any that is written to be read."""
    if len(text) <= LONGEST:
        return cuts
    kept = [0]
    for end in cuts[1:]:
        while end - kept[-1] > LONGEST:
            kept.append(text.rfind(" ", kept[-1] + 1, kept[-1] + LONGEST) + 1 or kept[-1] + LONGEST)
        kept.append(end)
    return kept


def _proposed(text: str, language: str) -> Iterator[int]:
    """The ends of sentencex's pieces, of which none of the text is left out."""
    return accumulate(map(len, segment(language or "en", text)))


def _joined(text: str, cuts: list[int]) -> list[int]:
    """The cuts that part two sentences."""
    kept = [0]
    for cut, after in pairwise(cuts[1:]):
        begin, near = kept[-1], cut - 60
        if _PLAIN_END.fullmatch(text, cut - 6, cut + 1) or not _belongs(text[max(begin, near) : cut], text[cut:after], begin >= near):
            kept.append(cut)
    return [*kept, len(text)]


def _belongs(said: str, after: str, whole: bool) -> bool:
    """Whether `after` goes on with the sentence that the text just before it, `whole` or its end, seems to end."""
    before, rest = said.rstrip(), after.strip()
    if not before or not rest:
        return True
    if whole and _MARKER.fullmatch(before):
        return True
    if _ONLY_MARKS.fullmatch(rest) and not _NUMBERED.fullmatch(rest):
        return True
    first = rest[0]
    if said[-1:] == before[-1:] and after[:1] == rest[:1] and _inside_a_word(before, rest):
        return True
    if first.islower():
        return _goes_on(before, rest)
    if before[-1] != ".":
        return False
    if before[-4:-1].islower() and before[-5:-1].isalpha() and not _LONG_ABBREVIATION.search(before, before.rfind(" ") + 1):
        return False  # no abbreviation, number sign or initial
    tail = len(before) - _TAIL
    if _ABBREVIATION.search(before, tail):
        return True
    if _NUMBER_SIGN.search(before, tail):
        return first.isdigit() or first in "(#"
    if _ET_AL.search(before, tail) or _COMPANY.search(before, tail):
        return first.isdigit() or first in "([,;:&"
    return first.isupper() and before[-2:-1].isupper() and _INITIAL.search(before) is not None and not _BEFORE_INITIAL.search(before)


def _inside_a_word(before: str, after: str) -> bool:
    """A stop with no space about it: in a decimal, an address or a file name it ends nothing."""
    if after[0].isdigit() and before[-2:-1].isdigit():
        return True
    word = before.rsplit(None, 1)[-1] + after.split(None, 1)[0]
    return _ADDRESS.search(word) is not None


def _goes_on(before: str, after: str) -> bool:
    stop = before.rstrip(_CLOSERS)[-1:]
    if stop in "!?" and before[-1] in _STOPS:
        return False
    return not _LOWER_NAME.match(after)


def _trimmed(text: str, cuts: list[int]) -> list[tuple[int, int]]:
    spans = []
    for start, end in pairwise(cuts):
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            spans.append((start, end))
    return spans
