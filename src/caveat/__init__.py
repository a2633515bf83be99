"""
caveat reads clinic web pages, says what they claim and what they leave out, and shows its working.

A whole run, as a program makes it:

    book = caveat.load()                                               # the rules, once
    captures = caveat.captures(["page.html", "https://clinic.example/lupus"])   # bytes, or why there are none
    found = caveat.results(captures, book, caveat.Options())           # read, labelled and judged, page by page
    report = caveat.report(found, book)
    print(caveat.FORMATS["json"](report))

With `caveat.Desk(caveat.Terms(contact="desk@paper.example")).ask` as a fourth value, `results` looks up the studies that claims cite.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caveat.audit import report, results
    from caveat.errors import CaveatError, Exit, IgnoreError, OutputError, RuleError, UsageError
    from caveat.formats import FORMATS
    from caveat.ignoring import ignores
    from caveat.judging import Options
    from caveat.lookup import Desk, Terms
    from caveat.model import Capture, Failure, Finding, Ignores, Page, PageReport, Report, Summary
    from caveat.rulebook import Rulebook, load
    from caveat.sources import Access, captures

__version__ = "0.1.0"

__all__ = [
    "FORMATS",
    "Access",
    "Capture",
    "CaveatError",
    "Desk",
    "Exit",
    "Failure",
    "Finding",
    "IgnoreError",
    "Ignores",
    "Options",
    "OutputError",
    "Page",
    "PageReport",
    "Report",
    "RuleError",
    "Rulebook",
    "Summary",
    "Terms",
    "UsageError",
    "__version__",
    "captures",
    "ignores",
    "load",
    "report",
    "results",
]

_HOMES = {
    "caveat.audit": ("report", "results"),
    "caveat.errors": ("CaveatError", "Exit", "IgnoreError", "OutputError", "RuleError", "UsageError"),
    "caveat.formats": ("FORMATS",),
    "caveat.ignoring": ("ignores",),
    "caveat.judging": ("Options",),
    "caveat.lookup": ("Desk", "Terms"),
    "caveat.model": ("Capture", "Failure", "Finding", "Ignores", "Page", "PageReport", "Report", "Summary"),
    "caveat.rulebook": ("Rulebook", "load"),
    "caveat.sources": ("Access", "captures"),
}


def __getattr__(name: str) -> Any:
    """Imports what is exported when it is first asked for, so that `caveat --version` starts without parser, HTTP client or rules."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
