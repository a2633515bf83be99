"""Makes pages of the labelled units of the corpus, as plain, well-formed HTML, and tells which quotes are which units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

BANNER = "A clinic of regenerative medicine: stem cells, exosomes, PRP, peptides and ozone"  # above each sentence of the corpus

_TAGS = {"heading": "h2", "question": "h3", "item": "li", "cell": "td"}
_FRAMES = {
    "cookie": '<div id="cookie-consent" role="dialog">{}<button>Accept</button></div>',
    "newsletter": '<form class="newsletter-signup">{}<input type="email" name="email"></form>',
    "lead-form": '<form class="contact-form">{}<input name="name"><input type="tel" name="phone"><button>Send</button></form>',
    "navigation": "<nav>{}</nav>",
    "footer": "<footer>{}</footer>",
    "disclaimer": '<div class="disclaimer"><small>{}</small></div>',
}


def html(page: dict[str, Any]) -> str:
    """The page as one HTML document."""
    body = []
    for (_, role, kind), units in groupby(page["units"], key=lambda unit: (unit.get("para"), unit["role"], unit["kind"])):
        body.append(_FRAMES.get(role, "{}").format(_group(kind, [escape(unit["text"]) for unit in units])))
    head = f'<title>{escape(page["title"])}</title><link rel="canonical" href="{escape(page["url"])}">'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>'


def _group(kind: str, texts: list[str]) -> str:
    if kind not in _TAGS:
        return f"<p>{' '.join(texts)}</p>"
    marked = "".join(f"<{_TAGS[kind]}>{text}</{_TAGS[kind]}>" for text in texts)
    return {"item": f"<ul>{marked}</ul>", "cell": f"<table><tr>{marked}</tr></table>"}.get(kind, marked)


def same(quote: str, text: str) -> bool:
    """Whether a quote and a labelled text are one passage: one holds the other and is not much longer."""
    short, long = sorted((re.sub(r"[^a-z0-9%]+", " ", each.lower()).strip() for each in (quote, text)), key=len)
    return bool(short) and short in long and len(short) >= 0.4 * len(long)


def groups(units: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Units that count once: a lead-in with the items that take their claim from it, or one unit."""
    group: list[dict[str, Any]] = []
    for unit in units:
        if group and unit["inherit"] and unit["flag"] and group[0]["flag"]:
            group.append(unit)
            continue
        if group:
            yield group
        group = [unit]
    yield group


def labelled(units: list[dict[str, Any]]) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Each group that careful readers would label alike: its texts, and the unit whose label is the group's."""
    for group in groups(units):
        sure = [unit for unit in group if not (unit["either"] or unit["unsure"])]
        if sure:
            yield [unit["text"] for unit in group], sure[0]
