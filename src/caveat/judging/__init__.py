"""Judging: from a page with roles to its findings, and to what they rest on."""

from __future__ import annotations

from caveat.judging.explain import explain
from caveat.judging.judge import Options, judge, judged
from caveat.judging.records import Answers, cited_by

__all__ = ["Answers", "Options", "cited_by", "explain", "judge", "judged"]
