"""ClinicalTrials.gov, for NCT numbers: what is registered, by whom, how far it is, and whether results are posted: https://clinicaltrials.gov/data-api/api"""

from __future__ import annotations

import re

from caveat.lookup.service import Service, Unreadable, dig, objects, text, texts
from caveat.model import Level, Record

_PHASE = re.compile(r"(phase)(\d)")
_ALLOCATION = {"RANDOMIZED": Level.RANDOMISED, "NON_RANDOMIZED": Level.CONTROLLED, "NA": Level.UNCONTROLLED}


def read(answer: object, nct: str) -> Record:
    """The record of a trial: /api/v2/studies/{nct}, `protocolSection` and `hasResults`."""
    protocol = dig(answer, "protocolSection")
    if not isinstance(protocol, dict):
        raise Unreadable
    design = dig(protocol, "designModule")
    kind, allocation = text(dig(design, "studyType")), text(dig(design, "designInfo", "allocation"))
    results = dig(answer, "hasResults") is True
    interventions = objects(dig(protocol, "armsInterventionsModule", "interventions"))
    names = (dig(protocol, "identificationModule", key) for key in ("officialTitle", "briefTitle"))
    return Record(
        title=next(filter(None, map(text, names)), ""),
        types=tuple(filter(None, map(_spoken, (kind, *texts(dig(design, "phases")), allocation)))),
        level=_level(kind, allocation) if results else Level.REGISTRATION,
        about=(*texts(dig(protocol, "conditionsModule", "conditions")), *texts([each.get("name") for each in interventions])),
        status=_spoken(text(dig(protocol, "statusModule", "overallStatus"))),
        results=results,
        sponsor=text(dig(protocol, "sponsorCollaboratorsModule", "leadSponsor", "name")),
        sponsor_class=_spoken(text(dig(protocol, "sponsorCollaboratorsModule", "leadSponsor", "class"))),
    )


def _level(kind: str, allocation: str) -> Level:
    if kind == "OBSERVATIONAL":
        return Level.UNCONTROLLED
    return _ALLOCATION.get(allocation, Level.UNKNOWN) if kind == "INTERVENTIONAL" else Level.REGISTRATION


def _spoken(constant: str) -> str:
    """`ACTIVE_NOT_RECRUITING` and `PHASE1` as words, "" for `NA`; the agency keeps its capitals."""
    return constant if constant == "NIH" else "" if constant == "NA" else _PHASE.sub(r"\1 \2", constant.replace("_", " ").lower())


SERVICE = Service(
    name="ClinicalTrials.gov",
    kind="nct",
    base="https://clinicaltrials.gov",
    pace=1.2,  # about fifty requests a minute
    path=lambda nct: f"/api/v2/studies/{nct}?fields=protocolSection,hasResults",  # not the results, which can be megabytes
    read=read,
)
