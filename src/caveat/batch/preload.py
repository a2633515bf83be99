"""Imported by the server that worker processes are forked from: what is loaded here is shared by all of them."""

from __future__ import annotations

import datetime
import json
import os
from contextlib import suppress
from pathlib import Path

from caveat.batch.worker import rulebook
from caveat.errors import CaveatError

ASKED = "CAVEAT_PRELOAD"  # a server gets nothing else from the run but its environment

if ASKED in os.environ:
    packs, only, skip, places, as_of, base = json.loads(os.environ[ASKED])
    day = datetime.date.fromisoformat(as_of) if as_of else None
    with suppress(CaveatError):  # the run itself loads them too, and says what is wrong with them
        rulebook(tuple(map(Path, packs)), tuple(only), tuple(skip), tuple(places), day, Path(base) if base else None)
