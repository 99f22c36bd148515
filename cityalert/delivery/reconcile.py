"""Deliveries whose outcome nobody knows: ask the provider first, send again only what it does not have."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from cityalert.delivery import claiming
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.channels.base import Channel, ChannelError, Message
from cityalert.delivery.ladder import State
from cityalert.lib.severity import Severity

logger = logging.getLogger(__name__)

BATCH = 200

# A lease that ran out: the worker died between claim and record.
_LEASES_OUT = """
    WITH dead AS (
        SELECT id FROM delivery_delivery WHERE state = 'sending' AND lease_until < %(at)s
        LIMIT 5000 FOR UPDATE SKIP LOCKED
    ), closed AS (
        UPDATE delivery_attempt a SET ended_at = %(at)s, outcome = 'unknown', detail = 'the worker died'
        FROM dead WHERE a.delivery_id = dead.id AND a.ended_at IS NULL
    )
    UPDATE delivery_delivery d
    SET state = 'unknown', state_at = %(at)s, next_at = %(at)s, lease_until = NULL, reason = 'the worker died'
    FROM dead WHERE d.id = dead.id
"""

_CLAIM = """
    WITH due AS (
        SELECT d.id, a.id AS attempt_id, a.started_at, a.provider FROM delivery_delivery d
        JOIN LATERAL (SELECT id, started_at, ended_at, provider FROM delivery_attempt a WHERE a.delivery_id = d.id
                      ORDER BY number DESC LIMIT 1) a ON true
        WHERE d.state = 'unknown' AND d.channel = %(channel)s AND d.next_at <= %(at)s
          AND a.ended_at <= %(settled)s
        ORDER BY d.priority, d.next_at LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE delivery_delivery d SET next_at = %(again)s
    FROM due, delivery_recipient r
    WHERE d.id = due.id AND r.id = d.recipient_id
    RETURNING d.id, due.attempt_id, d.address, d.language, r.token, d.notice_id, due.started_at, due.provider,
        r.kind, r.because
"""

_FOUND = """
    WITH known AS (
        UPDATE delivery_attempt SET outcome = 'accepted', provider_id = %(provider_id)s WHERE id = %(attempt)s
    )
    UPDATE delivery_delivery SET state = 'sent', state_at = %(at)s, next_at = NULL, reason = '',
        provider_id = %(provider_id)s
    WHERE id = %(delivery)s AND state = 'unknown'
"""

_NOT_FOUND = """
    UPDATE delivery_delivery SET state = %(state)s, state_at = %(at)s, next_at = %(next_at)s, reason = %(reason)s,
        provider_id = coalesce(%(perhaps)s, provider_id)
    WHERE id = %(delivery)s AND state = 'unknown'
"""


def settle() -> timedelta:
    """A provider's list may lag behind what it accepted: younger attempts are not asked about yet."""
    return timedelta(seconds=settings.DELIVERY_SETTLE_S)


def take_back_leases(*, at: datetime) -> int:
    """Deliveries left by a worker that died become `unknown`. Returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LEASES_OUT, {"at": at})
        return int(cursor.rowcount)


def resend_when_unknowable(severity: Severity) -> bool:
    """Where a provider cannot be asked: is being told twice better than perhaps not at all?

    For Severe and Extreme it is; the copy carries the same Message-ID, so that a mail client can fold the two.
    """
    return severity >= Severity.SEVERE


def reconcile(channel_name: str, *, at: datetime) -> int:
    """Settle what is unknown on a channel; returns how many were looked at."""
    channel = CHANNELS[channel_name]
    batch = _claim(channel_name, at=at)
    if not batch:
        return 0
    if channel.can_look_up:
        for message, found in asyncio.run(_look_up(channel, batch)):
            _settle(message, found, at=at)
    else:
        for message in batch:
            _settle_unknowable(message, at=at)
    return len(batch)


@transaction.atomic
def _claim(channel_name: str, *, at: datetime) -> list[Message]:
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "channel": channel_name,
                "at": at,
                "settled": at - settle(),
                "again": at + settle() * 1.5,
                "limit": BATCH,
            },
        )
        return claiming.messages(cursor.fetchall(), channel_name, at)


async def _look_up(channel: Channel, batch: Sequence[Message]) -> list[tuple[Message, str | None]]:
    """What the provider has of these. Those it cannot be asked about stay unknown, and are asked about again."""
    answers: list[tuple[Message, str | None]] = []
    async with channel.open() as line:
        waiting = iter(batch)

        async def worker() -> None:
            for message in waiting:
                try:
                    answers.append((message, await channel.find(line, message)))
                except ChannelError as error:
                    logger.warning("%s: %s", channel.name, error.reason)

        await asyncio.gather(*(worker() for _ in range(min(10, len(batch)))))
    return answers


@transaction.atomic
def _settle(message: Message, provider_id: str | None, *, at: datetime) -> None:
    if provider_id is None:
        _end(message, State.QUEUED, at, "the provider does not have it", at=at)
        return
    _execute(
        _FOUND,
        {
            "provider_id": provider_id,
            "attempt": message.attempt_id,
            "delivery": message.delivery_id,
            "at": at,
        },
    )


@transaction.atomic
def _settle_unknowable(message: Message, *, at: datetime) -> None:
    if resend_when_unknowable(message.severity):
        _end(message, State.QUEUED, at, "sent again: the outcome cannot be known", at=at, may_be_heard=True)
    else:
        _end(message, State.UNCERTAIN, None, "not sent again: the outcome cannot be known", at=at)


def _end(
    message: Message,
    state: State,
    next_at: datetime | None,
    reason: str,
    *,
    at: datetime,
    may_be_heard: bool = False,
) -> None:
    """`may_be_heard`: under its own name, so that a correction goes there even if it is never sent again."""
    _execute(
        _NOT_FOUND,
        {
            "state": state, "next_at": next_at, "reason": reason, "delivery": message.delivery_id, "at": at,
            "perhaps": message.message_key if may_be_heard else None,
        },
    )  # fmt: skip


def _execute(sql: str, params: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
