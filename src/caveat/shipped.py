"""Where the rules that come with the program are, and the digest that names their exact text: light enough for `--version`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path


def shipped() -> Traversable:
    """The folder of the rules that come with the program: inside the package when installed, else beside the checkout."""
    installed = files("caveat").joinpath("rules")
    return installed if installed.is_dir() else Path(__file__).resolve().parents[2] / "rules"


def toml_files(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    """Every .toml file under a folder, with its path from there, in a fixed order."""
    for entry in sorted(folder.iterdir(), key=lambda found: found.name):
        if entry.is_dir():
            yield from ((f"{entry.name}/{path}", file) for path, file in toml_files(entry))
        elif entry.name.endswith(".toml"):
            yield entry.name, entry


def digest(packs: Iterable[Traversable] | None = None) -> str:
    """The first 12 hex digits of the SHA-256 over every rule file's path and text; of the shipped rules when no packs are given."""
    total = hashlib.sha256()
    for pack in [shipped()] if packs is None else packs:
        for path, file in toml_files(pack):
            total.update(f"{path}\0{file.read_text(encoding='utf-8')}\0".replace("\r\n", "\n").encode())
    return total.hexdigest()[:12]
