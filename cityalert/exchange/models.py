"""What came from others: alerts, what waits in quarantine, and the sources. `partner` None: the network's."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.alerts.models import Alert
from cityalert.exchange.cap import notes
from cityalert.exchange.cap.notes import Note
from cityalert.exchange.cap.signatures import Seal
from cityalert.lib.severity import Severity
from partners.models import Partner


class Source(models.Model):
    """Where alerts of others are fetched: a feed, one document, or NAAD's stream."""

    class Kind(models.TextChoices):
        FEED = "feed", _("Feed or document")
        NAAD = "naad", _("NAAD stream")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FEED)
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500, blank=True)
    sender = models.CharField(_("only from this sender"), max_length=250, blank=True)
    certificates = models.TextField(_("only signed by one of these certificates (PEM)"), blank=True)
    every_min = models.PositiveSmallIntegerField(_("look every (minutes)"), default=5)
    is_active = models.BooleanField(_("look for alerts here"), default=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    next_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    reason = models.JSONField(default=list, help_text="Why it failed last, as a note")
    # What the server said of its last answer, so that it need not send the same again.
    etag = models.CharField(max_length=200, blank=True)
    modified = models.CharField(max_length=60, blank=True)
    seen = models.JSONField(default=dict, help_text="Entries that were taken in, and their versions")
    report = models.JSONField(default=list, help_text="Entries of the last look that could not be taken in")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(every_min__gte=1), name="exchange_source_not_always"),
            models.UniqueConstraint(
                fields=["partner", "url"], condition=Q(kind="feed"), nulls_distinct=False,
                name="exchange_source_once",
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="naad"), name="exchange_one_stream"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["next_at"], condition=Q(is_active=True), name="exchange_source_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def why(self) -> Note | None:
        """Why it failed last, if it did."""
        return Note(*self.reason) if self.reason else None


class Received(models.Model):
    """What both have: whose it is, where it came from, and its bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, null=True, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="+")
    origin = models.CharField(max_length=500, blank=True, help_text="The file's name, or the address")
    raw = models.BinaryField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    notes = models.JSONField(default=list)

    class Meta:
        abstract = True

    def said(self) -> list[Note]:
        """What was odd about it."""
        return notes.from_json(self.notes)


class External(Received):
    """An alert of somebody else's: external, unverified. It is read, and never published by itself."""

    key = models.CharField(max_length=600, help_text="Sender, identifier and time: CAP's name for a message")
    reference_keys = ArrayField(models.CharField(max_length=600), default=list)
    identifier = models.CharField(max_length=250)
    sender = models.CharField(max_length=250)
    sent_at = models.DateTimeField()
    status = models.CharField(max_length=10)
    msg_type = models.CharField(max_length=10)
    headline = models.CharField(max_length=200)
    headline_fr = models.CharField(max_length=200, blank=True)
    sender_name = models.CharField(max_length=200)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.UNKNOWN)
    expires_at = models.DateTimeField(null=True)
    area = models.MultiPolygonField(srid=4326, null=True)
    seal = models.CharField(max_length=10, choices=Seal.choices, default=Seal.NONE)
    signed_by = models.CharField(max_length=120, blank=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replaces")

    class Meta:
        ordering = ["-received_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "key"], nulls_distinct=False, name="exchange_external_once"
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-received_at"], name="exchange_external_latest"),
            GinIndex(fields=["reference_keys"], name="exchange_external_refs"),
        ]

    def __str__(self) -> str:
        return self.headline


class Quarantined(Received):
    """A document that lacks what CAP requires, with the reasons; it may be tried again, or discarded."""

    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-received_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "digest"], nulls_distinct=False, name="exchange_quarantined_once"
            ),
        ]

    def __str__(self) -> str:
        return self.origin


class Start(models.Model):
    """A draft that was started from somebody else's alert."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    external = models.ForeignKey(External, on_delete=models.CASCADE, related_name="starts")
    alert = models.OneToOneField(Alert, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.alert_id)
