"""Hours of duty: a week as people write it, and as stretches of minutes on the clock of where the work is done. Pure.

The clock on the wall counts: a night that begins at 23:00 ends at 07:00, also when the clocks were changed in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from cityalert.lib.zones import Zone

DAY = 24 * 60
WEEK = 7 * DAY


@dataclass(frozen=True, order=True)
class Stretch:
    """`begins`: minutes after Monday 00:00; `minutes`: how long, at most a day."""

    begins: int
    minutes: int

    def holds(self, minute: int) -> bool:
        """Does that minute of the week lie in it? A Sunday night reaches into Monday."""
        return (minute - self.begins) % WEEK < self.minutes


def minute_of_week(at: datetime, zone: str) -> int:
    """What the clock shows there, as minutes after Monday 00:00."""
    there = at.astimezone(ZoneInfo(zone or settings.TIME_ZONE))
    return there.weekday() * DAY + there.hour * 60 + there.minute


def minutes_by_zone(at: datetime) -> dict[str, int]:
    """The same for every zone there is to choose, and for none."""
    return {zone: minute_of_week(at, zone) for zone in ("", *Zone.values)}


def stretches(week: Mapping[int, Iterable[Iterable[str]]]) -> list[Stretch]:
    """Weekday (0: Monday) → periods as `premises.read_day` gives them, as stretches in order."""
    found = []
    for day, periods in week.items():
        for first, last in periods:
            begins, ends = _minutes(first), _minutes(last)
            found.append(Stretch(day * DAY + begins, (ends - begins) % DAY or DAY))
    return sorted(found)


def week(some: Iterable[Stretch]) -> dict[int, list[list[str]]]:
    """The opposite of `stretches`."""
    found: dict[int, list[list[str]]] = {}
    for one in sorted(some):
        day, begins = divmod(one.begins, DAY)
        ends = begins + one.minutes
        found.setdefault(day, []).append([_clock(begins), _clock(ends if ends <= DAY else ends - DAY)])
    return found


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _clock(minutes: int) -> str:
    return "{:02}:{:02}".format(*divmod(minutes, 60))
