"""Writes the beginning of a rule file, or of its words in another language: it fails its own test until it is filled in."""

from __future__ import annotations

from importlib.resources import files

from caveat.rulebook.loader import KINDS
from caveat.rulebook.rules import Rule
from caveat.rulebook.translation import TABLES, worded


def draft(name: str, kind: str) -> str:
    """The text of a new rule file of one of the loader's KINDS."""
    if kind not in KINDS:
        raise ValueError(f"no kind of rule {kind!r}")
    return files(__package__).joinpath("drafts", f"{kind}.toml").read_text(encoding="utf-8").replace("{id}", name)


def draft_words(rule: Rule) -> str:
    """The text of a new file that holds a rule's words in another language: its own words stand beside each key as a comment."""
    lines = [f'id = "{rule.id}"', "", "# Category, severity, title and reasons are those of the main file."]
    lists = [key for key in worded(rule) if key not in TABLES and getattr(rule, key)]
    for key in lists:
        lines += ["", f"{key} = [", *(f"    # {_flat(text)}" for text in getattr(rule, key)), '    "FILL IN",', "]"]
    for table in (key for key in worded(rule) if key in TABLES and getattr(rule, key)):
        lines += ["", f"[{table}]", *(f'{part} = ["FILL IN"]' for part in getattr(rule, table))]
    return "\n".join(lines) + "\n"


def _flat(text: str) -> str:
    return " ".join(text.split())
