"""Recipients × usable contact points → deliveries, set-wise. Sending them is `sending`'s."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from cityalert.delivery import escalation
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.hooks import score
from cityalert.delivery.ladder import HANDED, may_have_heard
from cityalert.delivery.models import Notice
from cityalert.delivery.priority import priority
from cityalert.lib import jobs
from cityalert.subscriptions.queries import USABLE

_COLUMNS = """
    notice_id, sender_id, recipient_id, channel, address, language, priority, is_correction, state, state_at, next_at
"""

# A deputy's deliveries wait for the escalation, and all of a partner whose policy says who is called first; whoever
# answered meanwhile hears nothing more.
_STATE = """
    CASE WHEN r.acknowledged_at IS NOT NULL THEN 'stopped'
         WHEN r.call_order > 1 OR r.partner_id = ANY(%(held)s::uuid[]) THEN 'waiting' ELSE 'queued' END, %(at)s,
    CASE WHEN r.acknowledged_at IS NULL AND r.call_order = 1 AND (r.partner_id = ANY(%(held)s::uuid[])) IS NOT TRUE
         THEN %(at)s::timestamptz END
"""

_BY_CONTACT_POINT = f"""
    INSERT INTO delivery_delivery ({_COLUMNS})
    SELECT r.notice_id, r.sender_id, r.id, cp.channel, cp.address, s.language, %(priority)s, %(is_correction)s, {_STATE}
    FROM delivery_recipient r
    JOIN subscriptions_subscriber s ON s.id = r.subscriber_id
    JOIN subscriptions_contactpoint cp ON cp.subscriber_id = s.id AND {USABLE}
    WHERE r.notice_id = %(notice)s
"""

# For a correction, which may be there already. Otherwise each person and contact point is there once, and not asking
# saves a tenth.
_UNLESS_IT_IS = " ON CONFLICT DO NOTHING"

# A correction goes wherever an earlier version may have gone, even if the contact point has changed since.
# Only a STOP is respected, and it is recorded; where things went to a resident who left, nobody knows any more.
_WHERE_IT_WENT_BEFORE = f"""
    INSERT INTO delivery_delivery ({_COLUMNS}, reason)
    SELECT DISTINCT ON (r.id, e.channel, e.address)
        r.notice_id, r.sender_id, r.id, e.channel, e.address, e.language, %(priority)s, true,
        CASE WHEN stopped.id IS NOT NULL THEN 'opted_out' WHEN r.acknowledged_at IS NOT NULL THEN 'stopped'
             ELSE 'queued' END,
        %(at)s,
        CASE WHEN stopped.id IS NULL AND r.acknowledged_at IS NULL THEN %(at)s::timestamptz END,
        CASE WHEN stopped.id IS NOT NULL THEN 'STOP' ELSE '' END
    FROM delivery_recipient r
    JOIN delivery_recipient p ON p.subscriber_id = r.subscriber_id AND p.notice_id = ANY(%(follows)s)
    JOIN delivery_delivery e ON e.recipient_id = p.id AND {may_have_heard("e")} AND e.channel = ANY(%(channels)s)
        AND e.address NOT LIKE 'gone:%%'
    LEFT JOIN subscriptions_contactpoint stopped ON stopped.subscriber_id = r.subscriber_id
        AND stopped.channel = e.channel AND stopped.address = e.address AND stopped.stopped_at IS NOT NULL
    WHERE r.notice_id = %(notice)s
    ORDER BY r.id, e.channel, e.address, e.id DESC
"""

# A partner's programs are told what its screens are shown, for days, whoever has answered meanwhile: a program that was
# down comes back to what is true. What corrects something goes wherever that went.
_BY_HOOK = f"""
    INSERT INTO delivery_delivery ({_COLUMNS}, until)
    SELECT r.notice_id, r.sender_id, r.id, 'webhook', h.address, 'en', %(priority)s, %(is_correction)s, 'queued',
        %(at)s, %(at)s, %(at)s::timestamptz + %(hooks_last)s
    FROM delivery_recipient r
    JOIN delivery_hook h ON h.partner_id = r.partner_id AND h.disabled_at IS NULL
    WHERE r.notice_id = %(notice)s AND r.kind = 'screen' AND (
        h.min_severity <= %(severity)s AND (h.exercises OR NOT %(is_exercise)s)
        OR EXISTS (
            SELECT FROM delivery_recipient p JOIN delivery_delivery e ON e.recipient_id = p.id
            WHERE p.notice_id = ANY(%(follows)s) AND p.partner_id = r.partner_id AND p.kind = 'screen'
              AND e.channel = 'webhook' AND e.address = h.address AND e.state = ANY(%(handed)s)))
"""


@transaction.atomic
def fan_out(notice_id: int, *, at: datetime) -> int:
    """Write a notice's deliveries, once; returns how many. Running it again changes nothing."""
    notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None or notice.fanned_out_at:
        # A message in Redis may be older than the database behind it.
        return 0
    written = 0
    if not notice.superseded_at:
        params = {**_params(notice, at), "held": escalation.holding(notice.pk)}
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")
            if notice.follows:
                cursor.execute(_WHERE_IT_WENT_BEFORE, params)
                written += cursor.rowcount
            cursor.execute(_BY_CONTACT_POINT + (_UNLESS_IT_IS if notice.follows else ""), params)
            written += cursor.rowcount
            written += _tell_programs(cursor, notice, params)
        escalation.call(notice, at=at)
    notice.fanned_out_at = at
    notice.save(update_fields=["fanned_out_at"])
    for channel in CHANNELS:
        jobs.after_commit("delivery.send", channel)
    return written


def fan_out_to(notice: Notice, recipients: Sequence[int], *, at: datetime) -> int:
    """The same for some who came later, in the caller's transaction; returns how many deliveries."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_CONTACT_POINT + " AND r.id = ANY(%(late)s)" + _UNLESS_IT_IS,
            {**_params(notice, at), "late": list(recipients)},
        )
        written: int = cursor.rowcount
        late = {**_params(notice, at), "late": list(recipients)}
        written += _tell_programs(cursor, notice, late, " AND r.id = ANY(%(late)s)")
    for channel in CHANNELS:
        jobs.after_commit("delivery.send", channel)
    return written


def _tell_programs(cursor: CursorWrapper, notice: Notice, params: dict[str, Any], only: str = "") -> int:
    """Nothing where there are no words for them."""
    if not notice.texts.get("en", {}).get("webhook"):
        return 0
    cursor.execute(_BY_HOOK + only + _UNLESS_IT_IS, params)
    return int(cursor.rowcount)


def _params(notice: Notice, at: datetime) -> dict[str, Any]:
    return {
        "notice": notice.pk,
        "severity": notice.severity,
        "is_exercise": notice.is_exercise,
        "hooks_last": score.LONG,
        "priority": priority(notice.severity, notice.is_exercise),
        "is_correction": bool(notice.follows),
        "at": at,
        "follows": notice.follows,
        "handed": sorted(HANDED),
        "channels": sorted(CHANNELS),
        "held": [],
    }
