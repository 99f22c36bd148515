"""To which partners a bulletin goes: by group, and by what stands where. Nobody whom its publisher could not name."""

from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.gis.geos import MultiPolygon
from django.db.models import Q

from cityalert.lib import tenancy
from cityalert.lib.tlp import Tlp
from partners.actor import Actor
from partners.groups.queries import addressable
from partners.models import Partner, Site
from partners.sharing import Participant, SharingGroup


@dataclass(frozen=True)
class Wanted:
    """Groups, and beside them sites of some sectors (none: of all) in an area (none: where the publisher may alert)."""

    groups: list[UUID] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    area: MultiPolygon | None = None


def groups_of(actor: Actor) -> list[SharingGroup]:
    """Those that the actor's partner may address."""
    return list(addressable(actor.partner_id).order_by("name"))


def too_strict_for(actor: Actor, wanted: Wanted, tlp: Tlp) -> SharingGroup | None:
    """The first of the chosen groups that takes nothing so strict."""
    chosen = [one for one in groups_of(actor) if one.pk in wanted.groups]
    return next((one for one in chosen if not tlp.is_within(Tlp(one.ceiling))), None)


def partners(actor: Actor, wanted: Wanted) -> set[UUID]:
    """The partners it goes to, never the publisher's own. Of sites only whoever may alert there knows."""
    groups = [one.pk for one in groups_of(actor) if one.pk in wanted.groups]
    with tenancy.across("to whom a bulletin goes"):
        joined = Participant.objects.filter(group__in=groups, state=Participant.State.JOINED)
        found = set(joined.values_list("partner_id", flat=True)) | _by_place(actor, wanted)
        active = Partner.objects.filter(pk__in=found, is_active=True)
        return set(active.values_list("pk", flat=True)) - {actor.partner_id}


def _by_place(actor: Actor, wanted: Wanted) -> set[UUID]:
    jurisdiction = actor.partner.jurisdiction
    if jurisdiction is None or not (wanted.sectors or wanted.area):
        return set()
    sites = Site.objects.filter(archived_at=None, location__intersects=jurisdiction)
    if wanted.area:
        sites = sites.filter(location__intersects=wanted.area)
    if wanted.sectors:
        own_sector = Q(sector__in=wanted.sectors)
        sites = sites.filter(own_sector | Q(sector="", partner__sector__in=wanted.sectors))
    return set(sites.values_list("partner_id", flat=True))
