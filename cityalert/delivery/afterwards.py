"""What can be said of notices once they are over: who acknowledged, and how quickly. Who may ask is decided above."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

# Whoever pressed the button; who answered by their own link or by text message is the recipient themselves.
_ACKNOWLEDGERS = """
    SELECT DISTINCT ON (u.id) u.id, r.partner_id
    FROM delivery_recipient r
    LEFT JOIN subscriptions_subscriber s ON s.id = r.subscriber_id
    JOIN accounts_user u ON u.id = coalesce(r.acknowledged_by_id, s.user_id) AND u.is_active
    WHERE r.notice_id = ANY(%(notices)s) AND r.acknowledged_at IS NOT NULL AND r.partner_id IS NOT NULL
    ORDER BY u.id, r.acknowledged_at
"""

_SPEEDS = """
    SELECT r.notice_id, count(*),
        extract(epoch FROM min(r.acknowledged_at - n.posted_at)),
        extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY r.acknowledged_at - n.posted_at)),
        extract(epoch FROM percentile_disc(0.9) WITHIN GROUP (ORDER BY r.acknowledged_at - n.posted_at))
    FROM delivery_recipient r JOIN delivery_notice n ON n.id = r.notice_id
    WHERE r.notice_id = ANY(%(notices)s) AND r.acknowledged_at IS NOT NULL AND r.kind = 'member'
    GROUP BY r.notice_id
"""


@dataclass(frozen=True)
class Speed:
    """How long it took those who acknowledged, in seconds: the first, half of them, nine in ten."""

    people: int
    first_s: float
    half_s: float
    ninety_s: float


def acknowledgers(notice_ids: Sequence[int]) -> list[tuple[int, UUID]]:
    """The members who acknowledged any of these: (user, partner), each person once."""
    with connection.cursor() as cursor:
        cursor.execute(_ACKNOWLEDGERS, {"notices": list(notice_ids)})
        return [(user, partner) for user, partner in cursor.fetchall()]


def speeds(notice_ids: Sequence[int]) -> dict[int, Speed]:
    """How quickly members acknowledged each of these; nothing for one that nobody acknowledged."""
    with connection.cursor() as cursor:
        cursor.execute(_SPEEDS, {"notices": list(notice_ids)})
        return {notice: Speed(people, *map(float, times)) for notice, people, *times in cursor.fetchall()}
