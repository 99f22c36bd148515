"""A bulletin, to whom it went, who has read it, and what readers put right. Who it came from may be sealed."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.lib.sealed import SealedField
from cityalert.lib.tlp import Tlp


class Bulletin(models.Model):
    """What was published, as it was published. Without a partner it came through the hub, unnamed: see Origin."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", null=True, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("title"), max_length=140)
    text = models.TextField(_("text"), max_length=8000)
    tlp = models.CharField(_("label"), max_length=12, choices=Tlp.choices, default=Tlp.AMBER)
    groups = ArrayField(models.UUIDField(), default=list, blank=True)
    sectors = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    area = models.MultiPolygonField(srid=4326, null=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-published_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partner=None, author=None) | Q(partner__isnull=False, author__isnull=False),
                name="bulletin_named_or_not",
            ),
            # RED names its readers; whoever names them is named.
            models.CheckConstraint(
                condition=~Q(tlp="RED") | Q(partner__isnull=False), name="bulletin_red_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Origin(models.Model):
    """Who published without a name: sealed, each time otherwise. No partner's request may read this table."""

    bulletin = models.OneToOneField(Bulletin, on_delete=models.CASCADE, related_name="+")
    partner_seal = SealedField()
    author_seal = SealedField()

    def __str__(self) -> str:
        return f"origin of {self.bulletin_id}"


class Addressee(models.Model):
    """One partner that it went to, frozen when it was published."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="addressees")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    # Whose bulletin it is, so that the database can tell without asking further. None: unnamed.
    sender = models.ForeignKey("partners.Partner", null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "partner"], name="addressee_once")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} to {self.partner_id}"


class Reading(models.Model):
    """One person it was told to, and when they said that they have read it."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="readings")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    sender = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "user"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} by {self.user_id}"


class Proposal(models.Model):
    """What a reader says should be put right; the publisher takes it or not."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Not accepted")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="proposals")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("what is wrong, and what is right"), max_length=2000)
    wants_credit = models.BooleanField(default=True)
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | Q(state__in=["accepted", "declined"], answered_at__isnull=False),
                name="proposal_answered",
            )
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class Correction(models.Model):
    """What was put right, for all who read the bulletin. `credit`: the partner that saw it, if it wants the thanks."""

    append_only = True

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="corrections")
    sender = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    text = models.TextField(max_length=2000)
    credit = models.CharField(max_length=160, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"correction of {self.bulletin_id}"
