"""Who may decide who belongs to a partner: the rules and their refusals. The writes are in `actions`, `invitations`."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor, Staff
from partners.models import Membership, Partner
from partners.roles import Permission, Role


class MayNotManage(Refusal):
    """The actor belongs to the partner, but does not manage it."""

    code = "may_not_manage"
    status = 403
    sentence = _("Only an owner or administrator can change who belongs to this partner.")


class OwnMembership(Refusal):
    """Nobody raises, ends or prolongs their own rights."""

    code = "own_membership"
    sentence = _("You cannot change your own membership. Ask another administrator.")


class OwnersOnly(Refusal):
    """Administrators manage everybody but those who could take the partner away from its owners."""

    code = "owners_only"
    status = 403
    sentence = _(
        "Only an owner can make somebody an owner, or change an owner's membership. Ask one of them."
    )


class LastOwner(Refusal):
    """A partner that had an owner keeps one."""

    code = "last_owner"
    sentence = _(
        "This is the partner's last owner. Make somebody else an owner first; then this can be changed."
    )


def check_may_manage(actor: Actor | Staff | None, partner: Partner) -> None:
    """Pass whoever manages this partner's members, staff, and the system."""
    if actor is None or isinstance(actor, Staff):
        return
    if actor.partner_id != partner.pk:
        raise NotThere
    if not actor.may(Permission.MANAGE, for_=partner):
        raise MayNotManage


def check_may_change(actor: Actor | Staff | None, membership: Membership) -> None:
    """Pass whoever may change this membership: a manager, not one's own, and an owner's only by an owner."""
    check_may_manage(actor, membership.partner)
    if isinstance(actor, Actor) and actor.user_id == membership.user_id:
        raise OwnMembership
    check_may_give(actor, Role(membership.role))


def check_may_give(actor: Actor | Staff | None, role: Role) -> None:
    """Pass unless it is an owner's role, and the actor is none."""
    if role == Role.OWNER and isinstance(actor, Actor) and actor.membership.role != Role.OWNER:
        raise OwnersOnly


def check_owner_left(membership: Membership, *, ends_at: datetime | None, at: datetime) -> None:
    """Pass if the partner keeps an owner when this membership is an owner's no more from `ends_at`; None: it stays.

    Owners who act at the same moment wait for one another here, so that two cannot put each other out.
    """
    if ends_at is None or membership.role != Role.OWNER:
        return
    Partner.objects.select_for_update(no_key=True, of=("self",)).only("pk").get(pk=membership.partner_id)
    owners = Membership.objects.filter(partner_id=membership.partner_id, role=Role.OWNER)
    if not owners.valid(at).filter(pk=membership.pk).exists():
        return
    others = owners.exclude(pk=membership.pk).valid(at)
    if not others.valid(max(ends_at, at)).exists():
        raise LastOwner
