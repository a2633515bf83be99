"""Why a page was judged as it was, for `caveat explain`: sentence by sentence, with the rules, the cues and the stance."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from caveat import __version__
from caveat.formats import wire
from caveat.formats.because import because, did, fate, lack, level, speaks_of
from caveat.formats.clean import clean
from caveat.formats.typeset import COLUMN, DIM, STYLES, cut, hung, marked, printed, sheet
from caveat.formats.wording import OUTSIDE, STANCE, SUPPORT, counted, spoken
from caveat.model import CueSeen, Explained, Fate, PageExplained, Place, RuleSeen, StanceExplained, StanceValue, Sum, Verdict

SCHEMA = "caveat-explain/1"

_VOICES = 4  # of each side that are named
_NEAR = 3  # near misses that are named beside a rule that matches, and twice as many where none does
_SIGNS = 8  # of a sum that are named
_WORDS = 60  # cells of a quoted piece


def explain_json(page: PageExplained) -> str:
    report = page.report
    value = {
        "schema": SCHEMA,
        "version": __version__,
        "rules": page.rules_digest,
        "as_of": page.as_of.isoformat() if page.as_of else None,
        "target": report.target,
        "url": report.url or None,
        "sha256": report.sha256 or None,
        "title": report.title or None,
        "language": report.language or None,
        "lines": page.lines,
        "notes": _notes(page),
        "stance": _stance_record(page.stance),
        "sentences": [_sentence_record(each) for each in page.sentences],
        "left_out": page.left_out,
    }
    return wire.text(value, indent=2) + "\n"


def explain_terminal(page: PageExplained, *, width: int = 80, color: bool = False) -> str:
    """The stance, then each sentence with its verdict and what that rests on. Lines as in `terminal.render`."""
    console = sheet(width, color)
    return printed(console, _lines(console, page))


def _notes(page: PageExplained) -> list[str]:
    return [check.reason for check in page.report.checks if check.check in ("reading", "language") and check.reason]


def _stance_record(stance: StanceExplained) -> wire.Record:
    return {
        "value": stance.value,
        "asked": stance.asked,
        "promoter": _rounded(stance.promoter),
        "informer": _rounded(stance.informer),
        "least": _rounded(stance.least),
        "claims": _rounded(stance.claims),
        "voices": [
            {"stance": voice.stance, "weight": _rounded(voice.weight), "rule": voice.rule, "text": voice.text, "line": voice.line or None}
            for voice in stance.voices
        ],
    }


def _rounded(weight: float) -> float:
    return round(weight, 3)


def _sentence_record(said: Explained) -> wire.Record:
    carried, found = said.carried, said.verdict.found
    return {
        "quote": said.quote,
        "line": said.line,
        "column": said.column,
        "kind": said.kind,
        "role": said.role,
        "reason": said.reason or None,
        "language": said.language or None,
        "place": said.place,
        "heading": list(said.heading),
        "verdict": _verdict_record(said.verdict, because(said)),
        "therapy": {
            "named": list(carried.named),
            "agent": carried.agent,
            "therapy": carried.therapy or None,
            "line": carried.line or None,
            "turned": carried.turned or None,
            "link": carried.link,
            "carried": carried.carried,
        },
        "rules": [_rule_record(rule) for rule in said.rules],
        "cues": [_cue_record(cue) for cue in said.cues],
        "sums": [_sum_record(done) for done in said.sums],
        "support": wire.support(found.support) if found and found.support else None,
        "caveats": [wire.finding(each) for each in said.caveats],
    }


def _verdict_record(verdict: Verdict, why: str) -> wire.Record:
    found, held = verdict.found, verdict.held
    by = found or held
    return {
        "value": verdict.value,
        "because": why,
        "rule": by.rule if by else None,
        "category": by.category if by else None,
        "severity": found.severity if found else None,
        "strength": found.strength if found else None,
        "also": list(found.also) if found else [],
        "cue": wire.cue(held.cue) if held else None,
        "line": verdict.line or None,
        "column": verdict.column or None,
    }


def _rule_record(rule: RuleSeen) -> wire.Record:
    return {
        "rule": rule.rule,
        "title": rule.title,
        "category": rule.category,
        "severity": rule.severity,
        "fate": rule.fate,
        "match": list(rule.match),
        "leads_by": rule.leads_by or None,
        "cue": wire.cue(rule.cue) if rule.cue else None,
        "unless": list(rule.unless),
        "pattern": rule.pattern or None,
        "missing": rule.missing or None,
        "such_as": list(rule.such_as),
    }


def _cue_record(cue: CueSeen) -> wire.Record:
    return {
        "text": cue.text,
        "says": cue.says,
        "rule": cue.rule or None,
        "reach": cue.reach,
        "covers": cue.covers or None,
        "stops_at": cue.stops_at or None,
        "lets_off": list(cue.lets_off),
        "passes": [{"rule": passed.rule, "why": passed.why} for passed in cue.passes],
        "undone": cue.undone or None,
        "undone_by": cue.undone_by or None,
    }


def _sum_record(done: Sum) -> wire.Record:
    return {
        "rule": done.rule,
        "total": _rounded(done.total),
        "least": done.least,
        "veto": done.veto,
        "signs": [{"name": sign.name, "weight": _rounded(sign.weight), "words": list(sign.words)} for sign in done.signs],
    }


def _lines(console: Console, page: PageExplained) -> Iterator[Text]:
    report = page.report
    yield from hung(console, "", Text(clean(report.title) or "(no title)", "bold"), 0)
    yield from _row(console, "page", clean(report.url or report.target))
    yield from _stance(console, page.stance)
    for note in _notes(page):
        yield from _row(console, "note", clean(note))
    for said in page.sentences:
        yield Text()
        yield from _sentence(console, said)
    if not page.sentences:
        yield Text()
        yield from hung(console, "", "No sentence of the page matches a rule or comes near one; TARGET:LINE explains any line.", 0)
    if page.left_out:
        yield Text()
        more = f"{counted(page.left_out, 'more sentence')} came near a rule; TARGET:LINE explains any line."
        yield from hung(console, "", more, 0)
    yield Text()
    day = f", law as of {page.as_of}" if page.as_of else ""
    yield from _row(console, "made with", f"caveat {__version__}, rules {page.rules_digest}{day}")


def _stance(console: Console, stance: StanceExplained) -> Iterator[Text]:
    asked = "; asked for with --stance" if stance.asked else ""
    yield from _row(console, "stance", (STANCE[stance.value] if stance.least or asked else "informer: the page names no therapy") + asked)
    if not stance.least:
        return
    for value, weight in ((StanceValue.PROMOTER, stance.promoter), (StanceValue.INFORMER, stance.informer)):
        yield from hung(console, " " * COLUMN + "·", f"{value} {weight:g}: {_voices(stance, value)}", COLUMN + 2)
    yield from hung(console, " " * COLUMN + "·", f"to be taken for an informer it needs {stance.least:g}", COLUMN + 2)


def _voices(stance: StanceExplained, value: StanceValue) -> str:
    """The loudest voices of a side, each with its rule, weight and line."""
    ours = sorted((voice for voice in stance.voices if voice.stance is value), key=lambda voice: -voice.weight)
    parts = [f"what it claims ({stance.claims:g})"] if value is StanceValue.PROMOTER and stance.claims else []
    for voice in ours[:_VOICES]:
        where = f", line {voice.line}" if voice.line else ""
        parts.append(f"“{cut(voice.text, _WORDS)}” ({clean(voice.rule)}, {voice.weight:g}{where})")
    parts += [f"{len(ours) - _VOICES} more"] if len(ours) > _VOICES else []
    return ", ".join(parts) or "nothing"


def _sentence(console: Console, said: Explained) -> Iterator[Text]:
    found = said.verdict.found or said.verdict.held
    quote, _ = marked(console, said.quote, found.match if found else ())
    yield from hung(console, Text(f"{said.line}:{said.column}", "bold"), quote)
    yield from _row(console, "", " · ".join(_where(said)), DIM)
    style = STYLES[said.verdict.found.severity] if said.verdict.found else "bold"
    yield from _row(console, "verdict", clean(because(said)), style)
    yield from _row(console, "therapy", clean(speaks_of(said.carried)))
    yield from _rules(console, said)
    for number, cue in enumerate(said.cues):
        yield from _row(console, "" if number else "cues", clean(f"“{cue.text}” ({cue.says}): {'; '.join(did(cue))}"))
    for done in said.sums:
        yield from _row(console, "weight", _sum(done))
    if said.verdict.found and (beside := said.verdict.found.support):
        yield from _row(console, "support", f"{beside.state}: {SUPPORT[beside.state]}" + (f" ({clean(beside.why)})" if beside.why else ""))
    for number, caveat in enumerate(said.caveats):
        yield from _row(console, "" if number else "caveats", f"{clean(caveat.rule)} · {caveat.outcome}: {clean(caveat.message)}")


def _sum(done: Sum) -> str:
    """What the signs come to, and the heaviest of them."""
    words = {sign.name: f" “{cut(sign.words[0], _WORDS)}”" for sign in done.signs if sign.words}
    signs = [f"{sign.weight:+.2f} {clean(sign.name)}{words.get(sign.name, '')}" for sign in done.signs[:_SIGNS]]
    more = [f"{len(done.signs) - _SIGNS} lighter ones"] if len(done.signs) > _SIGNS else []
    limits = f"a claim from {done.least:g} on, none under {done.veto:g}"
    return f"{done.total:.2f} by {clean(done.rule)} ({limits}): {', '.join(signs + more) or 'no sign'}"


def _where(said: Explained) -> Iterator[str]:
    yield said.kind
    yield spoken(said.role) + (f" ({clean(said.reason)})" if said.reason else "")
    if said.place is not Place.BODY:
        yield f"outside the visible text: {OUTSIDE[said.place]}"
    if said.heading:
        yield "under " + clean(" › ".join(said.heading))


def _rules(console: Console, said: Explained) -> Iterator[Text]:
    """The rules that match, then the nearest of those that do not."""
    matching = [rule for rule in said.rules if rule.fate is not Fate.NEAR]
    nearly = [rule for rule in said.rules if rule.fate is Fate.NEAR]
    for number, rule in enumerate(matching):
        words = " … ".join(rule.match)
        yield from _row(console, "" if number else "rules", clean(f"{rule.rule} ({level(rule)}), “{words}”: {fate(rule)}"))
    for number, rule in enumerate(nearly[: _NEAR if matching else 2 * _NEAR]):
        words = " … ".join(rule.match)
        yield from _row(console, "" if number else "near", clean(f"{rule.rule} ({level(rule)}), “{words}”: {lack(rule)}"))


def _row(console: Console, label: str, body: str, style: str = "") -> Iterator[Text]:
    return hung(console, Text(label, DIM), Text(body, style))
