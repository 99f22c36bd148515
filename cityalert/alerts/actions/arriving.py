"""Whoever enters or subscribes while an alert holds gets its current version. A chore: nobody presses anything."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from cityalert.alerts import render, targeting
from cityalert.alerts.lifecycle import State
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import latecomers

# How long somebody may be there before they are told. Counting a city's residents anew takes a second.
EVERY = timedelta(minutes=1)


def catch_up(at: datetime) -> int:
    """Tell those who have come since the last look, about everything that goes on; returns how many."""
    looked_at = Coalesce("caught_up_at", "published_at")
    due = Alert.objects.annotate(looked_at=looked_at).filter(_GOING_ON, expires_at__gt=at)
    keys = list(due.filter(looked_at__lte=at - EVERY).values_list("pk", flat=True))
    return sum(_catch_up(key, at) for key in keys)


_GOING_ON = Q(state=State.PUBLISHED) & ~Q(msg_type=MsgType.CANCEL)


@transaction.atomic
def _catch_up(key: UUID, at: datetime) -> int:
    # Held: whoever corrects it waits, or is doing so just now and tells everyone.
    free = Alert.objects.select_for_update(of=("self",), skip_locked=True).filter(_GOING_ON, pk=key)
    alert = free.select_related("partner").prefetch_related("infos", "references").first()
    if alert is None or alert.notice_id is None:
        return 0
    Alert.objects.filter(pk=key).update(caught_up_at=at)
    count = latecomers.tell(
        alert.notice_id, targeting.audience(alert, at), lambda: render.cards(alert), at=at
    )
    if count:
        record(Verb.ALERT_TOLD_LATE, None, alert, at=at, recipients=count)
    return count
