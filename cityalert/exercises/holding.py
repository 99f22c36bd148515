"""Holding drills: announce, start at their time, stop. A crash at any moment is made good by the next round, once."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, DurationField, Exists, ExpressionWrapper, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import actions as alerts
from cityalert.alerts import telling
from cityalert.alerts.lifecycle import STANDING, NotAllowed
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Status
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.exercises.models import Drill, Run
from cityalert.exercises.planning import need
from cityalert.lib import tenancy
from cityalert.lib.refusals import Refusal
from cityalert.lib.severity import Severity
from partners.actor import Actor
from partners.queries import actor_for

# A drill that was due while nothing ran is not held in the middle of the night instead.
GRACE = timedelta(minutes=15)
MISSED = _("Nothing ran when it was due, and later would have surprised people.")
NOBODY = _("Whoever planned it may not hold drills any more. Plan it anew.")
FAULT = _("A fault kept it from starting. Whoever runs the network finds it in the log.")

log = logging.getLogger(__name__)


def announce_due(at: datetime) -> int:
    """A chore of the sweep: tell those who take part that a drill is near; returns how many drills."""
    before = ExpressionWrapper(F("announce_min") * timedelta(minutes=1), output_field=DurationField())
    near = Drill.objects.filter(announce_min__gt=0, next_at__gt=at).alias(
        from_at=ExpressionWrapper(F("next_at") - before, output_field=DateTimeField())
    )
    # What was announced has its run.
    announced = Run.objects.filter(drill=OuterRef("pk"), planned_for=OuterRef("next_at"))
    due = near.filter(~Exists(announced), from_at__lte=at)
    return sum(_announce(key, at) for key in list(due.values_list("pk", flat=True)))


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
def _announce(key: UUID, at: datetime) -> bool:
    drill = (
        Drill.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key, next_at__gt=at).first()
    )
    if drill is None or drill.next_at is None:
        return False
    run, _new = Run.objects.get_or_create(
        drill=drill, planned_for=drill.next_at, defaults={"partner_id": drill.partner_id}
    )
    if run.announced_at:
        return False
    run.announced_at = at
    run.save(update_fields=["announced_at"])
    starts_at = drill.next_at

    def say() -> telling.Said:
        local = timezone.localtime(starts_at, drill.plan.zone)
        return telling.Said(
            gettext("A drill is planned: %(name)s") % {"name": drill.name},
            [
                gettext("%(day)s at %(time)s, for %(minutes)s minutes.")
                % {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}", "minutes": drill.lasts_min},
                gettext("You will be asked to acknowledge. There is nothing to do now."),
            ],
            reverse("alerts:inbox"),
        )

    told = Alert(
        partner_id=drill.partner_id, status=drill.status, severity=drill.severity,
        invited_partners=drill.invited_partners, invited_members=drill.invited_members,
    )  # fmt: skip
    telling.announce_exercise(
        f"drill:{run.pk}", told, f"drill:{drill.pk}", say, lasts=starts_at - at + GRACE, at=at
    )
    record(Verb.DRILL_ANNOUNCED, None, drill, at=at, run=str(run.pk), planned_for=starts_at)
    return True


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
        _skip(run, drill, str(MISSED), at=at)
    elif actor is None or not alerts.may_exercise(actor):
        _skip(run, drill, str(NOBODY), at=at)
    else:
        _try(run, drill, actor, at=at)
    return True


def _try(run: Run, drill: Drill, actor: Actor, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            _send(run, drill, actor, at=at)
    except Refusal as refusal:
        _skip(run, drill, str(refusal), at=at)
    except Exception:
        # The round that starts drills is the one that delivers what is real: no drill may ever hold it up.
        log.exception("drill %s did not start", drill.pk)
        _skip(run, drill, str(FAULT), at=at)


def _send(run: Run, drill: Drill, actor: Actor, *, at: datetime) -> None:
    exercise = alerts.Exercise(
        name=drill.name, status=Status(drill.status), words=drill.words, severity=Severity(drill.severity),
        lasts=timedelta(minutes=drill.lasts_min), invited_partners=drill.invited_partners,
        invited_members=drill.invited_members,
    )  # fmt: skip
    run.alert = alerts.send_exercise(actor, exercise, at=at)
    run.started_at = at
    run.save(update_fields=["alert", "started_at"])
    record(Verb.DRILL_STARTED, actor, drill, at=at, run=str(run.pk), alert=str(run.alert.pk))


def _skip(run: Run, drill: Drill, reason: str, *, at: datetime) -> None:
    run.alert = run.started_at = None
    run.skipped_because = reason[:300]
    run.save(update_fields=["alert", "started_at", "skipped_because"])
    record(Verb.DRILL_SKIPPED, None, drill, at=at, run=str(run.pk), reason=run.skipped_because)


def _actor(drill: Drill, at: datetime) -> Actor | None:
    """Whoever planned it, if they still act for the partner."""
    actor = actor_for(drill.planned_by, membership_id=drill.membership_id, at=at)
    return actor if actor and actor.partner_id == drill.partner_id else None


def _held(key: UUID) -> Drill:
    with tenancy.across("its partner"):
        return Drill.objects.select_for_update(of=("self",)).select_related("partner").get(pk=key)
