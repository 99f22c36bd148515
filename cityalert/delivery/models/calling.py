"""Whom a notice calls next, for those who are silent."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.delivery.models.messages import Notice
from cityalert.duty.steps import Whom


class Call(models.Model):
    """A call that is due if too few have answered by then, frozen when the notice was posted.

    Of one partner, as its policy stood; or without a partner, as the sender wished for all who have no policy.
    """

    class Outcome(models.TextChoices):
        CALLED = "called", _("Called")
        ANSWERED = "answered", _("Not called: enough had answered")
        NOBODY = "nobody", _("Nobody was left to call")
        SUPERSEDED = "superseded", _("Not called: a newer message took its place")
        EXPIRED = "expired", _("Not called: the alert had ended")

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="calls", db_index=False)
    # The notice's partner, as in Recipient.
    sender = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    partner = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    next_at = models.DateTimeField(help_text="When it is due")
    whom = models.CharField(max_length=12, choices=Whom.choices)
    channels = ArrayField(models.CharField(max_length=12), default=list)
    enough = models.PositiveSmallIntegerField(help_text="So many answers stop it; 0: everybody's")
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, db_default="")
    people = models.PositiveIntegerField(db_default=0, help_text="How many were called")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "partner", "number"], name="call_numbered_once", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="call_next", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"call {self.number} of {self.notice_id}"
