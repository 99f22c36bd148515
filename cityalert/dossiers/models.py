"""An event dossier, who takes part in it, the parts it is made of, and the files, ticks and sources behind them."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cityalert.dossiers.admiralty import Credibility, Reliability
from cityalert.dossiers.kinds import Kind
from cityalert.lib.sealed import SealedField
from cityalert.lib.tlp import Tlp

# Whole partners take part in a dossier: what is for named people only is a part of it, never the whole.
FRAME_LABELS = [(one.value, one.label) for one in Tlp if one != Tlp.RED]


class Dossier(models.Model):
    """One planned event, kept by one partner: its host. Those who take part see all that is said here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="dossiers")
    title = models.CharField(_("event"), max_length=140)
    tlp = models.CharField(_("label"), max_length=12, choices=FRAME_LABELS, default=Tlp.AMBER)
    organiser = models.CharField(_("organiser"), max_length=160, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    summary = models.TextField(_("what is planned"), max_length=4000, blank=True)
    crowd = models.PositiveIntegerField(_("expected crowd"), null=True, blank=True)
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    shapes = models.JSONField(default=dict, help_text="As it was drawn: shapes and zones, see geo.shapes")
    area = models.MultiPolygonField(srid=4326, null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    lesson = models.TextField(_("what was learned"), max_length=4000, blank=True)

    class Meta:
        ordering = ["begins_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="dossier_ends_later"),
            models.CheckConstraint(condition=~Q(tlp="RED"), name="dossier_frame_not_red"),
        ]

    def __str__(self) -> str:
        return self.title


class Guest(models.Model):
    """One partner that takes part in a dossier; its host is one of them."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="guests")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    # The dossier's partner once more, so that the database can tell whose row this is without asking further.
    host = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+", db_index=False)
    since_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "partner"], name="dossier_guest_once")]

    def __str__(self) -> str:
        return f"{self.partner_id} in {self.dossier_id}"


class Source(models.Model):
    """Who told a partner something. The name is for its own people; others know it, in this dossier, by its handle."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    name = SealedField(_("source"))
    handle = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "handle"], name="source_handle_once"),
            models.UniqueConstraint(fields=["dossier", "partner", "name"], name="source_once"),
        ]

    def __str__(self) -> str:
        return self.handle


class Part(models.Model):
    """One thing in a dossier: one partner's own, or shared by it with all who take part. Of RED, named people's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="parts")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    is_shared = models.BooleanField(_("shared with all who take part"), default=False)
    tlp = models.CharField(_("label"), max_length=12, choices=Tlp.choices, default=Tlp.AMBER)
    people = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text="Who may read it, if RED"
    )

    title = models.CharField(_("title"), max_length=140)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    begins_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    person_id = models.BigIntegerField(null=True, help_text="The member whom a contact is")
    reliability = models.CharField(_("source"), max_length=1, choices=Reliability.choices, blank=True)
    credibility = models.PositiveSmallIntegerField(
        _("information"), choices=Credibility.choices, null=True, blank=True
    )
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="parts")
    # The handle once more: the source itself is its own partner's to read.
    handle = models.CharField(max_length=12, blank=True)

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["begins_at", "made_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(tlp="RED") | Q(people__len__gt=0), name="part_red_is_named"),
            models.CheckConstraint(
                condition=~Q(kind="phase") | Q(begins_at__isnull=False, ends_at__gt=F("begins_at")),
                name="part_phase_has_times",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["risk", "intelligence"], credibility__isnull=False) & ~Q(reliability="")
                | ~Q(kind__in=["risk", "intelligence"])
                & Q(credibility=None, reliability="", source=None, handle=""),
                name="part_graded",
            ),
        ]
        indexes = [models.Index(fields=["dossier", "kind"], name="part_by_dossier")]

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """A file of a plan or document, as it was sent: inert bytes, never opened here. The newest is the plan."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["part", "number"], name="part_version_once")]

    def __str__(self) -> str:
        return self.file_name


class Tick(models.Model):
    """Somebody said that a thing is done or a post is manned, or that it is no longer. The latest counts."""

    append_only = True

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="ticks")
    is_on = models.BooleanField()
    at = models.DateTimeField()
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.part_id} {self.is_on}"


class Tie(models.Model):
    """One happening's alerts belong to the event: every version there is or will be."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="ties")
    series = models.UUIDField()
    tied_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "series"], name="dossier_series_once")]

    def __str__(self) -> str:
        return f"{self.series} in {self.dossier_id}"


class Calendar(models.Model):
    """A member's events as a feed for their calendar, at an address that only they know: its digest is kept."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    membership = models.OneToOneField("partners.Membership", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.membership_id}"
