"""Taking what is due under a lease, and opening its attempts: the last gate before a provider."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from cityalert.delivery import because as reasons
from cityalert.delivery import failover, tempo
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.channels.base import Message, providers_of
from cityalert.delivery.hooks import targets
from cityalert.delivery.models import Notice, Recipient
from cityalert.lib.sealed import unseal
from cityalert.lib.severity import Severity

BATCH = 500

# What nobody knows the outcome of may still be on its way: a correction does not overtake it before the provider was
# asked, nor wait for long for a provider that cannot be.
ASKED_WITHIN = timedelta(seconds=30)

# The gate: the last moment at which a delivery can still be stopped. One statement decides for each due row
# whether it may go, takes a lease on it, and opens its attempt.
_CLAIM = """
    WITH due AS (
        SELECT d.id FROM delivery_delivery d
        WHERE d.channel = %(channel)s AND d.state = 'queued' AND d.next_at <= %(at)s
          AND (NOT d.is_correction OR NOT EXISTS (
              SELECT FROM delivery_delivery e
              WHERE e.channel = d.channel AND e.address = d.address AND e.id < d.id
                AND (e.state = 'sending' OR e.state = 'unknown' AND e.state_at > %(asked_by)s)))
        ORDER BY d.priority, d.next_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ), decided AS (
        UPDATE delivery_delivery d SET
            state = CASE WHEN d.until IS NULL AND r.acknowledged_at IS NOT NULL THEN 'stopped'
                         WHEN n.superseded_at IS NOT NULL THEN 'superseded'
                         WHEN COALESCE(d.until, n.expires_at) <= %(at)s THEN 'expired'
                         ELSE 'sending' END,
            tries = d.tries + ((d.until IS NOT NULL OR r.acknowledged_at IS NULL) AND n.superseded_at IS NULL
                               AND COALESCE(d.until, n.expires_at) > %(at)s)::int,
            state_at = %(at)s, next_at = NULL, lease_until = %(lease_until)s
        FROM due, delivery_recipient r, delivery_notice n
        WHERE d.id = due.id AND r.id = d.recipient_id AND n.id = d.notice_id
        RETURNING d.id, d.state, d.tries, d.address, d.language, d.notice_id, r.token, r.kind,
            r.because, nextval('delivery_attempt_id_seq') AS attempt_id
    ), opened AS (
        INSERT INTO delivery_attempt (id, delivery_id, number, started_at, provider)
        SELECT attempt_id, id, tries, %(at)s, %(provider)s FROM decided WHERE state = 'sending'
    )
    SELECT id, attempt_id, address, language, token, notice_id, %(at)s, %(provider)s, kind, because FROM decided
    WHERE state = 'sending'
"""


def lease() -> timedelta:
    """How long a claimed delivery is nobody else's."""
    return timedelta(seconds=settings.DELIVERY_LEASE_S)


def may_begin(message: Message, *, at: datetime) -> bool:
    """Can this message still be handed over and answered within its lease?

    If it could not, another worker might take it for lost and send it while we still do.
    """
    return at + timedelta(seconds=settings.DELIVERY_TIMEOUT_S) < message.lease_until


@transaction.atomic
def claim(channel_name: str, *, at: datetime, limit: int = BATCH) -> list[Message]:
    """Lease what is due and open an attempt for each. What may no longer be sent is ended instead."""
    limit = tempo.room(channel_name, at=at, at_most=limit)
    plan = failover.plan(providers_of(CHANNELS[channel_name]), at=at)
    asked: dict[str, Any] = {"channel": channel_name, "provider": plan.main, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM, {**asked, "at": at, "lease_until": at + lease(), "asked_by": at - ASKED_WITHIN}
        )
        rows = cursor.fetchall()
    tempo.took(channel_name, len(rows), at=at)
    claimed = messages(rows, channel_name, at)
    return failover.tried_with(claimed, plan.tried) if plan.tried else claimed


def messages(rows: Sequence[tuple[Any, ...]], channel_name: str, at: datetime) -> list[Message]:
    """Messages from rows of: delivery, attempt, sealed address, language, token, notice, begun, provider, kind, why."""
    notices = Notice.objects.in_bulk({row[5] for row in rows})
    addresses = {row[2]: unseal(row[2]) for row in rows}
    if channel_name == "webhook":
        found = targets.resolve(addresses.values(), at=at)
        addresses = {sealed: found.get(address, "") for sealed, address in addresses.items()}
    public_url, lease_until = settings.PUBLIC_URL, at + lease()
    return [
        Message(
            delivery_id=delivery_id,
            attempt_id=attempt_id,
            channel=channel_name,
            address=addresses[address],
            link=f"{public_url}/a/{token}/",
            language=language,
            severity=Severity(notices[notice_id].severity),
            series=notices[notice_id].series,
            asks=not notices[notice_id].topic.startswith(Notice.ABOUT_CONTACT),
            message_key=f"{notices[notice_id].key.replace(':', '.')}.{delivery_id}",
            provider=provider,
            is_trial=False,
            started_at=started_at,
            lease_until=lease_until,
            expires_at=notices[notice_id].expires_at,
            leave=f"{public_url}/subscribe/told/{token}/" if kind == Recipient.Kind.RESIDENT else "",
            **_for_one(because, notices[notice_id].texts[language], language),
        )
        for delivery_id, attempt_id, address, language, token, notice_id, started_at, provider, kind, because in rows
    ]


def _for_one(why: str, texts: Mapping[str, str], language: str) -> dict[str, Any]:
    """What is said to one of many: why it comes to them, and in whose place."""
    if not why:
        return {"texts": texts}
    with translation.override(language):
        return {"texts": reasons.said_to(why, texts), "why": reasons.sentence(why)}
