"""People who can be told: how they are reached, and which places they watch. Who *is* told is decided by targeting."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cityalert.lib.language import Language
from cityalert.lib.sealed import SealedField
from cityalert.lib.severity import Severity
from cityalert.lib.zones import Zone


class Subscriber(models.Model):
    """Somebody who can be told. Members have a user; residents have none."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriber"
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)
    created_at = models.DateTimeField(auto_now_add=True)
    zone = models.CharField(
        max_length=20,
        choices=Zone.choices,
        blank=True,
        db_default="",
        default="",
        help_text="Empty: the city's",
    )
    quiet_from = models.TimeField(null=True, help_text="By the clock of the zone; null: never quiet")
    quiet_until = models.TimeField(null=True)
    wakes_from = models.PositiveSmallIntegerField(
        choices=Severity.choices,
        db_default=Severity.SEVERE,
        default=Severity.SEVERE,
        help_text="From this severity on quiet hours do not count",
    )
    digest_at = models.TimeField(
        null=True, help_text="Minor alerts come then, in one mail a day; null: each at once"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="subscriber_quiet_is_whole",
            ),
            # One wrong name of a zone would stop the telling of everybody.
            models.CheckConstraint(condition=Q(zone__in=["", *Zone.values]), name="subscriber_zone_is_known"),
            models.CheckConstraint(
                condition=Q(wakes_from__lte=Severity.EXTREME), name="subscriber_can_be_woken"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user_id else f"resident {self.pk}"

    @property
    def is_resident(self) -> bool:
        """Nobody who signs in."""
        return self.user_id is None


class ContactPoint(models.Model):
    """One way to reach a subscriber. Used only when verified, not stopped and not gone."""

    class Channel(models.TextChoices):
        SMS = "sms", _("SMS")
        EMAIL = "email", _("E-mail")
        PUSH = "push", _("Push message")
        VOICE = "voice", _("Telephone call")

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="contact_points")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    address = SealedField(help_text=_("E.164 number or e-mail address"))
    label = models.CharField(_("name"), max_length=80, blank=True, db_default="", default="")
    min_severity = models.PositiveSmallIntegerField(
        _("from severity"), choices=Severity.choices, default=Severity.UNKNOWN
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True, help_text=_("The person said STOP"))
    gone_at = models.DateTimeField(null=True, blank=True, help_text=_("The provider says it does not exist"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "channel", "address"], name="contact_point_once"),
        ]
        indexes = [
            models.Index(fields=["channel", "address"], name="contact_point_by_address"),
            models.Index(
                fields=["subscriber"],
                name="contact_point_usable",
                include=["channel", "min_severity"],
                condition=Q(verified_at__isnull=False, stopped_at=None, gone_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"

    @property
    def named(self) -> str:
        """What people call it: a browser's address is nothing to read, and is a secret."""
        return self.label or self.address


class WatchArea(models.Model):
    """A place a subscriber wants to hear about: a point, or a polygon made from a radius. WGS 84."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="watch_areas")
    label = models.CharField(_("name"), max_length=80, blank=True)
    about = models.CharField(max_length=200, blank=True, db_default="", help_text="Where it is, in words")
    area = models.GeometryField(srid=4326)
    topics = models.PositiveIntegerField(db_default=0, help_text="Kinds of event, added up; 0: all")
    resumes_at = models.DateTimeField(null=True, help_text="Nothing is told of it before")

    def __str__(self) -> str:
        return self.label or f"watch area {self.pk}"


class Absence(models.Model):
    """A member is away for a time: what is real goes to a colleague who stands in, or to nobody. It ends by itself."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    membership = models.OneToOneField("partners.Membership", on_delete=models.CASCADE, related_name="absence")
    # With the stand-in goes the absence: what was to come to them comes to its owner again, and not to nobody.
    stand_in = models.ForeignKey(
        "partners.Membership", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="absence_has_a_length"),
            models.CheckConstraint(
                condition=Q(stand_in=None) | ~Q(stand_in=F("membership")), name="absence_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"absence of {self.membership_id}"


class Consent(models.Model):
    """What a resident agreed to: who has one asked for alerts without an account."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="consents")
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=2, choices=Language.choices)
    words = models.TextField()
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.version} by {self.subscriber_id}"


class Stop(models.Model):
    """Nothing goes to an address any more. Only its keyed hash is kept: enough to honour it, and no list of people."""

    mark = models.CharField(max_length=43, unique=True)
    by_text = models.BooleanField(help_text="STOP was texted: only START takes it back")
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"stop {self.pk}"
