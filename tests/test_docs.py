"""The documents repeat what the program says, and are compared with it: `pytest tests/test_docs.py --accept` writes those parts anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from caveat.rulebook import load
from caveat.rulebook.index import index
from conftest import caveat
from documents import README, ROOT, RULES, accept, part
from test_examples import masked

EXAMPLE = "examples/articles/page.html"
EXPLAINED = f"{EXAMPLE}:46:182"
DOCUMENTS = ("README.md", "CHANGELOG.md", "rules/README.md", "examples/README.md")
CUT = "[…]"


def shown(command: str, output: str) -> str:
    """A command and its output as a block of Markdown."""
    return f"```console\n$ {command}\n{output.rstrip()}\n```\n"


def screen(report: str) -> str:
    """Of a page's report the head, and two caveats, three claims and the end of the run; what is left out is marked."""
    paragraphs = report.rstrip().split("\n\n")
    claims = next(at for at, text in enumerate(paragraphs) if text.startswith("What the page claims"))
    return "\n\n".join([*paragraphs[:4], CUT, *paragraphs[claims : claims + 4], CUT, *paragraphs[-2:]])


def test_the_index_of_rules_is_fresh(request: pytest.FixtureRequest) -> None:
    book = load(places=None)
    translated = {language: list(spoken.rules) for language in book.languages[1:] if (spoken := book.speaking(language))}
    fresh = index(book.rules, book.lexicons, translated)
    accept(request, RULES, "index", fresh)
    assert part(RULES, "index") == fresh


def test_the_readme_shows_the_real_help(request: pytest.FixtureRequest) -> None:
    fresh = shown("caveat --help", caveat("--help").stdout.decode("utf-8"))
    accept(request, README, "help", fresh)
    assert part(README, "help") == fresh


def test_the_readme_shows_a_real_screen(request: pytest.FixtureRequest) -> None:
    fresh = shown(f"caveat audit {EXAMPLE}", screen(caveat("audit", EXAMPLE, folder=ROOT).stdout.decode("utf-8")))
    accept(request, README, "screen", fresh)
    assert masked(part(README, "screen")) == masked(fresh)


def test_the_readme_shows_a_real_explanation(request: pytest.FixtureRequest) -> None:
    fresh = shown(f"caveat explain {EXPLAINED}", caveat("explain", EXPLAINED, folder=ROOT).stdout.decode("utf-8"))
    accept(request, README, "explain", fresh)
    assert masked(part(README, "explain")) == masked(fresh)


def test_the_rule_shown_as_an_example_proves_itself_and_fires(tmp_path: Path) -> None:
    found = re.search(r"<!-- example: (?P<id>\S+) -->\n```toml\n(?P<rule>.*?)```", RULES.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    pack = tmp_path / "my-rules"
    pack.mkdir()
    (pack / f"{found['id']}.toml").write_text(found["rule"], encoding="utf-8")
    proved = caveat("rules", "test", pack)
    assert proved.returncode == 0, proved.stdout.decode("utf-8")
    (tmp_path / "page.txt").write_text("Ovarian PRP restores egg quality.\n", encoding="utf-8")
    audited = caveat("audit", tmp_path / "page.txt", "--rules", pack, "--only", found["id"])
    assert audited.returncode == 1 and found["id"] in audited.stdout.decode("utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_a_document_links_to_is_there(document: str) -> None:
    file = ROOT / document
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", file.read_text(encoding="utf-8"))
    assert not [link for link in links if not (file.parent / link).exists()]
