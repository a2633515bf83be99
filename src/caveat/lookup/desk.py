"""The desk: takes identifiers, asks each service that knows their kind, or the cache, and gives dated answers; it never stops a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from caveat.lookup import crossref, pmc, pubmed, trials
from caveat.lookup.asking import Asker, Missing, NoAnswer
from caveat.lookup.service import Service, Unknown, Unreadable
from caveat.lookup.shelf import Shelf, utc
from caveat.lookup.terms import Terms
from caveat.model import LookedUp

SERVICES: tuple[Service, ...] = (crossref.SERVICE, pubmed.SERVICE, pmc.SERVICE, trials.SERVICE)
MOST = 200  # identifiers of one page that are asked for: no page may send us round the world


class Desk:
    """One run's look-ups. What was asked once, and is `known`, is not asked again, whether it was answered or not."""

    def __init__(
        self,
        terms: Terms,
        services: Iterable[Service] = SERVICES,
        *,
        wait: Callable[[float], None] = time.sleep,
        ticks: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        known: Mapping[str, tuple[LookedUp, ...]] | None = None,
    ) -> None:
        self.terms, self.services, self.now = terms, tuple(services), now
        self._asker = Asker(terms, wait, ticks)
        self._shelf = Shelf(terms.cache, terms.days) if terms.cache else None
        self.known = dict(known or {})

    @property
    def trouble(self) -> str:
        """Why answers could not be kept; "" where they could."""
        return self._shelf.trouble if self._shelf else ""

    def ask(self, ids: Iterable[str]) -> dict[str, tuple[LookedUp, ...]]:
        """What each service says of each identifier, at least one answer or failure for each."""
        asked = list(dict.fromkeys(ids))
        found = {name: self._of(name) for name in asked[:MOST]}
        return found | {name: (_failed(LookedUp(name), f"the page has more than {MOST} numbers"),) for name in asked[MOST:]}

    def _of(self, name: str) -> tuple[LookedUp, ...]:
        if name not in self.known:
            self.known[name] = tuple(self._answers(name)) or (_failed(LookedUp(name), "no service is asked for numbers of this kind"),)
        return self.known[name]

    def _answers(self, name: str) -> Iterator[LookedUp]:
        kind, _, value = name.partition(":")
        for service in self.services:
            if service.kind == kind:
                found = self._answer(service, name, value)
                yield found
                if found.record and found.record.same_as.partition(":")[0] not in ("", kind):
                    yield from self._of(found.record.same_as)

    def _answer(self, service: Service, name: str, value: str) -> LookedUp:
        address = self.terms.at.get(service.name.lower(), service.base).rstrip("/") + service.path(value)
        asked = LookedUp(name, service.name, address)
        if self._shelf and (kept := self._shelf.get(address, self.now())):
            return LookedUp(name, service.name, address, kept[1], True, kept[0])
        try:
            record = service.read(self._asker.ask(address, service.pace, service.manners(self.terms.contact)), value)
        except (Missing, Unknown):
            return _failed(asked, f"{service.name} has nothing under this number", utc(self.now()))
        except Unreadable:
            return _failed(asked, f"{service.name}: the answer is not of the form that it documents", utc(self.now()))
        except NoAnswer as failure:
            return _failed(asked, f"{service.name}: {failure}", utc(self.now()))
        when = utc(self.now())
        if self._shelf:
            self._shelf.put(address, record, when)
        return LookedUp(name, service.name, address, when, False, record)


def _failed(asked: LookedUp, reason: str, when: str = "") -> LookedUp:
    return LookedUp(asked.id, asked.source, asked.address, when, failure=f"not looked up: {reason}")
