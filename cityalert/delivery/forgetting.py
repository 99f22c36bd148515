"""What was sent to a resident who leaves: how it went stays, where it went and why is forgotten."""

from datetime import datetime

from django.db import connection, transaction

from cityalert.lib.sealed import seal
from cityalert.subscriptions import actions as subscriptions

# What is on its way keeps its address until the provider has said what became of it.
_FORGET = """
    WITH unexplained AS (
        UPDATE delivery_recipient r SET because = '' FROM delivery_delivery d
        WHERE r.id = d.recipient_id AND r.kind = 'resident' AND r.because <> ''
          AND d.channel = %(channel)s AND d.address = %(address)s
    )
    UPDATE delivery_delivery d SET address = 'gone:' || d.id,
        state = CASE WHEN d.state IN ('queued', 'waiting') THEN 'opted_out' ELSE d.state END,
        reason = CASE WHEN d.state IN ('queued', 'waiting') THEN 'STOP' ELSE d.reason END,
        state_at = CASE WHEN d.state IN ('queued', 'waiting') THEN %(at)s ELSE d.state_at END, next_at = NULL
    FROM delivery_recipient r
    WHERE r.id = d.recipient_id AND r.kind = 'resident' AND d.state NOT IN ('sending', 'unknown')
      AND d.channel = %(channel)s AND d.address = %(address)s
"""


@transaction.atomic
def stop(channel: str, address: str, *, at: datetime, by_text: bool) -> int:
    """Nothing more goes there, and where things went to a resident is forgotten. Returns for how many subscribers."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"channel": channel, "address": seal(address), "at": at})
    return subscriptions.stop(channel, address, at=at, by_text=by_text)
