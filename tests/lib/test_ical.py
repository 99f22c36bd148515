"""A calendar is written as the standard wants it: folded, escaped, in UTC."""

from datetime import datetime, timedelta, timezone

from cityalert.lib import ical


def test_a_calendar_is_as_the_standard_wants_it():
    said = "Zoë, O’Brien; a\\b\r\nand the whole night desk until somebody comes: " + "é" * 60
    toronto = timezone(timedelta(hours=-5))
    made = ical.written(
        [
            f"SUMMARY:{ical.escaped(said)}",
            f"DTSTART:{ical.moment(datetime(2026, 3, 8, 1, 30, tzinfo=toronto))}",
        ]
    )

    lines = made.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert made.decode().replace("\r\n ", "").split("\r\n") == [
        "SUMMARY:Zoë\\, O’Brien\\; a\\\\b\\nand the whole night desk until somebody comes: " + "é" * 60,
        "DTSTART:20260308T063000Z",
        "",
    ]
