"""Opening hours as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.premises import HoursRefused, days, read_day, write_day


@pytest.mark.parametrize(
    ("typed", "periods"),
    [
        ("", None),
        ("  ", None),
        ("closed", []),
        ("Fermé", []),
        ("24 h", [["00:00", "24:00"]]),
        ("8-18", [["08:00", "18:00"]]),
        ("8:00–18:30", [["08:00", "18:30"]]),
        ("8h30 à 17h", [["08:30", "17:00"]]),
        ("8-12, 13:00-17:00", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("18:00-2:00", [["18:00", "02:00"]]),
        ("9-12; 18-2", [["09:00", "12:00"], ["18:00", "02:00"]]),
    ],
)
def test_hours_as_people_write_them(typed, periods):
    assert read_day(typed) == periods


@pytest.mark.parametrize(
    "typed", ["nine to five", "8", "8-25", "8:61-9", "8-8", "24-25", "24:30-1", "13-17, 8-12", "8-14, 13-17",
              "18-2, 20-22", "1-2,3-4,5-6,7-8,9-10", "8--9"]
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(typed):
    with pytest.raises(HoursRefused) as refused:
        read_day(typed)
    assert str(refused.value)


@given(st.text(max_size=40))
def test_anything_typed_is_read_or_refused(typed):
    try:
        periods = read_day(typed)
    except HoursRefused:
        return
    assert read_day(write_day(periods)) == periods


def test_only_days_of_which_something_is_known_are_said():
    assert days({"0": [["08:00", "18:00"]], "6": []}) == [("Monday", "08:00–18:00"), ("Sunday", "closed")]
