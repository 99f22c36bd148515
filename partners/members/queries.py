"""Reads for the pages about members: always the members of the partner one acts for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cityalert.accounts import second_factor
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.models import Invitation, Membership
from partners.roles import Permission, Role, needs_second_factor


class State(TextChoices):
    """What a membership is at a moment."""

    ACTIVE = "active", pgettext_lazy("membership", "Active")
    SUSPENDED = "suspended", pgettext_lazy("membership", "Suspended")
    TO_COME = "to_come", pgettext_lazy("membership", "Not begun")
    OVER = "over", pgettext_lazy("membership", "Ended")
    SHUT_OUT = "shut_out", _("Account closed")


@dataclass(frozen=True)
class Wanted:
    """What a reader of the list looks for; nothing is everybody."""

    text: str = ""
    role: str = ""
    state: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.role or self.state)


def members_of(actor: Actor, at: datetime, wanted: Wanted = Wanted()) -> QuerySet[Membership]:
    """The members of the actor's partner, by name."""
    found = (
        Membership.objects.filter(partner=actor.partner)
        .select_related("user", "site")
        .defer("site__location")
    )
    for word in wanted.text.split()[:8]:
        found = found.filter(
            Q(user__name__icontains=word)
            | Q(user__email__icontains=word)
            | Q(unit__icontains=word)
            | Q(site__name__icontains=word)
        )
    if wanted.role in Role.values:
        found = found.filter(role=wanted.role)
    if wanted.state in State.values:
        found = found.filter(_is(State(wanted.state), at))
    return found.order_by("user__name", "pk")


def get_for(actor: Actor, membership_id: int, at: datetime) -> Membership:
    """One of them, with the partner; raises NotThere."""
    found = members_of(actor, at).select_related("partner").filter(pk=membership_id).first()
    if found is None:
        raise NotThere
    return found


def invitations_of(actor: Actor) -> QuerySet[Invitation]:
    """Those that wait for an answer, the newest first. For whoever manages members; for others there are none."""
    if not actor.may(Permission.MANAGE):
        return Invitation.objects.none()
    return (
        Invitation.objects.open()
        .filter(partner=actor.partner)
        .select_related("partner", "site", "letter", "invited_by")
    )


def invitation_for(actor: Actor, invitation_id: UUID) -> Invitation:
    """One of them; raises NotThere."""
    found = invitations_of(actor).filter(pk=invitation_id).first()
    if found is None:
        raise NotThere
    return found


def state_of(membership: Membership, at: datetime) -> State:
    """What the membership is at a moment; what weighs more comes first."""
    if not membership.user.is_active:
        return State.SHUT_OUT
    if not membership.is_active:
        return State.SUSPENDED
    if membership.valid_until is not None and membership.valid_until <= at:
        return State.OVER
    return State.TO_COME if membership.valid_from > at else State.ACTIVE


@tenancy.across("whether one's own people have a second factor")
def with_factor(memberships: Sequence[Membership]) -> set[int]:
    """The users of these who have one."""
    return second_factor.among(one.user_id for one in memberships)


def lacks_factor(membership: Membership, with_factor: set[int]) -> bool:
    """Could this member do nothing at present, for want of a second factor?"""
    return needs_second_factor(Role(membership.role)) and membership.user_id not in with_factor


def _is(state: State, at: datetime) -> Q:
    """The same as `state_of`, as a condition."""
    over = Q(valid_until__isnull=False, valid_until__lte=at)
    living = Q(user__is_active=True, is_active=True)
    return {
        State.SHUT_OUT: Q(user__is_active=False),
        State.SUSPENDED: Q(user__is_active=True, is_active=False),
        State.OVER: living & over,
        State.TO_COME: living & ~over & Q(valid_from__gt=at),
        State.ACTIVE: living & ~over & Q(valid_from__lte=at),
    }[state]
