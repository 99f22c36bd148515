"""How whoever would be frozen would be told, as SQL over a SELECT: what `fanout` would write, before it is written.

Each statement here gives `subscriber_id, kind, call_order, language, channel, wait`: a person once for each channel
that works for them, a channel of none where none works. `wait` is 0 for now, 1 for later, 2 for never: it is over by
then. Whoever is told at the same address as a member is not told there as a resident.
"""

from cityalert.delivery import digest
from cityalert.delivery.ladder import may_have_heard
from cityalert.subscriptions.queries import GATHERED, NOT_BEFORE, USABLE

_FREE = f"CROSS JOIN LATERAL (SELECT {NOT_BEFORE.format(severity='%(gravest)s')} AS at) free"
# A deputy waits for a call, and whose partner has a policy is called as that says.
_IS_HELD = "(p.call_order > 1 OR coalesce(p.partner_id = ANY(%(held)s::uuid[]), false))"
_GATHERED = f"{GATHERED} AND NOT {_IS_HELD}"
_NONE = "CROSS JOIN (SELECT NULL::bigint AS id, NULL::timestamptz AS next_at) gathered"

# At which contact points, as `fanout` finds them. `way`: as what channel the delivery would be written.
_POINTS = f"""
    SELECT p.subscriber_id, p.kind, p.call_order, p.partner_id, s.language, cp.channel, cp.address,
        CASE WHEN gathered.id IS NULL THEN cp.channel ELSE '{digest.CHANNEL}' END AS way,
        CASE WHEN cp.id IS NULL OR coalesce(gathered.next_at, free.at) <= %(at)s THEN 0
             WHEN coalesce(gathered.next_at, free.at) < %(expires_at)s THEN 1 ELSE 2 END AS wait
    FROM ({{persons}}) p JOIN subscriptions_subscriber s ON s.id = p.subscriber_id
    LEFT JOIN subscriptions_contactpoint cp ON cp.subscriber_id = s.id AND {USABLE}
    {_FREE} {{gathered}}
    WHERE (gathered.id IS NULL OR gathered.id = cp.id)
"""
# Of a correction: who hears it by mail, as whoever heard what it corrects does, reads it in no mail of the day.
_UNLESS_BY_MAIL = f"""
    AND (gathered.id IS NULL OR NOT EXISTS (
        SELECT FROM delivery_recipient r
        JOIN delivery_delivery e ON e.recipient_id = r.id AND e.notice_id = ANY(%(follows)s) AND {may_have_heard("e")}
            AND {digest.HEARD_BY} = 'email' AND e.address = cp.address
        WHERE r.subscriber_id = p.subscriber_id AND r.notice_id = ANY(%(follows)s)))
"""
# Where an earlier version may have gone: there a correction waits only if it can still be told afterwards.
_BEFORE = f"""
    SELECT p.subscriber_id, p.kind, p.call_order, p.partner_id, e.language, {digest.HEARD_BY} AS channel, e.address,
        {digest.HEARD_BY} AS way,
        CASE WHEN free.at <= %(at)s OR free.at >= %(expires_at)s THEN 0 ELSE 1 END AS wait
    FROM ({{persons}}) p JOIN subscriptions_subscriber s ON s.id = p.subscriber_id
    JOIN delivery_recipient r ON r.subscriber_id = p.subscriber_id AND r.notice_id = ANY(%(follows)s)
    JOIN delivery_delivery e ON e.recipient_id = r.id AND e.notice_id = ANY(%(follows)s) AND {may_have_heard("e")}
        AND e.channel = ANY(%(channels)s) AND e.address NOT LIKE 'gone:%%'
    {_FREE}
    WHERE NOT EXISTS (
        SELECT FROM subscriptions_contactpoint c
        WHERE c.subscriber_id = p.subscriber_id AND c.channel = {digest.HEARD_BY}
          AND c.address = e.address AND c.stopped_at IS NOT NULL)
"""

# Of the members: what is said where, to those who are not held back.
_TOLD = f"""
    SELECT DISTINCT p.channel, p.way, p.address FROM ({{points}}) p
    WHERE p.kind = 'member' AND NOT {_IS_HELD} AND p.channel IS NOT NULL
"""

_ONCE_EACH = """
    SELECT subscriber_id, kind, call_order, language, way AS channel, min(wait) AS wait FROM ({points}) point
    GROUP BY subscriber_id, kind, call_order, language, way
"""
_UNLESS_AS_A_MEMBER = """
    SELECT subscriber_id, CASE WHEN bool_or(is_told) OVER (PARTITION BY subscriber_id) THEN 'twice' ELSE kind END,
        call_order, language, CASE WHEN NOT is_told THEN channel END, wait
    FROM (
        SELECT subscriber_id, kind, call_order, language, channel, is_told, min(wait) AS wait FROM (
            SELECT subscriber_id, kind, call_order, language, way AS channel, wait, EXISTS (
                SELECT FROM told WHERE told.way = point.way AND told.address = point.address) AS is_told
            FROM ({points}) point
        ) asked GROUP BY subscriber_id, kind, call_order, language, channel, is_told
    ) each
"""


def points(persons: str, *, is_minor: bool, has_earlier: bool) -> str:
    """The ways to these persons, a SELECT of `subscriber_id, kind, call_order, partner_id`."""
    usable = _POINTS.format(persons=persons, gathered=_GATHERED if is_minor else _NONE)
    if not has_earlier:
        return usable
    return f"{usable} {_UNLESS_BY_MAIL} UNION ALL {_BEFORE.format(persons=persons)}"


def told(points: str) -> str:
    """Where members hear it, from the ways to them: `channel, way, address`."""
    return _TOLD.format(points=points)


def once_each(points: str) -> str:
    """By which channels each of these persons hears it."""
    return _ONCE_EACH.format(points=points)


def unless_as_a_member(points: str) -> str:
    """The same of residents who may be members, too: of the kind "twice" where they are."""
    return _UNLESS_AS_A_MEMBER.format(points=points)
