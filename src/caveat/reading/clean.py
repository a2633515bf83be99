"""Takes out of a text on one line what is no character of it: controls, halves of surrogate pairs, noncharacters."""

from __future__ import annotations

import re

# NUL to US that are white space were folded already; the C1 controls can steer a terminal as the C0 ones do.
FOREIGN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]")


def cleaned(text: str) -> str:
    """The text without them; half a surrogate pair becomes U+FFFD."""
    if not FOREIGN.search(text):
        return text
    return " ".join(FOREIGN.sub(lambda found: "\ufffd" if "\ud800" <= found[0] <= "\udfff" else "", text).split())
