"""Whether what is kept of a business is still right: who was asked, what they said, who wants to be left alone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.businesses.models.membership import Function
from cityalert.lib.language import Language


class Asking(models.Model):
    """A contact of a business was asked, by a mail with a link that answers once."""

    class State(models.TextChoices):
        ASKED = "asked", _("No answer yet")
        CONFIRMED = "confirmed", _("All is right")
        CHANGED = "changed", _("Something has changed")
        ACCEPTED = "accepted", _("Change taken over")
        DECLINED = "declined", _("Change declined")
        STOPPED = "stopped", _("Wants no more of these mails")
        SILENT = "silent", _("Never answered")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    business = models.ForeignKey("businesses.Business", on_delete=models.CASCADE, related_name="askings")
    function = models.CharField(max_length=12, choices=Function.choices, help_text="Who was asked")
    name = models.CharField(max_length=120, blank=True, help_text="What they were called then")
    email = models.CharField(max_length=254)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.EN)
    digest = models.CharField(max_length=64, unique=True, help_text="Of the secret in the link")
    letter = models.ForeignKey("accounts.Letter", null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    answered_at = models.DateTimeField(null=True)
    proposed = models.JSONField(default=dict, help_text="Field → what it should be")
    note = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["business"], condition=Q(state__in=["asked", "changed"]), name="asking_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "silent"]) | Q(answered_at__isnull=False),
                name="asking_answered",
            ),
        ]
        indexes = [models.Index(fields=["partner", "business", "-asked_at"], name="asking_latest")]

    def __str__(self) -> str:
        return f"{self.business_id} on {self.asked_at:%Y-%m-%d}"


class Hushed(models.Model):
    """An address that does not want to be asked by this BIA again, whatever business it stands with."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    email = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "email"], name="hushed_once")]

    def __str__(self) -> str:
        return str(self.partner_id)


class Yearly(models.Model):
    """A BIA that has its businesses asked once a year."""

    partner = models.OneToOneField("partners.Partner", on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.partner_id)
