"""Judging: from a page with roles to its findings."""

from __future__ import annotations

from caveat.judging.judge import Options, judge

__all__ = ["Options", "judge"]
