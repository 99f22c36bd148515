"""How far a correction came among those who heard what it corrects. Reads only."""

from dataclasses import dataclass

from django.db import connection

from cityalert.delivery.ladder import HANDED, may_have_heard
from cityalert.delivery.models import Notice
from cityalert.lib import planning, tenancy

# Whoever an earlier version may have reached, person by person and screen by screen, and how far the correction came
# to each. As in `audience`: what was handed over may have been heard.
_HEARD = f"""
    WITH wrong AS MATERIALIZED (
        SELECT DISTINCT p.subscriber_id, CASE WHEN p.kind = 'screen' THEN p.partner_id END AS screen_id
        FROM delivery_recipient p
        WHERE p.notice_id = ANY(%(follows)s) AND (p.subscriber_id IS NOT NULL OR p.kind = 'screen')
          AND (p.seen_at IS NOT NULL OR p.acknowledged_at IS NOT NULL OR EXISTS (
              SELECT FROM delivery_delivery d WHERE d.recipient_id = p.id AND {may_have_heard("d")}))
    ), told AS (
        SELECT w.*, r.id AS recipient_id, r.seen_at FROM wrong w LEFT JOIN delivery_recipient r
            ON r.notice_id = %(notice)s AND r.subscriber_id = w.subscriber_id WHERE w.screen_id IS NULL
        UNION ALL
        SELECT w.*, r.id, r.seen_at FROM wrong w LEFT JOIN delivery_recipient r
            ON r.notice_id = %(notice)s AND r.kind = 'screen' AND r.partner_id = w.screen_id
        WHERE w.screen_id IS NOT NULL
    )
    SELECT count(*),
        count(*) FILTER (WHERE t.seen_at IS NOT NULL OR d.was_sent),
        count(*) FILTER (WHERE t.seen_at IS NULL AND NOT d.was_sent AND d.is_opted_out),
        count(*) FILTER (WHERE t.seen_at IS NULL AND NOT d.was_sent AND d.has_failed AND NOT d.is_opted_out)
    FROM told t CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(d.state IN ('sent', 'delivered', 'seen', 'acknowledged')), false) AS was_sent,
            coalesce(bool_and(d.state = 'opted_out'), false) AS is_opted_out,
            coalesce(bool_and(d.state IN ('failed', 'opted_out', 'expired')), false) AS has_failed
        FROM delivery_delivery d WHERE d.recipient_id = t.recipient_id
    ) d
"""


@dataclass(frozen=True)
class Heard:
    """Of those an earlier version may have reached (`wrong`): who heard the correction, said STOP, cannot be told."""

    wrong: int
    right: int
    opted_out: int
    failed: int

    @property
    def expected(self) -> int:
        """Whoever may be told at all: a STOP is respected, and recorded."""
        return self.wrong - self.opted_out

    @property
    def is_complete(self) -> bool:
        """Has everyone heard it?"""
        return self.right >= self.expected

    @property
    def percent(self) -> float:
        """0 to 100."""
        return 100 * self.right / self.expected if self.expected else 100.0


@tenancy.across("whether residents heard a correction")
def heard(notice_id: int) -> Heard:
    """How far a correction came among those who heard what it corrects."""
    follows = Notice.objects.values_list("follows", flat=True).get(pk=notice_id)
    with planning.reading_once(), connection.cursor() as cursor:
        cursor.execute(_HEARD, {"notice": notice_id, "follows": follows, "handed": sorted(HANDED)})
        return Heard(*cursor.fetchone())
