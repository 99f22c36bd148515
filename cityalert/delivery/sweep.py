"""Whatever a crash left behind, at every step. Run by beat, and by the lifeline when beat is silent."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from cityalert.delivery import digest, escalation, fanout, reconcile, sending, ungathered
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.models import Delivery, Heartbeat, Notice
from cityalert.lib import clock

# How long a fan-out may take to begin before somebody else begins it.
PATIENCE = timedelta(seconds=2)

_END = """
    UPDATE delivery_delivery SET state = 'expired', state_at = %(at)s, next_at = NULL
    WHERE notice_id = ANY(%(notices)s) AND state IN ('queued', 'waiting') AND until IS NULL
"""


# What others want done each round, said in their `ready()`: delivery knows nothing of them.
_chores: list[Callable[..., object]] = []


def also(chore: Callable[..., object]) -> None:
    """Have `chore(at=…)` done in every round, by beat or by the lifeline."""
    _chores.append(chore)


def run(*, at: datetime, name: str = "sweep", hand_over: Callable[[str, str], object] | None = None) -> None:
    """One round by the process called `name`.

    `hand_over(task, channel)` gives the sending to somebody else; without it, it is done here.
    """
    beat(name, at=at)
    for chore in _chores:
        chore(at=at)
    end_expired(at=at)
    for notice_id in Notice.objects.filter(fanned_out_at=None, posted_at__lte=at - PATIENCE).values_list(
        "pk", flat=True
    ):
        fanout.fan_out(notice_id, at=at)
    escalation.escalate_due(at=at)
    digest.send_due(at=at)
    ungathered.tell(at=at)
    reconcile.take_back_leases(at=at)
    for channel in CHANNELS:
        if is_due(channel, at=at):
            if hand_over:
                hand_over("delivery.send", channel)
            else:
                sending.send_due(channel)
        if is_unknown(channel, at=at):
            if hand_over:
                hand_over("delivery.reconcile", channel)
            else:
                reconcile.reconcile(channel, at=clock.now())


def beat(name: str, *, at: datetime) -> None:
    """Say that a silent process is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": at})


def age(name: str, *, at: datetime) -> timedelta | None:
    """How long ago a silent process last did its round; None if it never did."""
    beat_at = Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()
    return at - beat_at if beat_at else None


@transaction.atomic
def end_expired(*, at: datetime) -> int:
    """What was not sent in time is not sent late. Returns how many notices ended."""
    ended = list(
        Notice.objects.filter(ended_at=None, expires_at__lte=at)
        .select_for_update(skip_locked=True)
        .values_list("pk", flat=True)[:500]
    )
    if ended:
        with connection.cursor() as cursor:
            cursor.execute(_END, {"notices": ended, "at": at})
        escalation.end(ended, escalation.Outcome.EXPIRED, at=at)
        Notice.objects.filter(pk__in=ended).update(ended_at=at)
    return len(ended)


def is_due(channel: str, *, at: datetime) -> bool:
    """Is anything waiting to be sent on this channel?"""
    return Delivery.objects.filter(channel=channel, state="queued", next_at__lte=at).exists()


def is_unknown(channel: str, *, at: datetime) -> bool:
    """Is there anything on this channel whose outcome can be asked about?"""
    return Delivery.objects.filter(channel=channel, state="unknown", next_at__lte=at).exists()
