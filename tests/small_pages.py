"""Pages as small as a test needs them: one block a line, with a mark in front for what is no paragraph."""

from __future__ import annotations

from caveat.model import Block, Category, Finding, Kind, Page, Place, Role, Severity, Slots, Span
from caveat.reading.layout import spans

_MARKS: dict[str, dict[str, object]] = {
    "-": {"kind": Kind.ITEM},
    "[footer]": {"role": Role.FOOTER},
    "[disclaimer]": {"role": Role.DISCLAIMER},
    "[form]": {"role": Role.LEAD_FORM},
    "[cookie]": {"role": Role.COOKIE},
    "[details]": {"place": Place.DETAILS},
    "[hidden]": {"place": Place.HIDDEN},
    "[alt]": {"place": Place.ALT},
    "[meta]": {"place": Place.META},
    "[title]": {"place": Place.TITLE},
}


def page(text: str, target: str = "page.txt") -> Page:
    """The page of a text: `# Heading`, `- item`, `[footer] …`, `[hidden] …`; empty lines end a list."""
    lines: list[str] = []
    blocks: list[Block] = []
    heading: tuple[str, ...] = ()
    start = group = 0
    for line in text.strip("\n").splitlines():
        mark, _, rest = line.partition(" ")
        more = dict(_MARKS.get(mark, {}))
        if mark and not mark.strip("#"):
            more = {"kind": Kind.HEADING}
            heading = (*heading[: len(mark) - 1], rest)
        words = rest if more else line
        group += not line.startswith("- ")
        if line.startswith("- "):
            more["group"] = group
        if words.strip():
            blank = Block(Kind.PARAGRAPH, start, start + len(words), spans(words, start, "en"), heading=heading)
            blocks.append(blank._replace(**more))  # type: ignore[arg-type]  # the fields of Block, by name
        lines.append(words)
        start += len(words) + 1
    return Page(target, "\n".join(lines) + "\n", tuple(blocks))


def sentence(seen: Page, part: str) -> tuple[int, Span]:
    """The block and the sentence in which `part` stands."""
    at = seen.text.index(part)
    return next((n, each) for n, block in enumerate(seen.blocks) for each in block.sentences if each.start <= at < each.end)


def claim(seen: Page, part: str, category: Category = Category.TREATMENT, therapy: str = "", condition: str = "") -> Finding:
    """A claim finding for the sentence in which `part` stands."""
    number, span = sentence(seen, part)
    line, column = seen.place_of(span.start)
    block = seen.blocks[number]
    return Finding(
        "0" * 16, "claim", "some-claim", category, Severity.HIGH, "", (), quote=seen.quote(span), line=line, column=column,
        role=block.role, place=block.place, slots=Slots(therapy, condition),
    )  # fmt: skip
