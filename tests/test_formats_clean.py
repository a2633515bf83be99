"""Page text on a terminal and in JSON: nothing invisible acts, and nothing visible is lost."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.formats.clean import clean, escaped

ACTING = "\x00\x1b\x7f\x85\x9b\u00ad\u200b\u200d\u200f\u202e\u2028\u2066\ud83d\ude00\ufdd0"
HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from(ACTING + "ab «[/")))


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("cures \x1b[31mlupus\x1b[0m", "cures ‹U+001B›[31mlupus‹U+001B›[0m"),
        ("safe \x9b2J", "safe ‹U+009B›2J"),
        ("\u202eerucmoc\u202c", "‹U+202E›erucmoc‹U+202C›"),
        ("\u2066a\u2069 \u200eb\u200f", "‹U+2066›a‹U+2069› ‹U+200E›b‹U+200F›"),
        ("half \ud83d a face", "half ‹U+D83D› a face"),
        ("cu\u200bre, cu\u200d\u200dre, cu\u00ad\u200bre", "cu‹U+200B›re, cu‹U+200D›‹U+200D›re, cu‹U+200B›re"),
        ("re\u00adgen\u00ader\u00ada\u00adtion", "regeneration"),
        ("\u200bOur clinic \u200b\ufeff", "Our clinic "),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🔬 says", "👩\u200d🔬 says"),
        ("one\ntwo\tthree\u2028four\x85five", "one two three four five"),
        ("z" + "\u0335" * 40, "z\u0335\u0335‹38 more accents›"),
        ("\U000e0063", "‹U+E0063›"),
        ("«Crème» [bold]№ 5[/bold] 幹細胞", "«Crème» [bold]№ 5[/bold] 幹細胞"),
    ],
)
def test_what_a_reader_sees_of_invisible_characters(page: str, shown: str) -> None:
    assert clean(page) == shown


@given(HOSTILE)
def test_clean_text_is_one_line_without_anything_that_acts_on_a_terminal(text: str) -> None:
    shown = clean(text)
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(shown) & set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    shown.encode("utf-8")


@given(HOSTILE)
def test_clean_text_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.recursive(HOSTILE, lambda values: st.lists(values) | st.dictionaries(HOSTILE, values)))
def test_escaped_json_has_the_same_value_and_is_valid_utf_8(value: object) -> None:
    written = escaped(json.dumps(value, ensure_ascii=False))
    written.encode("utf-8")
    assert json.loads(written) == json.loads(json.dumps(value))


@given(HOSTILE)
def test_escaped_json_stands_on_one_line_and_acts_on_no_terminal(text: str) -> None:
    written = escaped(json.dumps(text, ensure_ascii=False))
    assert len(written.splitlines()) == 1
    assert not [char for char in written if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(written) & set("\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069")
