"""The figures that ship with the rules are those that the labelled text gives: `pytest tests/test_measured.py --accept` counts anew."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from caveat.cli import main
from caveat.cli.measured import ENOUGH, lines
from caveat.errors import RuleError
from caveat.model import Category
from caveat.rulebook import CaveatRule, ClaimRule, WeighingRule, load, measured
from caveat.rulebook.measured import HALVES, NAME, Count, Figures, Measured, written
from caveat.shipped import shipped
from labelled_pages import book
from measuring import MARGIN, SHARE, Floors, floors, measure
from test_cli_rules import RULE
from test_corpus import PARTS, home, rows

LANGUAGES = list(dict.fromkeys(language for language, _ in PARTS))
HEAD = f"""# What each rule keeps to on each half of the labelled text: what it reached, less {MARGIN} passages or {SHARE:.0%} of them.
# `pytest tests/test_measured.py --accept` raises a floor that was passed; lowering one needs a reason in the commit that does it.
"""


@cache
def fresh() -> Measured:
    return measure()


def kept_in(language: str) -> Path:
    return home(language) / "rule_floors.toml"


def recorded(language: str) -> Floors:
    return tomllib.loads(kept_in(language).read_text(encoding="utf-8")) if kept_in(language).exists() else {}


def reached(language: str, name: str, half: str) -> dict[str, float]:
    figures = fresh().languages[language]
    count = {**figures.claims, **figures.caveats}.get(name, {}).get(half, Count())
    return {"right": count.right, "precision": count.right / max(1, count.right + count.wrong)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rule_falls_below_its_floor(language: str) -> None:
    short = [
        f"{name}, {half}: {key} {reached(language, name, half)[key]:.3f}, floor {floor}"
        for name, halves in recorded(language).items()
        for half, kept in halves.items()
        for key, floor in kept.items()
        if reached(language, name, half)[key] < floor
    ]
    assert not short, "\n".join(short)
    assert recorded(language) and recorded(language).keys() <= book().rules.keys()


def test_the_figures_that_ship_are_those_that_are_counted(request: pytest.FixtureRequest) -> None:
    file = Path(str(shipped() / NAME))
    if request.config.getoption("--accept"):
        file.write_text(written(fresh()), encoding="utf-8", newline="\n")
        for language in LANGUAGES:
            kept_in(language).write_text(_raised(language), encoding="utf-8", newline="\n")
    assert file.exists(), "no figures yet: run pytest tests/test_measured.py --accept and read what it wrote"
    assert file.read_text(encoding="utf-8") == written(fresh())
    assert measured.measured() == fresh()


def _raised(language: str) -> str:
    """The floors with those raised that were passed; none falls."""
    before, now = recorded(language), floors(fresh().languages[language], ENOUGH)
    parts = [HEAD]
    for name in sorted({*before, *now}):
        for half in HALVES:
            old, new = before.get(name, {}).get(half, {}), now.get(name, {}).get(half, {})
            kept = {key: max(old.get(key, 0), new.get(key, 0)) for key in ("right", "precision") if key in old or key in new}
            if kept:
                parts.append(f"[{name}.{half}]\n" + "".join(f"{key} = {value:g}\n" for key, value in kept.items()))
    return "\n".join(parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_labelled_claim_is_counted_once_in_its_category_and_once_in_all(language: str) -> None:
    figures = fresh().languages[language]
    for half in HALVES:
        table = {name: halves.get(half, Count()) for name, halves in figures.categories.items()}
        every = table.pop("all")
        assert sum(count.right for count in table.values()) == every.right
        assert sum(count.missed for count in table.values()) == every.missed
        sentences = [row for row in rows(language, "sentences.jsonl", half) if not row.get("unsure")]
        assert figures.size[half]["sentences"] == len(sentences)
        assert every.right + every.missed >= sum(row["flag"] for row in sentences)


def test_the_list_shows_every_rule_with_counts_and_shares_only_beside_enough() -> None:
    every = list(lines(book(), fresh()))
    assert max(map(len, every)) <= 80 and not any("Your rules" in line for line in every)
    shown = every[: next(number for number, line in enumerate(every) if line.startswith("Spanish, "))]
    for name, rule in book().rules.items():
        of_it = [line for line in shown if re.match(rf"{name} +(\d|not )", line)]
        assert bool(of_it) == isinstance(rule, ClaimRule | WeighingRule | CaveatRule), name
    for name, halves in fresh().languages["en"].claims.items():
        (line,) = [line for line in shown if line.split()[:1] == [name]]
        assert line.count("not seen") == sum(halves.get(half, Count()) == Count() for half in HALVES)
        for half in halves.values():
            assert re.search(rf"\b{half.right} +{half.wrong} +", line)
        few = [half for half in halves.values() if half.right + half.wrong < ENOUGH]
        assert line.count("–") == len(few)
        assert line.count("%") == len(halves) - len(few)


def test_bare_offers_are_not_measured_and_say_so() -> None:
    offers = [name for name, rule in book().of(ClaimRule).items() if rule.category is Category.OFFER]
    assert offers and not fresh().languages["en"].claims.keys() & set(offers)
    for name in offers:
        assert any(line.startswith(name) and "not measured" in line for line in lines(book(), fresh()))


def test_other_rules_than_those_measured_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "moon-cell-therapy.toml").write_text(RULE.replace('"offer"', '"cure"'), encoding="utf-8")
    assert main(["rules", "list", "--measured", "--rules", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Your rules ({load((tmp_path,)).digest}) are not the rules that were measured ({book().digest})")
    assert re.search(r"^moon-cell-therapy +not measured$", shown, re.MULTILINE)


def test_figures_that_cannot_be_read_are_an_error_and_no_empty_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "shipped", lambda: tmp_path)
    with pytest.raises(RuleError, match="cannot be read"):
        measured.measured()
    (tmp_path / NAME).write_text('{"rules": "x"}', encoding="utf-8")
    with pytest.raises(RuleError, match="cannot be read"):
        measured.measured()


def test_floors_only_rise() -> None:
    found = Figures("", {}, {"a": {"held": Count(20, 1), "write": Count(2, 0)}}, {}, {"b": {"held": Count(6, 0, 4)}})
    assert floors(found, ENOUGH) == {"a": {"held": {"right": 18, "precision": 0.86}}, "b": {"held": {"right": 4}}}
