"""What a run comes to: counts while the results pass by, and the exit code with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from caveat.cli.say import counted
from caveat.errors import Exit
from caveat.model import CheckState, Crawled, Failure, FailureKind, Ignored, PageReport, Severity, Stage


class FailOn(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOTE = "note"
    NEVER = "never"


@dataclass(slots=True)
class Tally:
    """Counts of one run. It holds the failures, which are small, and no page."""

    level: FailOn
    targets: int = 0
    findings: int = 0  # at or above the level
    pages: int = 0  # that hold such findings
    failures: list[Failure] = field(default_factory=list)  # and pages in a language that is not checked
    finished: bool = False
    ignored: Ignored | None = None  # what became of the decisions the run was given
    crawls: dict[int, Crawled] = field(default_factory=dict)  # by the number of their target, as they end

    def watching(self, results: Iterable[PageReport | Failure]) -> Iterator[PageReport | Failure]:
        """The same results, counted as they pass."""
        for result in results:
            self.targets += 1
            if isinstance(result, Failure):
                self.failures.append(result)
            else:
                self._count(result)
            yield result
        self.finished = True

    @property
    def crawled(self) -> tuple[Crawled, ...]:
        """The crawls in the order of their targets."""
        return tuple(self.crawls[number] for number in sorted(self.crawls))

    def _count(self, page: PageReport) -> None:
        found = sum(reaches(finding.severity, self.level) for finding in page.findings if not finding.ignored)
        self.findings += found
        self.pages += bool(found)
        self.failures += unchecked(page)
        if self.ignored:
            from caveat.ignoring import seen  # knows the rules, which --help and --version need not load

            self.ignored = seen(self.ignored, page)

    @property
    def accounts(self) -> dict[str, Any]:
        """What became of the targets, as in the summary of the JSON report; the numbers add up to all of them."""
        kinds = Counter(failed.kind for failed in self.failures)
        apart = {"not_checked": kinds.pop(FailureKind.LANGUAGE, 0), "skipped_by_robots": kinds.pop(FailureKind.ROBOTS, 0)}
        failed = {kind.value: kinds[kind] for kind in FailureKind if kinds[kind]}
        return {"audited": self.targets - len(self.failures), **apart, "failed": failed}

    def accounted(self) -> str:
        """The same in words, without what is zero."""
        found = self.accounts
        kinds = ", ".join(f"{count} {kind}" for kind, count in found["failed"].items())
        parts = {
            "audited": found["audited"],
            "not checked (language)": found["not_checked"],
            "skipped (robots.txt)": found["skipped_by_robots"],
            f"failed ({kinds})": sum(found["failed"].values()),
        }
        return ", ".join(f"{count} {what}" for what, count in parts.items() if count) or "none"

    def verdict(self) -> tuple[Exit, str]:
        """The exit code of a run that came to its end, and why. That something could not be read weighs more than what was found."""
        found = f"{counted(self.findings, 'finding')} at or above {self.level} on {counted(self.pages, 'page')}"
        if self.failures:
            missed = f"{len(self.failures)} of {counted(self.targets, 'target')} could not be read or checked"
            return Exit.INCOMPLETE, f"{missed}; {found}" if self.findings else missed
        return (Exit.FINDINGS, found) if self.findings else (Exit.CLEAN, "")


def reaches(severity: Severity, level: FailOn) -> bool:
    return level is not FailOn.NEVER and severity.rank >= Severity(level).rank


def unchecked(page: PageReport) -> list[Failure]:
    """A page whose language no rule speaks was read, but not checked: that must not look like a clean page."""
    return [
        Failure(
            page.target, Stage.READ, f"not checked: {check.reason or 'the language is not one the rules speak'}", kind=FailureKind.LANGUAGE
        )
        for check in page.checks
        if check.check == "language" and check.state is CheckState.NOT_CHECKED
    ]
