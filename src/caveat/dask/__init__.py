"""
The same audit over many WARC files, on the machines of a Dask cluster: one partition a file, each written whole or not at all.

    archives ─submitted─▶ workers: pages of one archive ─prefilter─▶ judged ─▶ FOLDER/partition.jsonl │ .parquet
                                                                          └─▶ Partition | Failure ─account─▶ FOLDER/summary.json

As a program runs it, on this machine (`"local"`) or on a cluster's scheduler (`"tcp://scheduler.example:8786"`):

    book = caveat.load()
    plan = Plan(Standard(), book.digest, Path("results"))
    with connected("local") as client:
        done = list(partitions(archives(["a.warc.gz", "s3://bucket/b.warc.gz"]), plan, client))
    print(summary(done, book))

When a worker is lost, what to do again and where is Dask's to decide; nothing here schedules.
"""

from __future__ import annotations

from caveat.batch import Standard
from caveat.dask.account import summary
from caveat.dask.archive import Archive, archives
from caveat.dask.cluster import LOCAL, connected, lost
from caveat.dask.partition import Partition, Plan
from caveat.dask.run import partitions
from caveat.dask.store import Form

__all__ = ["LOCAL", "Archive", "Form", "Partition", "Plan", "Standard", "archives", "connected", "lost", "partitions", "summary"]
