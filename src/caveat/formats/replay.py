"""What an audit from evidence found otherwise than the run that kept it, for a terminal and as JSON (schema caveat-replay/1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from caveat.formats import wire
from caveat.formats.clean import clean

SCHEMA = "caveat-replay/1"

Found = dict[str, Any]  # a finding, or a page's record, as the JSON report has it


@dataclass(frozen=True, slots=True)
class Changed:
    """One page that came out otherwise. `fields`: what else of its record differs; `was` and `now`: page, failure, or "" for nothing."""

    target: str
    was: str
    now: str
    gone: tuple[Found, ...] = ()
    new: tuple[Found, ...] = ()
    changed: tuple[tuple[Found, Found], ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """A whole replay; of pages that came out the same only the number is held."""

    folder: str
    version: tuple[str, str]  # of the run, and now
    rules: tuple[str, str]
    pages: int
    findings: int  # the same ones
    changed: tuple[Changed, ...]
    unended: bool


def changed(target: str, before: str, after: str) -> Changed | None:
    """The difference of two records of one target, lines of the JSON Lines report; None where they are the same bytes."""
    if before == after:
        return None
    was, now = _read(before), _read(after)
    old, new = _by_id(was), _by_id(now)
    both = [(old[name], new[name]) for name in old if name in new]
    return Changed(
        target,
        str(was.get("type", "")),
        str(now.get("type", "")),
        gone=tuple(found for name, found in old.items() if name not in new),
        new=tuple(found for name, found in new.items() if name not in old),
        changed=tuple(pair for pair in both if pair[0] != pair[1]),
        fields=tuple(name for name in sorted({*was, *now} - {"findings"}) if was.get(name) != now.get(name)),
    )


def findings(record: str) -> int:
    return len(_read(record).get("findings", ()))


def _read(record: str) -> Found:
    value: Found = json.loads(record) if record else {}
    return value


def _by_id(record: Found) -> dict[tuple[str, int], Found]:
    """By id, and by number where several have one."""
    found: dict[tuple[str, int], Found] = {}
    for each in record.get("findings", ()):
        number = 0
        while (each["id"], number) in found:
            number += 1
        found[each["id"], number] = each
    return found


def replay_terminal(made: Replayed) -> str:
    lines = [f"evidence    {made.folder}{' (the run did not end)' if made.unended else ''}"]
    lines.append(f"run         caveat {made.version[0]}, rules {made.rules[0]}")
    same = "the same" if made.rules[0] == made.rules[1] else made.rules[1]
    lines.append(f"replayed    caveat {made.version[1]}, rules {same}")
    gone, new, other = (sum(len(getattr(each, name)) for each in made.changed) for name in ("gone", "new", "changed"))
    lines.append(f"pages       {made.pages:,}: {made.pages - len(made.changed):,} the same, {len(made.changed):,} otherwise")
    lines.append(f"findings    {made.findings:,} the same, {gone:,} gone, {new:,} new, {other:,} changed")
    for each in made.changed:
        lines += ["", each.target, *_told(each)]
    return "".join(f"{clean(line)}\n" for line in lines)


def _told(page: Changed) -> Iterator[str]:
    if page.was != page.now:
        yield f"  was {_kind(page.was)}, is {_kind(page.now)}"
    yield from (f"  gone      {_line(found)}" for found in page.gone)
    yield from (f"  new       {_line(found)}" for found in page.new)
    for before, after in page.changed:
        differs = ", ".join(_difference(name, before[name], after.get(name)) for name in before if before[name] != after.get(name))
        yield f"  changed   {_line(after)}: {differs}"
    if page.fields and page.was == page.now:
        yield f"  differs   {', '.join(page.fields)}"


def _kind(kind: str) -> str:
    return {"page": "a page", "failure": "a failure", "": "nothing"}.get(kind, kind)


def _line(found: Found) -> str:
    where = f"{found['line']}:{found['column']}" if found.get("line") else "on no line"
    return f"{str(found['severity']).upper()} {found['rule']} {where} {found.get('quote') or found.get('message') or ''}"


def _difference(name: str, before: object, after: object) -> str:
    plain = isinstance(before, str | int) and isinstance(after, str | int)
    return f"{name} {before} → {after}" if plain else name


def replay_json(made: Replayed) -> str:
    value = {
        "schema": SCHEMA,
        "folder": made.folder,
        "ended": not made.unended,
        "run": {"version": made.version[0], "rules": made.rules[0]},
        "replay": {"version": made.version[1], "rules": made.rules[1]},
        "pages": made.pages,
        "same_pages": made.pages - len(made.changed),
        "same_findings": made.findings,
        "changed": [_record(each) for each in made.changed],
    }
    return wire.text(value, indent=2) + "\n"


def _record(page: Changed) -> wire.Record:
    return {
        "target": page.target,
        "was": page.was or None,
        "now": page.now or None,
        "gone": list(page.gone),
        "new": list(page.new),
        "changed": [{"was": before, "now": after} for before, after in page.changed],
        "fields": list(page.fields),
    }
