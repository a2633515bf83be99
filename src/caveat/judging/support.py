"""Tells what stands beside a claim: the studies cited in its article, their level, and whether they are of the same thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from caveat.judging.articles import Article, articles
from caveat.judging.identifiers import identifiers
from caveat.judging.levels import PLANNED, PRECLINICAL, level_of
from caveat.judging.records import Records, Study, retracted
from caveat.judging.references import Cited, marks, named_alike, references, registration
from caveat.judging.topics import FAMILIES, STANDARD, akin, conditions, families
from caveat.model import Kind, Level, Page, Place, Reference, Role, Span, Support, SupportState
from caveat.rulebook import Scan

_WEIGHTS = {Role.LEAD_FORM: 5, Role.NEWSLETTER: 3, Role.COOKIE: 0, Role.REFERENCE: 0}
_SOLD_FROM = 0.2  # of the weight of the family most spoken of: below, a family is mentioned, not sold


@dataclass(frozen=True)
class Supports:
    """What a page cites, and where."""

    page: Page
    scan: Scan
    records: Records
    cited: Sequence[Cited] = ()
    articles: Sequence[Article] = ()
    _read: dict[Cited, Reference] = field(default_factory=dict)  # filled as claims ask
    _named: dict[Cited, tuple[frozenset[str], tuple[str, ...]]] = field(default_factory=dict)  # families and conditions, likewise

    def of(self, block_number: int, sentence: Span) -> Support:
        """The support of a claim: the citations in its sentence, else in its block, else those that close its article."""
        near = self._near(block_number, sentence)
        if not near:
            said = self.scan[sentence].words.get("study_talk")
            if said:
                return Support(SupportState.UNNAMED, (), f"“{self.page.quote(said[0])}”, and no study is named near by")
            return Support()
        judged = [self._reference(cited, block_number, sentence) for cited in near]
        fits = [reference for reference, off in judged if not off]
        if withdrawn := retracted(shown := fits or [reference for reference, _ in judged]):
            return Support(SupportState.RETRACTED, tuple(shown), f"{_of_how_many(withdrawn, shown)}{withdrawn[0]}")
        if not fits:
            return Support(SupportState.MISMATCH, tuple(shown), judged[0][1])
        done = [reference for reference in fits if reference.level not in PLANNED]
        if done and all(reference.level in PRECLINICAL for reference in done):
            return Support(SupportState.PRECLINICAL, tuple(fits), done[0].why)
        planned = next((reference.why for reference in fits if reference.level in PLANNED), "")
        return Support(SupportState.CITED, tuple(fits), "; ".join(filter(None, (done[0].why if done else "", planned))))

    @cached_property
    def sold(self) -> frozenset[str]:
        """The families of therapy the page sells, by how often and where it names them: most in its forms, title and headings."""
        weight: Counter[str] = Counter()
        for block in self.page.blocks:
            times = _WEIGHTS.get(block.role, 5 if block.place is Place.TITLE else 3 if block.kind is Kind.HEADING else 1)
            for sentence in block.sentences if times else ():
                for family in families(self.scan[sentence]):
                    weight[family] += times
        most = max(weight.values(), default=0)
        return frozenset(family for family, much in weight.items() if much >= _SOLD_FROM * most)

    def _near(self, number: int, sentence: Span) -> list[Cited]:
        inside = [each for each in self.cited if not each.closes and each.block == number]
        within = [each for each in inside if each.links or sentence.start <= each.span.start < sentence.end]
        if within or inside:
            return self._resolved(within or inside)
        article = next((each for each in self.articles if number in each.blocks), None)
        if article is None:
            return []
        if article.marked:
            block = self.page.blocks[number]
            pointed = marks(self.page.text[sentence.start : sentence.end]) or marks(self.page.text[block.start : block.end])
            return [each for each in article.cited if each.number in pointed]
        about = (conditions(self.page, self.scan[sentence]) or article.topics_at(number)) if len(article.cited) > 1 else []
        # A list that serves several subjects: of its entries those count that are of this one, or of none in particular.
        return [each for each in article.cited if not about or not (named := self._of(each)[1]) or akin(named, about)]

    def _resolved(self, inline: Sequence[Cited]) -> list[Cited]:
        """Authors and years in a sentence as the entries of the page's list that they point to."""
        entries = [each for each in self.cited if each.closes]
        found = []
        for each in inline:
            text = "" if each.links else each.text(self.page)
            found.append(next((entry for entry in entries if named_alike(text, entry.text(self.page))), each))
        return list(dict.fromkeys(found))

    def _reference(self, cited: Cited, block_number: int, sentence: Span) -> tuple[Reference, str]:
        """The citation as the report shows it, and what makes it one of another therapy or condition, if anything."""
        if cited not in self._read:
            self._read[cited] = self._as_read(cited)
        reference = self._read[cited]
        own = Study(*self._of(cited), self._words(cited), language=self.page.blocks[cited.block].language)
        studies = [own, *self.records.studies(reference)]
        off = next(filter(None, (self._mismatch(study, block_number, sentence) for study in studies)), "")
        return replace(reference, why="; ".join(filter(None, (reference.why, off)))), off

    def _as_read(self, cited: Cited) -> Reference:
        """The citation by itself: its level, its numbers and what was looked up of them."""
        text, named = cited.text(self.page), cited.named(self.page)
        line, _ = self.page.place_of(cited.span.start)
        if number := registration(named):
            level, why = Level.REGISTRATION, f"{number} is a trial's registration: what it is to do, not what it found"
        else:
            alone = next((each for each in self.articles if each.cited == (cited,)), None)
            level, why = level_of(self.page, self.scan, cited, alone.blocks if alone else (cited.block,))
        return self.records.with_records(Reference(text, line, level, why, identifiers(named)))

    def _mismatch(self, study: Study, block_number: int, sentence: Span) -> str:
        theirs, named = study.families, study.conditions
        claimed = families(self.scan[sentence])
        if theirs == {STANDARD} and STANDARD not in self.sold | (claimed if claimed == {STANDARD} else set()):
            return f"{study.called} is of “{study.standard}”; the page sells {_listed(self.sold)}"
        if theirs and claimed and theirs.isdisjoint(claimed) and STANDARD not in claimed:
            return f"{study.called} is of {_listed(theirs)}; the claim is about {_listed(claimed)}"
        # A condition goes by other words in another language: "artrosis" may well be what a study of "osteoarthritis" is of.
        comparable = (study.language or "en") == (self.page.blocks[block_number].language or "en")
        about = conditions(self.page, self.scan[sentence]) if named and comparable else []
        if about and not akin(named, about) and not akin(named, self._conditions(self.page.blocks[block_number].sentences)):
            return f"{study.called} is of {', '.join(dict.fromkeys(named))}; the claim is about {', '.join(dict.fromkeys(about))}"
        return ""

    def _of(self, cited: Cited) -> tuple[frozenset[str], tuple[str, ...]]:
        """The families and the conditions that the entry names."""
        if cited not in self._named:
            inside = self._sentences(cited)
            named = frozenset[str]().union(*(families(self.scan[each]) for each in inside))
            self._named[cited] = named, tuple(self._conditions(inside))
        return self._named[cited]

    def _conditions(self, sentences: Iterable[Span]) -> list[str]:
        return [name for sentence in sentences for name in conditions(self.page, self.scan[sentence])]

    def _words(self, cited: Cited) -> str:
        """The longest words of the entry that name a transplant of blood-forming cells."""
        spans = [span for sentence in self._sentences(cited) for span in self.scan[sentence].words.get(STANDARD, ())]
        return self.page.quote(max(spans, key=lambda span: span.end - span.start)) if spans else ""

    def _sentences(self, cited: Cited) -> list[Span]:
        """The sentences of the entry; what stands in a sentence says nothing of its study by itself."""
        inside = self.page.blocks[cited.block].sentences if cited.closes else ()
        return [each for each in inside if each.start < cited.span.end and cited.span.start < each.end]


def read(page: Page, scan: Scan, records: Records) -> Supports:
    """Finds the page's citations once, for all its claims; `records` holds what was looked up of them."""
    cited = references(page)
    return Supports(page, scan, records, cited, articles(page, scan, [each for each in cited if each.closes]) if cited else ())


def _of_how_many(retracted: Sequence[str], shown: Sequence[Reference]) -> str:
    return f"{len(retracted)} of the {len(shown)} studies cited: " if len(shown) > 1 else ""


def _listed(names: Iterable[str]) -> str:
    known = [FAMILIES[name] for name in FAMILIES if name in set(names)]
    return " and ".join(known) if known else "something else"
