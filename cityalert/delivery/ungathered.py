"""What was in a mail of the day that failed for good: told by whatever else works, or said as not reached."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from cityalert.delivery import digest, quiet
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.models import Notice
from cityalert.delivery.priority import priority
from cityalert.lib import jobs
from cityalert.subscriptions.queries import NOT_BEFORE, USABLE

# Mail servers give up after days, and send back what they could not deliver.
COMES_BACK_WITHIN = timedelta(days=5)

# Of the mails `m` of the day that failed: what `g` was in them, and still counts as sent.
LOST = f"""
    delivery_notice day
    JOIN delivery_delivery m ON m.notice_id = day.id AND m.state IN ('failed', 'opted_out', 'expired')
    JOIN delivery_recipient t ON t.id = m.recipient_id
    JOIN delivery_recipient r ON r.subscriber_id = t.subscriber_id
    JOIN delivery_delivery g ON g.recipient_id = r.id AND g.channel = '{digest.CHANNEL}'
        AND g.provider_id = day.key AND g.state = 'sent'
    WHERE day.topic = '{digest.TOPIC}' AND day.posted_at > %(at)s - interval '{COMES_BACK_WITHIN.days} days'"""

_FAIL = f"""
    UPDATE delivery_delivery d SET state = 'failed', state_at = %(at)s, reason = lost.reason
    FROM (
        SELECT g.id, m.address, left('the mail of the day: ' || CASE m.state
            WHEN 'expired' THEN 'no mail server took it' ELSE m.reason END, 200) AS reason
        FROM {LOST}) lost
    WHERE d.id = lost.id AND d.state = 'sent'
    RETURNING d.notice_id, d.recipient_id, lost.address
"""

_OTHERWISE = f"""
    INSERT INTO delivery_delivery
        (notice_id, sender_id, recipient_id, channel, address, language, priority, is_correction, state, state_at,
         next_at, reason)
    SELECT r.notice_id, r.sender_id, r.id, cp.channel, cp.address, s.language, %(priority)s, false, 'queued', %(at)s,
        free.at, CASE WHEN free.at > %(at)s THEN %(quiet)s ELSE '' END
    FROM unnest(%(recipients)s::bigint[], %(addresses)s::text[]) lost(recipient_id, address)
    JOIN delivery_recipient r ON r.id = lost.recipient_id AND r.acknowledged_at IS NULL
    JOIN subscriptions_subscriber s ON s.id = r.subscriber_id
    JOIN subscriptions_contactpoint cp ON cp.subscriber_id = s.id AND {USABLE}
        AND (cp.channel <> 'email' OR cp.address <> lost.address)
    CROSS JOIN LATERAL (SELECT {NOT_BEFORE.format(severity="%(severity)s")} AS at) free
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def tell(*, at: datetime) -> int:
    """Look for mails of the day that failed; returns how many messages take the place of what was in them."""
    with connection.cursor() as cursor:
        cursor.execute(_FAIL, {"at": at})
        lost = dict[int, list[tuple[int, str]]]()
        for notice_id, recipient_id, address in cursor.fetchall():
            lost.setdefault(notice_id, []).append((recipient_id, address))
    # Held until it is told: a newer version waits, or has come before and nothing is told.
    current = Notice.objects.filter(pk__in=lost, superseded_at=None, expires_at__gt=at).order_by("pk")
    written = sum(_otherwise(notice, lost[notice.pk], at) for notice in current.select_for_update())
    if written:
        for channel in CHANNELS:
            jobs.after_commit("delivery.send", channel)
    return written


def _otherwise(notice: Notice, lost: Sequence[tuple[int, str]], at: datetime) -> int:
    recipients, addresses = zip(*lost, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _OTHERWISE,
            {
                **quiet.params(notice, at=at),
                "severity": notice.severity,
                "priority": priority(notice.severity, notice.is_exercise),
                "recipients": list(recipients),
                "addresses": list(addresses),
            },
        )
        return int(cursor.rowcount)
