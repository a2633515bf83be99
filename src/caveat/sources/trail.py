"""The steps of a crawl as lines of text, for the journal: what was asked for since the last page or failure, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caveat.model import Unreported
from caveat.sources.frontier import Step

# What the first character of a line says. A step begins with the address that was asked for.
_ASKED, _AT, _TEXT, _UNREPORTED, _NEW, _FULL, _NOFOLLOW, _SITEMAPS, _NOTE, _AWAY = ">@=-+*!#~%"


def written(steps: Iterable[Step]) -> tuple[str, ...]:
    return tuple(line for step in steps for line in _lines(step))


def read(lines: Iterable[str]) -> list[Step]:
    """The steps as they were written; a line that is none of ours is passed over."""
    steps: list[Step] = []
    for line in lines:
        mark, said = line[:1], line[1:]
        if mark == _ASKED:
            steps.append(Step(said))
        elif steps:
            _put(steps[-1], mark, said)
    return steps


def _lines(step: Step) -> Iterator[str]:
    yield _ASKED + step.asked
    for mark, said in (
        (_AT, step.at), (_TEXT, step.text), (_UNREPORTED, step.unreported), (_FULL, step.full), (_NOFOLLOW, step.nofollow),
        (_SITEMAPS, step.sitemaps), (_AWAY, step.turned_away),
    ):  # fmt: skip
        if said:
            yield f"{mark}{said}"
    yield from (_NEW + address for address in step.new)
    yield from (_NOTE + note for note in step.notes)


def _put(step: Step, mark: str, said: str) -> None:
    match mark:
        case "@":
            step.at = said
        case "=":
            step.text = said
        case "-":
            step.unreported = Unreported(said)
        case "+":
            step.new.append(said)
        case "*":
            step.full = int(said)
        case "!":
            step.nofollow = True
        case "#":
            step.sitemaps = int(said)
        case "%":
            step.turned_away = True
        case "~":
            step.notes.append(said)
