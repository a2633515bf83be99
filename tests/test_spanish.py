"""Spanish pages are judged by rules of their own words, which are the same rules: same id, same severity, same reasons."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from caveat import Exit
from caveat.errors import RuleError
from caveat.judging import Options, judge
from caveat.model import Capture, Page, PageReport, StanceValue
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import load, scan
from caveat.rulebook.conjugation import forms
from caveat.rulebook.pattern import literals
from conftest import caveat as command
from labelled_pages import book

RULES = Path(__file__).parent.parent / "rules"
LEXICONS = sorted((RULES / "words" / "es").glob("*.toml"))
CLINIC = "Clínica de medicina regenerativa: células madre y exosomas para usted y su familia"
TRANSLATION = """
id = "treats-condition"
patterns = ["(domar~|domamos) …3 (lupus|artritis)"]
flags = ["Nuestros exosomas doman el lupus.", "Domamos la artritis con PRP.", "La terapia celular doma el lupus."]
passes = ["Los exosomas no doman el lupus.", "¿Doman el lupus?", "La prednisona doma el lupus."]
"""


def report(*lines: str, lang: str = "en") -> PageReport:
    inner = "".join(f"<p>{line}</p>" for line in (CLINIC, *lines))
    page = read(Capture("page.html", f'<html lang="{lang}"><body>{inner}</body></html>'.encode()))
    assert isinstance(page, Page)
    seen = scan(book(), page)
    return judge(label(page, seen, book()), seen, book(), Options(StanceValue.PROMOTER))


def quotes(found: PageReport) -> list[str]:
    return [one.quote for one in found.findings if one.kind == "claim" and one.category != "offer"]


@pytest.mark.parametrize(
    ("word", "some"),
    [
        ("aliviar", "alivia alivie alivio aliviaron aliviando aliviarse aliviarte aliviarle aliviara"),
        ("regenerar", "regenera regeneran regenerarse regenerado regeneradas regenerando"),
        ("aplicar", "aplica aplique aplicaron"),
        ("pagar", "pague paguen"),
        ("alcanzar", "alcance alcanza"),
        ("fortalecer", "fortalece fortalezca fortalecen fortalecerse"),
        ("prevenir", "previene previenen prevenga prevenirlo"),
        ("volver", "vuelve vuelva volvio volvi vuelto"),
        ("reducir", "reduce reduzca redujo reducirse"),
        ("revertir", "revierte revierten revirtio"),
        ("disminuir", "disminuye disminuyen disminuyo"),
        ("reforzar", "refuerza refuerce reforzado"),
        ("celula", "celula celulas"),
        ("lesion", "lesion lesiones"),
        ("danado", "danado danada danados danadas"),
        ("eficaz", "eficaz eficaces"),
    ],
)
def test_words_have_their_endings(word: str, some: str) -> None:
    assert set(some.split()) - {"alivio"} <= set(forms(word))


def test_what_is_most_often_a_noun_is_no_verb() -> None:
    assert "reemplazo" not in forms("reemplazar") and "para" not in {form for form in forms("preparar") if len(form) < 5}
    assert forms("cancer") == ("cancer", "canceres")


@pytest.mark.parametrize("path", LEXICONS, ids=lambda path: path.stem)
def test_lexicons_say_what_they_are_in_short_entries(path: Path) -> None:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    assert raw["id"] == path.stem and raw["about"].endswith(".")
    assert [entry for entry in raw["words"] if len(entry.replace("-", " ").split()) > 5 or not literals(entry, "es")] == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Dile adiós al dolor de espalda con nuestros exosomas.", "relieves-symptom"),
        ("Nuestras celulas madre regeneran el cartilago.", "regrows-tissue"),
        ("Usamos exosomas avalados por COFEPRIS.", "fda-approval-claimed"),
        ("La terapia celular cura la artritis.", "cures-disease"),
        ("El 92 % de nuestros pacientes reporta menos dolor con PRP.", "success-rate"),
    ],
)
def test_a_claim_is_found_by_the_rule_of_the_same_id(text: str, rule: str) -> None:
    (found,) = [one for one in report(text).findings if one.quote == text]
    assert rule in (found.rule, *found.also)
    assert found.authority == book().rules[found.rule].authority  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "Las células madre no curan la artritis.",
        "¿Las células madre curan la artritis?",
        "No existe cura para la artritis.",
        "La metformina controla la diabetes.",
        "Hable con su médico antes de recibir células madre.",
        "Se está investigando si los exosomas alivian el dolor.",
        "Dicen que las células madre curan todo, pero no hay pruebas.",
    ],
)
def test_what_is_denied_asked_or_said_of_others_is_let_off(text: str) -> None:
    assert quotes(report(text)) == []


def test_a_denial_binds_to_its_clause() -> None:
    text = "No existe cura para la artrosis, pero nuestras células madre frenan su avance."
    assert quotes(report(text)) == [text]


def test_a_hedge_lowers_the_claim() -> None:
    text = "Los exosomas podrían aliviar el dolor de rodilla."
    (found,) = [one for one in report(text).findings if one.quote == text]
    assert found.strength == "hedged"


def test_english_text_on_a_spanish_page_is_judged_by_the_english_rules() -> None:
    english = "Our stem cells relieve the pain of the knee, and our patients walk again within weeks."
    spanish = "Nuestros exosomas curan la artritis y alivian el dolor de los pacientes."
    assert {english, spanish} <= set(quotes(report(spanish, english)))


@pytest.mark.parametrize(
    "caveat",
    [
        "La terapia con células madre no ha sido aprobada por la FDA para la artritis.",
        "Stem cell therapy has not been approved by the FDA for arthritis or for any other disease of the joints.",
    ],
)
def test_a_caveat_counts_in_either_language(caveat: str) -> None:
    found = report("Nuestras células madre curan la artritis de los pacientes y les devuelven la vida.", caveat)
    assert not [one for one in found.findings if one.rule == "fda-status" and one.outcome == "missing"]


def test_a_study_in_english_is_no_study_of_something_else() -> None:
    found = report(
        "Nuestras células madre alivian la artrosis de los pacientes y les devuelven la movilidad.",
        "Referencias: Lee K, et al. Mesenchymal stem cells for the treatment of osteoarthritis of the knee. Stem Cells. 2015;12(3):44-51.",
    )
    states = {one.support.state for one in found.findings if one.support}
    assert "cited-mismatch" not in states


def test_a_licence_is_no_sign_of_an_fda_seal() -> None:
    found = report("Nuestras células madre alivian la artrosis.", "Contamos con licencia sanitaria de COFEPRIS.")
    assert "registered-not-approved" not in {one.rule for one in found.findings}


def test_a_pack_adds_words_to_a_lexicon(tmp_path: Path) -> None:
    (tmp_path / "words" / "es").mkdir(parents=True)
    (tmp_path / "words" / "es" / "drips.toml").write_text('id = "drips"\nabout = "One."\nwords = ["luz zeta"]\n', encoding="utf-8")
    text = f"{CLINIC}.\n\nLa luz zeta alivia el dolor de los pacientes y les devuelve la vida.\n"
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    done = command("audit", "page.txt", "--rules", ".", "--format", "json", folder=tmp_path)
    (page,) = json.loads(done.stdout)["pages"]
    assert "luz zeta" in [found["slots"]["therapy"] for found in page["findings"]]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("no-such-rule", TRANSLATION.replace("treats-condition", "no-such-rule"), "no rule 'no-such-rule'"),
        ("treats-condition", TRANSLATION, "is there already"),
        ("we-offer", TRANSLATION.replace("treats-condition", "we-offer") + 'severity = "low"\n', "unknown key 'severity'"),
        ("fl-notice", TRANSLATION.replace("treats-condition", "fl-notice"), "statute"),
        ("fda-status", 'id = "fda-status"\n[elements]\nagency = ["fda"]\n', "lacks not-approved"),
    ],
)
def test_a_translation_that_cannot_be_is_refused_by_name(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        load([tmp_path])


def test_rules_show_and_list_know_the_languages() -> None:
    shown = command("rules", "show", "relieves-symptom").stdout.decode()
    assert "in the language 'es':" in shown and "Dile adiós al dolor con células madre." in shown
    listed = command("rules", "list").stdout.decode().splitlines()
    assert any(line.startswith("relieves-symptom") and " en es " in line for line in listed)
    assert any(line.startswith("fl-notice") and " en es " not in line for line in listed)


def test_a_new_translation_is_drafted(tmp_path: Path) -> None:
    done = command("rules", "new", "exosome-status", "--language", "es", "--dir", "mine", folder=tmp_path)
    assert done.returncode == Exit.CLEAN, done.stderr
    drafted = tomllib.loads((tmp_path / "mine" / "es" / "exosome-status.toml").read_text(encoding="utf-8"))
    assert drafted["id"] == "exosome-status" and "severity" not in drafted


def test_caveat_read_tells_the_language_of_each_block(tmp_path: Path) -> None:
    english = "Our stem cells relieve the pain of the knee and of the back, and that is all."
    (tmp_path / "page.txt").write_text(f"{CLINIC}\n\n{english}\n", encoding="utf-8")
    blocks = json.loads(command("read", "page.txt", "--format", "json", folder=tmp_path).stdout)["blocks"]
    assert [block["language"] for block in blocks] == ["es", "en"]
