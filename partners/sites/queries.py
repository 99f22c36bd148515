"""Reads of sites: a partner's own, by whoever acts for it."""

import json
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import AsGeoJSON, PointOnSurface
from django.db.models import QuerySet

from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.models import Membership, Placing, Site


def visible_to(actor: Actor) -> QuerySet[Site]:
    """The sites of the actor's partner, archived ones among them, by name."""
    return Site.objects.filter(partner=actor.partner).order_by("archived_at", "name")


def get_for(actor: Actor, site_id: UUID) -> Site:
    """One of them."""
    found = visible_to(actor).prefetch_related("keyholders").filter(pk=site_id).first()
    if found is None:
        raise NotThere
    return found


def told_only_about(site: Site) -> QuerySet[Membership]:
    """Members who are told about this site and no other."""
    return Membership.objects.filter(site=site, is_active=True).select_related("user").order_by("user__name")


def placing_for(actor: Actor, placing_id: UUID) -> Placing:
    """A file of sites that the actor's partner brought."""
    found = Placing.objects.filter(partner=actor.partner, pk=placing_id).first()
    if found is None:
        raise NotThere
    return found


def last_placing(actor: Actor) -> Placing | None:
    """The last file that was confirmed, which may be undone."""
    return Placing.objects.filter(partner=actor.partner, done_at__isnull=False).order_by("-done_at").first()


def on_a_map(sites: QuerySet[Site]) -> dict[str, Any]:
    """The sites as the map takes them: a point each, a footprint's inside it."""
    rows = sites.annotate(on=AsGeoJSON(PointOnSurface("location"), precision=6)).values_list(
        "pk", "name", "address", "on"
    )
    return _collection([_feature(pk, name, address, on) for pk, name, address, on in rows])


def _feature(pk: UUID, name: str, address: str, on: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(pk),
        "geometry": json.loads(on),
        "properties": {"id": str(pk), "name": name, "text": address, "state": "none"},
    }


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
