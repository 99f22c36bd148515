"""Whom messages did not come to lately, and who has no way at all. Reads only; who may see it is decided above."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cityalert.delivery import reasons
from cityalert.delivery.reasons import Advice
from cityalert.lib import tenancy

# Told by us, or one of ours told by anybody. A channel that has worked since is no trouble any more.
_OURS = "(r.sender_id = %(us)s OR r.partner_id = %(us)s)"
_FAILED = f"""
    WITH lately AS MATERIALIZED (
        SELECT d.id, d.notice_id, d.channel, d.state, d.state_at, d.reason, r.subscriber_id, r.partner_id
        FROM delivery_notice n
        JOIN delivery_recipient r ON r.notice_id = n.id AND r.kind = 'member' AND {_OURS}
        JOIN delivery_delivery d ON d.recipient_id = r.id
        WHERE n.posted_at >= %(since)s AND r.subscriber_id IS NOT NULL
    ), last AS (
        SELECT DISTINCT ON (subscriber_id, channel) *,
            count(*) FILTER (WHERE state IN ('failed', 'opted_out')) OVER (PARTITION BY subscriber_id, channel) AS times
        FROM lately WHERE state IN ('failed', 'opted_out', 'sent', 'delivered', 'seen', 'acknowledged')
        ORDER BY subscriber_id, channel, state_at DESC, id DESC
    )
    SELECT u.name, coalesce(p.name, ''), last.channel, last.reason, last.times, last.state_at, n.topic,
        last.subscriber_id
    FROM last JOIN delivery_notice n ON n.id = last.notice_id
    JOIN subscriptions_subscriber s ON s.id = last.subscriber_id JOIN accounts_user u ON u.id = s.user_id
    LEFT JOIN partners_partner p ON p.id = last.partner_id
    WHERE last.state IN ('failed', 'opted_out')
    ORDER BY last.times DESC, u.name, last.channel LIMIT %(limit)s
"""

# Wanted at once, nothing to tell them by, and still nothing.
_UNREACHABLE = f"""
    SELECT DISTINCT ON (r.subscriber_id) u.name, coalesce(p.name, ''), count(*) OVER (PARTITION BY r.subscriber_id),
        n.posted_at, n.topic, r.subscriber_id
    FROM delivery_notice n
    JOIN delivery_recipient r ON r.notice_id = n.id AND r.kind = 'member' AND r.call_order = 1 AND {_OURS}
    JOIN subscriptions_subscriber s ON s.id = r.subscriber_id JOIN accounts_user u ON u.id = s.user_id
    LEFT JOIN partners_partner p ON p.id = r.partner_id
    WHERE n.posted_at >= %(since)s AND n.fanned_out_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM delivery_delivery d WHERE d.recipient_id = r.id)
      AND NOT EXISTS (
          SELECT FROM subscriptions_contactpoint cp WHERE cp.subscriber_id = s.id
            AND cp.verified_at IS NOT NULL AND cp.stopped_at IS NULL AND cp.gone_at IS NULL)
    ORDER BY r.subscriber_id, n.posted_at DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Failure:
    """One way to somebody that does not work: since the last time nothing has come by it."""

    name: str
    partner: str
    channel: str
    reason: str
    times: int
    at: datetime
    topic: str
    subscriber_id: int

    @property
    def words(self) -> str:
        """Why, for people."""
        return reasons.words(self.reason)

    @property
    def advice(self) -> Advice:
        """What to do; `label` says it."""
        return reasons.advice(self.reason)


@dataclass(frozen=True)
class Unreachable:
    """Somebody who was to be told, and has no way."""

    name: str
    partner: str
    times: int
    at: datetime
    topic: str
    subscriber_id: int


@tenancy.across("who was not reached")
def failed(partner_id: UUID, *, since: datetime, at_most: int) -> list[Failure]:
    """Of a partner's own people and of whoever it told: each way that does not work, the worst first."""
    return [Failure(*row) for row in _read(_FAILED, partner_id, since, at_most)]


@tenancy.across("who was not reached")
def unreachable(partner_id: UUID, *, since: datetime, at_most: int) -> list[Unreachable]:
    """The same of those who have no way."""
    found = [Unreachable(*row) for row in _read(_UNREACHABLE, partner_id, since, at_most)]
    return sorted(found, key=lambda one: (-one.times, one.name))


def _read(statement: str, partner_id: UUID, since: datetime, at_most: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"us": partner_id, "since": since, "limit": at_most})
        return list(cursor.fetchall())
