"""The log of a run: one JSON object a line on stderr, each with its time."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime

from caveat.batch import Event
from caveat.formats.clean import escaped


def log(event: Event) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    target = {"target": event.target} if event.target else {}
    line = escaped(json.dumps({"time": now, "event": event.what, **target, **event.more}, ensure_ascii=False))
    with suppress(OSError, ValueError):  # a stderr that is gone must not change the exit code
        if sys.stderr is not None:
            print(line, file=sys.stderr, flush=True)
