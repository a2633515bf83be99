"""
Long runs: judges in several processes beside the arrivals, keeps the order of the targets, and a journal by which a run can go on.

    arrivals ─pool─▶ Done, in any order ─ordering─▶ results in the order of the targets
                                            │
                                         journal (SQLite): what is done, and what came too early
"""

from __future__ import annotations

from caveat.batch.events import Event, Tell, What
from caveat.batch.journal import Journal
from caveat.batch.ordering import Keep
from caveat.batch.pool import warm
from caveat.batch.run import results, usable
from caveat.batch.worker import Standard

__all__ = ["Event", "Journal", "Keep", "Standard", "Tell", "What", "results", "usable", "warm"]
