"""Recipients × usable contact points → deliveries, set-wise. Sending them is `sending`'s."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from cityalert.delivery import digest, escalation, quiet
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.hooks import score
from cityalert.delivery.ladder import HANDED, State, may_have_heard
from cityalert.delivery.models import Notice
from cityalert.delivery.priority import priority
from cityalert.lib import jobs, planning
from cityalert.subscriptions.queries import GATHERED, NOT_BEFORE, USABLE

_COLUMNS = """
    notice_id, sender_id, recipient_id, channel, address, language, priority, is_correction, state, state_at, next_at
"""

_NOT_BEFORE = NOT_BEFORE.format(severity="%(gravest)s")
_FREE = f"CROSS JOIN LATERAL (SELECT {_NOT_BEFORE} AS at) free"
# The same asked by the key, one for one, where everything else is read once: a city's subscribers are not (`OFFSET 0`).
_THEIRS = f"""CROSS JOIN LATERAL (
        SELECT {_NOT_BEFORE} AS at FROM subscriptions_subscriber s WHERE s.id = went.subscriber_id OFFSET 0) free"""

# A deputy's deliveries wait for the escalation, and all of a partner whose policy says who is called first; whoever
# answered meanwhile hears nothing more.
_TO_CONTACT_POINTS = f"""
    INSERT INTO delivery_delivery ({_COLUMNS}, reason)
    SELECT r.notice_id, r.sender_id, r.id,
        CASE WHEN gathered.id IS NULL THEN cp.channel ELSE '{digest.CHANNEL}' END, cp.address, s.language,
        %(priority)s, %(is_correction)s,
        CASE WHEN r.acknowledged_at IS NOT NULL THEN 'stopped' WHEN held.is_held THEN 'waiting' ELSE 'queued' END,
        %(at)s,
        CASE WHEN r.acknowledged_at IS NULL AND NOT held.is_held THEN coalesce(gathered.next_at, free.at) END,
        CASE WHEN r.acknowledged_at IS NULL AND NOT held.is_held AND gathered.id IS NULL AND free.at > %(at)s
             THEN %(quiet)s ELSE '' END
    FROM delivery_recipient r
    JOIN subscriptions_subscriber s ON s.id = r.subscriber_id
    JOIN subscriptions_contactpoint cp ON cp.subscriber_id = s.id AND {USABLE}
    {_FREE}
    CROSS JOIN LATERAL (
        SELECT r.call_order > 1 OR coalesce(r.partner_id = ANY(%(held)s::uuid[]), false) AS is_held) held
"""
_HERE = " WHERE r.notice_id = %(notice)s AND (gathered.id IS NULL OR gathered.id = cp.id)"
_NONE = "CROSS JOIN (SELECT NULL::bigint AS id, NULL::timestamptz AS next_at) gathered"
_EACH_BY_ITSELF = f"{_TO_CONTACT_POINTS} {_NONE} {_HERE}"
_MINOR_BY_DAY = f"{_TO_CONTACT_POINTS} {GATHERED} AND NOT held.is_held {_HERE}"

# For a correction, which may be there already. Otherwise each person and contact point is there once, and not asking
# saves a tenth.
_UNLESS_IT_IS = " ON CONFLICT DO NOTHING"
# Whoever hears a correction by mail does not read it once more in the mail of the day.
_UNLESS_BY_MAIL = """ AND (gathered.id IS NULL OR NOT EXISTS (
    SELECT FROM delivery_delivery e WHERE e.recipient_id = r.id AND e.channel = 'email' AND e.address = cp.address))"""

# A correction goes wherever an earlier version may have gone, even if the contact point has changed since.
# What was read in a mail of the day is corrected by a mail of its own: tomorrow's may come too late.
# Only a STOP is respected, and it is recorded; where things went to a resident who left, nobody knows any more. Quiet
# hours hold it back only where it can still be told afterwards.
_WHERE_IT_WENT_BEFORE = f"""
    INSERT INTO delivery_delivery ({_COLUMNS}, reason)
    SELECT notice_id, sender_id, went.id, channel, address, went.language, %(priority)s, true,
        CASE WHEN has_stopped THEN 'opted_out' WHEN has_answered THEN 'stopped' ELSE 'queued' END, %(at)s,
        CASE WHEN NOT has_stopped AND NOT has_answered
             THEN CASE WHEN free.at < %(expires_at)s THEN free.at ELSE %(at)s END END,
        CASE WHEN has_stopped THEN 'STOP' WHEN has_answered THEN ''
             WHEN free.at > %(at)s AND free.at < %(expires_at)s THEN %(quiet)s ELSE '' END
    FROM (
        SELECT DISTINCT ON (r.id, {digest.HEARD_BY}, e.address)
            r.notice_id, r.sender_id, r.id, r.subscriber_id, {digest.HEARD_BY} AS channel, e.address, e.language,
            r.acknowledged_at IS NOT NULL AS has_answered,
            EXISTS (SELECT FROM subscriptions_contactpoint c WHERE c.subscriber_id = r.subscriber_id
                    AND c.channel = {digest.HEARD_BY} AND c.address = e.address
                    AND c.stopped_at IS NOT NULL) AS has_stopped
        FROM delivery_recipient r
        JOIN delivery_recipient p ON p.subscriber_id = r.subscriber_id AND p.notice_id = ANY(%(follows)s)
        JOIN delivery_delivery e ON e.recipient_id = p.id AND e.notice_id = ANY(%(follows)s)
            AND {may_have_heard("e")} AND e.channel = ANY(%(channels)s) AND e.address NOT LIKE 'gone:%%'
        WHERE r.notice_id = %(notice)s
        ORDER BY r.id, {digest.HEARD_BY}, e.address, e.id DESC
    ) went
    {_THEIRS}
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

