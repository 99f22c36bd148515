"""What a partner says of who is on duty, and the steps by which it wants to be called until somebody answers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.duty import steps
from cityalert.duty.hours import DAY, WEEK, Stretch, Zone
from cityalert.duty.steps import Whom
from cityalert.lib.severity import Severity
from partners.models import Membership, Partner


class Roster(models.Model):
    """What holds for all of a partner's duty: the clock by which it is meant."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, primary_key=True, related_name="+")
    zone = models.CharField(_("time zone"), max_length=20, choices=Zone.choices, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(zone__in=["", *Zone.values]), name="duty_roster_zone")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Hours(models.Model):
    """When a member is on duty, every week: a stretch of it (`hours.Stretch`) on the clock of the partner's zone."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="duties", db_index=False
    )
    begins = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["membership", "begins"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "begins"], name="duty_hours_once"),
            models.CheckConstraint(
                condition=Q(begins__lt=WEEK, minutes__gte=1, minutes__lte=DAY), name="duty_hours_stretch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.begins}"

    @property
    def stretch(self) -> Stretch:
        """As the rules speak of it."""
        return Stretch(self.begins, self.minutes)


class Policy(models.Model):
    """How a partner's people are called for alerts from a severity on; the highest that fits counts."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    from_severity = models.PositiveSmallIntegerField(choices=Severity.choices)

    class Meta:
        ordering = ["partner", "-from_severity"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "from_severity"], name="duty_policy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.from_severity}"


class Step(models.Model):
    """One step of a policy, as `steps.Step` says it."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="steps", db_index=False)
    # The policy's partner once more, so that the database can tell whose row this is without asking further.
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    after_min = models.PositiveSmallIntegerField()
    whom = models.CharField(max_length=12, choices=Whom.choices)
    channels = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    enough = models.PositiveSmallIntegerField(default=steps.ANYBODY)
    times = models.PositiveSmallIntegerField(default=1)
    every_min = models.PositiveSmallIntegerField(default=steps.EVERY_MIN)

    class Meta:
        ordering = ["policy", "position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="duty_step_order"),
            models.CheckConstraint(
                condition=Q(
                    after_min__lte=steps.LATEST_MIN, times__gte=1, times__lte=steps.MOST_TIMES, every_min__gte=1,
                    every_min__lte=steps.LONGEST_PAUSE_MIN, whom__in=Whom.values,
                )
                & (Q(position=1, after_min=0) | Q(position__gt=1, after_min__gt=0)),
                name="duty_step_sound",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.policy_id} {self.position}"

    @property
    def said(self) -> steps.Step:
        """As the rules speak of it."""
        return steps.Step(
            self.after_min, Whom(self.whom), tuple(self.channels), self.enough, self.times, self.every_min
        )
