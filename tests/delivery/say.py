"""Saying something without an alert: delivery knows nothing of alerts, and neither do its tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from cityalert.delivery import outbox
from cityalert.delivery.audience import NOBODY, Audience
from cityalert.delivery.models import Notice
from cityalert.lib.severity import Severity
from tests.cast import Person

WORDS = {
    "en": {
        "sms": "TPS: Fire at Main and 3rd. Reply ACK. {link}",
        "subject": "Fire at Main and 3rd",
        "text": "Fire at Main and 3rd.\nStay away.\n\nAcknowledge: {link}",
        "html": '<p>Fire at Main and 3rd.</p><p><a href="{link}">Acknowledge</a></p>',
    },
    "fr": {
        "sms": "TPS : Incendie, Main et 3e. Repondez ACK. {link}",
        "subject": "Incendie, Main et 3e",
        "text": "Incendie, Main et 3e.\nÉvitez le secteur.\n\nConfirmer : {link}",
        "html": '<p>Incendie, Main et 3e.</p><p><a href="{link}">Confirmer</a></p>',
    },
}
CARDS = {"en": {"headline": "Fire at Main and 3rd"}, "fr": {"headline": "Incendie, Main et 3e"}}


def members(*people: Person, screens: bool = True) -> Audience:
    """These people, and their partners' screens."""
    return Audience(
        """
        SELECT 'member'::text AS kind, m.partner_id, s.id AS subscriber_id, m.call_order
        FROM partners_membership m JOIN subscriptions_subscriber s ON s.user_id = m.user_id
        WHERE s.id = ANY(%(people)s)
        UNION ALL
        SELECT DISTINCT 'screen', m.partner_id, NULL::bigint, 1
        FROM partners_membership m JOIN subscriptions_subscriber s ON s.user_id = m.user_id
        WHERE s.id = ANY(%(people)s) AND %(screens)s
        """,
        {"people": [person.subscriber.pk for person in people], "screens": screens},
    )


def say(audience: Audience = NOBODY, *, at: datetime, follows: Sequence[Notice] = (), **more: Any) -> Notice:
    """Post a notice; `more` replaces what the outbox is told."""
    key = more.pop("key", f"alert:{uuid4()}")
    return outbox.post(
        partner_id=None,
        key=key,
        topic=more.pop("topic", key),
        series=more.pop("series", "series"),
        texts=WORDS,
        cards=CARDS,
        severity=more.pop("severity", Severity.SEVERE),
        audience=audience,
        at=at,
        expires_at=more.pop("expires_at", at + timedelta(hours=1)),
        follows=[notice.pk for notice in follows],
        **more,
    )
