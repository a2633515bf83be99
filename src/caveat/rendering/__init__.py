"""Has a browser make of a capture what its reader sees, and measure it: an optional step between sources and reading."""

from __future__ import annotations

from caveat.rendering.getting import Fetched, Get
from caveat.rendering.renderer import Renderer, started

__all__ = ["Fetched", "Get", "Renderer", "started"]
