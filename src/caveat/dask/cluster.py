"""The cluster of a run: one of this machine's processors that goes with the run, or one that is there, by its scheduler's address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from caveat.batch import usable
from caveat.errors import UsageError

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "local"
_CONNECT = 10  # seconds in which a scheduler that is up answers
_ALONE = {
    "processes": True,
    "threads_per_worker": 1,  # judging is all Python
    "security": True,  # TLS by certificates of this run: whoever could talk to a worker could have it run anything
    "dashboard_address": "127.0.0.1:0",
    "scheduler_kwargs": {"dashboard": False},
    "silence_logs": logging.CRITICAL,  # what is lost the run tells itself
    "preload": ["caveat.dask.workers"],
}


def needs(*modules: str) -> None:
    """Raises UsageError, with what to install, where one of the modules of the extra is missing."""
    if missing := [name for name in modules if find_spec(name) is None]:
        raise UsageError(f"--cluster needs {' and '.join(missing)}, not installed here", "pip install 'caveat[cluster]'")


@contextmanager
def connected(address: str = LOCAL, jobs: int | None = None) -> Iterator[Client]:
    """
    A client of the cluster. `jobs`: processes of a local one, None: one a processor. A cluster that was there stays when the run is over.
    Raises UsageError for an address that nobody answers at.
    """
    needs("dask", "distributed")
    from distributed import Client, LocalCluster

    if address == LOCAL:
        with LocalCluster(n_workers=jobs or usable(), **_ALONE) as cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(address, timeout=_CONNECT)
    except (OSError, ValueError, ImportError) as error:
        hint = "the address of a scheduler looks like tcp://scheduler.example:8786; `local` starts workers on this machine"
        raise UsageError(f"--cluster {address}: no cluster answers: {error}", hint) from None
    with client:
        yield client


def lost(client: Client) -> int:
    """How many workers have gone without having been told to, as far back as the scheduler remembers."""
    events = client.get_events("all") or ()
    return sum(event.get("action") == "remove-worker" and not event.get("expected", False) for _, event in events)
