"""The command line. `main` is its one door: everything that ends a run leaves through here, with its exit code and its last line."""

from __future__ import annotations

import sys


def main(words: list[str] | None = None) -> int:
    """Runs the command line (by default the process's own) and gives the exit code; raises nothing."""
    try:
        # Imported here, so that Ctrl-C while Python still reads modules ends as quietly as later on.
        from caveat.cli.door import ends

        return ends(sys.argv[1:] if words is None else words)
    except KeyboardInterrupt:
        sys.stderr.write("caveat: exit 130: interrupted\n")
        return 130
