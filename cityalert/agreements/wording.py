"""The bytes that are signed, their hash, and when a signature ends. Pure."""

import calendar
import hashlib
from datetime import datetime

BETWEEN = "\n\n* * *\n\n"


def whole(text_en: str, text_fr: str) -> str:
    """What is signed: the English text and the French one, which say the same."""
    return f"{text_en}{BETWEEN}{text_fr}"


def digest(text_en: str, text_fr: str) -> str:
    """SHA-256 of what is signed, in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(whole(text_en, text_fr).encode()).hexdigest()


def months_after(start: datetime, months: int) -> datetime:
    """The same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
