"""The parts of the documents that repeat what the program says: read between their marks, and written anew with `--accept`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README, RULES = ROOT / "README.md", ROOT / "rules" / "README.md"


def part(file: Path, name: str) -> str:
    """What stands between the marks of a part."""
    found = re.search(rf"<!-- {name}: begin -->\n(.*?)<!-- {name}: end -->", file.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"{file.name} has no part {name}"
    return found[1]


def accept(request: pytest.FixtureRequest, file: Path, name: str, text: str) -> None:
    if request.config.getoption("--accept"):
        begin = f"<!-- {name}: begin -->\n"
        whole = file.read_text(encoding="utf-8").replace(begin + part(file, name), begin + text)
        file.write_text(whole, encoding="utf-8", newline="\n")
