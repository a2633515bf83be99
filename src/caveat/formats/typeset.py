"""Sets text in lines for the terminal: a label column, hanging indents, marked words, and the printing to a string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import StringIO

from rich.console import Console
from rich.text import Text

from caveat.formats.clean import clean

COLUMN = 12  # cells of the label column; 80 less 12 leaves a good measure for reading
NARROWEST, WIDEST = 40, 100  # outside these lines are hard to read, whatever the terminal

STYLES = {"high": "bold red", "medium": "bold yellow", "low": "bold cyan", "note": "bold"}
MARK = "bold underline"
DIM = "dim"

_NO_BREAK = "\ufdd0"  # a noncharacter, which `clean` lets through from no page

_PAIRS = (("«", "»"), ("⟪", "⟫"), ("⟦", "⟧"), ("⦅", "⦆"))  # the first that the page itself does not use


def sheet(width: int, color: bool) -> Console:
    """A console that owes nothing to the machine it runs on: no variable of the environment, no size of a window."""
    return Console(
        file=StringIO(),
        width=max(NARROWEST, min(width, WIDEST)),
        height=25,
        force_terminal=color,
        force_jupyter=False,
        color_system="standard" if color else None,
        no_color=False,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


def printed(console: Console, lines: Iterable[Text]) -> str:
    if not console.is_terminal:  # the characters alone, as the console would print them in twice the time
        return "".join(f"{line.plain.rstrip()}\n" for line in lines)
    with console.capture() as capture:
        for line in lines:
            line.rstrip()
            console.print(line, soft_wrap=True)
    return capture.get()


def hung(console: Console, lead: Text | str, body: Text | str, indent: int = COLUMN) -> Iterator[Text]:
    """`body` wrapped behind `lead`, every line of it at `indent`. Words too long for a line are broken, never cut off."""
    lead = lead if isinstance(lead, Text) else Text(lead)
    body = body if isinstance(body, Text) else Text(body)
    if lead and lead.cell_len >= indent:
        yield lead
        lead = Text()
    lead.pad_right(indent - lead.cell_len)
    for number, line in enumerate(body.wrap(console, console.width - indent, overflow="fold")):
        line.plain = line.plain.replace(_NO_BREAK, " ")
        yield Text.assemble(lead if number == 0 else " " * indent, line)


def labelled(console: Console, label: str, body: Text | str) -> Iterator[Text]:
    return hung(console, Text(f"  {label}", DIM) if label else "", body)


def together(text: str) -> str:
    """`text` that no line breaks in: a citation, a number with its noun. A title as long as half a line may break between words."""
    return text.replace(" ", _NO_BREAK) if len(text) <= COLUMN * 3 else text


def cut(text: str, cells: int) -> str:
    """`text`, cleaned, in at most so many cells; an ellipsis says that more stands on the page."""
    line = Text(clean(text[: 4 * cells + 4]))
    line.truncate(max(1, cells), overflow="ellipsis")
    return line.plain


def marked(console: Console, quote: str, match: Iterable[str]) -> tuple[Text, list[str]]:
    """The quote with the words that fired underlined, or between «» where there is no colour; and those words that stand elsewhere."""
    shown = clean(quote)
    spans, elsewhere = _spans(shown, [clean(words) for words in match])
    if console.is_terminal:
        text = Text(shown)
        for start, end in spans:
            text.stylize(MARK, start, end)
        return text, elsewhere
    opening, closing = next((pair for pair in _PAIRS if not set(pair) & set(shown)), _PAIRS[-1])
    for start, end in reversed(spans):
        shown = f"{shown[:start]}{opening}{shown[start:end]}{closing}{shown[end:]}"
    return Text(shown), elsewhere


def _spans(quote: str, match: list[str]) -> tuple[list[tuple[int, int]], list[str]]:
    """Where the words stand in the quote, neighbours joined. The report carries words, not offsets, so that quotes stay quotes."""
    spans: list[tuple[int, int]] = []
    elsewhere: list[str] = []
    after = 0
    for words in filter(None, (each.strip() for each in match)):
        found = _find(quote, words, after)
        if found:
            spans.append(found)
            after = found[1]
        else:
            elsewhere.append(words)
    return _joined(quote, sorted(spans)), elsewhere


def _find(quote: str, words: str, after: int) -> tuple[int, int] | None:
    """Whole words first, for the `cure` of `secure` has fired nothing; and in the order of the match, if they stand in it."""
    loose = r"\s+".join(map(re.escape, words.split()))
    for pattern in (rf"(?<!\w){loose}(?!\w)", loose):
        search = re.compile(pattern, re.IGNORECASE).search
        found = search(quote, after) or search(quote)
        if found:
            return found.span()
    return None


def _joined(quote: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not quote[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
