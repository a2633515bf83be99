"""Sentences end where a reader would say they do."""

import pytest

from caveat.reading.sentences import LONGEST, sentences

# Each text with | where it is cut.
CUT = """
We met Dr. Moss.| He treats knees.
Sessions run at 2.0 ATA.| Then you rest.
It was seen in the bone.7| Next we looked at bone.
It was seen in the bone.[7]| Next we looked at bone.
Pain fell.[3, 4]| Nothing else changed.
Pain fell.3,4| Nothing else changed.
Moss et al. (2019) said so.| Others agree.
Moss et al. found it.| Others agree.
Some cells, e.g. exosomes, are small.| Others, i.e. stem cells, are not.
The U.S. agency wrote to us.| In the U.S. Food and Drug law it stands.
See No. 5 of the list.| Then ask.
We said no.| Then we left.
He asked “Is it safe?” and left.| “Is it?” she said.
“It works!” she said.| “Yes!”| We were glad.
“I walk again.”| – Ann, 52| “I sold my cane.”| – Bev R., Ocala| “We dance.”| Jon
“It works.”| Dr. Moss says “yes” to that.
It eases aches.|The cells do it.
Buy it at KneeHub.example now.| Or call.
Write to info@clinic.example today.| We answer.
See https://clinic.example/a.b?c=D.E for more.| Thanks.
Wait... then it heals.| It did.
It costs $1.5 million.| 50 patients came.
Does it hurt?| No!| Never.
The pain (it was bad.) went.| Good.
(It hurts.)| Then it heals.
J. A. Moss wrote it.| B. Lane read it.
Hepatitis C is bad.| It harms.
1. Knees heal.| 2. Hips heal.
Approx. 5 mg was used.| It sufficed.
Fig. 2 shows a knee.| It heals.
Ask for Ph.D. holders.| They know.
What?!| Really??| Yes.
mRNA is made.| mRNA is good.
It helped.| mRNA did it.
😀 It works.| 𝒳 is next 🎉.| Yes.
痛みが消えます。|次の文です。
Call now
"""


@pytest.mark.parametrize("marked", CUT.strip().splitlines())
def test_cuts(marked: str) -> None:
    text = marked.replace("|", "")
    assert [text[start:end] for start, end in sentences(text)] == [part.strip() for part in marked.split("|")]


def test_a_line_break_inside_a_sentence_does_not_end_it() -> None:
    text = "We treat knees with cells\nof your own. They heal."
    assert [text[start:end] for start, end in sentences(text)] == ["We treat knees with cells\nof your own.", "They heal."]


def test_white_space_has_no_sentence() -> None:
    assert sentences(" \n ") == []
    assert sentences("") == []
    assert sentences("  knees  ") == [(2, 7)]


def test_a_sentence_without_end_is_cut_at_white_space_and_loses_nothing() -> None:
    text = "stem cell " * 2_000 + "x" * 5_000
    found = sentences(text)
    assert max(end - start for start, end in found) <= LONGEST
    assert "".join(text[start:end] for start, end in found).replace(" ", "") == text.replace(" ", "")
    assert all(not text[start].isspace() and not text[end - 1].isspace() for start, end in found)


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u3000", "\u2028", "\t"])
def test_any_white_space_after_an_initial_is_as_good_as_a_blank(space: str) -> None:
    text = f"Take plan A{space}. Then we go on. Call us."
    assert [text[start:end] for start, end in sentences(text)] == [f"Take plan A{space}.", "Then we go on.", "Call us."]
