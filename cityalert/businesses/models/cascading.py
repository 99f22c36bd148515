"""What a BIA passed on to its member businesses, and to whom."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.lib.severity import Severity
from cityalert.lib.tlp import Tlp


class Cascade(models.Model):
    """One message to businesses: an alert passed on, a notice of the BIA's own, or the correction of either."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80, help_text="Sending twice under one key sends once")
    alert = models.ForeignKey("alerts.Alert", null=True, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by", help_text="The one before"
    )
    headline = models.CharField(_("headline"), max_length=140)
    instruction = models.TextField(_("what to do"), max_length=600, blank=True)
    note = models.CharField(_("a word of your own"), max_length=200, blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    tlp = models.CharField(max_length=12, choices=Tlp.choices)
    levy_class = models.CharField(max_length=60, blank=True)
    tag = models.CharField(max_length=40, blank=True)
    notice = models.OneToOneField("delivery.Notice", null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "key"], name="cascade_once"),
            # What may not leave an organisation never becomes a row here.
            models.CheckConstraint(condition=~Q(tlp__in=["RED", "AMBER+STRICT"]), name="cascade_within_tlp"),
        ]
        indexes = [
            models.Index(fields=["partner", "-sent_at"], name="cascade_by_partner"),
            models.Index(fields=["alert"], name="cascade_by_alert"),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def topic(self) -> str:
        """Its name in delivery."""
        return f"cascade:{self.pk}"


class Target(models.Model):
    """A contact it was for, as they were called then."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    cascade = models.ForeignKey(Cascade, on_delete=models.CASCADE, related_name="targets")
    business = models.ForeignKey(
        "businesses.Business", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    business_name = models.CharField(max_length=160)
    contact_name = models.CharField(max_length=120, blank=True)
    function = models.CharField(max_length=12)
    subscriber = models.ForeignKey(
        "subscriptions.Subscriber", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["business_name", "function"]

    def __str__(self) -> str:
        return f"{self.business_name}: {self.contact_name}"
