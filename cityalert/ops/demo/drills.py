"""The drills of the demo: one that is held each week and was twice, and those that others have planned."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Status
from cityalert.exercises import holding, planning
from cityalert.exercises.models import Drill, Run
from cityalert.exercises.rhythm import Rhythm
from cityalert.lib.severity import Severity
from cityalert.ops.demo.history import Past, Story
from cityalert.ops.demo.identity import uid
from partners.actor import Actor

HOUR = 60.0
DAY = 24 * HOUR
LASTS_MIN = 30


def weekly(past: Past, partners: Iterable[UUID]) -> Story:
    """Held nine days and two days ago; the third time is a few days from now."""
    yield 9 * DAY + 4 * HOUR
    drill = _planned(
        past,
        past.actor("avery"),
        "Weekly check of the network",
        "Vérification du réseau",
        partners,
        Rhythm.WEEKLY,
        minutes=5,
    )
    for pace, share in ((95, 0.88), (60, 0.95)):
        yield past.ago(_next(drill)) - 0.05  # a moment after it is due
        alert = _hold(past, drill, pace, share)
        yield past.ago(past.at) - LASTS_MIN - 1
        past.expire(alert)


def planned(past: Past, partners: Iterable[UUID]) -> Story:
    """What Bao's association will do."""
    yield 26 * HOUR
    _planned(
        past, past.actor("bao"), "Monthly test of our text messages", "Essai mensuel de nos messages textes", partners,
        Rhythm.MONTHLY, minutes=5 * DAY, status=Status.TEST, announce_min=int(DAY),
    )  # fmt: skip


def from_template(past: Past, partners: Iterable[UUID]) -> Story:
    """Avery takes the words that would be used, with what stands between brackets filled in."""
    yield 25 * HOUR
    _planned(
        past, past.actor("avery"), "No subway: who knows what to do?", "Sans métro : qui sait quoi faire ?", partners,
        Rhythm.ONCE, minutes=3 * DAY, template="transit-closure", announce_min=int(DAY),
        blanks={"en": {"place": "St Andrew to Union"}, "fr": {"place": "de St Andrew à Union"}},
    )  # fmt: skip


def of_a_tower(past: Past) -> Story:
    """A partner that may alert nowhere practises with its own people."""
    yield 24 * HOUR
    _planned(
        past, past.owner("fcp"), "Night desk: who is there?", "Poste de nuit : qui est là ?", [uid("partner", "fcp")],
        Rhythm.MONTHLY, minutes=2 * DAY,
    )  # fmt: skip


def _planned(
    past: Past,
    who: Actor,
    en: str,
    fr: str,
    partners: Iterable[UUID],
    rhythm: Rhythm,
    *,
    minutes: float,
    **more: Any,
) -> Drill:
    first = timezone.localtime(past.at + timedelta(minutes=minutes), planning.city_zone())
    said = {
        "name": en, "status": Status.EXERCISE, "severity": Severity.SEVERE, "lasts_min": LASTS_MIN,
        "words": {
            "en": {"headline": en, "instruction": "Say that you have it. There is nothing else to do."},
            "fr": {"headline": fr, "instruction": "Dites que vous l’avez reçu. Il n’y a rien d’autre à faire."},
        },
        "invited_partners": list(partners), "invited_members": [], "rhythm": rhythm, "first_on": first.date(),
        "wall_time": first.time().replace(second=0, microsecond=0), "zone": settings.TIME_ZONE, "announce_min": 0,
        **more,
    }  # fmt: skip
    return planning.plan(who, said, at=past.at)


def _hold(past: Past, drill: Drill, pace: float, share: float) -> Alert:
    holding.start_due(past.at)
    run = Run.objects.select_related("alert").filter(drill=drill).latest("planned_for")
    drill.refresh_from_db()
    if run.alert is None:
        raise LookupError(f"The demo's drill was not held: {run.skipped_because}")
    past.out(run.alert)
    past.heard(run.alert, pace=pace, share=share)
    return run.alert


def _next(drill: Drill) -> Any:
    if drill.next_at is None:
        raise LookupError("The demo's drill is over.")
    return drill.next_at
