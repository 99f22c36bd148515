"""For how long a partner keeps what was said, what it holds beyond that, and what it took out for a request."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# What was used is kept for a year at least: Ontario, Reg. 823 under MFIPPA, section 5.
LEAST_DAYS, MOST_DAYS = 365, 36_500


class Kind(models.TextChoices):
    """What is kept for its own time."""

    CONVERSATION = "conversation", _("Conversations")
    ROOM = "room", _("Rooms of incidents and events")


class Ground(models.TextChoices):
    """Why something is left out: the exemptions of MFIPPA, which others have under other numbers."""

    PRIVACY = "privacy", _("Personal privacy (MFIPPA s. 14)")
    ENFORCEMENT = "enforcement", _("Law enforcement (s. 8)")
    THIRD_PARTY = "third_party", _("Another organisation’s information (s. 10)")
    PRIVILEGE = "privilege", _("Solicitor-client privilege (s. 12)")
    SAFETY = "safety", _("Danger to safety or health (s. 13)")
    OTHERS_RECORD = "others_record", _("Not a record of ours")


class Retention(models.Model):
    """For how many days after the last word a partner keeps one kind. Without a row: for ever."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    days = models.PositiveIntegerField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "kind"], name="retention_once"),
            models.CheckConstraint(
                condition=Q(days__gte=LEAST_DAYS, days__lte=MOST_DAYS), name="retention_lawful"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.days} days"


class Hold(models.Model):
    """A partner's order that a conversation is not erased, for as long as it stands."""

    conversation = models.ForeignKey("messaging.Conversation", on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=200)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["placed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "partner"], condition=Q(lifted_at=None), name="hold_once"
            )
        ]

    def __str__(self) -> str:
        return self.reason


class Extract(models.Model):
    """A copy that was taken out for a request. What it said is not kept here, but how to recognise it."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey("messaging.Conversation", on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(_("number of the request"), max_length=80)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entries = models.PositiveIntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        ordering = ["-made_at", "pk"]

    def __str__(self) -> str:
        return self.reference


class Removal(models.Model):
    """What was left out of an extract, and on which ground; never what it said."""

    append_only = True

    class What(models.TextChoices):
        POST = "post", _("A message")
        PASSAGE = "passage", _("A passage")
        PERSON = "person", _("A person’s name")

    extract = models.ForeignKey(Extract, on_delete=models.PROTECT, related_name="removals")
    position = models.PositiveIntegerField()
    what = models.CharField(max_length=8, choices=What.choices)
    ground = models.CharField(max_length=16, choices=Ground.choices)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.what} in {self.position}"


class Erasure(models.Model):
    """That a conversation's words and files are gone, when and how many; written by `erase_conversation` alone."""

    append_only = True

    conversation = models.OneToOneField(
        "messaging.Conversation", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    erased_at = models.DateTimeField()
    posts = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.posts} messages"
