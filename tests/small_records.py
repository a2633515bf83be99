"""Answers in the shapes that Crossref, PubMed, PubMed Central and ClinicalTrials.gov document, as small as a test needs them."""

from __future__ import annotations

import json
from typing import Any

from conftest import Answer


def work(title: str = "Stem cells and the knee", **more: Any) -> dict[str, Any]:
    """A work in Crossref; `updated_by` stands for its key `updated-by`, and so on."""
    keys = {name.replace("_", "-"): value for name, value in more.items()}
    message = {"DOI": "10.5555/knee.1", "type": "journal-article", "title": [title], "container-title": ["Journal of Knees"], **keys}
    return {"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": message}


def update(kind: str = "retraction", **more: Any) -> dict[str, Any]:
    when = {"date-parts": [[2021, 3, 2]], "date-time": "2021-03-02T00:00:00Z", "timestamp": 1614643200000}
    return {"DOI": "10.5555/notice.9", "type": kind, "label": kind.title(), "source": "retraction-watch", "updated": when, **more}


def article(pmid: str = "31234567", title: str = "Stem cells and the knee.", types: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    found = {"uid": pmid, "title": title, "source": "J Knees", "pubtype": ["Journal Article", *types], "references": [], **more}
    return {"header": {"type": "esummary", "version": "0.3"}, "result": {"uids": [pmid], pmid: found}}


def trial(
    nct: str = "NCT01234567", title: str = "Stem Cells for Knee Osteoarthritis", *, results: bool = False, status: str = "UNKNOWN",
    sponsor: str = "Fernhill Clinic LLC", sponsor_class: str = "INDUSTRY", allocation: str = "NA", kind: str = "INTERVENTIONAL",
    conditions: tuple[str, ...] = ("Osteoarthritis, Knee",), interventions: tuple[str, ...] = ("Mesenchymal stem cells",),
) -> dict[str, Any]:  # fmt: skip
    design = {"studyType": kind, "phases": ["PHASE1", "PHASE2"], "designInfo": {"allocation": allocation}}
    protocol = {
        "identificationModule": {"nctId": nct, "briefTitle": title},
        "statusModule": {"overallStatus": status},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": sponsor, "class": sponsor_class}},
        "conditionsModule": {"conditions": list(conditions)},
        "designModule": design,
        "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": name} for name in interventions]},
    }
    return {"protocolSection": protocol, "hasResults": results}


def answered(value: object, **more: Any) -> Answer:
    return Answer(json.dumps(value).encode(), type="application/json", **more)
