"""The formats of a report, each a function from a `Report` to text that ends in a newline, and the published schemas."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from caveat.errors import UsageError
from caveat.formats import json, jsonl, terminal
from caveat.formats.explain import explain_json, explain_terminal
from caveat.formats.read import read_json, read_terminal
from caveat.model import Report

__all__ = ["FORMATS", "SCHEMAS", "explain_json", "explain_terminal", "json", "jsonl", "read_json", "read_terminal", "schema", "terminal"]

FORMATS: dict[str, Callable[[Report], str]] = {
    "terminal": terminal.render,
    "json": json.render,
    "jsonl": jsonl.render,
}

SCHEMAS = ("report", "read", "explain", "plan", "verify", "replay")


def schema(name: str) -> str:
    """
    The JSON Schema of what `audit` ("report"), its `--dry-run` ("plan") or the command of that name writes as JSON. Raises UsageError
    for other names.
    """
    if name not in SCHEMAS:
        raise UsageError(f"there is no schema {name!r}", hint=f"the schemas are {', '.join(SCHEMAS)}")
    return (files(__package__) / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
