"""Reads: which groups a partner knows of, and what of them. A hidden one tells its host alone who is in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, FilteredRelation, Q, QuerySet

from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.groups.rules import IS_IN, KNOWS
from partners.models import Partner
from partners.roles import Permission
from partners.sharing import GroupInvitation, Participant, SharingGroup

_S = Participant.State


@dataclass(frozen=True)
class Standing:
    """An actor before a group: what they may see of it and do there."""

    actor: Actor
    group: SharingGroup
    own: Participant

    @property
    def is_host(self) -> bool:
        """Does the actor's partner run the group?"""
        return self.group.host_id == self.actor.partner_id

    @property
    def manages(self) -> bool:
        """May the actor decide for their partner?"""
        return self.actor.may(Permission.MANAGE)

    @property
    def may_run(self) -> bool:
        """May the actor change the group and who is in it?"""
        return self.is_host and self.manages

    @property
    def may_answer(self) -> bool:
        """Is there an invitation that the actor may answer?"""
        return self.own.state == _S.INVITED and self.manages

    @property
    def may_leave(self) -> bool:
        """A host stays; it may close the group."""
        return self.own.state in IS_IN and not self.is_host and self.manages

    @property
    def may_extend(self) -> bool:
        """Was the actor, by partner and role, given leave to invite others?"""
        role = self.own.extender_role
        if not (role and self.own.state == _S.JOINED and self.group.is_active) or self.is_host:
            return False
        return self.manages or self.actor.membership.role == role

    @property
    def may_invite(self) -> bool:
        """The host's managers and the extenders."""
        return (self.may_run and self.group.is_active) or self.may_extend

    @property
    def sees_others(self) -> bool:
        """Who is in a hidden group is the host's to know; in an open one, everybody's who is in it."""
        return self.is_host or (self.own.state == _S.JOINED and not self.group.is_hidden)


def visible_to(actor: Actor) -> QuerySet[Participant]:
    """The actor's own places, each with its group: there is no other way to know of a group."""
    own = Participant.objects.filter(partner=actor.partner_id, state__in=KNOWS)
    return own.select_related("group__host", "invited_by").order_by("group__name", "group_id")


def standings(actor: Actor) -> list[Standing]:
    """Every group the actor's partner is in, was invited to or runs."""
    with tenancy.across("the names of those who run and invite"):
        return [Standing(actor, own.group, own) for own in visible_to(actor)]


def get_for(actor: Actor, group_id: UUID) -> Standing:
    """One group the actor's partner knows of. Raises NotThere for any other."""
    with tenancy.across("the names of those who run and invite"):
        own = visible_to(actor).filter(group=group_id).first()
    if own is None:
        raise NotThere
    return Standing(actor, own.group, own)


def participants(standing: Standing) -> list[Participant]:
    """Who is in the group, as far as the actor may know: the host sees all, a member of an open group the members."""
    if not standing.sees_others:
        return []
    seen = Participant.objects.filter(group=standing.group).select_related("partner", "invited_by")
    if not standing.is_host:
        seen = seen.filter(state=_S.JOINED)
    with tenancy.across("who is in a group"):
        return list(seen.order_by("partner__name"))


def counts(standings: Iterable[Standing]) -> dict[UUID, int]:
    """How many partners are in each of these groups, of those whose members the actor may know."""
    keys = [one.group.pk for one in standings if one.sees_others]
    with tenancy.across("how many are in a group"):
        rows = Participant.objects.filter(group__in=keys, state=_S.JOINED).order_by().values("group")
        return {row["group"]: row["n"] for row in rows.annotate(n=Count("pk"))}


def invitations(standing: Standing) -> list[GroupInvitation]:
    """Whom the actor's own partner invited, and when. What came of it is for the host to know."""
    if standing.is_host:
        return []
    own = GroupInvitation.objects.filter(group=standing.group, invited_by=standing.actor.partner_id)
    with tenancy.across("the names of those one invited"):
        return list(own.select_related("partner").order_by("-invited_at", "pk"))


def addressable(partner_id: UUID) -> QuerySet[SharingGroup]:
    """The groups a partner may address: open ones it is in, and hidden ones it runs.

    Whoever addresses a group sees whom it reaches: so a hidden one is its host's to address, and nobody else's.
    """
    return (
        SharingGroup.objects.alias(
            own=FilteredRelation("participants", condition=Q(participants__partner=partner_id))
        )
        .filter(Q(is_hidden=False) | Q(host=partner_id), is_active=True, own__state=_S.JOINED)
        .select_related("host")
    )


def named(names: Iterable[str]) -> dict[str, Partner | None]:
    """Active partners by their full or short name, whatever the case. None where none or several are called so."""
    wanted = [name.casefold() for name in names]
    with tenancy.across("finding partners by name"):
        rows = Partner.objects.filter(is_active=True).extra(
            where=["lower(partners_partner.name) = ANY(%s) OR lower(partners_partner.short_name) = ANY(%s)"],
            params=[wanted, wanted],
        )
        found: dict[str, list[Partner]] = {}
        for partner in rows:
            for name in {partner.name.casefold(), partner.short_name.casefold()}:
                found.setdefault(name, []).append(partner)
    return {name: one[0] if len(one := found.get(name.casefold(), [])) == 1 else None for name in names}
