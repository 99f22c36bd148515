"""What a partner says of who is on duty, and the steps by which it wants to be called until somebody answers."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cityalert.duty import rotation, steps
from cityalert.duty.hours import DAY, WEEK, Stretch
from cityalert.duty.steps import Whom
from cityalert.lib.severity import Severity
from cityalert.lib.zones import Zone
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


class Turns(models.Model):
    """People one after another: a layer of duty (`rotation.Layer`), with its people in `places`."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    starts_on = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(_("each for"))
    hands_over = models.PositiveSmallIntegerField(help_text="Minutes after midnight")
    begins = models.PositiveSmallIntegerField(default=0, help_text="Minutes after midnight")
    minutes = models.PositiveSmallIntegerField(default=DAY)

    class Meta:
        ordering = ["partner", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    days__gte=1, days__lte=rotation.LONGEST_DAYS, hands_over__lt=DAY, begins__lt=DAY,
                    minutes__gte=1, minutes__lte=DAY,
                ),
                name="duty_turns_sound",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def layer(self) -> rotation.Layer:
        """As the rules speak of it."""
        people = tuple(place.membership_id for place in self.places.all())
        return rotation.Layer(people, self.starts_on, self.days, self.hands_over, self.begins, self.minutes)


class Place(models.Model):
    """Somebody's place in the turns."""

    turns = models.ForeignKey(Turns, on_delete=models.CASCADE, related_name="places", db_index=False)
    # The partner of the turns, so that the database can tell whose row this is without asking further.
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["turns", "position"]
        constraints = [
            models.UniqueConstraint(fields=["turns", "position"], name="duty_place_order"),
        ]

    def __str__(self) -> str:
        return f"{self.turns_id} {self.position}"


class Swap(models.Model):
    """For a time `takes` is on duty in the place of `gives`; without one, as well."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    takes = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    gives = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["partner", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="duty_swap_lasts"),
            models.CheckConstraint(condition=~Q(takes=F("gives")), name="duty_swap_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.takes_id} {self.begins_at}"

    @property
    def said(self) -> rotation.Swap:
        """As the rules speak of it."""
        return rotation.Swap(self.begins_at, self.ends_at, self.takes_id, self.gives_id)


class Calendar(models.Model):
    """A member's own duty as a feed for their calendar, at an address that only they know: its digest is kept."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.membership_id}"


class Note(models.Model):
    """What whoever goes off duty leaves for whoever comes."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["-written_at"]
        indexes = [models.Index(fields=["partner", "-written_at"], name="duty_note_latest")]

    def __str__(self) -> str:
        return str(self.written_at)


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
