"""Finds the identifiers by which a cited study can be looked up: DOIs, numbers of PubMed and PMC, numbers of trial registers."""

from __future__ import annotations

import re

_DOI = r"\b10\.\d{4,9}/(?:\([^\s()]*\)|[^\s\"“”<>()\]])+"
_PMID = r"\b(?:PMID|PubMed(?: ID)?)\s?[:#]?\s*\d{5,8}\b|\bpubmed(?:\.ncbi\.nlm\.nih\.gov)?/\d{5,8}\b"
_PMCID = r"\bPMC\s?\d{5,8}\b"
# The primary registers of the WHO's network that give numbers of a shape of their own.
_REGISTERS = {
    "nct": r"\bNCT[\s:#-]{0,2}\d{8}\b",
    "isrctn": r"\bISRCTN\s?\d{8}\b",
    "euctr": r"\b(?:EudraCT|EUCTR|EU ?CT)(?: (?:number|no\.?))?[\s:#-]{0,2}20\d\d-\d{6}-\d\d\b",
    "chictr": r"\bChiCTR[-A-Za-z]{0,8}\d{6,12}\b",
    "jrct": r"\bjRCT[a-z]{0,2}\d{9,12}\b",
    "umin": r"\bUMIN\d{9}\b",
    "actrn": r"\bACTRN\d{14}\b",
    "ctri": r"\bCTRI/20\d\d/\d\d\d?/\d{6}\b",
    "irct": r"\bIRCT\d{8,20}(?:N\d{1,3})?\b",
    "drks": r"\bDRKS\d{8}\b",
}
_KINDS = {"doi": _DOI, "pmid": _PMID, "pmcid": _PMCID, **_REGISTERS}
NUMBERS = "|".join(f"(?:{pattern})" for pattern in _KINDS.values())

_SEARCH = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}
_ANY = re.compile(r"10\.\d|pubmed|pmid|pmc|ct|umin|drks", re.IGNORECASE)  # most texts hold none of these and are done
_TAIL = re.compile(r"(?:[?#].*|/(?:full|fulltext|abstract|e?pdf|html|meta)|\.pdf|[.,;:!'’*\\/]+)$", re.IGNORECASE)
_ISRCTN_DOI = "10.1186/isrctn"  # that register's entries have DOIs


def identifiers(text: str) -> tuple[str, ...]:
    """Every identifier in a citation, each once, of the form `doi:10.1234/abc`: publications first, then registers of trials."""
    if not _ANY.search(text):
        return ()
    found = dict.fromkeys(f"{kind}:{_normal(kind, hit[0])}" for kind, search in _SEARCH.items() for hit in search.finditer(text))
    kinds = {name.partition(":")[0] for name in found}
    return tuple(
        name for name in found
        if not name.startswith(f"doi:{_ISRCTN_DOI}") and not (name.startswith("pmcid:") and "pmid" in kinds)
    )  # fmt: skip


def is_registered(name: str) -> bool:
    """Whether an identifier is the number of a trial in a register, and not of a publication."""
    return name.partition(":")[0] in _REGISTERS


def _normal(kind: str, text: str) -> str:
    """The identifier as services take it: DOIs in small letters, for case is nothing to them; numbers without what stands around."""
    if kind == "doi":
        while (shorter := _TAIL.sub("", text)) != text:
            text = shorter
        return text.lower()
    digits = re.findall(r"\d+", text)
    match kind:
        case "pmid":
            return str(digits[-1])
        case "pmcid":
            return f"PMC{digits[0]}"
        case "nct":
            return f"NCT{digits[0]}"
        case "euctr":
            return "-".join(digits)
        case _:
            return re.sub(r"\s", "", text)
