"""English as the rulebook needs it."""

from __future__ import annotations

import re

from caveat.rulebook.inflect import forms
from caveat.rulebook.tongue import Tongue

_EVERYDAY = """
a about after all also an and any are as at back be been before best better but by can could do does for from get good has have he help
her here his how i if in into is it its just life like made make may more most my need new no not now of off on one only or our out over
own people she so some than that the their them then there these they this time to up us use used was we well were what when which who
why will with without would you your
"""
TONGUE = Tongue(
    forms=forms,
    everyday=frozenset(_EVERYDAY.split()),
    most_forms=64,
    spelt=re.compile(
        r"\b(?:one|t(?:wo|hree|en|welve|wenty|hirty|housand)|f(?:our|ive|ifteen|orty|ifty)|s(?:ix(?:ty)?|even(?:ty)?|everal)|eight(?:y|een)?"
        r"|eleven|nine(?:ty)?|hundred|million|dozen|half|both|a (?:couple|few))\b"
    ),
    percent=re.compile(r" ?(?:%|percent\b|per cent\b|in ten\b|out of \w+\b|of \d+\b)"),
    unit=re.compile(r" ?(?:second|minute|hour|day|night|week|weekend|fortnight|month|year|session|visit|treatment)s?\b"),
    bare_duration=re.compile(r"\b(?:overnight|a (?:day|week|fortnight|month|year|session)|days|weeks|minutes|hours|months)\b"),
)
