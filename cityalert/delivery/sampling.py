"""A sample of a city's residents: how many an alert is for, about, while it is being drawn.

Where somebody's place is has nothing to do with their number, so a part of the numbers, drawn by lot, stands for all.
Always the same lot: the figure moves with the area, and not by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from django.db import connection

# Of so many about one in a hundred of the city's residents is found to two per cent, and they are asked in 0.1 s.
SIZE = 20_000
# Of fewer it is quicker to count them all.
WORTH_IT = 200_000
# As many are found of the sample, or they are counted: there the estimate would be off by more than a tenth.
ENOUGH = 400


@dataclass(frozen=True)
class Sample:
    """Subscribers drawn by lot; each stands for `stands_for` others."""

    subscribers: Sequence[int]
    stands_for: float


def of_the_city() -> Sample | None:
    """Subscribers of a large city; None where all of them are soon counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM subscriptions_subscriber")
        first, last = cursor.fetchone()
    if first is None or last - first < WORTH_IT:
        return None
    drawn = Random(first).sample(range(first, last + 1), SIZE)  # noqa: S311 - no secret
    return Sample(drawn, (last - first + 1) / SIZE)


def among(residents: str, sample: Sample | None) -> str:
    """Of these residents, a SELECT of `subscriber_id`, those in the sample; without one, all."""
    if sample is None:
        return residents
    return f"SELECT subscriber_id FROM ({residents}) every WHERE subscriber_id = ANY(%(sample)s::bigint[])"


def scaled(count: int, sample: Sample | None) -> int:
    """For how many these stand."""
    return round(count * sample.stands_for) if sample else count


def rounded(count: int, sample: Sample | None) -> int:
    """In two figures, as far as an estimate is worth."""
    if sample is None or count < 100:
        return count
    unit: int = 10 ** (len(str(count)) - 2)
    return round(count / unit) * unit


def is_enough(residents: int, sample: Sample) -> bool:
    """Were so many found that the estimate is good?"""
    return residents >= ENOUGH * sample.stands_for
