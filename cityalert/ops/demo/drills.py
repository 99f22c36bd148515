"""The drills of the demo: one that is held each week and was twice, and one that a BIA has planned."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Status
from cityalert.exercises import holding, planning
from cityalert.exercises.models import Drill, Run
from cityalert.exercises.rhythm import Rhythm
from cityalert.lib.severity import Severity
from cityalert.ops.demo.history import Past, Story
from cityalert.ops.demo.identity import chance

HOUR = 60.0
DAY = 24 * HOUR
LASTS_MIN = 30

_TOLD = """
    SELECT r.id, u.email FROM delivery_recipient r
    JOIN subscriptions_subscriber s ON s.id = r.subscriber_id JOIN accounts_user u ON u.id = s.user_id
    WHERE r.notice_id = %s ORDER BY u.email
"""
_ACKNOWLEDGE = """
    UPDATE delivery_recipient SET seen_at = %(at)s, acknowledged_at = %(at)s WHERE id = %(recipient)s
"""
_BY = """
    UPDATE delivery_delivery SET state = 'acknowledged', reason = ''
    WHERE recipient_id = %(recipient)s AND channel = %(channel)s AND state IN ('sent', 'delivered')
"""


def weekly(past: Past, partners: Iterable[UUID]) -> Story:
    """Held nine days and two days ago; the third time is a few days from now."""
    yield 9 * DAY + 4 * HOUR
    drill = _planned(
        past,
        "avery",
        "Weekly check of the network",
        "Vérification du réseau",
        partners,
        Rhythm.WEEKLY,
        minutes=5,
    )
    for round_, pace, share in ((1, 95, 0.88), (2, 60, 0.95)):
        yield past.ago(_next(drill)) - 0.05  # a moment after it is due
        alert = _hold(past, drill, round_, pace, share)
        yield past.ago(past.at) - LASTS_MIN - 1
        past.expire(alert)


def planned(past: Past, partners: Iterable[UUID]) -> Story:
    """What Bao's association will do."""
    yield 26 * HOUR
    _planned(
        past, "bao", "Monthly test of our text messages", "Essai mensuel de nos messages textes", partners,
        Rhythm.MONTHLY, minutes=5 * DAY, status=Status.TEST, announce_min=int(DAY),
    )  # fmt: skip


def _planned(
    past: Past,
    who: str,
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
    return planning.plan(past.actor(who), said, at=past.at)


def _hold(past: Past, drill: Drill, round_: int, pace: float, share: float) -> Alert:
    holding.start_due(past.at)
    run = Run.objects.select_related("alert").filter(drill=drill).latest("planned_for")
    drill.refresh_from_db()
    if run.alert is None:
        raise LookupError(f"The demo's drill was not held: {run.skipped_because}")
    past.out(run.alert)
    luck = chance(f"drill {round_}")
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [run.alert.notice_id])
        for recipient, _email in cursor.fetchall():
            after = timedelta(seconds=8 + luck.expovariate(1 / pace))
            channel = luck.choice(["sms", "sms", "sms", "email", "dashboard"])
            if luck.random() < share:
                answer = {"recipient": recipient, "at": past.at + after, "channel": channel}
                cursor.execute(_ACKNOWLEDGE, answer)
                cursor.execute(_BY, answer)
    return run.alert


def _next(drill: Drill) -> Any:
    if drill.next_at is None:
        raise LookupError("The demo's drill is over.")
    return drill.next_at
