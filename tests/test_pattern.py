"""The pattern language: what a pattern finds in a sentence, and what is said of one that cannot be read."""

from __future__ import annotations

import pytest

from caveat.model import Page, Span
from caveat.rulebook.automaton import Owner, build
from caveat.rulebook.inflect import forms
from caveat.rulebook.pattern import PatternError, literals, members, parse
from caveat.rulebook.scan import Scan, scan
from small_pages import page

LEXICONS = {"therapy": ("exosome~", "stem cell~"), "trouble": ("arthrit*", "joint pain", "=MS"), "both": ()}
WITHIN = {"therapy": ("therapy",), "trouble": ("trouble",), "both": ("both", "therapy", "trouble")}


def found(pattern: str, text: str) -> list[str]:
    """The words, from the first atom to the last, of each match of the pattern in the first sentence of the text."""
    seen, sentence = scanned(pattern, text)
    return [text[match.start : match.end] for match in seen[sentence].of("claim")]


def scanned(pattern: str, text: str) -> tuple[Scan, Span]:
    sequences = [(sequence, Owner("claim", "some-rule")) for sequence in parse(pattern)]
    read: Page = page(text)
    return scan({"": build(sequences, LEXICONS, WITHIN, ("therapy",), "en")}, read), read.blocks[0].sentences[0]


def test_a_sentence_that_begins_with_what_is_sought_is_read() -> None:
    text = "Knees heal. X-rays show it."
    read = page(text)
    sequences = [(sequence, Owner("claim", "some-rule")) for sequence in parse("x*")]
    ((sentence, (match,)),) = scan({"": build(sequences, {}, {}, (), "en")}, read).matching("claim", read.blocks[0])
    assert (text[sentence.start : sentence.end], text[match.start : match.end]) == ("X-rays show it.", "X")


@pytest.mark.parametrize(
    ("pattern", "text", "match"),
    [
        ("heal", "We heal knees.", "heal"),
        ("heal~", "It healed my knee.", "healed"),
        ("heal~", "A healthy knee.", None),
        ("arthrit*", "An arthritic knee.", "arthritic"),
        ("<therapy> … heal~", "Our stem cells have quietly healed him.", "stem cells have quietly healed"),
        ("<therapy> …2 heal~", "Our stem cells have now at last healed him.", None),
        ("<therapy> heal~", "Our stem cells, healed.", "stem cells, healed"),
        ("(cure~|get~ rid of) …2 <trouble>", "We got rid of her joint pain.", "got rid of her joint pain"),
        ("(the )? cure", "A cure.", "cure"),
        ("<trouble> relief?", "Arthritis relief", "Arthritis relief"),
        ("^ heal~", "Healing begins here.", "Healing"),
        ("^ heal~", "Here healing begins.", None),
        ("heal~ $", "Time to heal.", "heal"),
        ("heal~ $", "Time to heal you.", None),
        ("heal~ …2 $", "Time to heal you.", "heal"),
        ("^ …2 heal~", "Time to heal you all at once.", "heal"),
        ("^ …1 heal~", "Time to heal you all at once.", None),
        ("<trouble>", "Living with MS today", "MS"),
        ("<trouble>", "The ms of the author", None),
        ("<trouble>", "FREE MS TALK FOR ALL OF YOU", None),
        ("<both>", "Exosomes here", "Exosomes"),
        ("anti inflammatory", "An anti-inflammatory drip", "anti-inflammatory"),
        ("wharton's jelly", "Wharton’s jelly", "Wharton’s jelly"),
        ("cure", "Full c\u200bure now", "c\u200bure"),
        ("cure", "Full cu\u00adre now", "cu\u00adre"),
        ("cafe", "The café here", "café"),
        ("cure", "Full ｃｕｒｅ now", "ｃｕｒｅ"),
        ("<percent> of", "In 97.3% of knees", "97.3% of"),
        ("<percent>", "Eighty-five percent improved", "five percent"),
        ("in <duration>", "Better in 3 weeks", "in 3 weeks"),
        ("in <duration>", "Better in two months", "in two months"),
        ("<number> patients", "Some 4,000 patients", "4,000 patients"),
        ("<question>", "Does it work?", "work"),
        ("<question>", "It works.", None),
        ("<quoted> … knee", "“I love my knee”", "I love my knee"),
    ],
)
def test_a_pattern_finds_what_it_says(pattern: str, text: str, match: str | None) -> None:
    assert found(pattern, text)[-1:] == ([match] if match else [])


def test_a_match_knows_the_place_of_each_part() -> None:
    seen, sentence = scanned("<therapy> … heal~ … <trouble>", "Exosomes really heal most joint pain.")
    [match] = seen[sentence].of("claim")
    assert [(part.start, part.end) for part in match.parts] == [(0, 8), (16, 20), (26, 36)]


def test_a_lexicon_is_looked_up_without_a_pattern() -> None:
    seen, sentence = scanned("never", "Stem cells and exosomes.")
    assert seen[sentence].words == {"therapy": (Span(0, 10), Span(15, 23))}
    assert seen.names("therapy")
    assert not seen.names("trouble")


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("", "nothing at all"),
        ("… ^", "nothing at all"),
        ("(a|b", "'(' without ')'"),
        ("a|b)", "')' without '('"),
        ("? a", "follows the word"),
        ("heal …4", "a gap at its edge"),
        ("…4 heal", "a gap at its edge"),
        ("a ! <", "means nothing here"),
        (" ".join(["(a|b c <d>)"] * 8), "branches into more than"),
    ],
)
def test_an_unreadable_pattern_says_what_is_wrong(pattern: str, complaint: str) -> None:
    with pytest.raises(PatternError, match=complaint.replace("(", r"\(").replace(")", r"\)")):
        parse(pattern)


@pytest.mark.parametrize(("entry", "complaint"), [("a*b", "end of a word"), ("!!", "no word in it"), ("go~ go~ go~ go~", "write fewer")])
def test_an_unreadable_entry_says_what_is_wrong(entry: str, complaint: str) -> None:
    with pytest.raises(PatternError, match=complaint):
        literals(entry)


def test_alternatives_of_one_atom_each_are_one_atom() -> None:
    [sequence] = parse("(cure~|<heal>|get rid of) <trouble>")
    assert members(sequence.steps[0].atom) == ("<heal>", "cure~", "get rid of")


@pytest.mark.parametrize(
    ("word", "all_forms"),
    [
        ("relieve", "relieve relieves relieved relieving"),
        ("treat", "treat treats treated treating"),
        ("carry", "carry carries carried carrying"),
        ("stop", "stop stops stopped stopping"),
        ("grow", "grow grows grew grown growing"),
        ("wax", "wax waxes waxed waxing"),
        ("child", "child children"),
        ("enjoy", "enjoy enjoys enjoyed enjoying"),
    ],
)
def test_a_word_has_its_english_forms(word: str, all_forms: str) -> None:
    assert " ".join(forms(word)) == all_forms
