"""CAP 1.2's words as data. The order of CAP's elements is in `cap`; TLP 2.0 is `lib.tlp`'s."""

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


# CAP-CP event codes (profile:CAP-CP:Event:0.4) that a city's partners use, with a name a person can pick.
EVENTS = {
    "dangerPerson": _("Dangerous person"),
    "terrorism": _("Terrorism"),
    "crime": _("Crime"),
    "explosive": _("Explosive"),
    "fire": _("Fire"),
    "hazmat": _("Hazardous material"),
    "fallObject": _("Falling object"),
    "missingPer": _("Missing person"),
    "missingVPer": _("Missing vulnerable person"),
    "amber": _("Amber alert"),
    "schoolLock": _("School lockdown"),
    "transit": _("Transit"),
    "roadClose": _("Road closed"),
    "traffic": _("Traffic"),
    "utility": _("Utility outage"),
    "electric": _("Power outage"),
    "civilEvent": _("Planned event"),
    "civil": _("Civil"),
    "testMessage": _("Test message"),
    "other": _("Other"),
}
