"""CAP 1.2's words as data. The order of CAP's elements is in `cap`; TLP 2.0 is `lib.tlp`'s."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    """Whether it is meant. CAP's System and Draft never leave us."""

    ACTUAL = "Actual", _("Actual")
    EXERCISE = "Exercise", _("Exercise")
    TEST = "Test", _("Test")


# What stands in front of everything that is not meant, on every channel. What is meant has no mark.
MARKS = {Status.EXERCISE: pgettext_lazy("mark", "EXERCISE"), Status.TEST: pgettext_lazy("mark", "TEST")}


def mark_of(status: str) -> str:
    """The mark in the language of the moment, empty for what is meant."""
    return str(MARKS.get(Status(status), ""))


class MsgType(TextChoices):
    """CAP's msgType, as far as we send it."""

    ALERT = "Alert", _("Alert")
    UPDATE = "Update", _("Update")
    CANCEL = "Cancel", _("Cancel")


class Ending(TextChoices):
    """Why a Cancel is sent. CAP has one word for the three; people have three."""

    CANCEL = "cancel", _("Cancelled")
    ALL_CLEAR = "all_clear", _("All clear")
    ERROR = "error", _("Sent by mistake")


class Scope(TextChoices):
    """For whom it is. CAP's Private is not used: every audience here is by place."""

    PUBLIC = "Public", _("Partners and the public")
    RESTRICTED = "Restricted", _("Partners only")


class Category(TextChoices):
    """CAP's category."""

    SAFETY = "Safety", _("Safety")
    SECURITY = "Security", _("Security")
    FIRE = "Fire", _("Fire")
    RESCUE = "Rescue", _("Rescue")
    HEALTH = "Health", _("Health")
    ENV = "Env", _("Environment")
    TRANSPORT = "Transport", _("Transport")
    INFRA = "Infra", _("Infrastructure")
    MET = "Met", _("Weather")
    GEO = "Geo", _("Geophysical")
    CBRNE = "CBRNE", _("Chemical, biological, radiological, nuclear, explosive")
    OTHER = "Other", _("Other")


class Urgency(TextChoices):
    """How soon to act."""

    IMMEDIATE = "Immediate", _("Immediate")
    EXPECTED = "Expected", _("Within the hour")
    FUTURE = "Future", _("Later")
    PAST = "Past", _("Past")
    UNKNOWN = "Unknown", _("Unknown")


class Certainty(TextChoices):
    """How sure it is."""

    OBSERVED = "Observed", _("Observed")
    LIKELY = "Likely", _("Likely")
    POSSIBLE = "Possible", _("Possible")
    UNLIKELY = "Unlikely", _("Unlikely")
    UNKNOWN = "Unknown", _("Unknown")


class ResponseType(TextChoices):
    """What to do, in one word."""

    SHELTER = "Shelter", _("Shelter")
    EVACUATE = "Evacuate", _("Evacuate")
    PREPARE = "Prepare", _("Prepare")
    EXECUTE = "Execute", _("Carry out the plan")
    AVOID = "Avoid", _("Avoid")
    MONITOR = "Monitor", _("Monitor")
    ASSESS = "Assess", _("Assess")
    ALL_CLEAR = "AllClear", _("All clear")
    NONE = "None", _("Nothing to do")


# CAP-CP event codes (profile:CAP-CP:Event:0.4) that a city's partners use: a name a person can pick, and how many days
# an alert about it may last. What is acute is said anew each day, or is over.
_EVENTS = {
    "dangerPerson": (_("Dangerous person"), 1),
    "terrorism": (_("Terrorism"), 1),
    "crime": (_("Crime"), 1),
    "explosive": (_("Explosive"), 1),
    "fire": (_("Fire"), 1),
    "hazmat": (_("Hazardous material"), 1),
    "fallObject": (_("Falling object"), 1),
    "missingPer": (_("Missing person"), 3),
    "missingVPer": (_("Missing vulnerable person"), 3),
    "amber": (_("Amber alert"), 1),
    "schoolLock": (_("School lockdown"), 1),
    "transit": (_("Transit"), 7),
    "roadClose": (_("Road closed"), 7),
    "traffic": (_("Traffic"), 7),
    "utility": (_("Utility outage"), 7),
    "electric": (_("Power outage"), 7),
    "civilEvent": (_("Planned event"), 7),
    "civil": (_("Civil"), 7),
    "testMessage": (_("Test message"), 3),
    "other": (_("Other"), 7),
}
EVENTS = {code: name for code, (name, _days) in _EVENTS.items()}
LONGEST = timedelta(days=max(days for _name, days in _EVENTS.values()))


def longest_of(event: str) -> timedelta:
    """How long an alert about such an event may last; of what was an event once, as long as any."""
    return timedelta(days=_EVENTS[event][1]) if event in _EVENTS else LONGEST
