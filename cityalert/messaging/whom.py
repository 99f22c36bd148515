"""Whom one can talk to: partners one knows, groups one may address, functions and people of either."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from cityalert.lib import tenancy
from cityalert.messaging.models import Participant
from cityalert.messaging.refusals import NotKnown
from partners.actor import Actor
from partners.groups.queries import addressable
from partners.models import Membership, Partner
from partners.sharing import Participant as Place
from partners.sharing import SharingGroup


@dataclass(frozen=True)
class Whom:
    """Whom to talk to. `functions` are a partner and a unit of it, `people` a user and the partner they act for."""

    partners: frozenset[UUID] = frozenset()
    groups: frozenset[UUID] = frozenset()
    functions: frozenset[tuple[UUID, str]] = frozenset()
    people: frozenset[tuple[int, UUID]] = frozenset()

    @property
    def is_of_persons(self) -> bool:
        """Only people are named: what is for named people can be said there."""
        return bool(self.people) and not (self.partners or self.groups or self.functions)


def known(actor: Actor) -> QuerySet[Partner]:
    """The partners an actor can name: their own, whoever may alert, and whom they share an open group with.

    The same that the wall shows a partner of others (`ops.wall`), asked in the open.
    """
    own = Place.objects.filter(partner=actor.partner_id, state=Place.State.JOINED, group__is_hidden=False)
    beside = Place.objects.filter(group__in=own.values("group"), state=Place.State.JOINED)
    may = Q(pk=actor.partner_id) | Q(jurisdiction__isnull=False) | Q(pk__in=beside.values("partner"))
    everybody = Partner.objects.filter(is_active=True)
    if actor.partner.jurisdiction is not None:
        return everybody
    return everybody.filter(may)


def choices(actor: Actor) -> tuple[list[Partner], list[SharingGroup], list[Membership]]:
    """For a form: partners, groups, and the actor's own colleagues."""
    with tenancy.across("whom one can talk to"):
        partners = list(known(actor).exclude(pk=actor.partner_id).order_by("name").defer("jurisdiction"))
        groups = list(addressable(actor.partner_id).order_by("name"))
    colleagues = Membership.objects.filter(partner=actor.partner_id, is_active=True).exclude(
        user=actor.user_id
    )
    return partners, groups, list(colleagues.select_related("user").order_by("user__name"))


@tenancy.across("whether those who are invited are known")
def places(actor: Actor, them: Whom) -> list[Participant]:
    """A place for each. Raises NotKnown for whoever is not the actor's to address."""
    asked = them.partners | {key for key, _unit in them.functions} | {key for _user, key in them.people}
    partners = {one.pk: one for one in known(actor).filter(pk__in=asked).defer("jurisdiction")}
    groups = {one.pk: one for one in addressable(actor.partner_id).filter(pk__in=them.groups)}
    if len(partners) != len(asked) or len(groups) != len(them.groups):
        raise NotKnown(field="them")
    members = {
        (one.user_id, one.partner_id): one.user
        for one in Membership.objects.filter(
            user__in=[user for user, _key in them.people], is_active=True
        ).select_related("user")
    }
    if not them.people <= set(members):
        raise NotKnown(field="them")
    return [
        *(Participant(partner=partners[key]) for key in sorted(them.partners, key=str)),
        *(Participant(group=groups[key]) for key in sorted(them.groups, key=str)),
        *(Participant(partner=partners[key], unit=unit) for key, unit in sorted(them.functions, key=str)),
        *(
            Participant(partner=partners[key], user=members[user, key])
            for user, key in sorted(them.people, key=str)
        ),
    ]


@tenancy.across("a person by their address")
def person(actor: Actor, address: str, *, at: datetime) -> tuple[int, UUID]:
    """Somebody of a partner the actor knows, by their exact e-mail address. Raises NotKnown."""
    members = Membership.objects.valid(at).filter(
        user__email__iexact=address.strip(), partner__in=known(actor)
    )
    found = members.values_list("user", "partner").first()
    if found is None:
        raise NotKnown(field="them")
    return found
