"""Writes the beginning of a rule file: it fails its own test until it is filled in."""

from __future__ import annotations

from importlib.resources import files

from caveat.rulebook.loader import KINDS


def draft(name: str, kind: str) -> str:
    """The text of a new rule file of one of the loader's KINDS."""
    if kind not in KINDS:
        raise ValueError(f"no kind of rule {kind!r}")
    return files(__package__).joinpath("drafts", f"{kind}.toml").read_text(encoding="utf-8").replace("{id}", name)
