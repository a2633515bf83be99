"""The dated list of approved products: a product is let off for its own uses and for no other, by the list and not by a word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from caveat.cli import main
from caveat.errors import RuleError
from caveat.judging import Options, judge
from caveat.model import Capture, Finding, Page, PageReport, StanceValue
from caveat.reading import read
from caveat.roles import label
from caveat.rulebook import Rulebook, load, scan
from caveat.shipped import shipped
from labelled_pages import book

CLINIC = "A clinic of regenerative medicine: stem cells, exosomes, PRP, peptides and hyperbaric oxygen"
APPROVAL = "fda-approval-claimed"
LIST = """
id = "moon"
agency = "the Moon Board"
taken = 2026-02-03
source = "https://board.example/list"
about = "One product of the moon."
[kinds.dust]
says = "moon dust"
names = ["moon dust"]
[uses.gout]
says = "gout on the moon"
words = ["gout"]
near = ["arthritis"]
[[products]]
name = "Lunexa"
proper = "lunar dustocel-abcd"
kind = "dust"
year = 2025
approved = 2025-06-01
uses = ["gout"]
"""


def judged(sentence: str, rules: Rulebook | None = None) -> PageReport:
    rules = rules or book()
    page = read(Capture("page.txt", f"{CLINIC}\n\n{sentence}\n".encode()))
    assert isinstance(page, Page)
    seen = scan(rules, page)
    return judge(label(page, seen, rules), seen, rules, Options(StanceValue.PROMOTER))


def claims(sentence: str, rules: Rulebook | None = None) -> list[Finding]:
    """The claims of the sentence, not of the clinic's line above."""
    return [found for found in judged(sentence, rules).findings if found.kind == "claim" and found.line > 1]


def let_off(sentence: str, rules: Rulebook | None = None) -> set[str]:
    return {str(held.cue.says) for held in judged(sentence, rules).held_back if held.line > 1}


def pack(folder: Path, text: str = LIST, name: str = "moon") -> Path:
    (folder / "products").mkdir(parents=True)
    (folder / "products" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


# The two sides of an approval


@pytest.mark.parametrize(
    "sentence",
    [
        "Ryoncil treats children with steroid-refractory acute graft-versus-host disease.",
        "Remestemcel-L eases acute GVHD in children.",
        "Ryoncil is FDA approved.",
        "Casgevy cures sickle cell disease.",
        "Exagamglogene autotemcel relieves sickle cell disease and beta thalassemia.",
        "Hemacord treats leukemia.",
        "Cord blood transplants treat leukemia and sickle cell disease.",
        "Gene therapy cures hemophilia B.",
        "Blood-forming stem cells from a donated umbilical cord rebuild the blood of patients with leukemia or aplastic anemia.",
        "Zolgensma treats spinal muscular atrophy.",
        "MACI regrows cartilage defects of the knee.",
        "MACI is approved by the FDA for cartilage defects of the knee in adults.",
        "Luxturna is an FDA-approved treatment for RPE65 retinal dystrophy.",
        "Cord blood is licensed by the FDA for leukemia, not for arthritis.",
        "Hyperbaric oxygen is approved for carbon monoxide poisoning.",
        "Hyperbaric oxygen treats diabetic foot ulcers.",
        "Chelation with succimer treats lead poisoning.",
    ],
)
def test_an_approved_product_in_its_approved_use_is_let_off_with_that_reason(sentence: str) -> None:
    assert claims(sentence) == []
    assert let_off(sentence) == {"approved-use"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Remestemcel-L for arthritis",
        "We offer Ryoncil for knee arthritis.",
        "Ryoncil relieves arthritis.",
        "Ryoncil regrows cartilage.",
        "Ryoncil, approved for graft-versus-host disease in children, also heals arthritis.",
        "Ryoncil treats adults with graft-versus-host disease.",
        "Ryoncil treats chronic graft-versus-host disease.",
        "Ryoncil works without side effects.",
        "Hemacord cures autism.",
        "Casgevy cures cerebral palsy.",
        "Cord blood for autism",
        "Cord blood transplants treat leukemia and autism.",
        "CAR-T cures lupus.",
        "Blood-forming stem cells from a donated umbilical cord rebuild the brain of patients with leukemia or autism.",
        "Gene therapy cures osteoarthritis.",
        "Like Ryoncil, our stem cells treat graft-versus-host disease.",
        "Our stem cells, like those in Omisirge, fight leukemia.",
        "The same cells as in Ryoncil treat graft-versus-host disease here.",
        "Our stem cells treat graft-versus-host disease just as the approved Ryoncil does.",
        "Our exosomes are an approved treatment for arthritis.",
        "Our stem cells are licensed in Japan and cure arthritis.",
        "Hyperbaric oxygen is approved for carbon monoxide poisoning and cures autism.",
        "PRP heals diabetic foot ulcers.",
        "Chelation with succimer treats lead poisoning and autism.",
    ],
)
def test_no_approval_covers_another_use_or_another_product(sentence: str) -> None:
    assert claims(sentence), let_off(sentence)


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("FDA-approved stem cell therapy for lupus.", "“lupus”. No cell or gene therapy is on the list"),
        ("The FDA has approved stem cells for knee osteoarthritis.", "“knee osteoarthritis”. No cell or gene therapy is on the list"),
        ("FDA-approved stem cells for diabetes.", "Lantidra for type 1 diabetes in adults with repeated severe lows of blood sugar."),
        ("FDA-approved exosomes for hearing loss.", "Otarmeni for hearing loss by changes in the gene OTOF."),
        ("Our stem cells are FDA approved for leukemia.", "Kymriah, Tecartus, Aucatzyl for B-cell acute lymphoblastic leukaemia"),
        ("FDA-approved stem cells for leukemia and arthritis.", "“arthritis”. No cell or gene therapy is on the list"),
        ("An FDA-approved product, Hemacord, is what we inject for autism.", "“autism”. No cell or gene therapy is on the list"),
        ("Our exosomes are FDA approved.", "No stem cell, exosome or birth-tissue product sold for such uses"),
    ],
)
def test_a_claim_of_approval_says_what_is_approved_for_the_use_and_as_of_when(sentence: str, says: str) -> None:
    (found,) = [found for found in claims(sentence) if found.rule == APPROVAL]
    assert says in found.message
    assert ("as of 2026-08-18" in found.message) is ("such uses" not in says)


