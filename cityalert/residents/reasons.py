"""Why a resident was told stays as it was. It is written down when they change their places, and not before.

Of a million residents whom an alert reaches a handful change anything while it can still be asked: writing a million
reasons would cost a fifth of the time in which an alert goes out. Until then their places say it.
"""

from datetime import datetime, timedelta

from django.db import connection

from cityalert.delivery import because
from cityalert.subscriptions.models import Subscriber

# Nobody opens an older link; messages are kept no longer than that with their recipients.
ASKED_WITHIN = timedelta(days=90)

_KEEP = f"""
    UPDATE delivery_recipient r SET because = left(coalesce('{because.AREA}:' || said.labels, '{because.EARLIER}'), 120)
    FROM (
        SELECT t.id, string_agg(w.label, ', ' ORDER BY w.id) AS labels
        FROM delivery_recipient t
        JOIN delivery_notice n ON n.id = t.notice_id AND n.posted_at > %(since)s
        JOIN alerts_alert a ON a.notice_id = n.id
        LEFT JOIN subscriptions_watcharea w ON w.subscriber_id = t.subscriber_id AND ST_Intersects(w.area, a.area)
        WHERE t.subscriber_id = %(subscriber)s AND t.kind = 'resident' AND t.because = ''
        GROUP BY t.id
    ) said WHERE r.id = said.id
"""


def keep(subscriber: Subscriber, *, at: datetime) -> int:
    """Before their places change: why they were told until now. Returns of how many alerts."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"subscriber": subscriber.pk, "since": at - ASKED_WITHIN})
        return int(cursor.rowcount)
