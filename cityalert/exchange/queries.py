"""Reads of what came from others, each from what the actor may see: their partner's, and the network's."""

from uuid import UUID

from django.db.models import Q, QuerySet

from cityalert.exchange.leave import By, need_arrange, need_look
from cityalert.exchange.models import External, Quarantined, Source, Start
from cityalert.lib.refusals import NotThere
from partners.actor import Actor, Staff


def visible_to(actor: Actor) -> QuerySet[External]:
    """Alerts of others, the latest first, without their bytes and areas. Raises NotThere."""
    need_look(actor)
    theirs = External.objects.filter(Q(partner=actor.partner_id) | Q(partner=None))
    return theirs.select_related("source", "replaced_by").defer(
        "raw", "area", "replaced_by__raw", "replaced_by__area"
    )


def get_for(actor: Actor, external_id: UUID) -> External:
    """One of them, whole. Raises NotThere."""
    need_look(actor)
    theirs = External.objects.filter(Q(partner=actor.partner_id) | Q(partner=None), pk=external_id)
    found = theirs.select_related("source", "received_by", "replaced_by").first()
    if found is None:
        raise NotThere
    return found


def predecessors(actor: Actor, external: External) -> QuerySet[External]:
    """What it names as its forerunners, as far as they came in, too."""
    return visible_to(actor).filter(partner=external.partner_id, key__in=external.reference_keys)


def drafts_from(actor: Actor, external: External) -> QuerySet[Start]:
    """What the actor's partner has started from it."""
    return Start.objects.filter(partner=actor.partner_id, external=external).select_related("alert")


def quarantined(by: By) -> QuerySet[Quarantined]:
    """What waits, the latest first, without its bytes. Raises NotThere."""
    return _waiting(by).select_related("source", "received_by").defer("raw")


def quarantined_for(by: By, kept_id: UUID) -> Quarantined:
    """One of it, whole. Raises NotThere."""
    found = _waiting(by).select_related("source", "received_by").filter(pk=kept_id).first()
    if found is None:
        raise NotThere
    return found


def sources(by: By) -> QuerySet[Source]:
    """Where the actor's partner, or the network, has alerts fetched. Raises NotThere."""
    if isinstance(by, Actor):
        need_look(by)
    return Source.objects.filter(partner=by.partner_id)


def source_for(by: By, source_id: UUID) -> Source:
    """One of them. Raises NotThere, MayNotArrange."""
    need_arrange(by)
    found = sources(by).filter(pk=source_id).first()
    if found is None:
        raise NotThere
    return found


def _waiting(by: By) -> QuerySet[Quarantined]:
    if isinstance(by, Actor):
        need_look(by)
    elif not isinstance(by, Staff):
        raise NotThere
    return Quarantined.objects.filter(partner=by.partner_id)
