"""`caveat --version`: the program and the digest of the rules that come with it."""

from __future__ import annotations

from caveat import __version__
from caveat.cli.output import printed
from caveat.errors import Exit


def version() -> Exit:
    from caveat.shipped import digest

    return printed(f"caveat {__version__} (rules {digest()})\n")
