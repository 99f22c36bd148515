"""Telling those who take part that a drill is near, and that one they were told of does not take place."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, DurationField, Exists, ExpressionWrapper, F, OuterRef
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cityalert.alerts import telling
from cityalert.alerts.models import Alert
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import plain
from cityalert.exercises.models import GRACE, Drill, Run
from cityalert.lib import days

CALLED_OFF = _("It was called off.")


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


def call_off(drill: Drill, *, at: datetime) -> bool:
    """Tell whoever may have heard that it is near, and nobody else, that it is not held; was there anybody to tell?

    The drill is held by the caller, its next moment still there.
    """
    run = drill.runs.filter(planned_for=F("drill__next_at")).exclude(announced_at=None).first()
    if run is None:
        return False
    run.skipped_because = CALLED_OFF
    run.save(update_fields=["skipped_because"])

    def say() -> plain.Said:
        return plain.Said(
            gettext("A drill was called off: %(name)s") % {"name": drill.name},
            [
                gettext("It would have been on %(when)s.") % {"when": _when(run)},
                gettext("There is nothing to do."),
            ],
            reverse("alerts:inbox"),
        )

    telling.call_off_exercise(_key(run), _as_alert(drill), say, lasts=_lasts(run, at), at=at)
    return True


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

    def say() -> plain.Said:
        return plain.Said(
            gettext("A drill is planned: %(name)s") % {"name": drill.name},
            [
                gettext("%(when)s, for %(minutes)s minutes.")
                % {"when": _when(run), "minutes": drill.lasts_min},
                gettext("You will be asked to acknowledge. There is nothing to do now."),
            ],
            reverse("alerts:inbox"),
        )

    telling.announce_exercise(_key(run), _as_alert(drill), say, lasts=_lasts(run, at), at=at)
    record(Verb.DRILL_ANNOUNCED, None, drill, at=at, run=str(run.pk), planned_for=run.planned_for)
    return True


def _key(run: Run) -> str:
    return f"drill:{run.pk}"


def _lasts(run: Run, at: datetime) -> timedelta:
    return max(run.planned_for - at, timedelta()) + GRACE


def _when(run: Run) -> str:
    """The day and the time on its own wall, as the reader's language writes them."""
    local = timezone.localtime(run.planned_for, run.drill.plan.zone)
    day, time = days.day(local), formats.date_format(local, "H:i")
    return gettext("%(day)s at %(time)s") % {"day": day, "time": time}


def _as_alert(drill: Drill) -> Alert:
    """What telling must know: whose it is, that it is not real, and its list. It is not kept."""
    return Alert(
        partner_id=drill.partner_id, status=drill.status, severity=drill.severity,
        invited_partners=drill.invited_partners, invited_members=drill.invited_members,
    )  # fmt: skip
