"""PubMed Central, for PMC numbers: the title, and the PMID under which PubMed has the rest. https://www.ncbi.nlm.nih.gov/books/NBK25499/"""

from __future__ import annotations

from caveat.lookup.pubmed import BASE, PACE, manners, summary
from caveat.lookup.service import Service, objects, text
from caveat.model import Record


def read(answer: object, pmcid: str) -> Record:
    """The record of an article: esummary.fcgi?db=pmc, version 2.0 in JSON; `articleids` names its PMID."""
    article = summary(answer, pmcid.removeprefix("PMC"))
    pmids = [text(each.get("value")) for each in objects(article.get("articleids")) if each.get("idtype") == "pmid"]
    known = next((pmid for pmid in pmids if pmid.isascii() and pmid.isdecimal() and pmid != "0"), "")
    return Record(title=text(article.get("title")), same_as=f"pmid:{known}" if known else "")


SERVICE = Service(
    name="PubMed Central",
    kind="pmcid",
    base=BASE,
    pace=PACE,
    path=lambda pmcid: f"/entrez/eutils/esummary.fcgi?db=pmc&id={pmcid.removeprefix('PMC')}&retmode=json",
    read=read,
    manners=manners,
)
