"""Shows on stderr how far a run has come; the core knows nothing of it but that somebody may listen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from caveat.batch import Event, Tell, What
from caveat.batch.events import nobody
from caveat.cli.say import plain

_ENDS = (What.AUDITED, What.FAILED, What.KNOWN)


@contextmanager
def progress(wanted: bool, total: int | None) -> Iterator[Tell]:
    """Takes events and keeps a line with what is done, of how many where that is known, how fast, what failed, and the time to go."""
    if not wanted:
        yield nobody
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    shown = TextColumn("{task.fields[done]} done{task.fields[failed]}{task.fields[rate]} · {task.description}", markup=False)
    times = TimeRemainingColumn(compact=True) if total else TimeElapsedColumn()
    with Progress(SpinnerColumn(), times, shown, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading the first", total=total, done="0", failed="", rate="")
        failures = 0

        def tell(event: Event) -> None:
            nonlocal failures
            if event.what in _ENDS:
                failures += event.what is What.FAILED
                at = bar.tasks[0]
                done = f"{at.completed + 1:.0f}{f' of {total}' if total else ''}"
                rate = f" · {at.speed:.1f} a second" if at.speed else ""
                bar.update(task, advance=1, description=plain(event.target)[-50:], done=done, rate=rate,
                           failed=f", {failures} failed" if failures else "")  # fmt: skip

        yield tell
