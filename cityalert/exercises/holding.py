"""Holding drills: start at their time, stop. A crash at any moment is made good by the next round, once."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import actions as alerts
from cityalert.alerts.lifecycle import STANDING, NotAllowed
from cityalert.alerts.vocabulary import Status
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.exercises.models import GRACE, Drill, Run
from cityalert.exercises.planning import need
from cityalert.lib import tenancy
from cityalert.lib.refusals import Refusal
from cityalert.lib.severity import Severity
from partners.actor import Actor
from partners.queries import actor_for

MISSED = _("Nothing ran when it was due, and later would have surprised people.")
NOBODY = _("Whoever planned it may not hold drills any more. Plan it anew.")
FAULT = _("A fault kept it from starting. Whoever runs the network finds it in the log.")

log = logging.getLogger(__name__)


def start_due(at: datetime) -> int:
    """A chore of the sweep: start what is due; returns how many drills were started, or skipped with a reason."""
    due = list(Drill.objects.filter(next_at__lte=at).values_list("pk", flat=True))
    return sum(_start(key, at) for key in due)


@transaction.atomic
def start_now(actor: Actor, drill: Drill, *, at: datetime) -> Run:
    """Hold it once now, beside its plan."""
    need(actor)
    drill = _held(drill.pk)
    if going_on(drill, at):
        raise NotAllowed(_("This drill goes on already."))
    run = Run.objects.create(drill=drill, partner=drill.partner, planned_for=at)
    _send(run, drill, actor, at=at)
    return run


@transaction.atomic
def stop(actor: Actor, run: Run, *, at: datetime) -> Run:
    """Everybody who heard it hears that it is over."""
    need(actor)
    run = Run.objects.select_for_update(of=("self",)).select_related("alert").get(pk=run.pk)
    if run.alert is None or run.alert.state not in STANDING or run.stopped_at:
        raise NotAllowed(_("This drill is over already."))
    alerts.end_exercise(actor, run.alert, at=at)
    run.stopped_at, run.stopped_by = at, actor.user
    run.save(update_fields=["stopped_at", "stopped_by"])
    record(Verb.DRILL_STOPPED, actor, run.drill, at=at, run=str(run.pk))
    return run


def going_on(drill: Drill, at: datetime) -> bool:
    """Is it being held at a moment?"""
    return drill.runs.filter(alert__state="published", alert__expires_at__gt=at, stopped_at=None).exists()


@transaction.atomic
def _start(key: UUID, at: datetime) -> bool:
    """One drill, and its next moment with it: all of it is committed, or the next round begins again."""
    free = Drill.objects.select_for_update(of=("self",), skip_locked=True).select_related(
        "partner", "planned_by"
    )
    drill = free.filter(pk=key, next_at__lte=at).first()
    if drill is None or drill.next_at is None:
        return False
    run, _new = Run.objects.get_or_create(
        drill=drill, planned_for=drill.next_at, defaults={"partner": drill.partner}
    )
    # What was missed in between is not held one after another.
    drill.next_at = drill.plan.following(max(at, run.planned_for))
    drill.save(update_fields=["next_at"])
    actor = _actor(drill, at)
    if at - run.planned_for > GRACE:
        _skip(run, drill, MISSED, at=at)
    elif actor is None or not alerts.may_exercise(actor):
        _skip(run, drill, NOBODY, at=at)
    else:
        _try(run, drill, actor, at=at)
    return True


def _try(run: Run, drill: Drill, actor: Actor, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            _send(run, drill, actor, at=at)
    except Refusal as refusal:
        _skip(run, drill, refusal.sentence, at=at)
    except Exception:
        # The round that starts drills is the one that delivers what is real: no drill may ever hold it up.
        log.exception("drill %s did not start", drill.pk)
        _skip(run, drill, FAULT, at=at)


def _send(run: Run, drill: Drill, actor: Actor, *, at: datetime) -> None:
    exercise = alerts.Exercise(
        name=drill.name, status=Status(drill.status), words=drill.words, severity=Severity(drill.severity),
        lasts=timedelta(minutes=drill.lasts_min), invited_partners=drill.invited_partners,
        invited_members=drill.invited_members, template=drill.template, blanks=drill.blanks,
    )  # fmt: skip
    run.alert = alerts.send_exercise(actor, exercise, at=at)
    run.started_at = at
    run.save(update_fields=["alert", "started_at"])
    record(Verb.DRILL_STARTED, actor, drill, at=at, run=str(run.pk), alert=str(run.alert.pk))


def _skip(run: Run, drill: Drill, reason: str | Promise, *, at: datetime) -> None:
    run.alert = run.started_at = None
    # As it stands in the code: a page says it in its reader's language.
    with translation.override(None):
        run.skipped_because = str(reason)[:300]
    run.save(update_fields=["alert", "started_at", "skipped_because"])
    record(Verb.DRILL_SKIPPED, None, drill, at=at, run=str(run.pk), reason=run.skipped_because)


def _actor(drill: Drill, at: datetime) -> Actor | None:
    """Whoever planned it, if they still act for the partner."""
    actor = actor_for(drill.planned_by, membership_id=drill.membership_id, at=at)
    return actor if actor and actor.partner_id == drill.partner_id else None


def _held(key: UUID) -> Drill:
    with tenancy.across("its partner"):
        return Drill.objects.select_for_update(of=("self",)).select_related("partner").get(pk=key)
