"""One HTTP exchange with a server that may be hostile: addresses checked, limits kept, every byte of it accounted for."""

from __future__ import annotations

from caveat.sources.wire.ask import Wire
from caveat.sources.wire.terms import Answer, Broken, Terms

__all__ = ["Answer", "Broken", "Terms", "Wire"]
