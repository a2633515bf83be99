"""A folder as a target: every page and every archive of pages below it, in the order of the names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from caveat.model import Capture, Failure, Stage
from caveat.sources import file, warc
from caveat.sources.access import Access

HEAD = 1024  # bytes that tell text from the rest
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
BINARY = {*range(32), 127} - set(b"\t\n\r\f\x1b")  # control characters that text doesn't hold


def claims(target: str) -> bool:
    try:
        return bool(target) and Path(target).is_dir()  # an empty name would be the working folder
    except (OSError, ValueError):  # file, the last kind, says what is wrong with it
        return False


def read(target: str, access: Access) -> Iterator[Capture | Failure]:
    for found in named(target):
        if isinstance(found, Failure):
            yield found
        else:
            yield from (warc if warc.claims(found) else file).read(found, access)


def named(target: str) -> Iterator[str | Failure]:
    """The files below a folder that are pages, none of them read."""
    empty = True
    for found in _pages(Path(target)):
        empty = False
        yield found if isinstance(found, Failure) else "./-" if str(found) == "-" else str(found)  # not standard input
    if empty:
        names = ", ".join((*file.MEDIA_TYPES, *warc.ENDINGS[:2]))
        yield Failure(target, Stage.OPEN, "holds no page", f"looked for {names} and names without an ending")


def _pages(top: Path) -> Iterator[Path | Failure]:
    """The pages below a folder. Links are followed, and each folder is entered once, so that a link to a folder above ends the walk."""
    waiting, entered = [top], set()
    while waiting:
        path = waiting.pop()
        try:
            if not path.is_dir():
                if _is_page(path):
                    yield path
                continue
            here = path.stat()
            if (here.st_dev, here.st_ino) in entered:
                continue
            entered.add((here.st_dev, here.st_ino))
            below = sorted((child for child in path.iterdir() if not child.name.startswith(".")), reverse=True)
        except OSError as error:
            yield file.why_not(str(path), error)
        else:
            waiting += below


def _is_page(path: Path) -> bool:
    """
    A link to nothing with the name of a page counts: it is reported, not passed over. Archives of texts (WET) are passed over, for they
    hold what the archives of pages beside them hold.
    """
    if file.media_type(path.name) or (warc.claims(path.name) and not warc.holds_copies(path.name)):
        return path.is_file() or (path.is_symlink() and not path.exists())
    return not Path(path.name.partition("?")[0]).suffix and path.is_file() and _is_text(path)


def _is_text(path: Path) -> bool:
    with path.open("rb") as opened:
        head = opened.read(HEAD)
    return head.startswith(BOMS) or (bool(head) and BINARY.isdisjoint(head))
