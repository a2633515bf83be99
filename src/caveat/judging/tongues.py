"""Says which languages a page speaks, how much of each, and what of it no rule could read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from caveat.model import Check, CheckState, Page, Place, Role, Spoken
from caveat.rulebook import Rulebook

NAMES = {
    "ar": "Arabic", "ca": "Catalan", "cs": "Czech", "da": "Danish or Norwegian", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sv": "Swedish", "th": "Thai", "tl": "Filipino", "tr": "Turkish",
    "und": "a language that was not recognised", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_COUNTED = (Place.BODY, Place.DETAILS, Place.HIDDEN)
_UNCOUNTED = (Role.COOKIE, Role.NAVIGATION, Role.REFERENCE)  # what is judged in no language
_SUBSTANTIAL = 0.1  # of the page's text: from so much in a language without rules a page counts as not checked
_WORDS = 25  # fewer words are names, menus and quotations


def spoken(page: Page) -> tuple[Spoken, ...]:
    """The languages of the page's text with their shares, the most spoken first; none where the page has but one."""
    length: Counter[str] = Counter()
    words: Counter[str] = Counter()
    if len({block.language for block in page.blocks}) > 1:
        for block in page.blocks:
            if block.place in _COUNTED and block.role not in _UNCOUNTED:
                length[block.language] += block.end - block.start
                words[block.language] += page.text.count(" ", block.start, block.end) + 1
    whole = sum(length.values())
    parts = [Spoken(language, round(much / whole, 3), words[language]) for language, much in length.most_common()]
    return tuple(parts) if len(parts) > 1 else ()


def unread(page: Page, book: Rulebook) -> Iterator[Check]:
    """What is in a language without rules: the page, a substantial part of it, or a few lines."""
    known = " and ".join(NAMES.get(language, language) for language in book.languages)
    parts = [part for part in spoken(page) if _foreign(part.language, book)]
    if not parts and _foreign(page.language, book):
        yield Check("language", CheckState.NOT_CHECKED, f"the page is in {named(page.language)}; the rules are for {known}")
    elif parts:
        share, words = sum(part.share for part in parts), sum(part.words for part in parts)
        if (share >= _SUBSTANTIAL and words >= _WORDS) or _foreign(page.language, book):
            state = CheckState.NOT_CHECKED
        elif words >= _WORDS:
            state = CheckState.DONE
        else:
            return
        which = " and ".join(named(part.language) for part in parts)
        much = f"{share:.0%} of the page\u2019s text ({words} words) is in {which} and was not checked"
        yield Check("language", state, f"{much}; the rules are for {known}")


def named(language: str) -> str:
    return f"{NAMES[language]} ({language!r})" if language in NAMES and language != "und" else NAMES.get(language, repr(language))


def _foreign(language: str, book: Rulebook) -> bool:
    return bool(language) and language not in book.languages
