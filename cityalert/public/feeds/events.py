"""Alerts in a calendar (iCalendar, RFC 5545): one event for each happening, from its first message to its end."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from cityalert.lib import ical
from cityalert.public.feeds.entries import Entry, Feed
from cityalert.public.standing import Standing

_CALLED_OFF = {Standing.CANCELLED, Standing.CLEAR, Standing.ERROR}


def icalendar(feed: Feed) -> str:
    """The calendar as text, its lines folded and ended as the standard wants."""
    began: dict[object, datetime] = {}
    for entry in feed.entries:
        first = began.get(entry.alert.series, entry.published_at)
        began[entry.alert.series] = min(first, entry.published_at)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//CityAlert//{ical.escaped(settings.SITE_NAME)}//{feed.language.upper()}",
        "METHOD:PUBLISH",
        f"NAME:{ical.escaped(feed.title)}",
        f"X-WR-CALNAME:{ical.escaped(feed.title)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT5M",
        *(line for entry in feed.newest for line in _event(entry, began[entry.alert.series])),
        "END:VCALENDAR",
    ]
    return ical.written(lines).decode()


def _event(entry: Entry, began_at: datetime) -> Iterator[str]:
    alert = entry.alert
    is_over = entry.standing != Standing.CURRENT
    ended_at = entry.changed_at if is_over else (alert.expires_at or entry.published_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{alert.series}@{settings.CAP_SENDER}"
    yield f"DTSTAMP:{ical.moment(entry.changed_at)}"
    yield f"LAST-MODIFIED:{ical.moment(entry.changed_at)}"
    # Grows with every version, whatever earlier ones the feed no longer holds.
    yield f"SEQUENCE:{int(entry.published_at.timestamp() // 60)}"
    yield f"DTSTART:{ical.moment(began_at)}"
    yield f"DTEND:{ical.moment(max(ended_at, began_at + timedelta(minutes=1)))}"
    yield f"SUMMARY:{ical.escaped(entry.title)}"
    yield f"DESCRIPTION:{ical.escaped(entry.text)}"
    yield f"LOCATION:{ical.escaped(entry.place)}"
    if alert.area:
        yield f"GEO:{alert.area.centroid.y:.5f};{alert.area.centroid.x:.5f}"
    yield f"URL:{entry.page}"
    yield f"STATUS:{'CANCELLED' if entry.standing in _CALLED_OFF else 'CONFIRMED'}"
    yield f"CATEGORIES:{ical.escaped(str(entry.severity.label))}"
    # Nobody becomes busy by it.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"
