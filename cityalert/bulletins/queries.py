"""Reads of bulletins, from the actor: what went to their partner, and what it published, under its name or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from cityalert.bulletins import sealing
from cityalert.bulletins.marking import may_read
from cityalert.bulletins.models import Addressee, Bulletin, Correction, Proposal, Reading
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere
from cityalert.lib.tlp import Tlp
from partners.actor import Actor
from partners.models import Partner

SHOWN = 200


def visible_to(actor: Actor) -> QuerySet[Bulletin]:
    """What went to the actor's partner or was published under its name; of RED what was told to the person."""
    told = Addressee.objects.filter(partner=actor.partner_id).values("bulletin")
    named = Reading.objects.filter(user=actor.user_id, partner=actor.partner_id).values("bulletin")
    to_us = Q(pk__in=told) | Q(partner=actor.partner_id)
    not_red = ~Q(tlp=Tlp.RED) | Q(author=actor.user_id) | Q(pk__in=named)
    return Bulletin.objects.filter(to_us, not_red).defer("area")


def listed(actor: Actor) -> list[Bulletin]:
    """The latest that the actor may read, the newest first, with what their partner published without its name."""
    seen = {one.pk: one for one in visible_to(actor)[:SHOWN]}
    with tenancy.across("one's own bulletins without a name"):
        own = Bulletin.objects.filter(pk__in=sealing.all_own(actor) - set(seen)).defer("area")[:SHOWN]
        seen |= {one.pk: one for one in own}
    return sorted(seen.values(), key=lambda one: one.published_at, reverse=True)[:SHOWN]


def get_for(actor: Actor, bulletin_id: UUID) -> Bulletin:
    """One of them. Raises NotThere."""
    bulletin = visible_to(actor).filter(pk=bulletin_id).first()
    if bulletin is None and bulletin_id in sealing.own(actor, {bulletin_id}):
        with tenancy.across("one's own bulletin without a name"):
            bulletin = Bulletin.objects.defer("area").get(pk=bulletin_id)
    if bulletin is None or not may_read(actor, bulletin, _named(actor, bulletin)):
        raise NotThere
    return bulletin


def is_own(actor: Actor, bulletin: Bulletin) -> bool:
    """Did the actor's partner publish it, under its name or not?"""
    if bulletin.partner_id is not None:
        return bulletin.partner_id == actor.partner_id
    return bool(sealing.own(actor, {bulletin.pk}))


@tenancy.across("the names of those who published what the actor reads")
def publishers(bulletins: Iterable[Bulletin]) -> dict[UUID, str]:
    """Who published each of these, by name; of the unnamed nobody."""
    keys = {one.partner_id for one in bulletins if one.partner_id}
    return dict(Partner.objects.filter(pk__in=keys).values_list("pk", "name"))


def own_readings(actor: Actor, bulletins: Iterable[Bulletin]) -> dict[UUID, Reading]:
    """What the person themselves was told of these, and whether they said that they have read it."""
    own = Reading.objects.filter(user=actor.user_id, bulletin__in=[one.pk for one in bulletins])
    return {one.bulletin_id: one for one in own}


def our_people(actor: Actor, bulletin: Bulletin) -> list[Reading]:
    """Of the actor's own partner whom it was told to, those who have not read it first."""
    told = Reading.objects.filter(bulletin=bulletin, partner=actor.partner_id).select_related("user")
    return sorted(told, key=lambda one: (one.acknowledged_at is not None, one.user.name.casefold()))


@dataclass(frozen=True)
class Read:
    """How many of a partner's people were told, and how many said that they have read it."""

    partner: str
    told: int
    read: int


@tenancy.across("who has read one's own bulletin")
def reads(bulletin: Bulletin) -> list[Read]:
    """For the publisher, who has asked `is_own`: per partner, those of whom nobody has read it first."""
    people = Reading.objects.filter(bulletin=bulletin).values("partner").order_by()
    counts = {
        row["partner"]: (row["told"], row["said"])
        for row in people.annotate(told=Count("pk"), said=Count("acknowledged_at"))
    }
    rows = Addressee.objects.filter(bulletin=bulletin).values_list("partner_id", "partner__name")
    found = [Read(name, *counts.get(key, (0, 0))) for key, name in rows]
    return sorted(found, key=lambda one: (one.read > 0, one.partner.casefold()))


@tenancy.across("what was put right in a bulletin the actor reads")
def corrections(bulletin: Bulletin) -> list[Correction]:
    """The first first."""
    return list(Correction.objects.filter(bulletin=bulletin))


def proposals_for(actor: Actor, bulletin: Bulletin) -> list[Proposal]:
    """The publisher sees all, a reader their own partner's."""
    if is_own(actor, bulletin):
        with tenancy.across("what readers say of one's own bulletin"):
            return list(Proposal.objects.filter(bulletin=bulletin).select_related("partner"))
    return list(
        Proposal.objects.filter(bulletin=bulletin, partner=actor.partner_id).select_related("partner")
    )


def _named(actor: Actor, bulletin: Bulletin) -> frozenset[int]:
    if bulletin.tlp != Tlp.RED:
        return frozenset()
    told = Reading.objects.filter(bulletin=bulletin, user=actor.user_id).values_list("user_id", flat=True)
    return frozenset({*told, *([bulletin.author_id] if bulletin.author_id else [])})
