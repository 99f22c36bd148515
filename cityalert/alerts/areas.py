"""Areas prepared beforehand, a partner's own; the network's are zones. A change makes a new version."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cityalert.alerts.templates import new_key
from cityalert.alerts.vocabulary import EVENTS


class SavedArea(models.Model):
    """One version of a named area, as it was drawn, with its place in words. One that has ended never changes."""

    key = models.SlugField(default=new_key)
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="saved_areas")
    name = models.CharField(_("name"), max_length=80)
    event = models.CharField(_("event"), max_length=20, choices=list(EVENTS.items()))
    area_desc = models.CharField(_("place in words"), max_length=200, blank=True)
    area_desc_fr = models.CharField(
        _("the same in French"), max_length=200, blank=True, db_default=models.Value("")
    )
    shapes = models.JSONField(help_text="As it was drawn: shapes and zones, see geo.shapes")
    area = models.MultiPolygonField(srid=4326)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(
        null=True, help_text="When a newer version took its place, or it was retired"
    )

    class Meta:
        ordering = ["name", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="area_version_once"),
            models.UniqueConstraint(
                "partner", Lower("name"), condition=Q(ended_at=None), name="area_named_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
