"""Quiet hours: what is due in them waits until they are over. Whose are which is `subscriptions`'."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from cityalert.delivery.models import Notice, Recipient
from cityalert.duty import queries as duty
from cityalert.lib import tenancy
from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import Subscriber
from cityalert.subscriptions.queries import NOT_BEFORE

# Why a delivery waits: kept beside it, so that "not sent: the alert had ended" says why, too.
REASON = "quiet hours"

_AGAIN = f"""
    UPDATE delivery_delivery d SET next_at = {NOT_BEFORE.format(severity="n.severity")}
    FROM delivery_recipient r, subscriptions_subscriber s, delivery_notice n
    WHERE r.id = d.recipient_id AND s.id = r.subscriber_id AND n.id = d.notice_id AND s.id = %(subscriber)s
      AND d.state = 'queued' AND d.reason = %(quiet)s AND d.next_at > %(at)s
"""


def params(notice: Notice, *, at: datetime) -> dict[str, Any]:
    """What `NOT_BEFORE` asks, of a notice and those it is for."""
    return {"awake": awake(notice, at=at), "city": settings.TIME_ZONE, "quiet": REASON, "at": at}


def awake(notice: Notice, *, at: datetime) -> list[int]:
    """Who is on duty has no quiet hours: which of those a notice is for."""
    if notice.severity == Severity.EXTREME:
        return []  # it wakes everybody
    # From the people, who are few, and not from a whole city of recipients.
    sleepers = Recipient.objects.filter(
        notice=notice,
        partner__isnull=False,
        subscriber__user__isnull=False,
        subscriber__quiet_from__isnull=False,
    )
    return on_duty(set(sleepers.values_list("partner_id", flat=True)), severity=notice.severity, at=at)


def on_duty(partners: Collection[UUID], *, severity: int, at: datetime) -> list[int]:
    """Of partners of which somebody who is told sleeps: the subscribers on duty. Nobody where all are woken anyway."""
    if severity == Severity.EXTREME or not partners:
        return []
    users = [user for _partner, user in duty.people_on_duty(partners, at)]
    return list(Subscriber.objects.filter(user__in=users).values_list("pk", flat=True)) if users else []


@tenancy.across("what waits for whoever changes their quiet hours")
def look_again(subscriber: Subscriber, *, at: datetime) -> int:
    """Their quiet hours have changed: what waits, waits until these are over. Returns how many messages."""
    with connection.cursor() as cursor:
        cursor.execute(
            _AGAIN,
            {"subscriber": subscriber.pk, "awake": [], "city": settings.TIME_ZONE, "quiet": REASON, "at": at},
        )
        return int(cursor.rowcount)
