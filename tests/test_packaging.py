"""What a user installs: the wheel and the sdist hold what they should, and every way to install gives the same rules."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from conftest import environment

ROOT = Path(__file__).parent.parent
BUILT_IN = ("--no-isolation",)


def run(*words: str | Path, **more: str) -> str:
    done = subprocess.run(list(map(str, words)), env=environment(**more), capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist of this checkout and the wheel made from that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", *BUILT_IN, "--outdir", folder, ROOT)
    return folder


def only(folder: Path, pattern: str) -> Path:
    (file,) = folder.glob(pattern)
    return file


def files(*tops: str) -> set[str]:
    """The files of the checkout below `tops`, as paths from its root."""
    return {
        path.relative_to(ROOT).as_posix()
        for top in tops
        for path in (ROOT / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_and_its_rules_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(only(built, "*.whl")) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    package = {path.removeprefix("src/") for path in files("src/caveat")}
    assert held == package | {f"caveat/{path}" for path in files("rules")}
    assert {"caveat/py.typed", "caveat/rules/words/therapy.toml", "caveat/rulebook/drafts/claim.toml"} <= held
    assert any(name.endswith("report.schema.json") for name in held)


def test_the_wheel_says_what_it_is(built: Path) -> None:
    with zipfile.ZipFile(only(built, "*.whl")) as wheel:
        names = {PurePosixPath(name).name: name for name in wheel.namelist()}
        said = wheel.read(names["METADATA"]).decode("utf-8")
        scripts = wheel.read(names["entry_points.txt"]).decode("utf-8")
    assert "LICENSE" in names
    assert "Requires-Python: >=3.11" in said and "License-Expression: MIT" in said
    assert "caveat = caveat.cli:main" in scripts


def test_the_sdist_holds_all_that_building_and_testing_need(built: Path) -> None:
    with tarfile.open(only(built, "*.tar.gz")) as sdist:
        held = {name.partition("/")[2] for name in sdist.getnames()}
    loose = {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "PKG-INFO", ".ci/run"}
    assert files("src", "rules", "tests", "examples") | loose <= held


@cache
def rules_of_the_checkout() -> str:
    return run(sys.executable, "-m", "caveat", "rules", "list", PYTHONPATH=str(ROOT / "src"))


WAYS: dict[str, Callable[[Path], list[str | Path]]] = {
    "wheel": lambda built: [only(built, "*.whl")],
    "sdist": lambda built: [only(built, "*.tar.gz")],
    "editable": lambda built: ["--editable", ROOT],
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_install_lists_the_same_rules(way: str, built: Path, tmp_path: Path) -> None:
    venv.create(tmp_path, with_pip=False, symlinks=True)
    place = {"base": str(tmp_path), "platbase": str(tmp_path)}
    # The dependencies are those of this Python; behind the new environment's own packages, so that its caveat comes first.
    ours = sysconfig.get_path("purelib")
    Path(sysconfig.get_path("purelib", "venv", place), "dependencies.pth").write_text(f"{ours}\n", encoding="utf-8")
    scripts = Path(sysconfig.get_path("scripts", "venv", place))
    python = scripts / Path(sys.executable).name
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation")
    run(*pip, *WAYS[way](built))
    assert run(scripts / "caveat", "rules", "list") == rules_of_the_checkout()
    home = Path(run(python, "-c", "import caveat; print(caveat.__file__)").strip())
    assert (ROOT if way == "editable" else tmp_path) in home.parents
