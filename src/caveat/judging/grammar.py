"""What judging has to know of a language's sentences beside its rules: where clauses end, and what its small words do."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grammar:
    """The patterns meet the text as it stands on the page, accents and all."""

    clause_end: re.Pattern[str]  # where what a cue says forward ends
    subordinate: re.Pattern[str]  # opens a sentence whose first clause ends at the comma
    spared: re.Pattern[str]  # right before standard care that is spared, not given
    answer: re.Pattern[str]  # a denial that answers a question and denies no more
    joins: re.Pattern[str]  # right before a therapy that comes beside what acts


SPANISH = Grammar(
    clause_end=re.compile(
        r"[;:—–]| - |\.\s|,\s(?:y\s)?(?:ella|ellos|nosotros|nuestr[oa]s?|usted|tu|tus|pero|sino|así que|porque|lo que|que|el cual|la cual"
        r"|entonces|esta|este|estas|estos|las células|los exosomas)\b"
        r"|\b(?:pero|sino(?: que)?|sin embargo|aunque|no obstante|porque|hasta que|a menos que|mientras que)\b",
        re.IGNORECASE,
    ),
    subordinate=re.compile(
        r"\W*(?:ya que|como|porque|aunque|mientras|si|cuando|dado que|puesto que|al no|por no|en lugar de|en vez de)\b", re.IGNORECASE
    ),
    spared=re.compile(
        r"\b(?:sin|ning[uú]n[ao]?|evit\w*|cancel\w*|pospo\w*|posterg\w*|retras\w*|aplaz\w*|ahorr\w*|olv[ií]d\w*|adi[oó]s|dej\w*|en lugar de"
        r"|en vez de|necesidad|que|no|ni|antes de|reempla\w*|sustitu\w*|alternativas?|libre|menos|reduc\w*|depend\w*|otro|otra|versus|vs"
        r"|frente|prescind\w*|elimin\w*)"
        r"\W+(?:\w+\W+){0,3}$",
        re.IGNORECASE,
    ),
    answer=re.compile(r"no\s?[,.!–—]", re.IGNORECASE),
    joins=re.compile(
        r"\b(?:con|por|tras|después de|gracias a|de|desde|usando|mediante|bajo|a través de|en|a|nuestr[oa]s?)\W+(?:\w+\W+){0,2}$",
        re.IGNORECASE,
    ),
)
