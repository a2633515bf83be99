"""Folding: the same words whatever dress they come in, and every offset leads back to where it came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.rulebook.fold import fold, words

AWKWARD = st.text(alphabet=st.sampled_from("aB é ﬁ ß Æ \u200b\u00ad\u202e\u0301 ｃ 𝐜 \t\n–’-7%☃я😀"), max_size=60) | st.text(max_size=60)


@pytest.mark.parametrize(
    ("dressed", "plain"),
    [
        ("CURE", "cure"),
        ("c\u200bu\u00adre", "cure"),
        ("Sjögren’s", "sjogren s"),
        ("anti‑inflammatory", "anti inflammatory"),
        ("ｃｕｒｅ", "cure"),
        ("𝐜𝐮𝐫𝐞", "cure"),
        ("ﬁbromyalgia", "fibromyalgia"),
        ("cu\u0301re", "cure"),
        ("stem\u00a0\n cells", "stem cells"),
        ("Straße", "strasse"),
    ],
)
def test_the_same_words_in_any_dress(dressed: str, plain: str) -> None:
    assert words(dressed) == plain


def test_a_letter_of_another_script_is_a_letter_still() -> None:
    assert "cure" not in fold("яcure").text.split()


@given(AWKWARD)
def test_offsets_lead_back_in_order_and_inside(text: str) -> None:
    folded = fold(text)
    origins = [folded.origin(offset) for offset in range(len(folded.text) + 1)]
    assert origins == sorted(origins)
    assert all(0 <= origin <= len(text) for origin in origins)


@given(AWKWARD)
def test_a_folded_word_comes_from_a_text_that_folds_to_it(text: str) -> None:
    folded = fold(text)
    start = 0
    for word in folded.text.split():
        start = folded.text.index(word, start)
        span = folded.span(start, start + len(word))
        assert word in fold(text[span.start : span.end]).text
        start += len(word)


@given(AWKWARD)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once.replace("_", "x")).text.split() == once.replace("_", "x").split()
