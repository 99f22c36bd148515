"""People who can be told: how they are reached, and which places they watch. Who *is* told is decided by targeting."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.lib.language import Language
from cityalert.lib.sealed import SealedField
from cityalert.lib.severity import Severity


class Subscriber(models.Model):
    """Somebody who can be told. Members have a user; residents have none."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriber"
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)
    created_at = models.DateTimeField(auto_now_add=True)

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
