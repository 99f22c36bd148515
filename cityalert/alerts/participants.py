"""Who can be chosen to take part in an exercise or a test: nobody whom its author could not name anyway."""

from collections.abc import Callable, Collection
from functools import cache
from typing import Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from cityalert.lib import tenancy
from partners.groups.queries import addressable
from partners.models import Membership, Partner, Site
from partners.sharing import Participant


class Listed(Protocol):
    """Whatever has a closed list: whole partners, and single members of the author's own."""

    invited_partners: list[UUID]
    invited_members: list[int]


FIELDS = ("invited_partners", "invited_members")


def partners_for(author: Partner, already: Collection[UUID] = ()) -> list[tuple[UUID, str]]:
    """(Key, name) by name: the author itself, who is in its groups, and who has a site where it may alert.

    Who may alert nowhere has its own people only. `already` are those chosen before, whatever became of them since.
    """
    known = Q(pk=author.pk)
    if author.jurisdiction:
        in_groups = Participant.objects.filter(
            group__in=addressable(author.pk), state=Participant.State.JOINED
        )
        in_place = Site.objects.filter(archived_at=None, location__intersects=author.jurisdiction)
        known |= Q(pk__in=in_groups.values("partner")) | Q(pk__in=in_place.values("partner"))
    with tenancy.across("who may take part in an exercise"):
        found = Partner.objects.filter(known & Q(is_active=True) | Q(pk__in=already))
        return list(found.order_by("name").values_list("pk", "name"))


def members_of(author: Partner, already: Collection[int] = ()) -> QuerySet[Membership]:
    """The author's own people, by name, and those chosen before. Who belongs to others is for those to know."""
    may = Q(is_active=True, user__is_active=True) | Q(pk__in=already)
    return Membership.objects.filter(may, partner=author).select_related("user").order_by("user__name", "pk")


def choices(author: Partner, chosen: Listed) -> dict[str, Callable[[], list[tuple[object, str]]]]:
    """For each of FIELDS what a form offers, asked when it is needed, and once."""

    def partners() -> list[tuple[object, str]]:
        return [*partners_for(author, chosen.invited_partners)]

    def members() -> list[tuple[object, str]]:
        return [(one.pk, one.user.name) for one in members_of(author, chosen.invited_members)]

    return {"invited_partners": cache(partners), "invited_members": cache(members)}


def may_choose(author: Partner, partners: Collection[UUID], members: Collection[int]) -> bool:
    """Can the author name all of these?"""
    if partners and not set(partners) <= {key for key, _name in partners_for(author)}:
        return False
    return not members or members_of(author).filter(pk__in=members).count() == len(set(members))
