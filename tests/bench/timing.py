"""Times several ways to do one thing, in turn within each round, so that a slow moment of the machine falls on all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import TypeVar

_T = TypeVar("_T")


def interleaved(ways: Mapping[str, Callable[[_T], object]], things: Sequence[_T], rounds: int) -> dict[str, list[float]]:
    """For each way the seconds it takes for each thing: medians over the rounds."""
    taken: dict[str, list[list[float]]] = {way: [[] for _ in things] for way in ways}
    for _ in range(rounds):
        for at, thing in enumerate(things):
            for way, work in ways.items():
                begun = perf_counter()
                work(thing)
                taken[way][at].append(perf_counter() - begun)
    return {way: [median(times) for times in each] for way, each in taken.items()}


def table(times: Mapping[str, Sequence[float]], base: str) -> str:
    """A line a way: milliseconds for all things, and how many times those of `base`; the median and the worst of single things too."""
    width = max(map(len, times))
    lines = []
    for way, each in times.items():
        ratios = sorted(mine / theirs for mine, theirs in zip(each, times[base], strict=True))
        single = f"   one by one: median × {median(ratios):.2f}, worst × {ratios[-1]:.2f}" if len(ratios) > 1 and way != base else ""
        lines.append(f"  {way:{width}}  {1000 * sum(each):9.1f} ms  × {sum(each) / sum(times[base]):.2f}{single}")
    return "\n".join(lines)
