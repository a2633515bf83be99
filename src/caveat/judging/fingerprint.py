"""Gives a finding the id by which it is known again when the page is edited around it."""

from __future__ import annotations

import hashlib

from caveat.rulebook.fold import words


def fingerprint(rule: str, quote: str, site: str) -> str:
    """16 hex digits from the rule, the quote's bare words and the site: the same wherever on the page the quote stands."""
    return hashlib.sha256("\0".join((rule, words(quote), site.lower())).encode("utf-8", "surrogatepass")).hexdigest()[:16]
