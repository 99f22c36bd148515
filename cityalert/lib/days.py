"""How a day and a moment are written where they stand in a sentence: one form, in every language. Pure.

Templates write it out: `|date:"j F Y"`, `|date:"j F Y, H:i"`.
"""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format


def day(on: date) -> str:
    """ "6 January 2025"."""
    return date_format(on, "j F Y")


def moment(at: datetime) -> str:
    """ "6 January 2025, 14:02", on the city's clock."""
    return date_format(timezone.localtime(at), "j F Y, H:i")
