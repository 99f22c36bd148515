"""An incident's room: where those who take part talk, and beside it what stands for those who only want to know.

Two conversations of `messaging`, found again by what they are about. Who takes part in the incident takes part in them.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cityalert.alerts.vocabulary import mark_of
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.incidents import queries
from cityalert.incidents.leave import happened, led
from cityalert.incidents.models import Incident, Moment
from cityalert.lib import tenancy
from cityalert.messaging import actions as talking
from cityalert.messaging import queries as talk
from cityalert.messaging.models import SUBJECT, Conversation
from partners.actor import Actor


def _about(incident: Incident) -> tuple[str, str]:
    """How its two are found again: the tactical one, and the summary."""
    return f"incident:{incident.pk}", f"incident:{incident.pk}:summary"


@tenancy.across("the rooms of an incident the actor sees")
def of(incident: Incident) -> list[Conversation]:
    """Both, the tactical one first; none while none was opened."""
    return list(Conversation.objects.filter(about__in=_about(incident)).order_by("about"))


def visible_to(actor: Actor, incident: Incident) -> list[Conversation]:
    """Those of them in which the actor takes part."""
    return list(talk.visible_to(actor).filter(about__in=_about(incident)).order_by("about"))


@transaction.atomic
def open_rooms(actor: Actor, incident: Incident, *, at: datetime) -> Conversation:
    """Open both with everybody who takes part; returns the tactical one. Again changes nothing.

    Raises NotThere, IsClosed, and what opening a conversation raises.
    """
    incident = led(actor, incident)
    if there := of(incident):
        return there[0]
    them = talking.Whom(partners=frozenset(one.pk for one in queries.participants(incident)))
    mark = mark_of(queries.statuses([incident.pk])[incident.pk])
    title = f"[{mark}] {incident.title}" if mark else incident.title
    tactical, summary = _about(incident)
    room = talking.open_conversation(actor, title[:SUBJECT], them, about=tactical, at=at)
    beside = _("Summary: %(title)s") % {"title": title}
    talking.open_conversation(actor, beside[:SUBJECT], them, about=summary, at=at)
    happened(actor, incident, Moment.Kind.ROOM, at=at)
    record(Verb.INCIDENT_ROOM, actor, incident, at=at, conversation=str(room.pk))
    return room


def follow(
    actor: Actor, incident: Incident, *, joined: Iterable[UUID], left: Iterable[UUID], at: datetime
) -> None:
    """Whoever takes part in the incident takes part in its room, from then on; whoever does no longer, no longer."""
    for one in of(incident):
        talking.seat(actor, one, joined=joined, left=left, at=at)


def close(actor: Actor, incident: Incident, *, at: datetime) -> None:
    """What was said can still be read."""
    for one in of(incident):
        talking.settle(actor, one, is_closed=True, at=at)


def reopen(actor: Actor, incident: Incident, *, at: datetime) -> None:
    """It goes on after all."""
    for one in of(incident):
        talking.settle(actor, one, is_closed=False, at=at)
