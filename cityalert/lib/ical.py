"""iCalendar (RFC 5545), as it is written: moments in UTC, so that no calendar has to know our time zones. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

TYPE = "text/calendar; charset=utf-8"
# Octets without the line break (section 3.1).
LONGEST_LINE = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def written(lines: Iterable[str]) -> bytes:
    """A calendar of these lines, folded and ended as the standard wants."""
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


def moment(at: datetime) -> str:
    """In UTC (section 3.3.5)."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Text as a value (section 3.3.11)."""
    return text.translate(_ESCAPED)


def folded(line: str) -> Iterator[bytes]:
    """A line in parts of at most 75 octets, no letter torn; all but the first begin with a blank."""
    part = b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > LONGEST_LINE:
            yield part
            part = b" "
        part += octets
    yield part
