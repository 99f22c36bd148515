"""A sample of a city's residents: how many an alert is for, about, while it is being drawn.

Where somebody's place is has nothing to do with their number, so a part of the numbers, drawn by lot, stands for all.
Always the same lot: the figure moves with the area, and not by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from django.db import connection

from cityalert.delivery.audience import Audience

# A small one where the alert is for many, a larger one where it is for few: what takes time is what is found.
SIZES = (5_000, 20_000)
# Of a smaller city all are soon counted.
WORTH_IT = 200_000
# If so many of a sample are found, the estimate is off by a sixteenth (one in three by more).
ENOUGH = 250


@dataclass(frozen=True)
class Sample:
    """Subscribers drawn by lot; each stands for `stands_for` others."""

    subscribers: Sequence[int]
    stands_for: float


def fitting(audience: Audience) -> Sample | None:
    """A sample for residents who are many; None where all of them are soon counted.

    How many there are PostgreSQL guesses from its statistics, within a factor of two: enough to choose by.
    """
    if not audience.residents:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM subscriptions_subscriber")
        first, last = cursor.fetchone()
    if first is None or last - first < WORTH_IT:
        return None
    everybody = last - first + 1
    guess = _guess(audience)
    size = next((size for size in SIZES if guess * size >= ENOUGH * everybody), None)
    if size is None:
        return None
    drawn = Random(first).sample(range(first, last + 1), SIZES[-1])  # noqa: S311 - no secret
    return Sample(drawn[:size], everybody / size)


def _guess(audience: Audience) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {audience.residents}", audience.params)
        ((plans,),) = cursor.fetchall()
    return int(plans[0]["Plan"]["Plan Rows"])


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
    """Were so many found that the estimate is worth something, however wrong the guess was?"""
    return residents >= ENOUGH / 2 * sample.stands_for
