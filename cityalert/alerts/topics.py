"""Kinds of event as residents choose them: a few words for the many codes of CAP-CP. They can be added up."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.IntegerChoices):
    """What somebody wants to hear of."""

    DANGER = 1, _("Violence and danger from people")
    FIRE = 2, _("Fire, explosion, hazardous materials")
    MISSING = 4, _("Missing people")
    SCHOOLS = 8, _("Schools")
    TRAFFIC = 16, _("Roads and transit")
    UTILITIES = 32, _("Power, water and gas")
    EVENTS = 64, _("Planned events")
    OTHER = 128, _("Everything else")


_OF = {
    "dangerPerson": Topic.DANGER, "terrorism": Topic.DANGER, "crime": Topic.DANGER, "explosive": Topic.FIRE,
    "fire": Topic.FIRE, "hazmat": Topic.FIRE, "fallObject": Topic.FIRE, "missingPer": Topic.MISSING,
    "missingVPer": Topic.MISSING, "amber": Topic.MISSING, "schoolLock": Topic.SCHOOLS, "transit": Topic.TRAFFIC,
    "roadClose": Topic.TRAFFIC, "traffic": Topic.TRAFFIC, "utility": Topic.UTILITIES, "electric": Topic.UTILITIES,
    "civilEvent": Topic.EVENTS,
}  # fmt: skip


def of(event: str) -> int:
    """Which of them an event code is."""
    return int(_OF.get(event, Topic.OTHER))


def chosen(total: int) -> list[Topic]:
    """Those that were added up; none for 0, which is all."""
    return [topic for topic in Topic if topic & total]
