"""The names within a folder of evidence, and what a run says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.abc import Traversable

from caveat.evidence.chain import Line

MANIFEST = "manifest.jsonl"
EXCHANGES = "exchanges.warc.gz"  # requests, answers and what is known of the connection; files and pages that came otherwise
READING = "reading.wet.gz"  # reading copies
RESULTS = "results.jsonl"  # what was found on each page, as the JSON Lines report has it
ANSWERS = "answers.jsonl"  # what services said of the studies that were looked up
GROWING = (EXCHANGES, READING, RESULTS, ANSWERS)  # files that are added to; all others are written once
RULES, DECISIONS, REPORTS, TORN, STAMPS = "rules", "decisions", "reports", "torn", "stamps"  # folders

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """
    What a run is made with. `options` hold plain values, those that decide what is found; `shown` are all others. `rules` are the folders
    of rules, the shipped one first.
    """

    version: str
    digest: str  # of the rules, as the report names it
    options: Line = field(default_factory=dict)
    shown: Line = field(default_factory=dict)
    rules: Sequence[Traversable] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)  # files of decisions on findings: name → text
    operator: str = ""  # whom to ask, for the WARC files


def now() -> str:
    """ISO 8601, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
