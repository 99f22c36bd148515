"""Partners' screens: written to the live feed with the notice itself, so that no worker stands between."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cityalert.delivery.models import Notice
from cityalert.delivery.priority import priority
from cityalert.live import feed

NAME = "dashboard"

_DELIVERIES = """
    INSERT INTO delivery_delivery
        (notice_id, sender_id, recipient_id, channel, address, language, priority, state, state_at)
    SELECT r.notice_id, r.sender_id, r.id, %(channel)s, 'partner:' || r.partner_id, 'en', %(priority)s, 'sent', %(at)s
    FROM delivery_recipient r WHERE r.notice_id = %(notice)s AND r.kind = 'screen'
    ON CONFLICT DO NOTHING RETURNING address
"""


def show(notice: Notice, cards: dict[str, dict[str, Any]], *, shown_to: Sequence[UUID], at: datetime) -> None:
    """Append the card to the feed of every recipient partner's screens, and of those it is merely shown to.

    Again, it goes to the screens of those who have come since.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _DELIVERIES,
            {
                "channel": NAME,
                "priority": priority(notice.severity, notice.is_exercise),
                "at": at,
                "notice": notice.pk,
            },
        )
        listeners = {address for (address,) in cursor.fetchall()}
    listeners.update(f"partner:{partner_id}" for partner_id in shown_to)
    if listeners:
        feed.append(cards, sorted(listeners), at=at, expires_at=notice.expires_at)
