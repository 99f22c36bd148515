"""Organisations, their sites, groups and members. Permissions are in `roles`, asked for through `access`."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

import partners.identity
import partners.sharing  # noqa: F401 - their tables are of this app, too
from cityalert.accounts.models import Letter
from cityalert.lib.language import Language
from partners.fields import SkeletonField
from partners.premises import Hazard
from partners.roles import PERMISSIONS, Permission, Role
from partners.sectors import Sector


class Partner(models.Model):
    """An organisation on the network: the tenant."""

    class Kind(models.TextChoices):
        POLICE = "police", _("Police")
        BIA = "bia", _("Business improvement area")
        VENUE = "venue", _("Venue")
        CORPORATE = "corporate", _("Corporate security")
        SCHOOL = "school", _("School")
        TRANSIT = "transit", _("Transit")
        MUNICIPAL = "municipal", _("Municipal")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=160, unique=True)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector.choices, blank=True)
    name_skeleton = SkeletonField(unique=True)
    short_name = models.CharField(_("short name"), max_length=40, help_text=_("Begins every text message"))
    jurisdiction = models.MultiPolygonField(
        _("jurisdiction"), srid=4326, null=True, blank=True, help_text=_("Where it may alert; empty: nowhere")
    )
    may_alert_public = models.BooleanField(_("may alert the public"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    suspended_at = models.DateTimeField(null=True, editable=False)
    suspended_reason = models.CharField(max_length=300, blank=True, editable=False, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(suspended_at=None, suspended_reason="")
                | Q(suspended_at__isnull=False, is_active=False) & ~Q(suspended_reason=""),
                name="partner_suspended_with_a_reason",
            )
        ]
        permissions = [(p.value, str(p.name).capitalize()) for p in Permission]

    def __str__(self) -> str:
        return self.name


class PartnerUserPermission(UserObjectPermissionBase):
    """guardian's direct-foreign-key table: one permission of one user on one partner."""

    content_object = models.ForeignKey(Partner, on_delete=models.CASCADE)


class PartnerGroupPermission(GroupObjectPermissionBase):
    """guardian asks for a group table beside the user one; nothing grants through it."""

    content_object = models.ForeignKey(Partner, on_delete=models.CASCADE)


class Site(models.Model):
    """A partner's premises: a point, or a footprint. One that is given up is archived: alerts have spoken of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(_("name"), max_length=160)
    address = models.CharField(_("address"), max_length=200, blank=True)
    sector = models.CharField(
        _("sector"), max_length=20, choices=Sector.choices, blank=True, help_text=_("Empty: the partner's")
    )
    location = models.GeometryField(srid=4326, help_text=_("Point or polygon"))
    floors = models.PositiveSmallIntegerField(_("floors"), null=True, blank=True)
    capacity = models.PositiveIntegerField(
        _("capacity"),
        null=True,
        blank=True,
        help_text=_("How many people it may hold"),
    )
    hours = models.JSONField(_("opening hours"), default=dict, blank=True)  # premises.Hours
    hours_note = models.CharField(
        _("hours in words"), max_length=200, blank=True, help_text=_("Events, holidays, night shifts")
    )
    hazards = ArrayField(
        models.CharField(max_length=20, choices=Hazard.choices),
        verbose_name=_("hazards"),
        default=list,
        blank=True,
    )
    hazards_note = models.CharField(
        _("hazards in words"), max_length=500, blank=True, help_text=_("What, how much, and where")
    )
    meeting_point = models.CharField(
        _("meeting point"),
        max_length=200,
        blank=True,
        help_text=_("Where people gather who left the building"),
    )
    notes = models.TextField(_("notes"), max_length=2000, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "name"], name="site_named_once"),
            models.CheckConstraint(condition=Q(floors=None) | Q(floors__range=(1, 200)), name="site_floors"),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__range=(1, 500_000)), name="site_capacity"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Keyholder(models.Model):
    """Somebody who can open a site, in the order in which to call them. Seen by the partner's own members only."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="keyholders")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("telephone"), max_length=20, help_text=_("E.164"))

    class Meta:
        ordering = ["site", "position"]
        constraints = [models.UniqueConstraint(fields=["site", "position"], name="keyholder_order")]

    def __str__(self) -> str:
        return self.name


class Placing(models.Model):
    """A file of sites: what it would do, row by row; done when confirmed, and undone once if it was wrong."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    rows = models.JSONField()  # sites.placing.Row, as dictionaries
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(done_at__isnull=False), name="placing_done_before_undone"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, asked whether they count."""

    def valid(self, at: datetime) -> "MembershipQuerySet":
        """Memberships that count at a moment: active person, active partner, within their dates."""
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gt=at),
            is_active=True,
            valid_from__lte=at,
            user__is_active=True,
            partner__is_active=True,
        )


class Membership(models.Model):
    """A person acting for a partner, in a role."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    unit = models.CharField(_("unit"), max_length=80, blank=True, help_text=_("52 Division, night desk"))
    site = models.ForeignKey(
        Site,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text=_("Told only about this site; empty: about all"),
    )
    call_order = models.PositiveSmallIntegerField(
        _("call order"), default=1, help_text=_("1 is told at once; 2 (deputy) when nobody answered")
    )
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["partner", "call_order", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "partner"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="membership_dates"
            ),
            models.CheckConstraint(condition=Q(call_order__in=[1, 2]), name="membership_call_order"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.partner})"


class Former(models.Model):
    """Somebody who was a member: what they wrote and did for the partner still says their name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "user"], name="former_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.partner})"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations, asked whether they may still be accepted."""

    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; they may have run out."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def good(self, at: datetime) -> "InvitationQuerySet":
        """Those whose link works at a moment: the partner is active, and whoever invited could still invite."""
        manages = Membership.objects.valid(at).filter(
            user=OuterRef("invited_by"),
            partner=OuterRef("partner"),
            role__in=[role for role in Role if Permission.MANAGE in PERMISSIONS[role]],
        )
        by_someone_who_may = Q(invited_by=None) | Q(is_by_staff=True) | Exists(manages)
        not_over = Q(valid_until=None) | Q(valid_until__gt=at)
        return self.open().filter(by_someone_who_may, not_over, expires_at__gt=at, partner__is_active=True)


class Invitation(models.Model):
    """Somebody asked to become a member. The link is in the mail only: here is its digest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    call_order = models.PositiveSmallIntegerField(_("call order"), default=1)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_by_staff = models.BooleanField(default=False)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    token_digest = models.CharField(max_length=64, unique=True)
    letter = models.ForeignKey(Letter, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(call_order__in=[1, 2]), name="invitation_call_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.partner})"
