"""Signs that are no words: the copyright sign, and the shape of a bibliographic reference."""

from __future__ import annotations

import re

_COPYRIGHT = re.compile(r"^\W{0,3}(?:©|\(c\)\s*\d)|©\s*(?:copyright\s*)?\d{4}|\d{4}\s*©", re.I)
_PICTURE = re.compile(r"\b(?:photo|image|picture|courtesy|installation|views?)\b", re.I)
_MOST_COPYRIGHT = 60  # words
_BAR = re.compile(r"\s[|·•›»/>]\s")
_LONGEST = 900  # characters of a citation
_DIGITS = re.compile(r"\d\d{3}")  # found in half the time that \d{4} takes
_LABELLED = re.compile(r"\W*(?:references?|sources?|citations?)\s*\d*\s*[:.]", re.I)
_IDENTIFIED = re.compile(r"\b(?:doi\s*:|doi\.org/|PMID\s*:?\s*\d|PMC\d{4,}|10\.\d{4,9}/\S|NCT\d{8})", re.I)
# 2016;7:72537-72545 · 321(2):165-174 · 7, 16214 (2017) · vol. 12, pp. 4-9
_PAGES = re.compile(r"\b(?:19|20)\d\d\s?[;,:]\s?\d+\s?(?:\(\w+\))?\s?[:;,]|\b\d{1,4}\s?\(\d{1,4}(?:[-–]\d+)?\)\s?[:,;]\s?e?\d+"
                    r"|\b\d{1,4}, e?\d+ \((?:19|20)\d\d\)|\bpp?\. ?\d+[-–]\d+|\bvol\. ?\d+", re.I)  # fmt: skip
_YEAR = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
_AUTHORS = re.compile(r"\W*(?:\d{1,3}[.)\]]?\s+)?(?:[A-Z][\w'’-]+(?:[ -][A-Z][\w'’-]+)?,? (?:[A-Z]\.? ?-?){1,3}[,;.&(]"
                      r"|[^.]{0,120}\bet al\b)")  # fmt: skip


def is_copyright(text: str) -> bool:
    """Whether a line claims copyright in the site; the credit under a picture does not."""
    if "©" not in text and "(c)" not in text:
        return False
    return bool(_COPYRIGHT.search(text)) and not _PICTURE.search(text) and text.count(" ") < _MOST_COPYRIGHT


def is_link_bar(text: str, link_words: int) -> bool:
    """Whether a line is nothing but links between bars: "Home | About | Contact"."""
    return link_words > 1 and len(_BAR.findall(text)) > 1 and link_words >= len(_BAR.sub(" ", text).split())


def is_reference(text: str) -> bool:
    """Whether a block is a citation: named so, or authors with a year and pages or an identifier. Prose that cites is none."""
    if len(text) > _LONGEST or not _DIGITS.search(text):
        return False
    if not _YEAR.search(text):
        return bool(_IDENTIFIED.match(text))
    if _LABELLED.match(text):
        return True
    return bool(_AUTHORS.match(text) and (_PAGES.search(text) or _IDENTIFIED.search(text)))
