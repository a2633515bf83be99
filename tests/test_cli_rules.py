"""`caveat rules`: list, show, prove, write."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from caveat.cli import main
from caveat.cli.options import Draft, Format
from caveat.formats import FORMATS
from caveat.rulebook import ClaimRule, load
from caveat.rulebook.loader import KINDS

RULE = """
id = "moon-cell-therapy"
kind = "claim"
category = "offer"
severity = "note"
title = "Offers moon cells"
why = "There are none."
authority = ["FTC Act 5"]
in_force_from = 1938-03-21
needs = []
patterns = ["moonlit cells"]
flags = ["We use moonlit cells.", "Our moonlit cells are gathered at night.", "Moonlit cells for every joint."]
passes = ["We use cells.", "The moon is full.", "Our office is moonlit."]
"""

LOADED = cache(load)  # each test has a folder of its own, so a pack is never stale
Shown = pytest.CaptureFixture[str]


def ran(capsys: Shown, *words: str | Path) -> tuple[int, list[str], list[str]]:
    code = main(list(map(str, words)))
    shown = capsys.readouterr()
    return code, shown.out.splitlines(), shown.err.splitlines()


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("caveat.cli.rule_work.load", LOADED)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    (tmp_path / "moon-cell-therapy.toml").write_text(RULE, encoding="utf-8")
    return tmp_path


def test_the_list_has_every_rule_with_what_it_is(capsys: Shown) -> None:
    code, shown, _ = ran(capsys, "rules", "list")
    assert code == 0
    assert {line.split()[0] for line in shown} == set(LOADED(places=None).rules)
    for rule in LOADED(places=None).of(ClaimRule).values():
        assert any(line.split()[:3] == [rule.id, rule.category, rule.severity] and line.endswith(rule.title) for line in shown)


def test_show_has_everything_the_file_says(pack: Path, capsys: Shown) -> None:
    code, shown, _ = ran(capsys, "rules", "show", "moon-cell-therapy", "--rules", pack)
    text = "\n".join(shown)
    assert code == 0
    for said in ("offer", "note", "Offers moon cells", "There are none.", "FTC Act 5", "moonlit cells", "Moonlit cells for every joint."):
        assert said in text


def test_show_of_an_unknown_rule_names_the_likely_one(pack: Path, capsys: Shown) -> None:
    code, _, said = ran(capsys, "rules", "show", "moon-cells-therapy", "--rules", pack)
    assert code == 2 and "did you mean 'moon-cell-therapy'?" in said[-1]


def test_a_pack_that_does_what_it_says_is_proved(pack: Path, capsys: Shown) -> None:
    assert ran(capsys, "rules", "test", pack) == (0, ["1 rule of 1 proved"], [])


def test_a_text_that_does_not_fire_or_does_not_pass_is_named(pack: Path, capsys: Shown) -> None:
    wrong = RULE.replace("We use moonlit cells.", "We use sunlit cells.").replace("We use cells.", "Ask for moonlit cells.")
    (pack / "moon-cell-therapy.toml").write_text(wrong, encoding="utf-8")
    code, shown, said = ran(capsys, "rules", "test", pack)
    assert code == 2
    assert shown == [
        "moon-cell-therapy: must be found and is not: We use sunlit cells.",
        "moon-cell-therapy: must not be found and is: Ask for moonlit cells.",
        "0 rules of 1 proved",
    ]
    assert said == ["caveat: exit 2: 2 texts of 1 rule not as the file says"]


def test_a_rule_file_with_a_typo_names_file_rule_and_key(pack: Path, capsys: Shown) -> None:
    (pack / "moon-cell-therapy.toml").write_text(RULE.replace("patterns =", "paterns ="), encoding="utf-8")
    for words in (("rules", "test", pack), ("audit", pack, "--rules", pack)):
        code, shown, said = ran(capsys, *words)
        assert (code, shown) == (2, [])
        for part in ("moon-cell-therapy.toml", "'paterns'", "did you mean 'patterns'?"):
            assert part in said[-1]


def test_a_folder_without_rules_proves_nothing(tmp_path: Path, capsys: Shown) -> None:
    code, _, said = ran(capsys, "rules", "test", tmp_path)
    assert code == 2 and "holds no rule" in said[-1]


def test_the_shipped_rules_keep_their_word(capsys: Shown) -> None:
    code, shown, said = ran(capsys, "rules", "test")
    assert (code, said) == (0, []), "\n".join(shown)
    assert shown[-1].endswith(" proved")


@pytest.mark.parametrize("kind", list(Draft))
def test_a_new_rule_fails_its_own_test_until_it_is_filled_in(tmp_path: Path, kind: str, capsys: Shown) -> None:
    code, shown, _ = ran(capsys, "rules", "new", "moon-cell-therapy", "--kind", kind, "--dir", tmp_path / "mine")
    assert code == 0 and (tmp_path / "mine" / "moon-cell-therapy.toml").is_file()
    assert shown[-1].strip() == f"caveat rules test {tmp_path / 'mine'}"
    code, _, said = ran(capsys, "rules", "test", tmp_path / "mine")
    assert code == 2 and "moon-cell-therapy" in "".join(said + shown)


def test_a_new_rule_overwrites_nothing(pack: Path, capsys: Shown) -> None:
    code, _, said = ran(capsys, "rules", "new", "moon-cell-therapy", "--dir", pack)
    assert code == 2 and "is there already" in said[-1]
    assert (pack / "moon-cell-therapy.toml").read_text() == RULE


def test_a_new_rule_needs_an_id_of_its_own(tmp_path: Path, capsys: Shown) -> None:
    taken = next(iter(LOADED().rules))
    assert ran(capsys, "rules", "new", taken, "--dir", tmp_path)[0] == 2
    code, _, said = ran(capsys, "rules", "new", "2 Moon_Cells/..", "--dir", tmp_path)
    assert code == 2 and "did you mean 'moon-cells'?" in said[-1]
    assert not list(tmp_path.iterdir())


def test_choices_of_the_command_line_are_what_there_is() -> None:
    assert set(Draft) == set(KINDS)
    assert set(Format) - {Format.PARQUET} == set(FORMATS)  # a table is made of partitions only