# A member who is a resident, too, is told as a member: at one address an alert is said once. Addresses are sealed the
# same way each time, so that they are compared without being read. From the members' side, who are few, and only
# where the member's message goes: somebody's deputy who waits would keep a resident waiting.
_ONCE_AT_AN_ADDRESS = """
    WITH told AS MATERIALIZED (
        SELECT DISTINCT e.channel, e.address FROM delivery_recipient m
        JOIN delivery_delivery e ON e.recipient_id = m.id AND e.state = ANY(%(told)s)
        WHERE m.notice_id = %(notice)s AND m.kind = 'member'
    )
    UPDATE delivery_delivery d
    SET state = 'stopped', state_at = %(at)s, next_at = NULL, reason = 'told as a member'
    FROM told, delivery_recipient r
    WHERE d.channel = told.channel AND d.address = told.address AND d.state = 'queued'
      -- No index by notice for this: of a city's rows it would go through every one.
      AND d.notice_id + 0 = %(notice)s AND r.id = d.recipient_id AND r.kind = 'resident'
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
                with planning.reading_once():
                    cursor.execute(_WHERE_IT_WENT_BEFORE, params)
                written += cursor.rowcount
            unless = _UNLESS_BY_MAIL + _UNLESS_IT_IS if notice.follows else ""
            cursor.execute(_to_people(notice) + unless, params)
            written += cursor.rowcount
            written += _tell_programs(cursor, notice, params)
            cursor.execute(_ONCE_AT_AN_ADDRESS, params)
        escalation.call(notice, at=at)
    notice.fanned_out_at = at
    notice.save(update_fields=["fanned_out_at"])
    for channel in CHANNELS:
        jobs.after_commit("delivery.send", channel)
    return written


def fan_out_to(notice: Notice, recipients: Sequence[int], *, at: datetime) -> int:
    """The same for some who came later, in the caller's transaction; returns how many deliveries."""
    late = {**_params(notice, at), "late": list(recipients)}
    with connection.cursor() as cursor:
        cursor.execute(_to_people(notice) + " AND r.id = ANY(%(late)s)" + _UNLESS_IT_IS, late)
        written: int = cursor.rowcount
        written += _tell_programs(cursor, notice, late, " AND r.id = ANY(%(late)s)")
        cursor.execute(_ONCE_AT_AN_ADDRESS, late)
    for channel in CHANNELS:
        jobs.after_commit("delivery.send", channel)
    return written


def _to_people(notice: Notice) -> str:
    return _MINOR_BY_DAY if digest.gathers(notice) else _EACH_BY_ITSELF


def _tell_programs(cursor: CursorWrapper, notice: Notice, params: dict[str, Any], only: str = "") -> int:
    """Nothing where there are no words for them."""
    if not notice.texts.get("en", {}).get("webhook"):
        return 0
    cursor.execute(_BY_HOOK + only + _UNLESS_IT_IS, params)
    return int(cursor.rowcount)


def _params(notice: Notice, at: datetime) -> dict[str, Any]:
    return {
        **quiet.params(notice, at=at),
        "notice": notice.pk,
        "severity": notice.severity,
        "is_exercise": notice.is_exercise,
        "hooks_last": score.LONG,
        "priority": priority(notice.severity, notice.is_exercise),
        "is_correction": bool(notice.follows),
        "gravest": _gravest(notice),
        "expires_at": notice.expires_at,
        "follows": notice.follows,
        "handed": sorted(HANDED),
        "told": sorted({*HANDED, State.QUEUED}),
        "channels": sorted({*CHANNELS, digest.CHANNEL}),
        "held": [],
    }


def _gravest(notice: Notice) -> int:
    """Whoever was woken by something grave is told as well that it is over, however grave that is."""
    said = (
        Notice.objects.filter(pk__in=notice.follows).values_list("severity", flat=True)
        if notice.follows
        else []
    )
    return max([notice.severity, *said])
