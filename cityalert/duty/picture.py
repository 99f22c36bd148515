"""Seven days of duty as the page draws them: a bar for each stretch, person by person, and when nobody is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from cityalert.duty import rotation
from cityalert.duty.rotation import Schedule, Shift

# What the drawing measures: its units are thousandths of the week.
WIDTH = 1000
DAYS = 7


@dataclass(frozen=True)
class Bar:
    """A stretch, from `x` on, `width` wide; and its hours in words."""

    x: float
    width: float
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Week:
    """`rows`: each person's name and bars; `days`: where each begins; moments are aware, in the partner's zone."""

    days: list[tuple[float, datetime]]
    rows: list[tuple[str, list[Bar]]]
    gaps: list[Bar]
    shifts: list[tuple[Bar, list[str]]]
    now: float

    @property
    def width(self) -> int:
        """Of the drawing."""
        return WIDTH


def of(schedule: Schedule, names: Mapping[int, str], at: datetime) -> Week:
    """The week that begins with the day of a moment. People who are not among the names are left out."""
    clock = schedule.clock
    today = at.astimezone(clock).date()
    midnights = [datetime.combine(today + timedelta(days=n), time(), clock) for n in range(DAYS + 1)]
    first, last = midnights[0], midnights[-1]
    known = [
        Shift(one.begins_at, one.ends_at, one.people & names.keys())
        for one in rotation.shifts(schedule, first, last)
    ]
    scale = _Scale(first, last, clock)
    drawn = [(scale.bar(one), one.people) for one in known]
    return Week(
        [(scale.x(day), day) for day in midnights[:-1]],
        [
            (name, _joined(drawn, person))
            for person, name in names.items()
            if any(person in who for _bar, who in drawn)
        ],
        [bar for bar, people in drawn if not people],
        [(bar, sorted(names[person] for person in people)) for bar, people in drawn],
        scale.x(at),
    )


@dataclass(frozen=True)
class _Scale:
    first: datetime
    last: datetime
    clock: ZoneInfo

    def x(self, at: datetime) -> float:
        # By the timestamps: aware moments of one zone would be subtracted as the wall shows them.
        whole = self.last.timestamp() - self.first.timestamp()
        return round(WIDTH * (at.timestamp() - self.first.timestamp()) / whole, 1)

    def bar(self, shift: Shift) -> Bar:
        begins, ends = self.x(shift.begins_at), self.x(shift.ends_at)
        return Bar(
            begins,
            round(ends - begins, 1),
            shift.begins_at.astimezone(self.clock),
            shift.ends_at.astimezone(self.clock),
        )


def _joined(drawn: list[tuple[Bar, frozenset[int]]], person: int) -> list[Bar]:
    """Somebody's bars; where others come and go beside them, it is one."""
    found: list[Bar] = []
    for bar, people in drawn:
        if person not in people:
            continue
        if found and found[-1].ends_at == bar.begins_at:
            before = found.pop()
            bar = Bar(before.x, round(before.width + bar.width, 1), before.begins_at, bar.ends_at)  # noqa: PLW2901
        found.append(bar)
    return found
