"""What is broken in a round, in which order, how soon and for how long: all of it follows from the seed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

# Seconds from one fault to the next, and how long one lasts: some lie upon one another.
GAP_S = (1.0, 4.0)
HOLDS_S = (0.5, 4.0)
# Every so many rounds nothing is broken: then nobody is told twice.
CALM_EVERY = 10


@dataclass(frozen=True)
class Planned:
    """One fault: so long after the one before, for so long; what it chooses by chance follows from its own seed."""

    fault: str
    after_s: float
    holds_s: float
    seed: str


def of_round(seed: int, number: int, names: Sequence[str], count: int) -> list[Planned]:
    """The faults of the round with this number (from 1), whatever was run before it."""
    if number % CALM_EVERY == 0:
        return []
    chance = Random(f"{seed} {number}")
    begin = (number - 1 - number // CALM_EVERY) * count
    return [
        Planned(name, chance.uniform(*GAP_S), chance.uniform(*HOLDS_S), f"{seed} {number} {place}")
        for place, name in enumerate(_in_turn(seed, names, begin, count))
    ]


def _in_turn(seed: int, names: Sequence[str], begin: int, count: int) -> list[str]:
    """So many from a place on in an endless row in which all are as frequent: shuffled, one pass after the other."""
    chosen = list[str]()
    for place in range(begin, begin + count):
        turn, step = divmod(place, len(names))
        shuffled = sorted(names)
        Random(f"{seed} turn {turn}").shuffle(shuffled)
        chosen.append(shuffled[step])
    return chosen
