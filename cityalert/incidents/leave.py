"""Who may do something to an incident, asked while it is held; and the one way to write down that it happened."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cityalert.incidents import queries
from cityalert.incidents.models import Incident, Moment
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.roles import Permission


class IsClosed(Refusal):
    """Closed is closed, until somebody opens it again."""

    code = "incident_closed"
    status = 409
    sentence = _("This incident is closed. Open it again to go on.")


def led(actor: Actor, incident: Incident, *, may_be_closed: bool = False) -> Incident:
    """The incident, held, if the actor may lead it. Raises NotThere, IsClosed."""
    incident = held(queries.get_for(actor, incident.pk))
    if incident.partner_id != actor.partner_id or not actor.may(Permission.DRAFT):
        raise NotThere
    if incident.closed_at and not may_be_closed:
        raise IsClosed
    return incident


def taken_part_in(actor: Actor, incident: Incident) -> Incident:
    """The incident, held, if the actor may do something in it. Raises NotThere, IsClosed."""
    incident = held(queries.get_for(actor, incident.pk))
    if not actor.may(Permission.ANSWER):
        raise NotThere
    if incident.closed_at:
        raise IsClosed
    return incident


def held(incident: Incident) -> Incident:
    """Nobody else changes it until the transaction ends."""
    return Incident.objects.select_for_update().get(pk=incident.pk)


def happened(actor: Actor, incident: Incident, kind: Moment.Kind, text: str = "", *, at: datetime) -> Moment:
    """For the timeline."""
    return Moment.objects.create(
        incident=incident, kind=kind, at=at, partner=actor.partner, author=actor.user, text=text
    )
