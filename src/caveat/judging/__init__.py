"""Judging: from a page with roles to its findings."""

from __future__ import annotations

from caveat.judging.judge import Options, judge
from caveat.judging.records import Answers, cited_by

__all__ = ["Answers", "Options", "cited_by", "judge"]
