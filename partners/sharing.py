"""Sharing groups as rows: which partners are in them, and who asked whom. What one may do is in `partners.groups`."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cityalert.lib.tlp import Tlp
from partners.roles import Role


class SharingGroup(models.Model):
    """A named set of partners, run by one of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="hosted_groups")
    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("purpose"), max_length=600, blank=True)
    ceiling = models.CharField(
        _("strictest marking"),
        max_length=12,
        choices=Tlp.choices,
        default=Tlp.AMBER_STRICT,
        help_text=_("Nothing that is marked more strictly is sent to the group"),
    )
    is_hidden = models.BooleanField(
        _("hidden membership"), default=False, help_text=_("Only the host knows who is in it")
    )
    is_active = models.BooleanField(_("open"), default=True, help_text=_("A closed group reaches nobody"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            # Each host's own names: that another's group has the same name is nobody's to learn.
            models.UniqueConstraint("host", Lower("name"), name="sharing_group_named_once")
        ]

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """One partner in one group, or asked to be. The host is one from the beginning."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        JOINED = "joined", _("In the group")
        SUSPENDED = "suspended", _("Suspended")
        DECLINED = "declined", _("Declined")
        LEFT = "left", _("Left")
        REMOVED = "removed", _("Removed")

    group = models.ForeignKey(SharingGroup, on_delete=models.CASCADE, related_name="participants")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="participations")
    # The group's host once more, so that the database can tell whose row this is without asking further.
    host = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.INVITED)
    extender_role = models.CharField(
        _("who may invite others"),
        max_length=20,
        blank=True,
        choices=Role.choices,
        help_text=_("Members in this role, beside owners and administrators; empty: nobody"),
    )
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Whoever answers for the partner has yet to be written to.
    to_tell = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["partner__name"]
        indexes = [models.Index(fields=["invited_at"], condition=Q(to_tell=True), name="participant_to_tell")]
        constraints = [
            models.UniqueConstraint(fields=["group", "partner"], name="participant_once"),
            # Nobody is in a group who did not say so.
            models.CheckConstraint(
                condition=~Q(state__in=["joined", "suspended"]) | Q(answered_at__isnull=False),
                name="participant_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.group})"


class GroupInvitation(models.Model):
    """That one partner asked another to join a group: all that whoever may extend a hidden group learns."""

    group = models.ForeignKey(SharingGroup, on_delete=models.CASCADE, related_name="invitations")
    host = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    invited_by = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()

    class Meta:
        ordering = ["-invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "partner", "invited_by"], name="group_invitation_once")
        ]

    def __str__(self) -> str:
        return f"{self.invited_by}: {self.partner} ({self.group})"
