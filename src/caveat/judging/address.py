"""Reads from a page's own address line in which state of the United States it says it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from caveat.model import Page, Place, Role, Span

_ROWS = """
Alabama AL|Alaska AK|Arizona AZ|Arkansas AR|California CA|Colorado CO|Connecticut CT|Delaware DE|Florida FL|Georgia GA|Hawaii HI|Idaho ID
Illinois IL|Indiana IN|Iowa IA|Kansas KS|Kentucky KY|Louisiana LA|Maine ME|Maryland MD|Massachusetts MA|Michigan MI|Minnesota MN
Mississippi MS|Missouri MO|Montana MT|Nebraska NE|Nevada NV|New Hampshire NH|New Jersey NJ|New Mexico NM|New York NY|North Carolina NC
North Dakota ND|Ohio OH|Oklahoma OK|Oregon OR|Pennsylvania PA|Rhode Island RI|South Carolina SC|South Dakota SD|Tennessee TN|Texas TX
Utah UT|Vermont VT|Virginia VA|Washington WA|West Virginia WV|Wisconsin WI|Wyoming WY|Puerto Rico PR|District of Columbia DC
"""
CODES = {name: code for row in _ROWS.strip().splitlines() for name, _, code in (entry.rpartition(" ") for entry in row.split("|"))}
NAMES = {code: name for name, code in CODES.items()}
_STATE = "|".join(sorted([*CODES, *NAMES], key=len, reverse=True))
_CITY = r"[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){0,3}"
# What makes a name no state: "Washington, DC", "Washington Avenue", and the four digits of a postcode in Western Australia.
_STREET = "St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Drive|Way|Lane|Square|University"
_NO_STATE = rf"(?!,?\s+D\.?\s?C\b|,?\s+\d{{1,4}}(?![\d-])|\s+(?:{_STREET})\b)"
_ADDRESS = re.compile(rf"{_CITY}(?P<comma>,)?\s+(?P<state>{_STATE})(?!\w){_NO_STATE}(?:,?\s+(?P<zip>\d{{5}}(?:-\d{{4}})?))?(?!\w)")
# Beside a city and a state without ZIP code, what shows that a line is an address and no travel story.
_CONTACT = re.compile(r"©|\(c\)|copyright|\btel\b|\bphone\b|\bcall\b|\b\d{3}[-. ]\d{4}\b|\bsuite\b|^\s*\d+\s|,\s*\d+\s+[A-Z]", re.I)
_LONGEST = 240  # characters of a block that can be an address line
_FOOT = 12  # blocks at the end of a page among which a line without ZIP code is taken for its address


def states_of(page: Page) -> Mapping[str, Span]:
    """The code of each state that an address line names ("FL"), with the words that do."""
    found: dict[str, Span] = {}
    visible = [block for block in page.blocks if block.place is Place.BODY and block.end - block.start <= _LONGEST]
    for number, block in enumerate(visible):
        text = page.text[block.start : block.end]
        for hit in _ADDRESS.finditer(text):
            at_foot = block.role is Role.FOOTER or number >= len(visible) - _FOOT
            if hit["zip"] or (hit["comma"] and at_foot and _CONTACT.search(text)):
                code = CODES.get(hit["state"], hit["state"])
                found.setdefault(code, Span(block.start + hit.start(), block.start + hit.end()))
    return found
