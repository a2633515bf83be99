"""Tells what stands beside a claim: the studies cited in its article, their level, and whether they are of the same thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from caveat.judging.articles import Article, articles
from caveat.judging.levels import PRECLINICAL, level_of
from caveat.judging.references import Cited, marks, named_alike, references
from caveat.judging.topics import FAMILIES, STANDARD, akin, conditions, families
from caveat.model import Kind, Level, Page, Place, Reference, Role, Span, Support, SupportState
from caveat.rulebook import Scan

_WEIGHTS = {Role.LEAD_FORM: 5, Role.NEWSLETTER: 3, Role.COOKIE: 0, Role.REFERENCE: 0}
_SOLD_FROM = 0.15  # of the weight of the family most spoken of: below, a family is mentioned, not sold


@dataclass(frozen=True)
class Supports:
    """What a page cites, and where."""

    page: Page
    scan: Scan
    cited: Sequence[Cited] = ()
    articles: Sequence[Article] = ()
    _levels: dict[Cited, tuple[Level, str]] = field(default_factory=dict)  # filled as claims ask
    _named: dict[Cited, tuple[set[str], list[str]]] = field(default_factory=dict)  # families and conditions, likewise

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
        if not fits:
            return Support(SupportState.MISMATCH, tuple(reference for reference, _ in judged), judged[0][1])
        if all(reference.level in PRECLINICAL for reference in fits):
            return Support(SupportState.PRECLINICAL, tuple(fits), fits[0].why)
        return Support(SupportState.CITED, tuple(fits), fits[0].why)

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
        within = [each for each in inside if sentence.start <= each.span.start < sentence.end]
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
            text = each.text(self.page)
            found.append(next((entry for entry in entries if named_alike(text, entry.text(self.page))), each))
        return list(dict.fromkeys(found))

    def _reference(self, cited: Cited, block_number: int, sentence: Span) -> tuple[Reference, str]:
        """The citation as the report shows it, and what makes it one of another therapy or condition, if anything."""
        if cited not in self._levels:
            alone = next((each for each in self.articles if each.cited == (cited,)), None)
            self._levels[cited] = level_of(self.page, self.scan, cited, alone.blocks if alone else (cited.block,))
        level, why = self._levels[cited]
        off = self._mismatch(cited, block_number, sentence)
        line, _ = self.page.place_of(cited.span.start)
        return Reference(cited.text(self.page), line, level, "; ".join(part for part in (why, off) if part)), off

    def _mismatch(self, cited: Cited, block_number: int, sentence: Span) -> str:
        theirs, named = self._of(cited)
        claimed = families(self.scan[sentence])
        if theirs == {STANDARD} and STANDARD not in self.sold | (claimed if claimed == {STANDARD} else set()):
            return f"the study is of {self._words(cited, STANDARD)}; the page sells {_listed(self.sold)}"
        if theirs and claimed and theirs.isdisjoint(claimed) and STANDARD not in claimed:
            return f"the study is of {_listed(theirs)}; the claim is about {_listed(claimed)}"
        about = conditions(self.page, self.scan[sentence]) if named else []
        if about and not akin(named, about) and not akin(named, self._conditions(self.page.blocks[block_number].sentences)):
            return f"the study is of {', '.join(dict.fromkeys(named))}; the claim is about {', '.join(dict.fromkeys(about))}"
        return ""

    def _of(self, cited: Cited) -> tuple[set[str], list[str]]:
        """The families and the conditions that the entry names."""
        if cited not in self._named:
            inside = self._sentences(cited)
            self._named[cited] = set().union(*(families(self.scan[each]) for each in inside)), self._conditions(inside)
        return self._named[cited]

    def _conditions(self, sentences: Iterable[Span]) -> list[str]:
        return [name for sentence in sentences for name in conditions(self.page, self.scan[sentence])]

    def _words(self, cited: Cited, family: str) -> str:
        """The longest words of the entry that name the family."""
        spans = [span for sentence in self._sentences(cited) for span in self.scan[sentence].words.get(family, ())]
        return f"“{self.page.quote(max(spans, key=lambda span: span.end - span.start))}”"

    def _sentences(self, cited: Cited) -> list[Span]:
        """The sentences of the entry; what stands in a sentence says nothing of its study by itself."""
        inside = self.page.blocks[cited.block].sentences if cited.closes else ()
        return [each for each in inside if each.start < cited.span.end and cited.span.start < each.end]


def read(page: Page, scan: Scan) -> Supports:
    """Finds the page's citations once, for all its claims."""
    cited = references(page)
    return Supports(page, scan, cited, articles(page, scan, [each for each in cited if each.closes]) if cited else ())


def _listed(names: Iterable[str]) -> str:
    known = [FAMILIES[name] for name in FAMILIES if name in set(names)]
    return " and ".join(known) if known else "something else"
