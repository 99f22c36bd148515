"""One value of a document, read leniently: times, codes, numbers. Each says what it had to put right."""

import re
from datetime import UTC, datetime, timedelta, timezone

from cityalert.exchange.cap.document import CODES
from cityalert.exchange.cap.notes import Notes

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([Zz]|[-+]\d\d:?\d\d)?", re.ASCII
)
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_WHOLE = re.compile(r"\d{1,15}", re.ASCII)
# What earlier versions of CAP said.
_EARLIER = {"verylikely": "Likely"}
# What is taken for a word that CAP does not know; without one, the value is left out or the message waits.
_OTHERWISE = {"category": "Other", "urgency": "Unknown", "severity": "Unknown", "certainty": "Unknown"}


def moment(text: str) -> datetime | None:
    """The time that a text of CAP means; None if it means none."""
    parts = _TIME.fullmatch(text.strip())
    if parts is None:
        return None
    numbers = [int(part or 0) for part in parts.groups()[:6]]
    try:
        at = datetime(*numbers, tzinfo=_zone(parts[7] or ""))  # type: ignore[misc, arg-type]
        at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at


def time(text: str, where: str, notes: Notes) -> str:
    """A time as CAP 1.2 writes it: seconds, an offset, and -00:00 for UTC. Empty if it is none."""
    at = moment(text)
    if at is None:
        notes.add("bad_time", where, text)
        return ""
    zone = _TIME.fullmatch(text.strip())[7]  # type: ignore[index]
    if not zone:
        notes.add("time_zone", where)
    offset = zone if zone and zone not in "Zz" else "-00:00"
    # isoformat says +00:00 for what CAP may write -00:00: what stood there stays.
    written = f"{at.strftime('%Y').zfill(4)}-{at:%m-%dT%H:%M:%S}{offset[:3]}:{offset[-2:]}"
    if written != text.strip():
        notes.add("time_form", where)
    return written


def code(text: str, where: str, notes: Notes) -> str:
    """A word of one of CAP's lists. Empty if it is none, and nothing can stand for it."""
    if text in CODES[where]:
        return text
    folded = re.sub(r"[\W_]+", "", text).casefold()
    known = {one.casefold(): one for one in CODES[where]} | _EARLIER
    found = known.get(folded)
    if found in CODES[where]:
        notes.add("spelling", where, text)
        return str(found)
    notes.add("unknown_code", where, text)
    return _OTHERWISE.get(where, "")


def number(text: str, where: str, notes: Notes) -> str:
    """A number as text; sizes are whole."""
    if (_WHOLE if where == "size" else _NUMBER).fullmatch(text):
        return text
    notes.add("bad_number", where, text)
    return ""


def references(text: str) -> tuple[list[tuple[str, str, datetime]], list[str]]:
    """The (sender, identifier, sent) that a message names, and what could not be read."""
    found, wrong = [], []
    for one in text.split():
        # A sender may hold no comma, an identifier may: some do.
        sender, _comma, rest = one.partition(",")
        identifier, _comma, sent = rest.rpartition(",")
        at = moment(sent)
        if sender and identifier and at:
            found.append((sender, identifier, at))
        else:
            wrong.append(one)
    return found, wrong


def _zone(text: str) -> timezone:
    if text in ("", "Z", "z"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
