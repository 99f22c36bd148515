"""What the database says of everything that was told in a round: one row for each message, with all that judges it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

_NOTICES_OF_DAY = """
    SELECT id FROM delivery_notice WHERE key LIKE 'digest %%' AND posted_at >= %(began)s
"""

# `sleeps_until`: their quiet hours, had it been told when it was posted; null for whoever is woken by it.
_ROWS = """
    SELECT d.id, d.notice_id, d.recipient_id, r.kind, d.channel, d.address, d.state, d.reason, d.next_at, d.tries,
        n.series, n.severity, n.expires_at, n.superseded_at IS NOT NULL, coalesce(a.unknown, 0),
        coalesce(a.told, '{}'),
        CASE WHEN s.quiet_from IS NOT NULL AND n.severity < s.wakes_from THEN
            quiet_until(n.posted_at, s.quiet_from, s.quiet_until, coalesce(nullif(s.zone, ''), %(city)s)) END
    FROM delivery_delivery d
    JOIN delivery_notice n ON n.id = d.notice_id
    JOIN delivery_recipient r ON r.id = d.recipient_id
    LEFT JOIN subscriptions_subscriber s ON s.id = r.subscriber_id
    LEFT JOIN LATERAL (
        -- What turned out later has kept what was said of it at first.
        SELECT count(*) FILTER (WHERE a.outcome = 'unknown' OR a.outcome = 'accepted' AND a.detail <> '') AS unknown,
            array_agg(format('%%s: %%s to %%s, %%s %%s', a.number, to_char(a.started_at, 'HH24:MI:SS.MS'),
                to_char(a.ended_at, 'HH24:MI:SS.MS'), a.outcome, a.detail) ORDER BY a.number) AS told
        FROM delivery_attempt a WHERE a.delivery_id = d.id) a ON d.tries > 0
    WHERE d.notice_id = ANY(%(notices)s) AND d.channel IN ('sms', 'email', 'digest')
    ORDER BY d.notice_id, d.id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One message. `tried`: each attempt in words; `unknown`: how many ended so, whatever was heard later."""

    id: int
    notice: int
    recipient: int
    kind: str
    channel: str
    address: str
    state: str
    reason: str
    next_at: datetime | None
    tries: int
    series: str
    severity: int
    expires_at: datetime
    is_superseded: bool
    unknown: int
    tried: tuple[str, ...]
    sleeps_until: datetime | None

    def __str__(self) -> str:
        named = f"delivery {self.id} (notice {self.notice}, severity {self.severity}, {self.channel}, {self.state}"
        return f"{named}{', ' + self.reason if self.reason else ''}; tried {list(self.tried)})"


def of(notices: Sequence[int]) -> list[Row]:
    """All messages of these notices, in the order in which they were written."""
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
        cursor.execute(_ROWS, {"notices": list(notices), "city": settings.TIME_ZONE})
        return [Row(*values) for values in cursor.fetchall()]


def mails_of_the_day(began: datetime) -> list[int]:
    """The notices made since then of what was minor and gathered."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTICES_OF_DAY, {"began": began})
        return [key for (key,) in cursor.fetchall()]
