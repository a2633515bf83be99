"""The big lexicons hold together: readable, free of repeats, and no entry that would fire on ordinary words."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from caveat.rulebook.fold import words
from caveat.rulebook.pattern import Literal, literals

FOLDER = Path(__file__).parent.parent / "rules" / "words"
KEYS = {"id", "about", "includes", "words"}
THERAPIES = ("cells", "exosomes", "birth_tissue", "platelets", "peptides", "drips", "therapy")
BIG = (
    *THERAPIES, "hematopoietic", "condition", "symptom", "tissue", "function", "drug", "surgery", "standard_care",
    "population", "study", "agency", "clinic",
)  # fmt: skip
LEAST = {"condition": 600, "symptom": 250, "tissue": 250, "function": 200, "drug": 250}
FUNCTION_WORDS = """
a an the and or but nor so yet if then than that this these those who whom whose which what when where why how i me my mine we us our you
your he him his she her it its they them their one ones is are was were be been being am do does did done have has had can could may might
must shall should will would not no yes to of in on at by for from with into onto over under up down out off about as all any both each few
more most other some such only own same too very just again once here there also even ever never
"""
# Abbreviations of clinic pages that are words, names or units of ordinary text: only the capitals tell them apart.
WORDS_IN_SMALL_LETTERS = """
as ed ra ms pd oa ad add sad me pots pans pandas mash nash nice who aids mg dm ic uc cp cf af tens all ice cat chip als ev evs va slap
doc pet act crest sars pad pt ot asa dim rom cod
"""
# Sentences of hospitals, shops and forms with nothing of a therapy in them.
NO_THERAPY = (
    "The rest of the page is about parking, fees and the hours of the front desk.",
    "Sign in with your e-mail to read the other half of this story about electric cars.",
    "Blood pressure was measured twice, at home and at the surgery, with the same cuff.",
)


def lexicon(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def entries(name: str) -> list[str]:
    """The entries of a lexicon and of those it includes."""
    raw = lexicon(name)
    return [*raw.get("words", []), *(entry for other in raw.get("includes", []) for entry in entries(other))]


def all_literals(name: str) -> list[Literal]:
    return [literal for entry in entries(name) for literal in literals(entry)]


def phrases(name: str) -> set[str]:
    """All that a lexicon matches whatever its case, folded."""
    return {literal.text for literal in all_literals(name) if not literal.exact and not literal.prefix}


def holds(name: str, text: str) -> bool:
    """Whether a lexicon matches somewhere in a text, by plain comparison of whole words."""
    folded = f" {words(text)} "
    as_written = " ".join(["", *text.replace(",", " ").split(), ""])
    return any(
        f" {literal.exact} " in as_written if literal.exact else f" {literal.text}{'' if literal.prefix else ' '}" in folded
        for literal in all_literals(name)
    )


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_file_says_what_it_is(path: Path) -> None:
    raw = lexicon(path.stem)
    assert raw["id"] == path.stem
    assert set(raw) <= KEYS
    assert raw["about"].endswith(".")
    assert all((FOLDER / f"{other}.toml").is_file() for other in raw.get("includes", []))


@pytest.mark.parametrize("name", BIG)
def test_nothing_is_said_twice(name: str) -> None:
    raw = lexicon(name)
    said = Counter(literal.text for entry in raw["words"] for literal in literals(entry) if "~" not in entry and not literal.exact)
    said.update({literal.text for entry in raw["words"] for literal in literals(entry) if literal.exact})
    assert [text for text, times in said.items() if times > 1] == []
    borrowed = {literal.text for other in raw.get("includes", []) for literal in all_literals(other) if not literal.exact}
    assert [entry for entry in raw["words"] if not entry.startswith("=") and {x.text for x in literals(entry)} <= borrowed] == []


@pytest.mark.parametrize("name", BIG)
def test_entries_are_short_and_written_in_the_notation(name: str) -> None:
    for entry in lexicon(name)["words"]:
        assert entry == " ".join(entry.split())
        assert len(entry.replace("-", " ").split()) <= 5, entry
        assert not set(entry) & set("<>()|?…{},;"), entry
        assert literals(entry), entry


@pytest.mark.parametrize("name", BIG)
def test_no_entry_is_a_word_of_every_sentence(name: str) -> None:
    plain = phrases(name)
    assert plain & set(FUNCTION_WORDS.split()) == set()
    assert plain & set(WORDS_IN_SMALL_LETTERS.split()) == set()
    assert [entry for entry in entries(name) if entry.endswith("*") and len(entry) < 5] == []


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_the_lexicons_are_wide(name: str, least: int) -> None:
    assert len(lexicon(name)["words"]) >= least


def test_abbreviations_keep_their_case() -> None:
    assert holds("condition", "Life with MS") and not holds("condition", "Ms Doe signs")
    assert holds("condition", "Help for ED") and not holds("condition", "ed. by a committee")
    assert holds("cells", "MSCs by vein") and not holds("cells", "an MSc in history")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("therapy", "Wharton’s jelly"), ("therapy", "whartons jelly"), ("therapy", "BPC-157"), ("therapy", "an NAD+ drip"),
        ("therapy", "PRP"), ("therapy", "hyperbaric oxygen"), ("therapy", "platelet-rich plasma"), ("therapy", "medicinal signaling cells"),
        ("therapy", "ozonated saline"), ("therapy", "EDTA"), ("therapy", "stromal vascular fraction"), ("therapy", "amniotic fluid"),
        ("condition", "Sjögren’s syndrome"), ("condition", "crohns"), ("condition", "long-haul COVID"), ("condition", "bone-on-bone knees"),
        ("condition", "Ménière’s disease"), ("condition", "anaemia"), ("condition", "anemia"), ("condition", "brain fog"),
        ("symptom", "hot flashes"), ("symptom", "tingling"), ("tissue", "beta cells"), ("tissue", "the gut lining"),
        ("function", "range of motion"), ("function", "bladder control"), ("standard_care", "methotrexate"),
        ("standard_care", "a knee replacement"), ("hematopoietic", "autologous haematopoietic stem cell transplantation"),
        ("agency", "the U.S. Food and Drug Administration"),
        ("study", "randomised"), ("population", "veterans"), ("clinic", "our medical director"),
    ],
)  # fmt: skip
def test_names_are_known_as_pages_write_them(name: str, text: str) -> None:
    assert holds(name, text)


@pytest.mark.parametrize("text", NO_THERAPY)
@pytest.mark.parametrize("name", ["therapy", "hematopoietic", "condition"])
def test_ordinary_text_names_no_therapy_and_no_disease(name: str, text: str) -> None:
    assert not holds(name, text)


@pytest.mark.parametrize("file", sorted(FOLDER.rglob("*.toml")), ids=lambda file: file.relative_to(FOLDER).as_posix())
def test_no_entry_is_a_sentence_of_some_page(file: Path) -> None:
    """Five words are a turn of speech; more would be an answer learnt by heart."""
    long = [entry for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("words", []) if len(entry.split()) > 5]
    assert long == []
