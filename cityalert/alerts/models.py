"""The alert, in CAP's shape, and its words per language. What they start from is in `templates`."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

import cityalert.alerts.approvals
import cityalert.alerts.presence  # noqa: F401 - their tables are of this app, too
from cityalert.alerts.areas import SavedArea
from cityalert.alerts.lifecycle import ARCHIVABLE, UNSAID, State
from cityalert.alerts.templates import Template
from cityalert.alerts.vocabulary import (
    EVENTS,
    Category,
    Certainty,
    Ending,
    MsgType,
    ResponseType,
    Scope,
    Status,
    Urgency,
)  # fmt: skip
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity
from cityalert.lib.tlp import Tlp

# Further than this from the area, nobody is "near" it.
MARGIN_AT_MOST = 5_000


class Alert(models.Model):
    """One CAP message and its life. Once published it never changes, only where it stands: a trigger sees to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="alerts")
    series = models.UUIDField(default=uuid.uuid4, help_text=_("The same for all versions of one happening"))
    references = models.ManyToManyField("self", symmetrical=False, related_name="followed_by", blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTUAL)
    msg_type = models.CharField(max_length=10, choices=MsgType.choices, default=MsgType.ALERT)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True, default="", db_default="")
    scope = models.CharField(_("who"), max_length=12, choices=Scope.choices, default=Scope.RESTRICTED)
    event = models.CharField(_("event"), max_length=20, choices=list(EVENTS.items()), default="other")
    category = models.CharField(max_length=12, choices=Category.choices, default=Category.SECURITY)
    response_type = models.CharField(
        max_length=12, choices=ResponseType.choices, default=ResponseType.MONITOR
    )
    urgency = models.CharField(
        _("urgency"), max_length=12, choices=Urgency.choices, default=Urgency.IMMEDIATE
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity.choices, default=Severity.MODERATE
    )
    certainty = models.CharField(
        _("certainty"), max_length=12, choices=Certainty.choices, default=Certainty.OBSERVED
    )
    tlp = models.CharField(_("how far it may travel"), max_length=12, choices=Tlp.choices, default=Tlp.AMBER)

    shapes = models.JSONField(
        default=dict, blank=True, help_text=_("The area as it was drawn: shapes and zones, see geo.shapes")
    )
    area = models.MultiPolygonField(srid=4326, null=True, blank=True, help_text=_("The union of the shapes"))
    area_desc = models.CharField(_("place in words"), max_length=200, blank=True)
    area_desc_fr = models.CharField(
        _("the same in French"), max_length=200, blank=True, db_default=models.Value("")
    )
    saved_area = models.ForeignKey(
        SavedArea,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The version of a saved area it applies to",
    )

    audience_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    audience_roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    audience_sectors = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    audience_groups = ArrayField(models.UUIDField(), default=list, blank=True)
    audience_margin_m = models.PositiveSmallIntegerField(
        _("margin in metres"), default=0, help_text=_("How far around the area partners hear it, too")
    )
    # Who takes part in what is not real: these and nobody else, wherever they are. What is real has no such list.
    invited_partners = ArrayField(models.UUIDField(), default=list, blank=True)
    invited_members = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        help_text="Memberships of the author's own partner",
    )

    template = models.ForeignKey(
        Template,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The version of prepared wording it started from",
    )
    blanks = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        help_text="What was filled in, per language",
    )

    onset_at = models.DateTimeField(
        _("begins"), null=True, blank=True, help_text="When what it is about begins; none: it has begun"
    )
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    escalate_after_min = models.PositiveSmallIntegerField(
        _("call up deputies after (minutes)"), null=True, blank=True
    )
    asks_response = models.BooleanField(_("ask every site how it is"), default=True)
    exercise_note = models.CharField(_("exercise"), max_length=120, blank=True)

    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_hash = models.CharField(max_length=64, blank=True, help_text=_("What the second person saw"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    alone_reason = models.CharField(
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text="Why one person sent it to the public",
    )
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_asked_at = models.DateTimeField(null=True, help_text="When its author was asked how it is to end")
    lapses_at = models.DateTimeField(null=True, help_text="When somebody said that it may end by itself")
    caught_up_at = models.DateTimeField(null=True, help_text="When those who came later were last told")
    discarded_at = models.DateTimeField(null=True, help_text="Thrown away; can be brought back for a day")
    archived_at = models.DateTimeField(null=True, help_text=_("Put away from its partner's lists"))
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    idempotency_key = models.CharField(max_length=80, null=True, unique=True)
    content_hash = models.CharField(
        max_length=64, blank=True, help_text=_("What was published under the key")
    )
    notice = models.OneToOneField("delivery.Notice", null=True, on_delete=models.PROTECT, related_name="+")
    cap_xml = models.TextField(blank=True)

    class Meta:
        ordering = ["-published_at", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(UNSAID))
                | Q(
                    published_at__isnull=False,
                    area__isnull=False,
                    expires_at__isnull=False,
                    notice__isnull=False,
                ),
                name="alert_published_whole",
            ),
            models.CheckConstraint(
                condition=~Q(scope="Public", status="Actual")
                # A correction that only ends it may go out single-handed: docs/decisions/two-people.md
                | Q(msg_type="Cancel")
                | Q(state__in=sorted(UNSAID))
                # Or one broke the glass and said why; `SingleSend` sees to the rest: docs/approval.md
                | ~Q(alone_reason="")
                | (Q(approved_by__isnull=False) & ~Q(approved_by=models.F("submitted_by"))),
                name="alert_public_two_people",
            ),
            models.CheckConstraint(
                condition=Q(onset_at=None)
                | Q(expires_at=None)
                | Q(onset_at__lt=models.F("expires_at"))
                | Q(msg_type="Cancel"),
                name="alert_begins_before_it_ends",
            ),
            models.CheckConstraint(condition=Q(audience_margin_m__lte=MARGIN_AT_MOST), name="alert_margin"),
            models.CheckConstraint(condition=Q(ending="") | Q(msg_type="Cancel"), name="alert_ending"),
            # What is real goes by place, what is not goes to a list that somebody chose: never the one to the other's.
            models.CheckConstraint(
                condition=Q(status="Actual", invited_partners__len=0, invited_members__len=0)
                | ~Q(status="Actual")
                & (
                    Q(state__in=sorted(UNSAID))
                    | Q(invited_partners__len__gt=0)
                    | Q(invited_members__len__gt=0)
                ),
                name="alert_exercise_has_a_list",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None) | Q(state="draft"), name="alert_discarded_is_a_draft"
            ),
            # What is still being said is not put away.
            models.CheckConstraint(
                condition=Q(archived_at=None)
                | Q(state__in=sorted(ARCHIVABLE))
                | Q(state="published", msg_type="Cancel"),
                name="alert_archived_when_over",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-created_at"], name="alert_by_partner"),
            models.Index(fields=["-published_at"], name="alert_latest"),
            models.Index(fields=["expires_at"], name="alert_to_expire", condition=Q(state="published")),
            models.Index(fields=["series"], name="alert_by_series"),
        ]

    def __str__(self) -> str:
        return f"{self.get_msg_type_display()} {self.pk}"

    @property
    def topic(self) -> str:
        """Its name on the socket and in delivery."""
        return f"alert:{self.pk}"


class Info(models.Model):
    """An alert's words in one language (CAP's `info`)."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="infos")
    language = models.CharField(max_length=2, choices=Language.choices)
    headline = models.CharField(_("headline"), max_length=140, blank=True)
    instruction = models.TextField(_("what to do"), max_length=600, blank=True)
    description = models.TextField(_("what is known"), max_length=1200, blank=True)
    is_machine_translated = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["alert", "language"], name="info_once")]

    def __str__(self) -> str:
        return self.headline


class SavedAudience(models.Model):
    """Whom a partner often addresses, by a name. Where they are is the alert's to say."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="audiences")
    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(_("taken for new alerts"), default=False)
    audience_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    audience_sectors = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    audience_groups = ArrayField(models.UUIDField(), default=list, blank=True)
    audience_roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    audience_margin_m = models.PositiveSmallIntegerField(_("margin in metres"), default=0)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("partner", Lower("name"), name="audience_named_once"),
            models.UniqueConstraint(
                fields=["partner"], condition=Q(is_default=True), name="audience_one_default"
            ),
            models.CheckConstraint(
                condition=Q(audience_margin_m__lte=MARGIN_AT_MOST), name="audience_margin"
            ),
        ]

    def __str__(self) -> str:
        return self.name
