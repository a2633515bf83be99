"""Shows on stderr how far a run has come; the core knows nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caveat.cli.say import plain
from caveat.model import Failure, PageReport


def track(results: Iterable[PageReport | Failure], wanted: bool) -> Iterator[PageReport | Failure]:
    """The same results, with a line that counts them while they come."""
    if not wanted:
        yield from results
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    shown = TextColumn("{task.completed} done · {task.description}", markup=False)
    with Progress(SpinnerColumn(), shown, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading the first")
        for result in results:
            progress.update(task, advance=1, description=plain(result.target)[-60:])
            yield result
