"""The language of a page is that of its words, block by block where it has several; what no rule could read is said, with its size."""

from __future__ import annotations

from pathlib import Path

import pytest

from caveat import Exit
from caveat.judging import Options, judge
from caveat.model import Capture, CheckState, Page, PageReport
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import load, scan
from conftest import caveat as command
from labelled_pages import book

SAID = {
    "en": "Stem cells relieve the pain of the knee. Most of our patients walk again within weeks. Book your visit.",
    "es": "Las células madre alivian el dolor de rodilla. Nuestros pacientes vuelven a caminar en pocas semanas. Agende su cita.",
    "pt": "O tratamento com células-tronco alivia a dor no joelho. Nossos pacientes relatam melhora em poucas semanas, sem cirurgia.",
    "fr": "Nos cellules souches soulagent la douleur du genou. Les patients retrouvent leur mobilité en quelques semaines.",
    "it": "Le cellule staminali alleviano il dolore del ginocchio. I nostri pazienti tornano a "
    "camminare in poche settimane. Prenota una visita.",
    "de": "Unsere Stammzellen lindern den Schmerz im Knie. Die meisten Patienten gehen nach wenigen Wochen wieder ohne Stock.",
    "nl": "Onze stamcellen verlichten de pijn in de knie. De meeste patiënten lopen na enkele weken "
    "weer zonder stok. Maak een afspraak met ons.",
    "pl": "Komórki macierzyste łagodzą ból kolana. Większość pacjentów po kilku tygodniach chodzi "
    "bez laski. Umów się i dowiedz, jak to działa.",
    "tr": "Kök hücre tedavisi diz ağrısını azaltır. Hastalarımız birkaç hafta içinde daha rahat yürür. Randevu almak için bizi arayın.",
    "ru": "Стволовые клетки снимают боль в колене. Пациенты снова ходят через несколько недель.",
    "ja": "幹細胞は膝の痛みを和らげます。患者さんは数週間で再び歩けるようになります。",
    "zh": "干细胞可以缓解膝关节疼痛。患者在几周内恢复行走。",
    "ko": "줄기세포는 무릎 통증을 줄여 줍니다. 환자들은 몇 주 안에 다시 걷습니다.",
    "ar": "تخفف الخلايا الجذعية آلام الركبة، ويعود معظم المرضى إلى المشي خلال أسابيع.",
}
ENDS = "ana eko iru osa uma alu ebi ico ody uxe afo egu ihe ojo ulo ame eno ipu oqa uri ase eti ivu owa uzo abe eca idu ofi uge ahi ejo"
NO_LANGUAGE = " ".join(f"{first}{second}" for first in ("bal", "kot", "mur", "sef", "tig") for second in ENDS.split())


def page(*paragraphs: str, lang: str = "") -> Page:
    inner = "".join(f"<p>{text}</p>" if not text.startswith("<") else text for text in paragraphs)
    found = read(Capture("page.html", f'<html lang="{lang}"><body>{inner}</body></html>'.encode()))
    assert isinstance(found, Page)
    return found


def report(*paragraphs: str, lang: str = "") -> PageReport:
    read_page = page(*paragraphs, lang=lang)
    seen = scan(book(), read_page)
    return judge(label(read_page, seen, book()), seen, book(), Options())


@pytest.mark.parametrize("declared", ["", "en", "en-US"])
@pytest.mark.parametrize(("language", "text"), SAID.items(), ids=SAID)
def test_the_words_tell_the_language_whatever_the_page_declares(language: str, text: str, declared: str) -> None:
    assert page(text, lang=declared).language == language


def test_words_without_accents_are_spanish_too() -> None:
    assert page("Las celulas madre reducen la inflamacion y alivian el dolor de espalda.", lang="en").language == "es"


@pytest.mark.parametrize(("lang", "language"), [("", ""), ("fi", "fi"), ("es-MX", "es")])
def test_where_words_are_too_few_the_page_is_believed(lang: str, language: str) -> None:
    assert page("PRP 2024", lang=lang).language == language


def test_spanish_names_make_no_spanish_page() -> None:
    found = page(SAID["en"], "Visit us in Los Angeles, San Juan or El Paso, or at the Hotel de la Playa y del Mar.")
    assert {block.language for block in found.blocks} == {"en"}


def test_a_page_of_two_languages_is_read_block_by_block() -> None:
    found = page(SAID["es"], "Resultados", SAID["es"], SAID["en"], "PRP", SAID["en"], lang="en")
    assert [block.language for block in found.blocks] == ["es", "es", "es", "en", "en", "en"]


def test_an_elements_own_attribute_speaks_for_what_is_too_short_to_tell() -> None:
    found = page(SAID["es"], SAID["es"], '<p lang="en">PRP facts</p>', SAID["es"], SAID["en"], lang="es")
    assert found.blocks[2].language == "en"


def test_sentences_end_as_the_blocks_language_has_it() -> None:
    found = page("La Dra. Ruiz atiende aquí. ¿Duele? No, nunca.", SAID["es"])
    assert [found.quote(span) for span in found.blocks[0].sentences] == ["La Dra. Ruiz atiende aquí.", "¿Duele?", "No, nunca."]


def test_the_report_says_how_much_is_in_which_language() -> None:
    spoken = report(SAID["es"], SAID["es"], SAID["en"]).languages
    assert [part.language for part in spoken] == ["es", "en"]
    assert spoken[0].share == pytest.approx(0.7, abs=0.1)
    assert sum(part.share for part in spoken) == pytest.approx(1, abs=0.01)


def test_a_page_of_one_language_has_no_shares() -> None:
    assert report(SAID["en"]).languages == ()


@pytest.mark.parametrize("language", ["de", "pt", "ru", "ja"])
def test_a_page_in_a_language_without_rules_is_not_clean_though_it_calls_itself_english(language: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(f'<html lang="en"><body><p>{SAID[language]}</p></body></html>', encoding="utf-8")
    done = command("audit", "page.html", folder=tmp_path)
    assert done.returncode == Exit.INCOMPLETE
    assert b"could not be read or checked" in done.stderr


def test_the_part_that_was_not_checked_is_said_with_its_size() -> None:
    (check,) = [check for check in report(SAID["en"], SAID["de"], SAID["de"], lang="en").checks if check.check == "language"]
    assert check.state is CheckState.NOT_CHECKED
    assert "German ('de')" in check.reason and "%" in check.reason and "English and Spanish" in check.reason


def test_a_few_foreign_lines_leave_the_page_checked() -> None:
    found = report(*[SAID["en"]] * 20, "Wir sprechen auch Deutsch und sind für Sie da.", lang="en")
    assert not [check for check in found.checks if check.check == "language"]


def test_no_claim_is_reported_from_text_that_was_not_checked() -> None:
    assert not report(SAID["pt"], "PRP is good for arthritis und wir sind für Sie da, auch mit der Therapie.", lang="pt").findings


def test_a_language_that_nobody_knows_is_said_to_be_unknown() -> None:
    found = report(NO_LANGUAGE, lang="en")
    assert found.language == "und"
    assert [check.state for check in found.checks if check.check == "language"] == [CheckState.NOT_CHECKED]


def test_english_pages_never_load_the_spanish_rules() -> None:
    fresh = load()
    english = page(SAID["en"], lang="en")
    judge(label(english, scan(fresh, english), fresh), scan(fresh, english), fresh, Options())
    assert not fresh._spoken
