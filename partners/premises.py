"""What can be said of a site beside where it is: its hazards, and when it is open. Pure."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cityalert.lib.refusals import Refusal

# weekday (0: Monday) as text, because JSON has no other keys → periods ("08:00", "18:00"); no entry: nobody said
Hours = dict[str, list[list[str]]]

WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
MAX_PERIODS = 4
_CLOSED = frozenset(("closed", "-", "–", "fermé", "ferme"))
_ALL_DAY = frozenset(("24", "24h", "24 h", "24/24", "0-24"))
_PERIOD = re.compile(r"(\d{1,2})(?:[:h](\d{2})?)?\s*(?:-|–|to|à)\s*(\d{1,2})(?:[:h](\d{2})?)?")


class Hazard(TextChoices):
    """What somebody who goes in must know of."""

    GAS = "gas", _("Gas under pressure")
    FUEL = "fuel", _("Fuel tanks")
    CHEMICALS = "chemicals", _("Chemicals")
    BATTERIES = "batteries", _("Large batteries")
    VOLTAGE = "voltage", _("High voltage")
    RADIATION = "radiation", _("Radiation")
    BIOLOGICAL = "biological", _("Biological agents")
    CONFINED = "confined", _("Confined spaces")
    HEIGHT = "height", _("Open heights or a weak roof")
    WATER = "water", _("Deep water")
    MACHINES = "machines", _("Machines that start by themselves")
    ARMED = "armed", _("Armed guards or arms on the premises")
    DOGS = "dogs", _("Guard dogs")


class HoursRefused(Refusal):
    """Opening hours that cannot be read."""

    code = "hours_refused"
    status = 422
    sentence = _("Write the hours as 8:00-18:00, several with commas, or “closed”, or “24 h”.")


def read_day(typed: str) -> list[list[str]] | None:
    """One weekday's hours: periods in order, [] for closed, None when nothing was said. Raises HoursRefused.

    A period may end after midnight ("18:00-2:00"): it belongs to the day on which it begins.
    """
    text = typed.strip().lower()
    if not text:
        return None
    if text in _CLOSED:
        return []
    if text in _ALL_DAY:
        return [["00:00", "24:00"]]
    periods = [_period(part) for part in re.split(r"[,;]", text)]
    if len(periods) > MAX_PERIODS or periods != sorted(periods):
        raise HoursRefused
    # What ends before it began runs past midnight: only the last of a day may.
    if any(earlier[1] < earlier[0] or later[0] < earlier[1] for earlier, later in pairwise(periods)):
        raise HoursRefused(_("Two periods of a day overlap, or one before the last runs past midnight."))
    return periods


def write_day(periods: Iterable[Iterable[str]] | None) -> str:
    """What a person would type for them; the opposite of `read_day`."""
    if periods is None:
        return ""
    return ", ".join("–".join(period) for period in periods) or str(_("closed"))


def days(hours: Mapping[str, list[list[str]]]) -> list[tuple[str, str]]:
    """What a page says: the weekdays of which something is known, and their hours."""
    return [(str(name), write_day(hours[str(day)])) for day, name in enumerate(WEEKDAYS) if str(day) in hours]


def _period(text: str) -> list[str]:
    found = _PERIOD.fullmatch(text.strip())
    if not found:
        raise HoursRefused
    begin, end = _time(found[1], found[2]), _time(found[3], found[4])
    if begin in (end, "24:00"):
        raise HoursRefused
    return [begin, end]


def _time(hour: str, minute: str | None) -> str:
    if int(hour) > 24 or int(minute or 0) > 59 or (int(hour) == 24 and int(minute or 0)):
        raise HoursRefused
    return f"{int(hour):02}:{int(minute or 0):02}"
