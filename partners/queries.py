"""Reads: who acts for whom at a moment."""

from datetime import datetime
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import Length

from cityalert.accounts.models import User
from partners import names
from partners.actor import Actor
from partners.models import Membership, Partner


def memberships_of(user: User, at: datetime) -> QuerySet[Membership]:
    """The memberships of a person that count at a moment, by their partner's name."""
    return (
        Membership.objects.valid(at)
        .filter(user=user)
        .select_related("partner", "site")
        .order_by("partner__name")
    )


def is_member(user_id: int, partner_id: UUID, at: datetime) -> bool:
    """Does this person act for that partner at a moment?"""
    return Membership.objects.valid(at).filter(user_id=user_id, partner_id=partner_id).exists()


def the_chosen_first(memberships: QuerySet[Membership], membership_id: int | None) -> QuerySet[Membership]:
    """The one that a person chose to act in, if it is among them; then the others, by their partner's name."""
    chosen = Case(When(pk=membership_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    return memberships.order_by(chosen, "partner__name")


def actor_for(user: User, *, membership_id: int | None = None, at: datetime) -> Actor | None:
    """The person acting for the partner of that membership; if it does not count, for the first that does.

    None for whoever has no membership that counts at `at`, whatever is still granted to them.
    """
    found = list(the_chosen_first(memberships_of(user, at), membership_id)[:2])
    if not found:
        return None
    return Actor(user=user, membership=found[0], partner=found[0].partner, has_choice=len(found) > 1)


def alike(name: str) -> list[UUID]:
    """The partners, suspended ones too, whose name is this one or could be taken for it. Asked across partners."""
    length = len(names.skeleton(name))
    near = Partner.objects.alias(length=Length("name_skeleton")).filter(
        length__gte=length - 1, length__lte=length + 1
    )
    return [key for key, other in near.values_list("pk", "name") if names.too_close(name, other)]
