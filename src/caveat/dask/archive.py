"""A WARC file as it was named, and how a worker, which may stand on another machine, opens it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from caveat.model import Failure, FailureKind, Listed, Stage
from caveat.sources import Target, named
from caveat.sources.warc import ELSEWISE, ENDINGS

if TYPE_CHECKING:
    import fsspec

STORES = {"s3": "s3fs", "gs": "gcsfs", "abfs": "adlfs"}  # what fsspec needs for each
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Archive:
    """`name` is as it was given, and stands in the names of its pages; `location` an absolute path, or an address in a store."""

    name: str
    location: str

    @property
    def slug(self) -> str:
        """The name of its partition, without an ending: its own, and what tells it from others of that name."""
        digest = hashlib.sha256(self.location.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return f"{_PLAIN.sub('_', self.location.rpartition('/')[2])[-80:]}-{digest}"


def file_name(archive: Archive, ending: str) -> str:
    """The name of its partition."""
    return f"{archive.slug}.{ending}"


class NoStore(Exception):
    """What reads addresses of this kind is not installed here; says what is."""


def archives(targets: Iterable[Target]) -> Iterator[Archive | Failure]:
    """The WARC files among the targets, those in folders too, each once. What is none is a failure that says what to do with it."""
    seen = set()
    for each in named(targets):
        target = each.target if isinstance(each, Listed) else each
        found = target if isinstance(target, Failure) else _archive(target)
        if isinstance(found, Failure) or found.location not in seen:
            yield found
        if isinstance(found, Archive):
            seen.add(found.location)


def _archive(target: str) -> Archive | Failure:
    found = _SCHEME.match(target)
    scheme = found[1].lower() if found else ""
    if scheme in ("http", "https"):
        return Failure(target, Stage.OPEN, "is not fetched by a cluster", "fetch it first, or audit it without --cluster")
    if scheme not in ("", "file", *STORES):
        known = ", ".join(f"{name}://" for name in ("file", *STORES))
        return Failure(target, Stage.OPEN, f"{scheme}:// is not read", f"name a path or an address of {known}", FailureKind.ADDRESS)
    for ending, advice in ELSEWISE.items():
        if target.lower().endswith(ending):
            return Failure(target, Stage.OPEN, f"{ending} files are not read", advice)
    if not target.lower().endswith(ENDINGS):
        return Failure(target, Stage.OPEN, "is no WARC file", f"--cluster takes {', '.join(ENDINGS)}; audit others without it")
    if scheme in STORES:
        return Archive(target, target)
    return Archive(target, str(Path(unquote(urlsplit(target).path) if scheme else target).absolute()))


def opened(archive: Archive) -> IO[bytes]:
    """The bytes of an archive, to be read from the first to the last. Raises OSError, ValueError, NoStore, and what a store raises."""
    if not _SCHEME.match(archive.location):
        return Path(archive.location).open("rb")
    store, path = _store(archive.location)
    file: IO[bytes] = store.open(path, "rb")
    return file


def stamp(archive: Archive) -> str:
    """By what a later run can tell that an archive is still the same, without reading it. Raises as `opened` does."""
    if not _SCHEME.match(archive.location):
        found = Path(archive.location).stat()
        return f"{found.st_size}-{found.st_mtime_ns}"
    store, path = _store(archive.location)
    return str(store.ukey(path))


def _store(location: str) -> tuple[fsspec.AbstractFileSystem, str]:
    import fsspec

    try:
        store, path = fsspec.core.url_to_fs(location)
    except ImportError:
        scheme = urlsplit(location).scheme
        raise NoStore(f"{scheme}:// is read through {STORES[scheme]}, which is not installed on this worker") from None
    return store, str(path)
