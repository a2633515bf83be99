"""Text that will stand in one block, as it comes in."""

from __future__ import annotations

from caveat.reading.frames import Frame, common
from caveat.reading.lines import BREAK

# What was passed since the last text: inline tags, white space.
OPENED, CLOSED, LINK_OPENED, LINK_CLOSED, SPACED = 1, 2, 4, 8, 16


class Run:
    __slots__ = ("broken", "cites", "frame", "last", "linked", "parts", "seam", "turns")

    def __init__(self) -> None:
        self.parts: list[str] = []  # never white space alone
        self.linked: list[int] = []  # which parts stand in a link
        self.frame: Frame | None = None  # the innermost that holds all of it
        self.last: Frame | None = None  # the innermost that holds its last part
        self.turns: list[tuple[int, Frame]] = []  # the first part of each stretch in another frame; none: all is in one
        self.cites: tuple[str, ...] = ()  # addresses of studies that links in it, or right before it, lead to
        self.broken = False  # a line break stands in it
        self.seam = 0

    def begin(self, frame: Frame, linked: bool) -> None:
        """Its first part has come in."""
        self.frame = self.last = frame
        self.seam = 0
        if linked:
            self.linked.append(0)

    def turn(self, frame: Frame) -> None:
        """Its next part stands in another frame than the last."""
        if self.frame is None or self.last is None:
            self.frame = frame
        else:
            if not self.turns:
                self.turns.append((0, self.last))
            self.turns.append((len(self.parts), frame))
            if self.frame is not frame:
                self.frame = common(self.frame, frame)
        self.last = frame

    def clear(self) -> None:
        self.parts = []
        self.frame = self.last = None
        if self.linked:
            self.linked = []
        if self.turns:
            self.turns = []


def glued(before: str, after: str, seam: int) -> bool:
    """Whether two texts that inline tags part would run together though the page sets them apart ("skin" + "Read more")."""
    last, first = before[-1], after[0]
    if last.isspace() or first.isspace() or last == BREAK:
        return False
    if seam & LINK_OPENED and seam & LINK_CLOSED:
        return True
    apart = seam & (LINK_OPENED | LINK_CLOSED) or (seam & OPENED and seam & CLOSED)
    return bool(apart) and first.isupper() and (last.islower() or last.isdigit() or last in ".!?:;)”")
