"""What holding evidence against its manifest came to, for a terminal and as JSON (schema caveat-verify/1)."""

from __future__ import annotations

from collections.abc import Sequence

from caveat.evidence import Problem, Verdict
from caveat.evidence.stamp import Told
from caveat.formats import wire
from caveat.formats.clean import clean

SCHEMA = "caveat-verify/1"
_MOST = 50  # problems told on a terminal

Stamps = Sequence[tuple[str, int, Told]]  # file, the line of the manifest whose hash is stamped, what the stamp says


def verify_terminal(folder: str, verdict: Verdict, noted: str, stamps: Stamps) -> str:
    lines = [f"evidence    {folder}"]
    if first := verdict.begun:
        lines.append(f"run         begun {first.get('started', '')}, caveat {first.get('version', '')}, rules {first.get('rules', '')}")
    broke = f"; it broke off and went on {verdict.resumed} times" if verdict.resumed > 1 else "; it broke off and went on" * verdict.resumed
    lines.append(f"ended       {'yes' if verdict.ended else 'no: the run did not end'}{broke}")
    lines.append(f"held        {verdict.lines:,} lines of the manifest, {verdict.parts:,} parts, {verdict.bytes:,} bytes")
    lines.append(f"head        {verdict.head}")
    lines.append(f"noted       {_noted(verdict, noted)}")
    lines += [f"time stamp  {_stamped(each)}" for each in stamps]
    for name, found in (("WRONG", verdict.problems), ("unlisted", verdict.loose)):
        lines += [f"{name:<11} {_problem(each)}" for each in found[:_MOST]]
        lines += [f"{name:<11} … and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return "".join(f"{clean(line)}\n" for line in lines)


def verify_json(folder: str, verdict: Verdict, noted: str, stamps: Stamps) -> str:
    value = {
        "schema": SCHEMA,
        "folder": folder,
        "head": verdict.head,
        "ended": verdict.ended,
        "resumed": verdict.resumed,
        "lines": verdict.lines,
        "parts": verdict.parts,
        "bytes": verdict.bytes,
        "noted": {"head": noted, "line": verdict.noted or None, "lines_after": verdict.after} if noted else None,
        "timestamps": [_stamp(*each) for each in stamps],
        "problems": [_record(each) for each in verdict.problems],
        "unlisted": [_record(each) for each in verdict.loose],
    }
    return wire.text(value, indent=2) + "\n"


def _noted(verdict: Verdict, noted: str) -> str:
    if not noted:
        return "not compared: --head takes the hash that was noted down; without it, a folder made anew as a whole is not told"
    if not verdict.noted:
        return f"{noted} is the hash of no line: this is not the evidence it was noted of"
    return f"is the hash of line {verdict.noted}" + (f"; {verdict.after} lines were added after it" if verdict.after else "")


def _stamped(stamp: tuple[str, int, Told]) -> str:
    file, line, told = stamp
    if told.fault:
        return f"{file}: {told.fault}"
    trust = {
        None: "its signature was not checked: --tsa-roots takes the root certificate of the authority",
        True: "signed under one of the given roots",
        False: "not signed under one of the given roots",
    }
    return f"{told.time}, of line {line}, by {told.signer}; {trust[told.trusted]}"


def _problem(problem: Problem) -> str:
    where = f"{problem.file}, byte {problem.offset}" if problem.offset >= 0 else problem.file
    line = f"line {problem.record} " if problem.file == "manifest.jsonl" and problem.record else ""
    return f"{where}: {line}{problem.what}"


def _record(problem: Problem) -> wire.Record:
    offset = problem.offset if problem.offset >= 0 else None
    return {"file": problem.file, "record": problem.record or None, "offset": offset, "what": problem.what}


def _stamp(file: str, line: int, told: Told) -> wire.Record:
    return {
        "file": file,
        "line": line or None,
        "time": told.time or None,
        "signer": told.signer or None,
        "trusted": told.trusted,
        "fault": told.fault or None,
    }
