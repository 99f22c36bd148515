"""Measuring ways against one another: in turn, in many rounds, and the median of each."""

from collections.abc import Callable, Mapping
from statistics import median


def medians(ways: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Each way's median over the rounds. Every round takes all ways, in turn forwards and backwards.

    What else the machine does falls on all of them alike, and so does what the one before leaves in caches.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways) if number % 2 == 0 else reversed(ways):
            taken[name].append(ways[name]())
    return {name: median(times) for name, times in taken.items()}
