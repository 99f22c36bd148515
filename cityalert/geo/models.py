"""Named areas and named places. What a shape may be is in `shapes`; how it is written down is in `codec`."""

import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Zone(models.Model):
    """A named area: a police division, ward, BIA, neighbourhood, campus or event perimeter. WGS 84."""

    class Kind(models.TextChoices):
        CITY = "city", _("City")
        DIVISION = "division", _("Police division")
        WARD = "ward", _("Ward")
        BIA = "bia", _("Business improvement area")
        NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")
        CAMPUS = "campus", _("Campus")
        EVENT = "event", _("Event perimeter")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120, blank=True)
    area = models.MultiPolygonField(srid=4326)
    is_schematic = models.BooleanField(default=False, help_text=_("Drawn roughly, not surveyed"))

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="zone_named_once")]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A gazetteer entry: an address, crossing or landmark that can be typed instead of drawn."""

    name = models.CharField(max_length=200)
    search = models.CharField(
        max_length=200, help_text=_("The name folded for look-up: lower case, no accents")
    )
    location = models.PointField(srid=4326)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name"], name="place_named_once")]
        indexes = [models.Index(fields=["search"], name="place_by_search", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name


class Geocoding(models.Model):
    """What a geocoding service answered once, so that it is not asked again. The question itself is not kept."""

    key = models.CharField(max_length=64, unique=True)
    answer = models.JSONField()
    asked_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
