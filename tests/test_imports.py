"""The direction of the flow, held by a test: a package imports only itself and those before it. And the start is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import caveat

SRC = Path(caveat.__file__).parent
ORDER = [
    "errors", "model", "shipped", "rulebook", "sources", "evidence", "reading", "rendering", "roles", "judging", "ignoring", "lookup",
    "prefilter", "sites", "audit", "batch", "formats", "dask", "cli",
]  # fmt: skip
HEAVY = {
    "httpx", "httpcore", "h2", "brotli", "bs4", "lxml", "selectolax", "sentencex", "ahocorasick_rs", "rapidfuzz", "rich", "warcio",
    "cryptography", "tinycss2", "playwright", "dask", "distributed", "pyarrow", "fsspec",
}  # fmt: skip


def imports() -> Iterator[tuple[str, str, str]]:
    """Each import of one part of the package in another: the file, its part, the part it imports."""
    for file in sorted(SRC.rglob("*.py")):
        here = file.relative_to(SRC).with_suffix("").parts[0]
        if here not in ("__init__", "__main__"):
            for name in imported(ast.parse(file.read_text(encoding="utf-8"))):
                if name.startswith("caveat."):
                    yield str(file.relative_to(SRC)), here, name.split(".")[1]


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out in full"
            yield from (f"{node.module}.{alias.name}" if node.module == "caveat" else str(node.module) for alias in node.names)


def test_every_part_has_its_place_in_the_order() -> None:
    parts = {path.stem for path in SRC.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert parts - {"__init__", "__main__"} == set(ORDER)


def test_imports_point_downwards() -> None:
    found = list(imports())
    assert len(found) > 20
    upwards = [f"{file} must not know {there}" for file, here, there in found if there in ORDER and ORDER.index(there) > ORDER.index(here)]
    assert not upwards


def modules_after(code: str) -> set[str]:
    code = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("code", ["import caveat", *(f"from caveat.cli import main; main(['{word}'])" for word in ("--version", "--help"))])
def test_the_start_imports_no_parser_no_http_client_and_no_rule_machinery(code: str) -> None:
    modules = modules_after(code)
    assert not {name.split(".")[0] for name in modules} & HEAVY
    later = ("evidence", "reading", "rendering", "roles", "judging", "lookup", "formats", "rulebook.automaton")
    assert not modules & {f"caveat.{part}" for part in later}


def test_an_audit_of_files_needs_no_http_client(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("Open on weekdays.\n", encoding="utf-8")
    modules = modules_after(f"from caveat.cli import main; main(['audit', {str(tmp_path)!r}])")
    assert "caveat.judging" in modules and not {"httpx", "warcio", "cryptography"} & modules


def test_what_is_exported_is_there() -> None:
    for name in caveat.__all__:
        assert getattr(caveat, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'captrues'"):
        caveat.captrues  # noqa: B018
