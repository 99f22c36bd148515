"""Measuring ways against one another: in turn, in many rounds, and the median of each."""

from collections.abc import Callable, Mapping
from statistics import median


def medians(ways: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Each way's median over the rounds."""
    staged = {name: (lambda way=way: {"": way()}) for name, way in ways.items()}
    return {name: stages[""] for name, stages in medians_by_stage(staged, rounds).items()}


def medians_by_stage(
    ways: Mapping[str, Callable[[], Mapping[str, float]]], rounds: int
) -> dict[str, dict[str, float]]:
    """Each way's median for each of its stages. Every round takes all ways, in turn forwards and backwards.

    What else the machine does falls on all of them alike, and so does what the one before leaves in caches.
    """
    taken: dict[str, dict[str, list[float]]] = {name: {} for name in ways}
    for number in range(rounds):
        for name in list(ways) if number % 2 == 0 else reversed(ways):
            for stage, value in ways[name]().items():
                taken[name].setdefault(stage, []).append(value)
    return {name: {stage: median(values) for stage, values in one.items()} for name, one in taken.items()}
