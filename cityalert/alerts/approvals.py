"""Who has to agree, and who has: tables of this app, apart from the alert's own. The rule itself is in `policy`."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.lib.severity import Severity

# About a quarter of Toronto.
LARGE_KM2 = 150


class ApprovalPolicy(models.Model):
    """What a partner asks of itself beyond what the network asks of all. Without a row these defaults hold."""

    partner = models.OneToOneField(
        "partners.Partner", primary_key=True, on_delete=models.CASCADE, related_name="approval_policy"
    )
    second_from_severity = models.PositiveSmallIntegerField(
        _("A second person for alerts to partners from"), choices=Severity.choices, null=True, blank=True
    )
    second_from_km2 = models.PositiveIntegerField(
        _("A second person for alerts to partners from (km²)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    third_from_severity = models.PositiveSmallIntegerField(
        _("A third person for public alerts from"), choices=Severity.choices, null=True, blank=True
    )
    third_from_km2 = models.PositiveIntegerField(
        _("A third person for public alerts from (km²)"),
        null=True,
        blank=True,
        default=LARGE_KM2,
        validators=[MinValueValidator(1)],
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(second_from_km2=None) | Q(second_from_km2__gte=1))
                & (Q(third_from_km2=None) | Q(third_from_km2__gte=1)),
                name="policy_of_some_size",
            )
        ]

    def __str__(self) -> str:
        return str(self.partner_id)


class Approval(models.Model):
    """One person agreed to exactly what an alert says. A change of the alert takes it away."""

    alert = models.ForeignKey("alerts.Alert", on_delete=models.CASCADE, related_name="approvals")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["approved_at"]
        constraints = [models.UniqueConstraint(fields=["alert", "person"], name="approval_once")]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.alert_id}"
