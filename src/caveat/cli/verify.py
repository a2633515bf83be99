"""`caveat verify`: evidence held against its manifest, the exit code by what came of it."""

from __future__ import annotations

from pathlib import Path

from caveat.cli import options
from caveat.cli.output import printed
from caveat.cli.say import counted, ended
from caveat.errors import Exit, OutputError, UsageError
from caveat.evidence import Verdict, verify
from caveat.evidence.stamp import Told, check
from caveat.formats.verify import Stamps, verify_json, verify_terminal


def run(folder: Path, noted: str, roots: Path | None, format: options.ReadFormat) -> Exit:
    verdict = verdict_of(folder, noted)
    stamps = _stamps(folder, verdict, _read(roots) if roots else b"")
    render = verify_json if format is options.ReadFormat.JSON else verify_terminal
    printed(render(str(folder), verdict, noted, stamps))
    code, why = concluded(verdict, noted, stamps)
    return ended(code, why) if code else code


def verdict_of(folder: Path, noted: str = "") -> Verdict:
    """Raises UsageError, OutputError for evidence that cannot be read."""
    try:
        return verify(folder, noted)
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: cannot be read: {error.strerror}", "nothing can be said of the evidence") from None


def concluded(verdict: Verdict, noted: str = "", stamps: Stamps = ()) -> tuple[Exit, str]:
    """What is wrong weighs more than what is not there yet."""
    wrong = counted(len(verdict.problems), "place") + " changed, missing or added" if verdict.problems else ""
    if noted and not verdict.noted:
        wrong = "; ".join(filter(None, (wrong, "the noted hash is not of this evidence")))
    elif verdict.after:
        wrong = "; ".join(filter(None, (wrong, f"{counted(verdict.after, 'line')} of the manifest after the noted one")))
    if any((told.fault and not told.fault.startswith("cannot")) or told.trusted is False for _, _, told in stamps):
        wrong = "; ".join(filter(None, (wrong, "a time stamp does not hold")))
    if wrong:
        return Exit.FINDINGS, wrong
    if not verdict.ended:
        loose = f"; {counted(len(verdict.loose), 'place')} unlisted, of its last moment or added since" if verdict.loose else ""
        return Exit.INCOMPLETE, f"the run did not end{loose}"
    if any(told.fault for _, _, told in stamps):
        return Exit.INCOMPLETE, "a time stamp could not be checked"
    return Exit.CLEAN, ""


def _stamps(folder: Path, verdict: Verdict, roots: bytes) -> list[tuple[str, int, Told]]:
    found = []
    for stamp in verdict.stamps:
        path = folder / stamp.file
        told = check(path.read_bytes(), stamp.of, roots) if path.is_file() else Told(fault="is missing")
        if not stamp.line:
            told = Told(fault="stamps a hash that no line of the manifest has")
        found.append((stamp.file, stamp.line, told))
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"--tsa-roots {path}: cannot be read: {error.strerror}", "it takes a file of certificates in PEM form") from None
