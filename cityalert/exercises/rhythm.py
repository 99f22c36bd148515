"""When a drill takes place: once, each week or each month, by the clock on the wall. Pure: no database, no clock."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Rhythm(TextChoices):
    """How often."""

    ONCE = "once", _("Once")
    WEEKLY = "weekly", _("Each week")
    MONTHLY = "monthly", _("Each month")


@dataclass(frozen=True)
class Plan:
    """The first day, and the time on the wall of a zone. Monthly on the 31st is the last day of a shorter month."""

    rhythm: Rhythm
    first_on: date
    wall_time: time
    zone: ZoneInfo

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Each moment later than `after`, the next first, in UTC."""
        for day in self._days(after.astimezone(self.zone).date()):
            moment = on_the_wall(day, self.wall_time, self.zone)
            if moment > after:
                yield moment

    def following(self, after: datetime) -> datetime | None:
        """The next moment later than `after`; None when there is none any more."""
        return next(self.moments(after), None)

    def _days(self, near: date) -> Iterator[date]:
        """The days from about `near` on."""
        if self.rhythm == Rhythm.ONCE:
            yield self.first_on
        elif self.rhythm == Rhythm.WEEKLY:
            weeks = max(0, (near - self.first_on).days // 7)
            while True:
                yield self.first_on + timedelta(weeks=weeks)
                weeks += 1
        else:
            months = max(0, (near.year - self.first_on.year) * 12 + near.month - self.first_on.month)
            while True:
                yield _months_after(self.first_on, months)
                months += 1


def on_the_wall(day: date, wall_time: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which clocks there show it.

    Where they skip it in spring it is as long after the skip as they would have shown; where they show it twice in
    autumn it is the first time.
    """
    return datetime.combine(day, wall_time, tzinfo=zone).astimezone(UTC)


def _months_after(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
