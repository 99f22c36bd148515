"""A drill somebody planned, and each time it was held or should have been."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.alerts.vocabulary import Status
from cityalert.exercises.rhythm import Plan, Rhythm
from cityalert.lib.severity import Severity

NOT_REAL = [(one.value, one.label) for one in Status if one != Status.ACTUAL]
SHORTEST_MIN, LONGEST_MIN = 5, 24 * 60
ANNOUNCED_AT_MOST_MIN = 7 * 24 * 60
# A drill that was due while nothing ran is not held in the middle of the night instead.
GRACE = timedelta(minutes=15)


class Drill(models.Model):
    """What is said, to whom, and when. `words` is {"en": {"headline", "instruction", "description"}, "fr": …}."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="drills")
    name = models.CharField(_("name"), max_length=120)
    status = models.CharField(_("kind"), max_length=10, choices=NOT_REAL, default=Status.EXERCISE)
    words = models.JSONField()
    # What the words were taken from, and what was filled in. They stay as they were, whatever becomes of it.
    template = models.ForeignKey("alerts.Template", null=True, on_delete=models.PROTECT, related_name="+")
    blanks = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity.choices, default=Severity.SEVERE
    )
    lasts_min = models.PositiveSmallIntegerField(_("lasts (minutes)"), default=30)
    invited_partners = ArrayField(models.UUIDField(), default=list, blank=True)
    invited_members = ArrayField(models.BigIntegerField(), default=list, blank=True)

    rhythm = models.CharField(_("how often"), max_length=8, choices=Rhythm.choices, default=Rhythm.ONCE)
    first_on = models.DateField(_("first day"))
    wall_time = models.TimeField(_("time"))
    zone = models.CharField(_("time zone"), max_length=50)
    announce_min = models.PositiveSmallIntegerField(_("announced (minutes before)"), default=0)
    next_at = models.DateTimeField(null=True, help_text="When it takes place next; null: not any more")

    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # On whose authority it starts: who has left, or may no more, starts nothing.
    membership = models.ForeignKey("partners.Membership", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["next_at", "-planned_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(status="Actual"), name="drill_is_not_real"),
            models.CheckConstraint(
                condition=Q(invited_partners__len__gt=0) | Q(invited_members__len__gt=0),
                name="drill_has_a_list",
            ),
            models.CheckConstraint(
                condition=Q(lasts_min__range=(SHORTEST_MIN, LONGEST_MIN)), name="drill_lasts"
            ),
            models.CheckConstraint(
                condition=Q(announce_min__lte=ANNOUNCED_AT_MOST_MIN), name="drill_announced"
            ),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(next_at=None), name="drill_ended_is_over"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="drill_due", condition=Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def plan(self) -> Plan:
        """When it takes place."""
        return Plan(Rhythm(self.rhythm), self.first_on, self.wall_time, ZoneInfo(self.zone))


class Run(models.Model):
    """A drill at one moment: announced, then held (it has an alert) or not (it says why)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="runs")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    planned_for = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)
    alert = models.OneToOneField(
        "alerts.Alert", null=True, on_delete=models.PROTECT, related_name="drill_run"
    )
    started_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    skipped_because = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-planned_for", "pk"]
        constraints = [
            # It starts once, whoever else wakes at the same moment.
            models.UniqueConstraint(fields=["drill", "planned_for"], name="run_once"),
            models.CheckConstraint(
                condition=Q(alert=None, started_at=None, stopped_at=None)
                | Q(alert__isnull=False, started_at__isnull=False, skipped_because=""),
                name="run_held_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drill_id} {self.planned_for:%Y-%m-%d %H:%M}"
