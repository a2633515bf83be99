"""Sets the findings of one page for the terminal: caveats first, then claims, worst first; the lesser ones close together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import Console
from rich.text import Text

from caveat.formats.clean import clean
from caveat.formats.typeset import COLUMN, DIM, STYLES, cut, hung, labelled, marked, together
from caveat.formats.wording import looked_up, standing, support, whereabouts
from caveat.model import CueSaid, Finding, Place, Reference, Severity, SupportState

UNSHOWN = (Place.META, Place.OPEN_GRAPH, Place.JSON_LD, Place.ALT, Place.LABEL, Place.EMBEDDED, Place.HIDDEN)
AT_LENGTH = 12  # claims of a page set out in full; beyond that a reader wants the list
CUE_CELLS = 60
REFERENCE_CELLS = 110  # two lines at 80 columns: it stands in full on the page, at the line given

_GIST = 2  # indent of labels and of the places in a list


def caveats(console: Console, findings: Iterable[Finding], whose: bool = False) -> Iterator[Text]:
    """The caveats; `whose`: each with the places whose law it rests on."""
    ordered = _worst_first(found for found in findings if found.kind == "caveat")
    if ordered:
        yield Text("Caveats missing, hidden or faulty", "bold")
    for found in ordered:
        yield Text()
        yield from _caveat(console, found, whose)


def claims(console: Console, findings: Iterable[Finding]) -> Iterator[Text]:
    """The claims, and apart from them those in titles, meta tags, picture texts and data, which a reader of the page is not shown."""
    ordered = _worst_first(found for found in findings if found.kind != "caveat")
    shown = [found for found in ordered if found.place not in UNSHOWN]
    hidden = [found for found in ordered if found.place in UNSHOWN]
    first = _first_of_rule([*shown, *hidden])
    yield from _group(console, "What the page claims, worst first", shown, first)
    if shown and hidden:
        yield Text()
    yield from _group(console, "Claims not shown to the reader", hidden, first)


def _group(console: Console, title: str, ordered: list[Finding], first: dict[str, Finding]) -> Iterator[Text]:
    if ordered:
        yield Text(title, "bold")
    serious = [found for found in ordered if found.severity.rank >= Severity.MEDIUM.rank]
    rest = serious[AT_LENGTH:] + ordered[len(serious) :]
    for found in serious[:AT_LENGTH]:
        yield Text()
        yield from _claim(console, found, first[found.rule])
    for _, group in groupby(sorted(rest, key=_kin), key=_kin):
        yield Text()
        yield from _list(console, list(group), first)


def said(cues: Iterable[CueSaid]) -> str:
    return ", ".join(f"“{cut(cue.text, CUE_CELLS)}” ({clean(cue.says)})" for cue in cues)


def spot(line: int, column: int) -> str:
    return f"{line}:{column}" if line else ""


def _caveat(console: Console, found: Finding, whose: bool) -> Iterator[Text]:
    yield from _head(console, found, clean(found.rule), found.outcome or "", spot(found.line, found.column), *whereabouts(found))
    yield from hung(console, "", clean(found.message))
    if found.quote:
        yield from _quoted(console, found, "page says")
    if found.cues:
        yield from labelled(console, "because", said(found.cues))
    if parts := list(standing(found.prominence)):
        yield from labelled(console, "standing", clean("; ".join(parts)))
    law = f"{', '.join(map(clean, found.jurisdictions))}: " if whose and found.jurisdictions else ""
    yield from labelled(console, "authority", law + _authority(found))


def _claim(console: Console, found: Finding, first: Finding) -> Iterator[Text]:
    heading = cut(" › ".join(found.heading), console.width - COLUMN) if found.heading else ""
    yield from _head(console, found, clean(found.category), found.strength or "", spot(found.line, found.column), heading, *_remarks(found))
    yield from _quoted(console, found)
    if found.cues:
        yield from labelled(console, "cues", said(found.cues))
    if found.support:
        yield from labelled(console, "support", f"{support(found.support)}{_because(found.support.why)}")
        for reference in found.support.references:
            yield from hung(console, " " * COLUMN + "·", _reference(reference), COLUMN + 2)
            for answer in reference.looked_up:
                yield from hung(console, "", clean(looked_up(answer)), COLUMN + 2)
    yield from labelled(console, "rule", _rule(found, first))


def _list(console: Console, group: list[Finding], first: dict[str, Finding]) -> Iterator[Text]:
    """Claims of one rule, severity and strength: a heading that says what they share, then each in a line or two."""
    leader = group[0]
    yield from _head(console, leader, clean(leader.category), leader.strength or "", _rule(leader, first[leader.rule], also=False))
    for found in group:
        text, elsewhere = marked(console, found.quote, found.match)
        remarks = [*_remarks(found), *_taken_from(elsewhere), *_unnamed(found), *_briefly(found)]
        if remarks:
            text.append(f" [{'; '.join(remarks)}]", DIM)
        yield from hung(console, " " * _GIST + spot(found.line, found.column), text)


def _head(console: Console, found: Finding, *parts: str) -> Iterator[Text]:
    first, *rest = filter(None, parts)
    level = Text(found.severity.upper(), STYLES[found.severity])
    return hung(console, level, Text.assemble((first, "bold"), *(f" · {part}" for part in rest)))


def _quoted(console: Console, found: Finding, label: str = "") -> Iterator[Text]:
    text, elsewhere = marked(console, found.quote, found.match)
    yield from labelled(console, label, text)
    if elsewhere or _unnamed(found):
        yield from labelled(console, "taken as", ", ".join(_taken_from(elsewhere) + _unnamed(found)))


def _taken_from(elsewhere: list[str]) -> list[str]:
    return [f"fired on “{words}”" for words in elsewhere]


def _unnamed(found: Finding) -> list[str]:
    """What a claim is about where its own sentence does not name it in these words."""
    if found.kind == "caveat":
        return []
    about = (("therapy", found.slots.therapy), ("condition", found.slots.condition))
    return [f"{slot}: {clean(name)}" for slot, name in about if name and name.casefold() not in found.quote.casefold()]


def _remarks(found: Finding) -> list[str]:
    return [*whereabouts(found), *([f"stands {found.repeats} times"] if found.repeats > 1 else [])]


def _briefly(found: Finding) -> list[str]:
    """Cues, support and other rules in a few words, for a line in a list."""
    parts = [said(found.cues), _also(found) if found.also else ""]
    if found.support and found.support.state is not SupportState.NONE:
        lines = sorted({reference.line for reference in found.support.references if reference.line})
        parts.append(found.support.state + (f", line {', '.join(map(str, lines))}" if lines else ""))
    return [part for part in parts if part]


def _reference(cited: Reference) -> str:
    return f"line {cited.line}, {cited.level}{_because(cited.why)}: {cut(cited.text, REFERENCE_CELLS)}"


def _because(why: str) -> str:
    return f" ({clean(why)})" if why else ""


def _rule(found: Finding, first: Finding, also: bool = True) -> str:
    """The rule with its authority where the page's report names it first, afterwards by reference."""
    names = ", ".join([clean(found.rule), *([_also(found)] if also and found.also else [])])
    authority = _authority(found) if found is first else f"authority as at {spot(first.line, first.column) or 'the first'}"
    return f"{names} · {authority}"


def _also(found: Finding) -> str:
    return f"also {', '.join(map(clean, found.also))}"


def _authority(found: Finding) -> str:
    return "; ".join(together(clean(each)) for each in found.authority) or "none named"


def _first_of_rule(findings: Iterable[Finding]) -> dict[str, Finding]:
    first: dict[str, Finding] = {}
    for found in findings:
        first.setdefault(found.rule, found)
    return first


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda found: (-found.severity.rank, found.line, found.column))


def _kin(found: Finding) -> tuple[int, str, str, str]:
    return (-found.severity.rank, found.category, found.rule, found.strength or "")
