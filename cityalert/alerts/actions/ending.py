"""Alerts whose time is over. What was still to be sent is delivery's to stop."""

from datetime import datetime

from django.db import transaction

from cityalert.alerts import lifecycle
from cityalert.alerts.lifecycle import Act, State
from cityalert.alerts.models import Alert
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.live.announce import announce

AT_MOST = 500


def expire_due(at: datetime) -> int:
    """End every alert whose time is over; returns how many. Running it again changes nothing."""
    due = Alert.objects.filter(state=State.PUBLISHED, expires_at__lte=at).order_by("expires_at")
    return sum(expire(alert, at=at) for alert in due.only("pk")[:AT_MOST])


@transaction.atomic
def expire(alert: Alert, *, at: datetime) -> bool:
    """End one alert. False when it is not due, has ended, or somebody is correcting it just now."""
    held = (
        Alert.objects.select_for_update(skip_locked=True)
        .filter(pk=alert.pk, state=State.PUBLISHED, expires_at__lte=at)
        .first()
    )
    if held is None:
        return False
    held.state, held.ended_at = lifecycle.after(held.state, Act.EXPIRE), at
    held.save(update_fields=["state", "ended_at"])
    announce(held.topic, "expired")
    record(Verb.ALERT_EXPIRED, None, held, at=at)
    return True
