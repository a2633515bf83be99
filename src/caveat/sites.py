"""Looks at a site's pages together: a caveat that some of them show and others lack, or that stands on a page apart from the claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from caveat.model import CheckState, Failure, Outcome, PageReport, Pages, SiteCaveat, Spread

FIRST = 3  # addresses that are named of each group
_FAULTY = (Outcome.INCOMPLETE, Outcome.BURIED, Outcome.CONTRADICTED, Outcome.WRONG_STATE)


_NONE = Pages()


@dataclass(frozen=True, slots=True)
class _Spread:
    shown: Pages = _NONE
    faulty: Pages = _NONE
    missing: Pages = _NONE
    apart: Pages = _NONE


class Sites:
    """
    What was seen of each host so far; it holds counts and a few addresses, and no page. Pages that were not fetched are of no site. A host
    goes without a leading "www.".
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], _Spread] = {}

    def see(self, result: PageReport | Failure) -> None:
        """Counts one more page in."""
        if isinstance(result, Failure) or not result.fetched:  # the address of a saved page is its own word
            return
        host = host_of(result.url)
        if host:
            for rule, group in _groups(result):
                spread = self._seen.get((host, rule), _Spread())
                self._seen[host, rule] = replace(spread, **{group: _with(getattr(spread, group), result.url)})

    def told(self) -> tuple[SiteCaveat, ...]:
        """Of each host the caveats that are missing on pages that need them, where there is more to say than a page's own finding says."""
        return tuple(_told(host, rule, spread) for (host, rule), spread in sorted(self._seen.items()) if _worth_saying(spread))


def host_of(url: str) -> str:
    """The host of an address without a leading "www.", empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _groups(page: PageReport) -> Iterator[tuple[str, str]]:
    """Each caveat that the page has something to say to, with the group the page is of."""
    for check in page.checks:
        if check.state is CheckState.STANDS:
            yield check.check, "apart"
        elif check.state is CheckState.SATISFIED and check.prominence:  # a flaw that is cleared up is no statement that stands somewhere
            yield check.check, "shown"
    for found in page.findings:
        if found.ignored:
            continue
        if found.kind == "caveat" and found.outcome is Outcome.MISSING:
            yield found.rule, "missing"
        elif found.kind == "caveat" and found.outcome in _FAULTY:
            yield found.rule, "faulty"


def _with(pages: Pages, address: str) -> Pages:
    first = (*pages.first, address) if len(pages.first) < FIRST and address not in pages.first else pages.first
    return Pages(pages.count + 1, first)


def _worth_saying(spread: _Spread) -> bool:
    return bool(spread.missing.count) and spread.missing.count + spread.shown.count + spread.faulty.count + spread.apart.count > 1


def _told(host: str, rule: str, spread: _Spread) -> SiteCaveat:
    how = Spread.SOME if spread.shown.count else Spread.APART if spread.apart.count else Spread.NOWHERE
    return SiteCaveat(host, rule, how, _message(how, spread), spread.shown, spread.faulty, spread.missing, spread.apart)


def _message(how: Spread, spread: _Spread) -> str:
    need = spread.shown.count + spread.faulty.count + spread.missing.count
    faulty = f", faulty on {spread.faulty.count}" if spread.faulty.count else ""
    lacking = f"not found on {spread.missing.count} of {_pages(need)} that ask for it{faulty}"
    if how is Spread.SOME:
        return f"{lacking}, shown on {spread.shown.count}."
    if how is Spread.APART:
        return f"{lacking}. It stands on {_pages(spread.apart.count)} without claims, which a reader of the claims may not meet."
    return f"{lacking}, and on no page that was read."


def _pages(count: int) -> str:
    return f"{count:,} page{'' if count == 1 else 's'}"
