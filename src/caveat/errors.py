"""The few errors that end a run, and the exit codes they end it with."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the exit code says, for every format alike."""

    CLEAN = 0  # every target was read and checked; nothing at or above --fail-on
    FINDINGS = 1  # something was found at or above --fail-on
    USAGE = 2  # a bad option, configuration or rule file: nothing was audited
    INCOMPLETE = 3  # some target could not be read or checked, whatever was found
    CRASH = 70  # our own fault
    INTERRUPTED = 130  # Ctrl-C or SIGTERM


class CaveatError(Exception):
    """
    A run that cannot go on, said so that a person can act on it.

    ├── RuleError     a rule file says something that cannot be read
    ├── IgnoreError   a file of decisions on findings says something that cannot be read
    ├── JournalError  the journal of a run is damaged, in use, or of another run
    ├── UsageError    the command line asks for something that cannot be done
    └── OutputError   the report could not be written where it was wanted
    """

    exit = Exit.USAGE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class RuleError(CaveatError):
    """A rule or lexicon file is wrong: the message names the file, the rule, the key and what was expected."""


class IgnoreError(CaveatError):
    """A file of decisions on findings is wrong: the message names the file, the entry, the key and what was expected."""


class JournalError(CaveatError):
    """The journal of a run cannot be gone on with: it is damaged, in use by another run, or of a run with other rules or options."""


class UsageError(CaveatError):
    """The words of the command line do not fit together."""


class OutputError(CaveatError):
    """The report is not, or not wholly, where it was wanted (a full disk, a folder without write permission)."""

    exit = Exit.INCOMPLETE