def test_the_message_never_says_more_of_a_page_than_its_words() -> None:
    (found,) = [found for found in claims("FDA-approved stem cells for {products} lupus.") if found.rule == APPROVAL]
    assert "“lupus”" in found.message and "{" not in found.message


# The list as data


def test_a_list_of_ones_own_is_one_file_and_counts_at_once(tmp_path: Path) -> None:
    moon = load((pack(tmp_path),))
    assert dict(moon.lists).keys() == {"moon", "us-fda"}
    assert claims("Lunexa cures gout.") and not claims("Lunexa cures gout.", moon)
    assert not claims("Lunar dustocel cures gout.", moon) and not claims("Moon dust cures gout.", moon)
    assert claims("Lunexa cures arthritis.", moon) and claims("Lunexa cures gout and lupus.", moon)


def test_what_is_no_longer_in_force_lets_nothing_off(tmp_path: Path) -> None:
    ended = load((pack(tmp_path, LIST + "withdrawn = 2026-01-01\n"),))
    assert claims("Lunexa cures gout.", ended)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("taken = 2026-02-03", "taken = '2026-02-03'", "key 'taken': expected a date, got a string"),
        ("taken = 2026-02-03", "", "key 'taken' is missing"),
        ("taken =", "takn =", "unknown key 'takn'"),
        ("proper =", "propper =", "key 'products' ('Lunexa'): unknown key 'propper'"),
        ('kind = "dust"', 'kind = "dst"', "product 'Lunexa', key 'kind': no kind 'dst'"),
        ('uses = ["gout"]', 'uses = ["gut"]', "product 'Lunexa', key 'uses': no use 'gut'"),
        ('names = ["moon dust"]', 'uses = ["gut"]', "kind 'dust', key 'uses': no use 'gut'"),
        ("year = 2025", "year = 2024", "key 'approved': 2025-06-01 is not in 2024"),
        ('words = ["gout"]', 'words = ["(gout"]', "use 'gout', key 'words': pattern '(gout': '(' without ')'"),
        ('words = ["gout"]', 'words = ["<gowt>"]', "no lexicon <gowt>"),
        ('id = "moon"', 'id = "mon"', "expected 'moon', the file's name"),
        ("[[products]]", LIST[LIST.index("[[products]]") :] + "[[products]]", "product 'Lunexa': is there already"),
    ],
)
def test_a_list_is_read_strictly(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert LIST.count(before) == 1
    with pytest.raises(RuleError, match=re.escape(said)) as raised:
        load((pack(tmp_path, LIST.replace(before, after)),))
    assert "products/moon.toml" in str(raised.value)


def test_two_lists_of_one_name_are_an_error(tmp_path: Path) -> None:
    text = (shipped() / "products" / "us-fda.toml").read_text(encoding="utf-8")
    with pytest.raises(RuleError, match="is there already, in products/us-fda"):
        load((pack(tmp_path, text, "us-fda"),))


def test_every_shipped_product_is_known_by_its_names_and_let_off_for_its_uses() -> None:
    (listed,) = book().products.values()
    assert len(listed.products) > 50
    for product in listed.products:
        for name in (product.name, product.proper):
            assert bool(claims(f"{name} is FDA approved.")) is bool(product.withdrawn), name
        assert claims(f"{product.name} cures osteoarthritis."), product.name


def test_every_use_of_the_shipped_list_is_one_of_some_product() -> None:
    (listed,) = book().products.values()
    assert set(listed.uses) == {use for product in listed.products for use in product.uses}
    assert all(kind.uses or listed.uses_of_kind(name) for name, kind in listed.kinds.items())


# Shown


def test_the_command_shows_the_list_with_its_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "products"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("us-fda: 54 products approved by the FDA, as of 2026-08-18\n")
    assert "Hemacord (HPC, Cord Blood), 2011: cord blood for transplants\n" in shown


def test_the_command_shows_one_product_or_the_likely_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "products", "Remestemcel-L-rknd"]) == 0
    shown = capsys.readouterr().out
    assert "Ryoncil (remestemcel-L-rknd), 2024-12-18" in shown and "Hemacord" not in shown
    assert main(["rules", "products", "Rioncil"]) == 2
    assert "did you mean 'ryoncil'?" in capsys.readouterr().err


def test_the_report_says_of_which_day_the_list_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.txt"
    page.write_text(f"{CLINIC}\n", encoding="utf-8")
    said = {}
    for form in ("terminal", "json", "jsonl"):
        main(["audit", str(page), "--format", form])
        said[form] = capsys.readouterr().out
    assert "approved products by the list us-fda of 2026-08-18" in " ".join(said["terminal"].split())
    for form in ("json", "jsonl"):
        assert re.search(r'"approved_lists": \{\s*"us-fda": "2026-08-18"\s*\}', said[form])
