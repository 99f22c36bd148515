"""When a drill takes place, by the clock on the wall."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cityalert.exercises.rhythm import Plan, Rhythm, on_the_wall

TORONTO = ZoneInfo("America/Toronto")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def next_of(rhythm: str, first: str, at: str, after: str, zone: ZoneInfo = TORONTO) -> datetime | None:
    return Plan(Rhythm(rhythm), date.fromisoformat(first), time.fromisoformat(at), zone).following(utc(after))


@pytest.mark.parametrize(
    ("rhythm", "first", "at", "after", "expected"),
    [
        ("once", "2026-11-25", "10:00", "2026-11-22T12:00", "2026-11-25T15:00"),
        ("once", "2026-11-20", "10:00", "2026-11-22T12:00", None),
        (
            "weekly",
            "2026-03-01",
            "10:00",
            "2026-03-01T15:00",
            "2026-03-08T14:00",
        ),  # clocks go forward that night
        ("weekly", "2026-10-25", "10:00", "2026-10-25T14:00", "2026-11-01T15:00"),  # and back
        ("weekly", "2020-01-06", "09:30", "2026-11-22T12:00", "2026-11-23T14:30"),
        ("monthly", "2026-01-31", "10:00", "2026-01-31T15:00", "2026-02-28T15:00"),
        ("monthly", "2026-01-31", "10:00", "2026-02-28T15:00", "2026-03-31T14:00"),  # not the 28th for ever
        ("monthly", "2027-12-05", "10:00", "2026-11-22T12:00", "2027-12-05T15:00"),
    ],
)
def test_the_next_time(rhythm, first, at, after, expected):
    assert next_of(rhythm, first, at, after) == (utc(expected) if expected else None)


def test_an_hour_that_clocks_skip_is_an_hour_later_and_one_they_show_twice_is_the_first():
    assert on_the_wall(date(2026, 3, 8), time(2, 30), TORONTO) == utc("2026-03-08T07:30")  # 3:30 on the wall
    assert on_the_wall(date(2026, 11, 1), time(1, 30), TORONTO) == utc(
        "2026-11-01T05:30"
    )  # still daylight time


@settings(deadline=None)
@example(
    Rhythm.WEEKLY, date(2025, 2, 23), time(2, 0), TORONTO, utc("2014-01-01T04:30")
)  # the hour that is skipped
@given(
    rhythm=st.sampled_from([Rhythm.WEEKLY, Rhythm.MONTHLY]),
    first=st.dates(date(2015, 1, 1), date(2035, 1, 1)),
    wall=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["America/Toronto", "America/St_Johns", "UTC", "Pacific/Apia", "Europe/Dublin"]).map(
        ZoneInfo
    ),
    after=st.integers(0, 8000).map(lambda days: utc("2014-01-01T04:30") + timedelta(days=days)),
)
def test_each_is_later_than_the_last_at_the_same_time_on_the_wall(rhythm, first, wall, zone, after):
    moments = list(islice(Plan(rhythm, first, wall, zone).moments(after), 4))

    assert [after, *moments] == sorted({after, *moments})
    assert moments[0] >= on_the_wall(first, wall, zone)
    # None is left out.
    gap = timedelta(days=8 if rhythm == Rhythm.WEEKLY else 33)
    assert all(later - earlier < gap for earlier, later in pairwise(moments))
    assert moments[0] - max(after, on_the_wall(first, wall, zone)) < gap
    for moment in moments:
        shown = moment.astimezone(zone)
        # An hour that was skipped is the only one that is not shown.
        assert shown.time().replace(fold=0) == wall or moment == on_the_wall(shown.date(), wall, zone)
