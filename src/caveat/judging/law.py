"""Says by whose law and of which day a page is judged, and what of it the rules cannot know."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from caveat.errors import UsageError
from caveat.model import Check, CheckState
from caveat.rulebook import Rulebook
from caveat.rulebook.law import HOME, binds


def places_of(jurisdictions: Collection[str], book: Rulebook) -> tuple[str, ...]:
    """
    The places a page is judged by: those given, else those that the rulebook was loaded for. Raises UsageError for a country whose rules
    it was not loaded with, which would look as if nothing were found.
    """
    for place in jurisdictions:
        country = place.partition("-")[0]
        if country in book.law.places and country != HOME and place not in book.places:
            raise UsageError(f"the rules of {place} are not loaded", f"load(places=[{place!r}]) reads them")
    return tuple(jurisdictions) or book.places


def checks(book: Rulebook, places: Collection[str]) -> Iterator[Check]:
    """What is to be known of the law that was applied: rules not in force, rules and lists older than the day, claims without a home."""
    for name, why in sorted(book.set_aside.items()):
        yield Check(name, CheckState.NOT_ASKED, why)
    if book.as_of > book.law.day:
        since = f"the rules know the law up to {book.law.day}; what has changed until {book.as_of}, the day asked, is not in them"
        yield Check("law", CheckState.NOT_CHECKED, since)
    for name, taken in book.lists:
        if taken < book.as_of != book.law.day:  # of the day the rules know of, the lists are what there is
            older = f"the list is of {taken}, older than {book.as_of}, the day asked; what was approved or given up since may be missing"
            yield Check(f"approved products ({name})", CheckState.NOT_CHECKED, older)
    if not binds((HOME,), places):
        home = book.law.places[HOME].name if HOME in book.law.places else HOME
        named = f"claims are reported by their wording; the authorities beside them are those of {home}, whose law was not asked for"
        yield Check("claims", CheckState.NOT_ASKED, named)
