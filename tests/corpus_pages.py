"""Makes a page of the labelled units of the corpus: plain, well-formed HTML as a careful web designer would write it."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import Any

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
    return f'<!DOCTYPE html><html lang="en"><head><title>{escape(page["title"])}</title></head><body>{"".join(body)}</body></html>'


def _group(kind: str, texts: list[str]) -> str:
    if kind not in _TAGS:
        return f"<p>{' '.join(texts)}</p>"
    marked = "".join(f"<{_TAGS[kind]}>{text}</{_TAGS[kind]}>" for text in texts)
    return {"item": f"<ul>{marked}</ul>", "cell": f"<table><tr>{marked}</tr></table>"}.get(kind, marked)
