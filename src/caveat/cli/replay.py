"""`caveat replay`: an audit from evidence, offline, and how its findings differ from those of the run that kept it."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from caveat import __version__
from caveat.audit import Ask, undisturbed
from caveat.batch import Journal, Standard, results
from caveat.cli import options
from caveat.cli.output import printed
from caveat.cli.progress import progress
from caveat.cli.say import counted, ended, say
from caveat.cli.stopping import stoppable
from caveat.cli.verify import concluded, verdict_of
from caveat.errors import Exit
from caveat.evidence import Stored, captures, result, stored
from caveat.formats import jsonl
from caveat.formats.replay import Changed, Replayed, changed, findings, replay_json, replay_terminal
from caveat.ignoring import ignores, marked
from caveat.judging import Answers, Options
from caveat.lookup import Desk, Terms
from caveat.model import Failure, Ignores, LookedUp, PageReport, StanceValue
from caveat.rulebook import Rulebook, load
from caveat.sources import Arrival

_NOT_ASKED = "was not looked up when the evidence was kept"


def run(folder: Path, packs: tuple[Path, ...], today: bool, format: options.ReadFormat) -> Exit:
    verdict = verdict_of(folder)
    code, why = concluded(verdict)
    if code is Exit.FINDINGS:
        for problem in verdict.problems[:10]:
            say(f"caveat: {folder / problem.file}: {problem.what}")
        return ended(Exit.INCOMPLETE, f"not replayed: {why}; `caveat verify` says where")
    kept = stored(folder)
    if not kept.begun or not (folder / "rules").is_dir():
        return ended(Exit.INCOMPLETE, "not replayed: the run broke off before it had begun to read")
    with stoppable():
        made = _replayed(kept, _standard(kept, packs, today), not verdict.ended)
    printed(replay_json(made) if format is options.ReadFormat.JSON else replay_terminal(made))
    missing = [each for each in made.changed if not each.was]
    if not verdict.ended or missing:
        return ended(Exit.INCOMPLETE, why or f"the run left no result of {counted(len(missing), 'page')}")
    return ended(Exit.FINDINGS, f"{counted(len(made.changed), 'page')} came out otherwise") if made.changed else Exit.CLEAN


def _standard(kept: Stored, packs: tuple[Path, ...], today: bool) -> Standard:
    """The stored rules, those of this version in place of the stored shipped ones if asked for, and the folders that are added."""
    shipped, *own = kept.rules
    options = kept.options
    only, skip, places = (tuple(options[name]) for name in ("only", "skip", "jurisdictions"))
    day = datetime.date.fromisoformat(options["as_of"]) if options["as_of"] else None
    return Standard((*own, *packs), only, skip, places, day, base=None if today else shipped)


def _replayed(kept: Stored, standard: Standard, unended: bool) -> Replayed:
    with undisturbed():
        book = load(standard.packs, standard.only, standard.skip, places=standard.places, as_of=standard.as_of, base=standard.base)
    stance = kept.options["stance"]
    judged_by = Options(None if stance == "auto" else StanceValue(stance), book.places)
    decided = _decisions(kept, book, judged_by)
    ask = _asking(kept.answers) if kept.options["look_up"] else None
    differing: list[Changed] = []
    same = pages = 0
    with closing(Journal()) as parked, progress(sys.stderr is not None and sys.stderr.isatty(), len(kept.pages)) as tell:
        found = results(_arrivals(kept), replace(standard, options=judged_by), book, parked, ask=ask, tell=tell)
        for key, each in zip(kept.pages, found, strict=True):
            before = result(kept, key)
            after = _record(_told_as(before, each), decided)
            pages += 1
            if (other := changed(key[1], before, after)) is None:
                same += findings(before)
            else:
                differing.append(other)
                same += findings(before) - len(other.gone) - len(other.changed)
    versions, digests = (kept.begun["version"], __version__), (kept.begun["rules"], book.digest)
    return Replayed(str(kept.folder), versions, digests, pages, same, tuple(differing), unended)


def _arrivals(kept: Stored) -> Iterator[Arrival]:
    """What was kept, each as a target of its own."""
    for number, each in enumerate(captures(kept)):
        yield Arrival((number, 0), each)
        yield Arrival((number,), None)


def _told_as(before: str | None, found: PageReport | Failure) -> PageReport | Failure:
    """The result with what a list or a crawl told of its target, which no page holds."""
    was = json.loads(before) if before else {}
    return replace(found, list_id=was.get("list_id") or "", start=was.get("start") or "")


def _record(found: PageReport | Failure, decided: Ignores | None) -> str:
    if isinstance(found, Failure):
        return jsonl.failure(found)
    return jsonl.page(marked(found, decided) if decided else found)


def _decisions(kept: Stored, book: Rulebook, judged_by: Options) -> Ignores | None:
    if not kept.decisions:
        return None
    day = datetime.date.fromisoformat(kept.options["today"])
    return ignores(kept.decisions, day, book, judged_by, whole=not (kept.options["only"] or kept.options["skip"]))


def _asking(answers: Answers) -> Ask:
    """A desk that asks nobody."""
    desk = Desk(Terms(), services=(), known=answers)

    def ask(ids: Iterable[str]) -> Answers:
        names = list(ids)
        for name in names:
            desk.known.setdefault(name, (LookedUp(name, failure=_NOT_ASKED),))
        return desk.ask(names)

    return ask
