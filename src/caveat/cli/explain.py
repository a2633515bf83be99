"""`caveat explain`: why the sentences of a page were judged as they were."""

from __future__ import annotations

import sys

from caveat import formats
from caveat.audit import explained, undisturbed
from caveat.cli import options
from caveat.cli.output import printed
from caveat.cli.say import ended, list_failures, say
from caveat.cli.single import single
from caveat.errors import Exit, UsageError
from caveat.judging import Options
from caveat.model import Failure, PageExplained, StanceValue
from caveat.rulebook import load


def run(asked: options.Question) -> Exit:
    """Raises CaveatError for what cannot be explained: several pages, a line that is not there or holds nothing."""
    with undisturbed():
        book = load(asked.rules, asked.only, asked.skip, places=asked.jurisdictions, as_of=asked.as_of)
    stance = None if asked.stance is options.StanceChoice.AUTO else StanceValue(asked.stance)
    judged_by = Options(stance, book.places)
    if asked.target == "-" and sys.stdin is not None and sys.stdin.isatty():
        say("caveat: reading from the keyboard; end with Ctrl-D")
    capture = single(asked.target, asked.access, "caveat explain explains one page", asked.render)
    found = capture if isinstance(capture, Failure) else explained(capture, book, judged_by, asked.line, asked.column, asked.every)
    if isinstance(found, Failure):
        list_failures([found])
        return ended(Exit.INCOMPLETE, "the page could not be read")
    _check(asked, found)
    if asked.format is options.ReadFormat.JSON:
        return printed(formats.explain_json(found))
    color, width = options.colored(asked.color, None), options.columns(asked.width, None)
    return printed(formats.explain_terminal(found, width=width, color=color))


def _check(asked: options.Question, found: PageExplained) -> None:
    if not asked.line or found.sentences:
        return
    if asked.line > found.lines:
        raise UsageError(f"{asked.target}: has no line {asked.line}: as read it has {found.lines}",
                         "lines are those of the text as reports and `caveat read` number it")  # fmt: skip
    if asked.column:
        raise UsageError(
            f"{asked.target}: no sentence stands at {asked.line}:{asked.column}", "leave the column out to explain the whole line"
        )
    raise UsageError(f"{asked.target}: line {asked.line} holds no sentence", f"`caveat read {asked.target}` shows which lines do")
