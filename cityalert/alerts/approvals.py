"""Who has to agree, and who has; who sent alone, and what was made of it. The rule itself is in `policy`."""

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


class Verdict(models.TextChoices):
    """What another person made of it."""

    JUSTIFIED = "justified", _("Justified")
    UNJUSTIFIED = "unjustified", _("Not justified")
    UNCLEAR = "unclear", _("Unclear")


class SingleSend(models.Model):
    """One person alerted the public without a second: why, who was told, and the review by somebody else."""

    alert = models.OneToOneField(
        "alerts.Alert", primary_key=True, on_delete=models.CASCADE, related_name="single_send"
    )
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Until when somebody else has to have looked at it")
    reminded_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, verdict="")
                | (Q(reviewed_at__isnull=False) & ~Q(reviewed_by=models.F("sent_by")) & ~Q(verdict="")),
                name="single_send_reviewed_by_another",
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="single_send_waiting", condition=Q(reviewed_at=None))]

    def __str__(self) -> str:
        return str(self.alert_id)
