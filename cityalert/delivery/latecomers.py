"""Whoever comes into an audience after it was frozen: told the current version once, never one that was replaced."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from cityalert.delivery import fanout
from cityalert.delivery.audience import Audience, frozen
from cityalert.delivery.channels import dashboard
from cityalert.delivery.models import Notice
from cityalert.delivery.outbox import FRESH_LINK
from cityalert.lib import tenancy

# The unique constraints keep "once", also against whoever does the same at the same moment.
_ADD = f"""
    INSERT INTO delivery_recipient (notice_id, sender_id, kind, partner_id, subscriber_id, call_order, because, token)
    SELECT %(notice)s, %(sender)s, f.kind, f.partner_id, f.subscriber_id, f.call_order, f.because, {FRESH_LINK}
    FROM ({{frozen}}) f
    WHERE NOT EXISTS (
        SELECT FROM delivery_recipient r WHERE r.notice_id = %(notice)s AND r.kind = f.kind
          AND (r.subscriber_id = f.subscriber_id OR f.kind = 'screen' AND r.partner_id = f.partner_id))
    ON CONFLICT DO NOTHING RETURNING id
"""


@tenancy.across("telling those who came later")
@transaction.atomic
def tell(
    notice_id: int, audience: Audience, cards: Callable[[], dict[str, dict[str, Any]]], *, at: datetime
) -> int:
    """Add whoever is in the audience now and was not; returns how many. `cards` is asked for if there is anybody.

    The notice is held: a correction waits, or has superseded it and nobody is added.
    """
    current = Notice.objects.select_for_update(skip_locked=True).filter(
        superseded_at=None, ended_at=None, expires_at__gt=at, fanned_out_at__isnull=False
    )
    notice = current.filter(pk=notice_id).first()
    if notice is None:
        return 0
    statement = frozen(audience)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(
            _ADD.format(frozen=statement.sql),
            {**statement.params, "notice": notice.pk, "sender": notice.partner_id},
        )
        late = [key for (key,) in cursor.fetchall()]
    if late:
        fanout.fan_out_to(notice, late, at=at)
        dashboard.show(notice, cards(), shown_to=(), at=at)
    return len(late)
