"""
A result as bytes and back, the same value as before: for the way between processes, and for the journal.

JSON, because a journal may be handed on and nothing in it may run; msgspec, because it knows dataclasses, enumerations and dates, and
refuses what does not fit them. Its own JSON cannot hold half a surrogate pair, which a file name can: hence `json` for the text.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from caveat.model import Crawled, Failure, PageReport

_TYPES: dict[str, type[PageReport] | type[Failure]] = {"page": PageReport, "failure": Failure}


T = TypeVar("T")


class Spoiled(Exception):
    """The bytes are no record."""


def written(result: PageReport | Failure | Crawled) -> bytes:
    kind = "crawl" if isinstance(result, Crawled) else "failure" if isinstance(result, Failure) else "page"
    # compressed to a quarter in a fraction of a millisecond; the checksum of the compression finds a flipped bit
    return zlib.compress(json.dumps({kind: msgspec.to_builtins(result)}).encode("ascii"), 1)


def read(record: bytes) -> PageReport | Failure:
    """The result as it was written. Raises Spoiled."""
    return _read(record, _TYPES)


def read_crawl(record: bytes) -> Crawled:
    """The same of what became of a crawl. Raises Spoiled."""
    return _read(record, {"crawl": Crawled})


def _read(record: bytes, types: Mapping[str, type[T]]) -> T:
    try:
        ((kind, value),) = json.loads(zlib.decompress(record)).items()
        return msgspec.convert(value, types[kind])
    except (zlib.error, ValueError, KeyError, AttributeError, RecursionError, msgspec.MsgspecError) as error:
        raise Spoiled(str(error)) from None
