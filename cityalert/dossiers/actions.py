"""What partners do with a dossier as a whole: open it, change its frame, tie alerts, close it, open it again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts.lifecycle import UNSAID
from cityalert.alerts.models import Alert
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.dossiers.leave import hosted, may_write
from cityalert.dossiers.models import Dossier, Guest, Tie
from cityalert.geo import queries as geo
from cityalert.lib import words
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor

ALERTS_AT_MOST = 50
_LINES = ("title", "organiser", "venue")


class NotPlanned(Refusal):
    """Something about the event does not do; `field` says what."""

    code = "event_not_planned"
    status = 422
    sentence = _("This event cannot be kept like that.")


class TooManyAlerts(Refusal):
    """A list of more helps nobody."""

    code = "too_many_alerts_of_an_event"
    status = 409
    sentence = _("Fifty alerts belong to this event already.")


@transaction.atomic
def open_dossier(actor: Actor, data: Mapping[str, Any], *, at: datetime) -> Dossier:
    """A new one, kept by the actor's partner. `data`: as `DossierForm` cleans it. Raises NotPlanned, ShapeRefused."""
    if not may_write(actor):
        raise NotThere
    dossier = Dossier(partner=actor.partner, opened_at=at, opened_by=actor.user)
    _write(dossier, data)
    dossier.save(force_insert=True)
    Guest.objects.create(dossier=dossier, partner=actor.partner, host=actor.partner, since_at=at)
    record(Verb.DOSSIER_OPENED, actor, dossier, at=at)
    return dossier


@transaction.atomic
def change(actor: Actor, dossier: Dossier, data: Mapping[str, Any], *, at: datetime) -> Dossier:
    """Another frame. Raises NotPlanned, ShapeRefused."""
    dossier = hosted(actor, dossier)
    _write(dossier, data)
    dossier.save()
    record(Verb.DOSSIER_CHANGED, actor, dossier, at=at)
    return dossier


@transaction.atomic
def tie(actor: Actor, dossier: Dossier, alert: Alert, *, at: datetime) -> None:
    """Every version of this alert belongs to the event, also those to come. Again changes nothing."""
    dossier = hosted(actor, dossier)
    if alert.state in UNSAID:
        raise NotThere
    ties = Tie.objects.filter(dossier=dossier)
    if ties.filter(series=alert.series).exists():
        return
    if ties.count() >= ALERTS_AT_MOST:
        raise TooManyAlerts
    Tie.objects.create(dossier=dossier, series=alert.series, tied_at=at)
    record(Verb.DOSSIER_TIED, actor, dossier, at=at, alert=str(alert.pk))


@transaction.atomic
def close(actor: Actor, dossier: Dossier, lesson: str, *, at: datetime) -> Dossier:
    """The event is over and talked through. What was learned may be said in words."""
    dossier = hosted(actor, dossier)
    dossier.closed_at, dossier.lesson = at, words.block(lesson)[:4000]
    dossier.save(update_fields=["closed_at", "lesson"])
    record(Verb.DOSSIER_CLOSED, actor, dossier, at=at)
    return dossier


@transaction.atomic
def reopen(actor: Actor, dossier: Dossier, *, at: datetime) -> Dossier:
    """There is more to say after all. Again changes nothing."""
    dossier = hosted(actor, dossier, may_be_closed=True)
    if dossier.closed_at:
        dossier.closed_at = None
        dossier.save(update_fields=["closed_at"])
        record(Verb.DOSSIER_REOPENED, actor, dossier, at=at)
    return dossier


def _write(dossier: Dossier, data: Mapping[str, Any]) -> None:
    for name in _LINES:
        setattr(dossier, name, words.line(data[name]))
    dossier.summary = words.block(data["summary"])
    for name in ("tlp", "crowd", "begins_at", "ends_at"):
        setattr(dossier, name, data[name])
    if not dossier.title:
        raise NotPlanned(_("Say what the event is called."), field="title")
    if dossier.ends_at <= dossier.begins_at:
        raise NotPlanned(_("It has to end after it begins."), field="ends_at")
    drawn = data["shapes"] or {}
    if drawn.get("shapes") or drawn.get("zones") or "type" in drawn:
        dossier.shapes, dossier.area = drawn, geo.area_of(drawn).geometry
    else:
        dossier.shapes, dossier.area = {}, None
