"""Reads of a BIA's membership: only its own people's. The table is `listing`'s."""

from uuid import UUID

from django.db.models import QuerySet

from cityalert.businesses.leave import need_look
from cityalert.businesses.models import Business, CustomField
from cityalert.businesses.records import Field, fields_with
from cityalert.lib.refusals import NotThere
from partners.actor import Actor


def visible_to(actor: Actor) -> QuerySet[Business]:
    """The businesses of the actor's own BIA, the archived ones too. Raises NotThere for whoever is of none."""
    need_look(actor)
    return Business.objects.filter(partner=actor.partner_id)


def get_for(actor: Actor, business_id: UUID) -> Business:
    """One of them. Raises NotThere."""
    found = (
        visible_to(actor).prefetch_related("contacts").select_related("site").filter(pk=business_id).first()
    )
    if found is None:
        raise NotThere
    return found


def custom_fields(actor: Actor) -> QuerySet[CustomField]:
    """What else the actor's BIA writes down."""
    need_look(actor)
    return CustomField.objects.filter(partner=actor.partner_id)


def fields(actor: Actor) -> dict[str, Field]:
    """Every field of the actor's BIA, by name."""
    return fields_with(custom_fields(actor))
