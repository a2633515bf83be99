"""Reads a table of a TOML file as a dataclass, strictly: whatever is not understood is an error that says what was expected."""

from __future__ import annotations

import datetime
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from caveat.errors import CaveatError
from caveat.rulebook.spelling import likely

_T = TypeVar("_T")
_KINDS = {dict: "a table", list: "a list", str: "a string", bool: "a boolean"}


def record(kind: type[_T], raw: Mapping[str, Any], label: str, error: type[CaveatError]) -> _T:
    """`raw` as a `kind`, whose fields are the keys there are. Raises `error`, its message begun with `label`: the file and the entry."""
    known: dict[str, Field[Any]] = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    no_others(raw, known, label, error)
    hints = _hints(kind)  # type: ignore[arg-type]  # mypy takes a type variable's class for unhashable
    values = {}
    for key, field in known.items():
        if key in raw:
            values[key] = value(hints[key], raw[key], f"{label}, key {key!r}", error)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise error(f"{label}: key {key!r} is missing")
    return kind(**values)


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    """The types of the fields; worked out once a kind, for a list has many records of one."""
    return get_type_hints(kind)


def no_others(raw: Mapping[str, Any], known: Mapping[str, Any], label: str, error: type[CaveatError]) -> None:
    """Raises `error` for a key that is not known, with the likely one."""
    for key in raw:
        if key not in known:
            raise error(f"{label}: unknown key {key!r}; expected one of {', '.join(known)}", likely(key, known))


def value(wanted: Any, given: Any, label: str, error: type[CaveatError]) -> Any:
    """A value of a file as the type that its key wants. Raises `error`, its message begun with `label`."""
    origin = get_origin(wanted)
    if origin is types.UnionType:  # `X | None`: what is left out is None, and what is written is an X
        return value(get_args(wanted)[0], given, label, error)
    if origin is tuple:
        if not isinstance(given, list):
            raise error(f"{label}: expected a list, got {_name(given)}")
        kind = get_args(wanted)[0]
        if kind is str and set(map(type, given)) == {str}:  # as 27,000 words and patterns are
            return tuple(given)
        return tuple(value(kind, item, label, error) for item in given)
    if origin is dict:
        if not isinstance(given, dict):
            raise error(f"{label}: expected a table, got {_name(given)}")
        key_type, value_type = get_args(wanted)
        return {value(key_type, key, label, error): value(value_type, held, f"{label}.{key}", error) for key, held in given.items()}
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        if given not in list(wanted):
            raise error(f"{label}: expected one of {', '.join(wanted)}, got {given!r}", likely(str(given), map(str, wanted)))
        return wanted(given)
    if isinstance(wanted, type) and is_dataclass(wanted):
        if not isinstance(given, dict):
            raise error(f"{label}: expected a table, got {_name(given)}")
        return record(wanted, given, f"{label} ({given.get('name', '?')!r})" if "name" in given else label, error)
    if wanted is datetime.date:
        if not isinstance(given, datetime.date) or isinstance(given, datetime.datetime):
            raise error(f"{label}: expected a date, got {_name(given)}", "a date is written 2026-11-02, without quotation marks")
        return given
    accepted: Any = (int, float) if wanted is float else wanted
    if isinstance(wanted, types.GenericAlias) or not isinstance(given, accepted) or isinstance(given, bool) is not (wanted is bool):
        raise error(f"{label}: expected {wanted.__name__}, got {_name(given)}")
    return given


def _name(given: Any) -> str:
    return _KINDS.get(type(given), str(given) if isinstance(given, datetime.date | datetime.time) else f"{given!r}")
