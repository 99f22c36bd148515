"""Whom a notice is for, as one SQL statement. Who belongs in it is decided above; delivery only freezes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cityalert.delivery.ladder import HANDED, may_have_heard


@dataclass(frozen=True)
class Audience:
    """A SELECT giving `kind, partner_id, subscriber_id, call_order`, with its named parameters.

    `kind` is "screen" (partner_id set), "member" (both set) or "resident" (subscriber_id set). Rows may repeat.
    `residents` is another SELECT, of the `subscriber_id` of residents: a whole city of them is sorted and made
    distinct as plain numbers, in two thirds of the time that whole rows take.
    With `says_why` the first has a fifth column, `because`: why somebody is in it (see `because`).
    """

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)
    residents: str = ""
    says_why: bool = False


NOBODY = Audience(
    "SELECT NULL::text AS kind, NULL::uuid AS partner_id, NULL::bigint AS subscriber_id, 1 AS call_order WHERE false"
)

# Whoever an earlier version may have reached. They are told at once, deputies too: they heard the first.
_REACHED = f"""
    SELECT 0 AS precedence, p.kind, p.partner_id, p.subscriber_id, 1::smallint AS call_order, p.because
    FROM delivery_recipient p
    WHERE p.notice_id = ANY(%(follows)s)
      AND (p.seen_at IS NOT NULL OR p.acknowledged_at IS NOT NULL OR EXISTS (
          SELECT FROM delivery_delivery d WHERE d.recipient_id = p.id AND {may_have_heard("d")}))
"""

_FROZEN = """
    WITH wanted AS MATERIALIZED (
        {reached}
        SELECT 1 AS precedence, a.kind, a.partner_id, a.subscriber_id, a.call_order::smallint,
            {because} AS because FROM ({audience}) a
    ), persons AS MATERIALIZED (
        SELECT DISTINCT ON (subscriber_id) kind, partner_id, subscriber_id, call_order, because
        FROM wanted WHERE subscriber_id IS NOT NULL
        ORDER BY subscriber_id, precedence, kind, call_order
    )
    SELECT * FROM persons
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (partner_id) kind, partner_id, subscriber_id, call_order, because
        FROM wanted WHERE kind = 'screen'
        ORDER BY partner_id, precedence
    ) screens
"""

_RESIDENTS = """
    UNION ALL
    SELECT DISTINCT 'resident', NULL::uuid, r.subscriber_id, 1::smallint, '' FROM ({residents}) r(subscriber_id)
    WHERE NOT EXISTS (SELECT FROM persons WHERE persons.subscriber_id = r.subscriber_id)
"""


def frozen(audience: Audience, follows: Sequence[int] = ()) -> Audience:
    """The audience each person and screen once, together with everyone the followed notices may have reached."""
    reached = f"{_REACHED} UNION ALL" if follows else ""
    because = "a.because" if audience.says_why else "''::text"
    sql = _FROZEN.format(reached=reached, audience=audience.sql, because=because)
    if audience.residents:
        sql += _RESIDENTS.format(residents=audience.residents)
    return Audience(sql, {**audience.params, "follows": list(follows), "handed": sorted(HANDED)})
