"""Turns by the clock on the wall, also when it is changed; swaps; and no moment that is not accounted for."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityalert.duty.hours import DAY, Stretch
from cityalert.duty.rotation import Layer, Schedule, Swap, gaps, on_duty, shifts

TORONTO = ZoneInfo("America/Toronto")
ANA, BEN, CID = 1, 2, 3
MONDAY = date(2026, 10, 26)  # in the week that follows the clocks go back
BOTH_CHANGES = (datetime(2026, 10, 30, tzinfo=UTC), datetime(2027, 3, 12, tzinfo=UTC))
NIGHT, DESK = 22 * 60, 8 * 60


def at(year, month, day, hour=0, minute=0, *, fold=0):
    return datetime(year, month, day, hour, minute, tzinfo=TORONTO, fold=fold)


def by(*layers, **more):
    return Schedule("America/Toronto", layers=layers, **more)


@pytest.mark.parametrize(
    ("when", "who"),
    [
        (at(2026, 10, 26, 7, 59), set()),
        (at(2026, 10, 26, 8), {ANA}),
        (at(2026, 11, 2, 7, 59), {ANA}),
        (at(2026, 11, 2, 8), {BEN}),
        (at(2026, 11, 16, 8), {BEN}),
        (at(2027, 3, 15, 7, 59), {BEN}),
        (at(2027, 3, 15, 8), {ANA}),
    ],
)
def test_a_week_each_handed_over_at_eight_before_and_after_the_clocks_changed(when, who):
    assert on_duty(by(Layer((ANA, BEN), MONDAY, 7, DESK)), when) == who


def test_nobody_comes_on_duty_twice_in_the_hour_that_comes_twice():
    schedule = by(Layer((ANA, BEN), date(2026, 10, 31), 1, 90))  # at half past one
    wall = [(1, 29, 0), (1, 30, 0), (1, 59, 0), (1, 0, 1), (1, 30, 1), (2, 0, 0)]

    assert [on_duty(schedule, at(2026, 11, 1, h, m, fold=fold)) for h, m, fold in wall] == [{ANA}] + [
        {BEN}
    ] * 5


def test_one_takes_anothers_place_only_where_that_one_would_be():
    night = Layer((ANA, BEN), MONDAY, 1, DESK, NIGHT, 8 * 60)
    swap = Swap(at(2026, 10, 26), at(2026, 10, 28), CID, ANA)
    extra = Swap(at(2026, 10, 27, 12), at(2026, 10, 27, 13), BEN)

    schedule = by(night, swaps=(swap, extra), hours=((BEN, Stretch(9 * 60, 60)),))

    assert on_duty(schedule, at(2026, 10, 26, 9)) == {BEN}
    assert on_duty(schedule, at(2026, 10, 26, 23)) == {CID}
    assert on_duty(schedule, at(2026, 10, 27, 12)) == {BEN}
    assert on_duty(schedule, at(2026, 10, 27, 23)) == {BEN}
    assert on_duty(schedule, at(2026, 10, 28, 23)) == {ANA}
    (gap,) = gaps(schedule, at(2026, 10, 28, 10), at(2026, 10, 29))
    assert (gap.begins_at, gap.ends_at) == (at(2026, 10, 28, 10), at(2026, 10, 28, 22))


layers = st.builds(
    lambda people, start, days, over, begins, minutes: Layer(
        tuple(people), MONDAY + timedelta(days=start), days, over, begins, minutes
    ),
    st.lists(st.integers(1, 4), min_size=1, max_size=4, unique=True), st.integers(-9, 3), st.integers(1, 14),
    st.integers(0, DAY - 1), st.integers(0, DAY - 1), st.integers(1, DAY),
)  # fmt: skip


@given(st.lists(layers, max_size=2), st.sampled_from(BOTH_CHANGES), st.data())
def test_the_picture_says_of_every_moment_what_the_rule_says(some, first, data):
    schedule = by(*some)
    last = first + timedelta(days=4)

    drawn = shifts(schedule, first, last)

    assert [shift.begins_at for shift in drawn[1:]] == [shift.ends_at for shift in drawn[:-1]]
    assert (drawn[0].begins_at, drawn[-1].ends_at) == (first, last)
    moment = first + timedelta(minutes=data.draw(st.integers(0, 4 * DAY - 1)))
    (shift,) = (one for one in drawn if one.begins_at <= moment < one.ends_at)
    assert shift.people == on_duty(schedule, moment)
