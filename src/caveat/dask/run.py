"""Hands the archives to a cluster and takes what becomes of each, as it is known."""

from __future__ import annotations

import traceback
import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from caveat.batch import Event, Tell, What
from caveat.batch.events import nobody
from caveat.dask.archive import Archive
from caveat.dask.partition import Partition, Plan, audited
from caveat.errors import CaveatError, UsageError
from caveat.model import Failure, FailureKind, Stage

if TYPE_CHECKING:
    from distributed import Client, Future


def partitions(archives: Iterable[Archive | Failure], plan: Plan, client: Client, tell: Tell = nobody) -> Iterator[Partition | Failure]:
    """
    What becomes of each archive, in the order in which it is known. When a worker dies Dask gives what it was at to another; an archive
    over which several die (`distributed.scheduler.allowed-failures`) is a failure. Closing the iterator gives up what has not begun.
    Raises CaveatError for what ends a run.
    """
    from distributed import as_completed

    waiting: dict[str, Archive] = {}
    futures: list[Future] = []
    run = uuid.uuid4().hex[:12]  # a partition that another run has made is looked at anew: only its file can tell
    for found in archives:
        if isinstance(found, Failure):
            yield _told(found, tell)
        else:
            key = f"caveat-{found.slug}-{run}"
            waiting[key] = found
            futures.append(client.submit(audited, found, plan, key=key, pure=False))
    try:
        for future in as_completed(futures):
            archive = waiting.pop(future.key)
            yield _told(_outcome(future, archive, plan), tell, _trace(future))
            future.release()
    finally:
        client.cancel([future for future in futures if future.key in waiting])


def _outcome(future: Future, archive: Archive, plan: Plan) -> Partition | Failure:
    from distributed import KilledWorker

    if future.cancelled() or future.status == "lost":
        return Failure(archive.name, Stage.AUDIT, "the cluster was lost before it was done", "run it again", FailureKind.CRASHED)
    match future.exception():
        case None:
            return _there(future.result(), plan)
        case KilledWorker():
            why = "each worker that began it died: they were killed, or ran out of memory"
            return Failure(archive.name, Stage.AUDIT, why, "audit it by itself, without --cluster", FailureKind.CRASHED)
        case CaveatError() as error:
            raise error
        case ModuleNotFoundError(name=str(name)) if name.partition(".")[0] == "caveat":
            raise UsageError("the workers of the cluster have no caveat", "install the same version there: pip install 'caveat[cluster]'")
        case error:
            why = f"could not be audited: {type(error).__name__}: {error}"
            return Failure(archive.name, Stage.AUDIT, why, "", FailureKind.CRASHED)


def _trace(future: Future) -> str:
    """Where on the worker an error arose that nobody foresaw."""
    from distributed import KilledWorker

    error = future.exception() if future.status == "error" else None
    return "" if error is None or isinstance(error, KilledWorker) else "".join(traceback.format_exception(error))


def _there(made: Partition | Failure, plan: Plan) -> Partition | Failure:
    """A partition only if its file is here too."""
    if isinstance(made, Failure):
        return made
    if not (plan.folder / made.file).is_file():
        why = f"its partition was written on a worker's own disk: {plan.folder} is another folder there"
        return Failure(made.archive, Stage.AUDIT, why, "name a folder that all machines of the cluster share", FailureKind.UNREADABLE)
    return made


def _told(made: Partition | Failure, tell: Tell, trace: str = "") -> Partition | Failure:
    if isinstance(made, Failure):
        tell(Event(What.FAILED, made.target, {"kind": made.kind, "reason": made.reason, **({"trace": trace} if trace else {})}))
        return made
    counts: dict[str, Any] = {name: made.summary[name] for name in ("targets", "pages", "failures")}
    found = {"partition": made.file, **counts, "findings": sum(made.summary["findings"].values())}
    tell(Event(What.KNOWN if made.kept else What.AUDITED, made.archive, found))
    return made
