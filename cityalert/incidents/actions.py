"""What partners do with incidents: open, tie alerts, note, let others take part, close, open again."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import content
from cityalert.alerts.lifecycle import UNSAID
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Status
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.incidents import queries, rooms
from cityalert.incidents.leave import happened, led, taken_part_in
from cityalert.incidents.models import Incident, Moment, Participation, Tie
from cityalert.lib import words
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.messaging.models import Conversation
from partners.actor import Actor
from partners.models import Partner
from partners.roles import Permission

ALERTS_AT_MOST = 50


class NoTitle(Refusal):
    """It has to be called something."""

    code = "no_title"
    status = 422
    sentence = _("Say in a few words what happened.")


class NothingNoted(Refusal):
    """An empty note says nothing."""

    code = "nothing_noted"
    status = 422
    sentence = _("Write what you want to note, then press the button again.")


class TooManyAlerts(Refusal):
    """A timeline of more is no timeline."""

    code = "too_many_alerts"
    status = 409
    sentence = _("Fifty alerts belong to this incident already. Open another one.")


class RealAndNot(Refusal):
    """What is real and what is practised stay apart."""

    code = "real_and_exercise"
    status = 409
    sentence = _(
        "A real alert and an exercise cannot belong to one incident: one would be taken for the other. Open another."
    )


@transaction.atomic
def open_incident(actor: Actor, title: str, *, at: datetime) -> Incident:
    """By hand, without an alert yet; the actor's partner leads it."""
    if not actor.may(Permission.DRAFT):
        raise NotThere
    title = words.line(title)[:140]
    if not title:
        raise NoTitle(field="title")
    incident = Incident.objects.create(partner=actor.partner, title=title, opened_at=at, opened_by=actor.user)
    Participation.objects.create(incident=incident, partner=actor.partner, lead=actor.partner, since_at=at)
    happened(actor, incident, Moment.Kind.OPENED, at=at)
    record(Verb.INCIDENT_OPENED, actor, incident, at=at)
    return incident


@transaction.atomic
def from_alert(actor: Actor, alert: Alert, *, at: datetime) -> Incident:
    """One press: the incident of this alert, opened with its headline if there is none yet."""
    if not actor.may(Permission.DRAFT) or alert.state in UNSAID:
        raise NotThere
    # Two presses at once open one.
    Partner.objects.select_for_update().get(pk=actor.partner_id)
    there = queries.of_alert(actor, alert)
    if there:
        return there
    incident = open_incident(actor, content.words_in(alert, actor.language.value).headline, at=at)
    return tie(actor, incident, alert, at=at)


@transaction.atomic
def room_of_alert(actor: Actor, alert: Alert, *, at: datetime) -> Conversation:
    """One press: the room of this alert's incident, with everybody the alert told. Returns where one talks."""
    incident = from_alert(actor, alert, at=at)
    if not rooms.of(incident):
        told = queries.invitable(actor, queries.alerts_of(actor, [incident])[incident.pk])
        there = {one.pk for one in queries.participants(incident)}
        let_take_part(actor, incident, there | {key for key, _name in told}, at=at)
    return rooms.open_rooms(actor, incident, at=at)


@transaction.atomic
def tie(actor: Actor, incident: Incident, alert: Alert, *, at: datetime) -> Incident:
    """Every version of this alert belongs to the incident, also those to come. Again changes nothing."""
    incident = led(actor, incident)
    if alert.state in UNSAID:
        raise NotThere
    ties = Tie.objects.filter(incident=incident)
    if ties.filter(series=alert.series).exists():
        return incident
    if ties.count() >= ALERTS_AT_MOST:
        raise TooManyAlerts
    if queries.realities(incident) - {alert.status == Status.ACTUAL}:
        raise RealAndNot
    Tie.objects.create(incident=incident, series=alert.series, tied_at=at)
    record(Verb.INCIDENT_TIED, actor, incident, at=at, alert=str(alert.pk))
    return incident


@transaction.atomic
def note(actor: Actor, incident: Incident, text: str, *, at: datetime) -> Moment:
    """Something all who take part should read. It stays as it was written."""
    incident = taken_part_in(actor, incident)
    text = words.block(text)[:2000]
    if not text:
        raise NothingNoted(field="text")
    moment = happened(actor, incident, Moment.Kind.NOTE, text, at=at)
    record(Verb.INCIDENT_NOTED, actor, incident, at=at)
    return moment


@transaction.atomic
def let_take_part(actor: Actor, incident: Incident, partner_ids: Iterable[UUID], *, at: datetime) -> None:
    """Exactly these take part beside the lead: partners its alerts told, or that take part already."""
    incident = led(actor, incident)
    there = {one.pk: one for one in queries.participants(incident) if one.pk != incident.partner_id}
    told = dict(queries.invitable(actor, queries.alerts_of(actor, [incident])[incident.pk]))
    wanted = set(partner_ids) & (set(told) | set(there))
    for key in sorted(wanted - set(there), key=str):
        Participation.objects.create(incident=incident, partner_id=key, lead=actor.partner, since_at=at)
        happened(actor, incident, Moment.Kind.JOINED, told[key], at=at)
    for key in sorted(set(there) - wanted, key=str):
        Participation.objects.filter(incident=incident, partner_id=key).delete()
        happened(actor, incident, Moment.Kind.LEFT, there[key].name, at=at)
    rooms.follow(actor, incident, joined=wanted - set(there), left=set(there) - wanted, at=at)
    if wanted != set(there):
        facts = {"joined": sorted(wanted - set(there), key=str), "left": sorted(set(there) - wanted, key=str)}
        record(Verb.INCIDENT_PARTNERS, actor, incident, at=at, **facts)


@transaction.atomic
def close(actor: Actor, incident: Incident, outcome: str, *, at: datetime) -> Incident:
    """It is over. How it ended may be said in words."""
    incident = led(actor, incident)
    incident.closed_at, incident.outcome = at, words.block(outcome)[:1000]
    incident.save(update_fields=["closed_at", "outcome"])
    happened(actor, incident, Moment.Kind.CLOSED, incident.outcome, at=at)
    rooms.close(actor, incident, at=at)
    record(Verb.INCIDENT_CLOSED, actor, incident, at=at)
    return incident


@transaction.atomic
def reopen(actor: Actor, incident: Incident, *, at: datetime) -> Incident:
    """It goes on after all. Again changes nothing."""
    incident = led(actor, incident, may_be_closed=True)
    if incident.closed_at:
        incident.closed_at = None
        incident.save(update_fields=["closed_at"])
        happened(actor, incident, Moment.Kind.REOPENED, at=at)
        rooms.reopen(actor, incident, at=at)
        record(Verb.INCIDENT_REOPENED, actor, incident, at=at)
    return incident
