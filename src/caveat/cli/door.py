"""Runs the words of a command line and turns whatever ends the run into an exit code."""

from __future__ import annotations

import io
import sys
import traceback

from caveat.cli.say import ended, say
from caveat.errors import CaveatError, Exit


def ends(words: list[str]) -> Exit:
    """The exit code of a command line; raises nothing but KeyboardInterrupt before the work has begun."""
    _speak_utf8()
    try:
        if words == ["--version"]:  # by itself it needs no option parser, whose import is nearly all of the start
            from caveat.cli.version import version

            return version()
        from caveat.cli.app import understood

        return understood(words)()
    except CaveatError as error:
        return ended(error.exit, f"{error}{f'; {error.hint}' if error.hint else ''}")
    except KeyboardInterrupt:
        return ended(Exit.INTERRUPTED, "interrupted")
    except Exception:
        # Python would end with 1, which means findings.
        for line in traceback.format_exc().splitlines():
            say(line)
        return ended(Exit.CRASH, "a fault in caveat itself; please report the lines above")


def _speak_utf8() -> None:
    """Page text holds what no other encoding can say, and lone surrogates that UTF-8 itself cannot; `\\udc80` is what JSON reads back."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
