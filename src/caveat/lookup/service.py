"""What a service is to the desk: where it is asked, how fast, and how its answer is read; and the reading of values nobody vouches for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from caveat.model import Record

_TEXT = 1_000  # characters of one text that are kept
_LIST = 20  # entries of one list that are kept


class Unreadable(Exception):
    """The answer is not of the form that the service documents."""


class Unknown(Exception):
    """The service has nothing under this identifier."""


def _nobody(contact: str) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Service:
    """
    One service that is asked about one kind of identifier. `path` gives path and query for an identifier's value, `read` the record from
    the JSON answer; it raises Unknown or Unreadable. `manners` are parameters that say who asks, and stand in no report.
    """

    name: str
    kind: str  # what stands before the colon of an identifier
    base: str
    pace: float  # least seconds between two requests
    path: Callable[[str], str]
    read: Callable[[object, str], Record]
    manners: Callable[[str], Mapping[str, str]] = _nobody


def dig(value: object, *keys: str) -> object:
    """What stands under keys within keys; None where something on the way is missing or is no object."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text(value: object) -> str:
    """A text on one line, mark-up taken out of it; "" for what is no text. Services hand on what publishers sent: `<i>in vitro</i>`."""
    if not isinstance(value, str):
        return ""
    short = value[:_TEXT].encode("utf-8", "replace").decode("utf-8")  # JSON can hold half of a character
    if "<" in short or "&" in short:
        from selectolax.lexbor import LexborHTMLParser

        body = LexborHTMLParser(short).body
        short = body.text() if body else short
    return " ".join(short.split())


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list, or of one text; empty ones left out."""
    entries = value if isinstance(value, list) else [value]
    return tuple(filter(None, map(text, entries[:_LIST])))


def objects(value: object) -> list[dict[str, object]]:
    """The objects of a list."""
    return [entry for entry in value[:_LIST] if isinstance(entry, dict)] if isinstance(value, list) else []
