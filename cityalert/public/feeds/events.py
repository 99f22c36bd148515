"""Alerts in a calendar (iCalendar, RFC 5545): one event for each happening, from its first message to its end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings

from cityalert.public.feeds.entries import Entry, Feed
from cityalert.public.standing import Standing

_CALLED_OFF = {Standing.CANCELLED, Standing.CLEAR, Standing.ERROR}
_LINE_BYTES = 75
_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


def icalendar(feed: Feed) -> str:
    """The calendar as text, its lines folded and ended as the standard wants."""
    began: dict[object, datetime] = {}
    for entry in feed.entries:
        first = began.get(entry.alert.series, entry.published_at)
        began[entry.alert.series] = min(first, entry.published_at)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//CityAlert//{_text(settings.SITE_NAME)}//{feed.language.upper()}",
        "METHOD:PUBLISH",
        f"NAME:{_text(feed.title)}",
        f"X-WR-CALNAME:{_text(feed.title)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT5M",
        *(line for entry in feed.newest for line in _event(entry, began[entry.alert.series])),
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(entry: Entry, began_at: datetime) -> Iterator[str]:
    alert = entry.alert
    is_over = entry.standing != Standing.CURRENT
    ended_at = entry.changed_at if is_over else (alert.expires_at or entry.published_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{alert.series}@{settings.CAP_SENDER}"
    yield f"DTSTAMP:{_moment(entry.changed_at)}"
    yield f"LAST-MODIFIED:{_moment(entry.changed_at)}"
    # Grows with every version, whatever earlier ones the feed no longer holds.
    yield f"SEQUENCE:{int(entry.published_at.timestamp() // 60)}"
    yield f"DTSTART:{_moment(began_at)}"
    yield f"DTEND:{_moment(max(ended_at, began_at + timedelta(minutes=1)))}"
    yield f"SUMMARY:{_text(entry.title)}"
    yield f"DESCRIPTION:{_text(entry.text)}"
    yield f"LOCATION:{_text(entry.place)}"
    if alert.area:
        yield f"GEO:{alert.area.centroid.y:.5f};{alert.area.centroid.x:.5f}"
    yield f"URL:{entry.page}"
    yield f"STATUS:{'CANCELLED' if entry.standing in _CALLED_OFF else 'CONFIRMED'}"
    yield f"CATEGORIES:{_text(str(entry.severity.label))}"
    # Nobody becomes busy by it.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    return text.translate(_ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """No line has more than 75 bytes; what follows begins with a blank. No character is cut in two."""
    part, size = "", 0
    for character in line:
        length = len(character.encode())
        if size + length > _LINE_BYTES:
            yield part
            part, size = " ", 1
        part, size = part + character, size + length
    yield part
