"""PubMed, for PMIDs: title and publication types, by ESummary. https://www.ncbi.nlm.nih.gov/books/NBK25499/"""

from __future__ import annotations

from caveat.lookup.service import Service, Unknown, Unreadable, dig, objects, text, texts
from caveat.model import Level, Record

BASE = "https://eutils.ncbi.nlm.nih.gov"
PACE = 0.34  # three requests a second: https://www.ncbi.nlm.nih.gov/books/NBK25497/

# https://www.ncbi.nlm.nih.gov/mesh/68052180: the types that say how a study was made, the most telling first.
_LEVELS = {
    "Clinical Trial Protocol": Level.PROTOCOL,
    "Meta-Analysis": Level.REVIEW,
    "Network Meta-Analysis": Level.REVIEW,
    "Systematic Review": Level.REVIEW,
    "Scoping Review": Level.REVIEW,
    "Review": Level.REVIEW,
    "Practice Guideline": Level.REVIEW,
    "Guideline": Level.REVIEW,
    "Consensus Statement": Level.REVIEW,
    "Editorial": Level.REVIEW,
    "Comment": Level.REVIEW,
    "News": Level.REVIEW,
    "Randomized Controlled Trial, Veterinary": Level.ANIMAL,
    "Clinical Trial, Veterinary": Level.ANIMAL,
    "Observational Study, Veterinary": Level.ANIMAL,
    "Randomized Controlled Trial": Level.RANDOMISED,
    "Equivalence Trial": Level.RANDOMISED,
    "Clinical Trial, Phase III": Level.RANDOMISED,
    "Controlled Clinical Trial": Level.CONTROLLED,
    "Case Reports": Level.UNCONTROLLED,
    "Observational Study": Level.UNCONTROLLED,
    "Clinical Trial, Phase I": Level.UNCONTROLLED,
}
_NOTICES = {
    "Retraction of Publication": "is itself the notice of a retraction",
    "Retraction Notice": "is itself the notice of a retraction",
    "Expression of Concern": "is itself an expression of concern",
}
_TOLD = ("expression of concern", "partial retraction", "erratum", "corrected and republished")


def read(answer: object, pmid: str) -> Record:
    """The record of an article: esummary.fcgi?db=pubmed, version 2.0 in JSON."""
    article = summary(answer, pmid)
    types = texts(article.get("pubtype"))
    links = [(text(each.get("reftype")), text(each.get("refsource"))) for each in objects(article.get("references"))]
    retracting = [f"{kind}: {where} (PubMed)" for kind, where in links if kind.lower() == "retraction in"]
    if not retracting and "Retracted Publication" in types:
        retracting = ["Retracted Publication (PubMed)"]
    return Record(
        title=text(article.get("title")),
        types=types,
        level=next((level for kind, level in _LEVELS.items() if kind in types), Level.UNKNOWN),
        retracted="; ".join(retracting),
        notices=(
            *(words for kind, words in _NOTICES.items() if kind in types),
            *(f"{kind}: {where} (PubMed)" for kind, where in links if kind.lower().startswith(_TOLD) and kind.lower().endswith("in")),
        ),
    )


def summary(answer: object, uid: str) -> dict[str, object]:
    """The summary of one record. ESummary answers 200 for a number it doesn't know, with `error` in its place."""
    found = dig(answer, "result", uid)
    if not isinstance(found, dict):
        if texts(dig(answer, "error")) or dig(answer, "result", "uids") == []:
            raise Unknown
        raise Unreadable
    if "error" in found:
        raise Unknown
    return found


def manners(contact: str) -> dict[str, str]:
    return {"tool": "caveat", **({"email": contact} if "@" in contact else {})}


SERVICE = Service(
    name="PubMed",
    kind="pmid",
    base=BASE,
    pace=PACE,
    path=lambda pmid: f"/entrez/eutils/esummary.fcgi?db=pubmed&id={pmid}&retmode=json",
    read=read,
    manners=manners,
)
