"""Turns of duty: people one after another, handed over by the clock on the wall, and shifts that were swapped. Pure.

A turn begins at a moment, so that nobody's ends twice in the night in which the clocks go back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.conf import settings

from cityalert.duty.hours import DAY, Stretch, minute_of_week

HALF_HOUR = timedelta(minutes=30)
LONGEST_DAYS = 28
MOST_PEOPLE, MOST_TURNS = 10, 8
# A week that is drawn begins with its day.
BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class Layer:
    """People in their order, each for so many days from a day and a minute of it on.

    In their turn they are on duty every day from `begins` for `minutes`, beyond midnight too.
    """

    people: tuple[int, ...]
    starts_on: date
    days: int
    hands_over: int
    begins: int = 0
    minutes: int = DAY


@dataclass(frozen=True)
class Swap:
    """For a time one takes another's place; or, instead of nobody, is there as well."""

    begins_at: datetime
    ends_at: datetime
    takes: int
    gives: int | None = None


@dataclass(frozen=True)
class Schedule:
    """All that a partner says of its duty: weeks of members, layers of turns, swaps in the order they were made."""

    zone: str = ""
    hours: tuple[tuple[int, Stretch], ...] = ()
    layers: tuple[Layer, ...] = ()
    swaps: tuple[Swap, ...] = ()

    @property
    def clock(self) -> ZoneInfo:
        """Where the clock hangs."""
        return ZoneInfo(self.zone or settings.TIME_ZONE)

    @property
    def says_anything(self) -> bool:
        """Is there anybody who could be on duty?"""
        return bool(self.hours or self.layers or self.swaps)


@dataclass(frozen=True)
class Shift:
    """A time in which the same people are on duty; nobody is a gap."""

    begins_at: datetime
    ends_at: datetime
    people: frozenset[int]


def on_duty(schedule: Schedule, at: datetime) -> set[int]:
    """Who is on duty at a moment."""
    minute = minute_of_week(at, schedule.zone)
    now = {person for person, stretch in schedule.hours if stretch.holds(minute)}
    for layer in schedule.layers:
        if (minute - layer.begins) % DAY < layer.minutes and (person := turn(layer, at, schedule.clock)):
            now.add(person)
    for swap in schedule.swaps:
        if swap.begins_at <= at < swap.ends_at and (swap.gives is None or swap.gives in now):
            now.discard(swap.gives or 0)
            now.add(swap.takes)
    return now


def turn(layer: Layer, at: datetime, clock: ZoneInfo) -> int | None:
    """Whose turn it is; None before the first, and without people."""
    if not layer.people:
        return None
    number = (at.astimezone(clock).date() - layer.starts_on).days // layer.days
    # The hand-over of that day may be still to come.
    number -= _hand_over(layer, number, clock) > at
    return layer.people[number % len(layer.people)] if number >= 0 else None


def shifts(schedule: Schedule, first: datetime, last: datetime) -> list[Shift]:
    """Who is on duty from one moment to another, in order; where it is the same people it is one shift."""
    edges = sorted({first, last, *(edge for edge in _edges(schedule, first, last) if first < edge < last)})
    found: list[Shift] = []
    for begins_at, ends_at in pairwise(edges):
        people = frozenset(on_duty(schedule, begins_at))
        if found and found[-1].people == people:
            begins_at = found.pop().begins_at  # noqa: PLW2901 - the shift goes on
        found.append(Shift(begins_at, ends_at, people))
    return found


def gaps(schedule: Schedule, first: datetime, last: datetime) -> list[Shift]:
    """When nobody is."""
    return [shift for shift in shifts(schedule, first, last) if not shift.people]


def _hand_over(layer: Layer, number: int, clock: ZoneInfo) -> datetime:
    return _moment(layer.starts_on + timedelta(days=layer.days * number), layer.hands_over, clock)


def _moment(day: date, minute: int, clock: ZoneInfo, fold: int = 0) -> datetime:
    day += timedelta(days=minute // DAY)
    wall = time(*divmod(minute % DAY, 60), fold=fold)
    return datetime.combine(day, wall, clock).astimezone(UTC)


def _edges(schedule: Schedule, first: datetime, last: datetime) -> Iterator[datetime]:
    """Every moment at which somebody's duty may begin or end."""
    for swap in schedule.swaps:
        yield from (swap.begins_at, swap.ends_at)
    minutes = {minute % DAY for minute in _minutes(schedule)}
    day = first.astimezone(schedule.clock).date() - timedelta(days=1)
    while day <= last.astimezone(schedule.clock).date():
        for minute in minutes:
            yield from (_moment(day, minute, schedule.clock, fold) for fold in (0, 1))
        day += timedelta(days=1)
    # Where the clocks are changed the wall jumps: at a full hour, or at half past where St. John's is.
    now = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while (now := now + HALF_HOUR) < last:
        if (now - HALF_HOUR).astimezone(schedule.clock).utcoffset() != now.astimezone(
            schedule.clock
        ).utcoffset():
            yield now


def _minutes(schedule: Schedule) -> Iterable[int]:
    for _person, stretch in schedule.hours:
        yield from (stretch.begins, stretch.begins + stretch.minutes)
    for layer in schedule.layers:
        yield from (layer.hands_over, layer.begins, layer.begins + layer.minutes)
