"""What is said (Notice), to whom (Recipient), how (Delivery), each try (Attempt), what came back (Receipt)."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import Subject
from cityalert.delivery.ladder import State
from cityalert.delivery.response import Response
from cityalert.lib.language import Language
from cityalert.lib.sealed import SealedField
from cityalert.lib.severity import Severity


class Notice(models.Model):
    """Something said to a frozen set of people: one version of one alert, in delivery's own words.

    `texts` holds, per language, what each kind of channel says:
    {"en": {"sms": str, "subject": str, "text": str, "html": str}, "fr": {...}}.
    Where a person's own link belongs the texts say `{link}`.
    """

    # How the topic begins of what concerns one person's contact point, and asks for no answer.
    ABOUT_CONTACT = "contact:"

    key = models.CharField(max_length=80, unique=True, help_text="Posting twice under one key posts once")
    partner = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.SET_NULL, related_name="+", help_text="Who says it"
    )
    topic = models.CharField(max_length=80, help_text='What it is about, for the screens: "alert:<uuid>"')
    series = models.CharField(max_length=80, help_text="Ties the versions of one happening together")
    texts = models.JSONField()
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    is_exercise = models.BooleanField(default=False)
    follows = ArrayField(models.BigIntegerField(), default=list, help_text="Notices this one corrects")
    posted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, help_text="When a newer version took its place")
    fanned_out_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When what was left was expired")

    class Meta:
        indexes = [
            models.Index(fields=["series"], name="notice_by_series"),
            models.Index(fields=["posted_at"], name="notice_to_fan_out", condition=Q(fanned_out_at=None)),
            models.Index(fields=["expires_at"], name="notice_to_end", condition=Q(ended_at=None)),
            models.Index(fields=["posted_at"], name="notice_of_the_day", condition=Q(topic="contact:digest")),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def subject(self) -> Subject:
        """What the audit log calls the thing this notice is about."""
        kind, _, pk = self.topic.partition(":")
        return Subject(kind, pk)


class Recipient(models.Model):
    """Somebody a notice is for, frozen when it was posted: a partner's screens, a member, or a resident."""

    class Kind(models.TextChoices):
        SCREEN = "screen", _("Partner's screens")
        MEMBER = "member", _("Member")
        RESIDENT = "resident", _("Resident")

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="recipients", db_index=False)
    # The notice's partner once more, so that the database can tell whose row this is without asking further.
    sender = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    partner = models.ForeignKey("partners.Partner", null=True, on_delete=models.SET_NULL, db_index=False)
    subscriber = models.ForeignKey("subscriptions.Subscriber", null=True, on_delete=models.SET_NULL)
    call_order = models.PositiveSmallIntegerField(
        db_default=1, help_text="2: a deputy, told only when called up"
    )
    because = models.CharField(
        max_length=120, blank=True, db_default="", default="", help_text="Why they are told, see `because`"
    )
    token = models.CharField(max_length=16, unique=True, help_text="In the person's own link")
    seen_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    response = models.CharField(max_length=12, choices=Response.choices, blank=True, db_default="")
    response_note = models.CharField(max_length=500, blank=True, db_default="")
    responded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "subscriber"],
                condition=Q(subscriber__isnull=False),
                name="recipient_person_once",
            ),
            models.UniqueConstraint(
                fields=["notice", "partner"], condition=Q(kind="screen"), name="recipient_screen_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="screen", subscriber=None) | ~Q(kind="screen"), name="recipient_shape"
            ),
        ]
        indexes = [
            # Both have both: whichever the planner takes for "this partner, of this notice", it goes straight to the
            # row. By the notice alone it went through a whole city, whenever its statistics were of before the alert.
            models.Index(fields=["partner", "notice"], name="recipient_by_partner"),
            models.Index(fields=["notice", "partner"], name="recipient_by_notice"),
            # Most of a city's recipients never press the button.
            models.Index(
                fields=["acknowledged_by"],
                name="recipient_by_acknowledger",
                condition=Q(acknowledged_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Delivery(models.Model):
    """One recipient by one channel at one address. Always moves up the ladder, never down."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, db_index=False)
    # The notice's partner, as in Recipient.
    sender = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    recipient = models.ForeignKey(
        Recipient, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    channel = models.CharField(max_length=12)
    address = SealedField(help_text="Of a partner's screens: not sealed, it is nobody's")
    round = models.PositiveSmallIntegerField(db_default=1, help_text="From 2 on: asked again, on purpose")
    language = models.CharField(max_length=2, choices=Language.choices)
    priority = models.SmallIntegerField(help_text="Lower goes first: severity, exercises last")
    is_correction = models.BooleanField(db_default=False, help_text="Waits for an earlier version in flight")
    state = models.CharField(max_length=12, choices=State.choices, db_default=State.QUEUED)
    state_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(null=True, help_text="Not before; null: nothing is due")
    until = models.DateTimeField(
        null=True,
        help_text="Tried until then, whoever answered and whatever ended; null: until the notice expires",
    )
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(db_default=0)
    provider_id = models.CharField(max_length=120, blank=True, db_default="")
    reason = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "channel", "address", "round"], name="delivery_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "priority", "next_at"], name="delivery_due", condition=Q(state="queued")
            ),
            models.Index(
                fields=["lease_until"], name="delivery_leased", condition=Q(state__in=["sending", "unknown"])
            ),
            models.Index(fields=["notice", "state"], name="delivery_by_notice"),
            models.Index(fields=["channel", "address"], name="delivery_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class Attempt(models.Model):
    """One try at one delivery. At most one is open, and they are numbered without gaps."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Under way")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused for good")
        FAILED = "failed", _("Failed, to be tried again")
        UNKNOWN = "unknown", _("Unknown")

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, db_default=Outcome.OPEN)
    provider = models.CharField(max_length=20, blank=True, db_default="", help_text="Who was to deliver it")
    provider_id = models.CharField(max_length=120, blank=True, db_default="")
    detail = models.CharField(max_length=200, blank=True, db_default="")
    seconds = models.PositiveIntegerField(null=True, help_text="How long a call lasted")
    price = models.DecimalField(
        max_digits=10, decimal_places=5, null=True, help_text="What the provider says it cost, in CURRENCY"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_numbered_once"),
            models.UniqueConstraint(fields=["delivery"], condition=Q(ended_at=None), name="attempt_one_open"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"


class Receipt(models.Model):
    """A provider's call-back, kept once: the same news twice changes nothing."""

    provider = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=120)
    news = models.CharField(max_length=40)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id", "news"], name="receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_id} {self.news}"
