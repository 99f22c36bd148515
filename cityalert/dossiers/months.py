"""A month as a page shows it: weeks from Monday on, and which events touch which day. Pure."""

import calendar
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol, TypeVar

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


class Lasting(Protocol):
    """Whatever lasts from one moment to another."""

    begins_at: datetime
    ends_at: datetime


T = TypeVar("T", bound=Lasting)


def read(text: str) -> date | None:
    """ "2026-12" as its first day; None for anything else."""
    found = _MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def written(first: date) -> str:
    """The other way round."""
    return f"{first:%Y-%m}"


def shifted(first: date, by: int) -> date:
    """The first day of a month before (-1) or after (1)."""
    months = first.year * 12 + first.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def stretch(first: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From the Monday before its first day to the Monday after its last, by a clock."""
    days = [day for week in calendar.Calendar().monthdatescalendar(first.year, first.month) for day in week]
    return _midnight(days[0], zone), _midnight(days[-1] + timedelta(days=1), zone)


def weeks(first: date, events: Sequence[T], zone: tzinfo) -> list[list[tuple[date, bool, list[T]]]]:
    """Per week its seven days: the day, whether it is of this month, what touches it."""
    return [
        [(day, day.month == first.month, [one for one in events if _touches(one, day, zone)]) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]


def _touches(event: Lasting, day: date, zone: tzinfo) -> bool:
    return event.begins_at < _midnight(day + timedelta(days=1), zone) and event.ends_at > _midnight(day, zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
