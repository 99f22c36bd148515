"""Notices to many residents, as the product posts them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from cityalert.delivery import outbox
from cityalert.delivery.audience import NOBODY, Audience
from cityalert.delivery.models import Notice
from cityalert.lib.severity import Severity

SMS = "Toronto Police: Armed person, King St W and Bay St. Lock your doors, stay away from windows. {link}"
TEXT = (
    "Armed person, King St W and Bay St\n\nLock your doors. Keep people away from windows.\n\nAcknowledge: {link}\n"
    + ("One person with a rifle was last seen going south on Bay Street. Officers are on the scene. " * 8)
)
WORDS = {
    "sms": SMS,
    "subject": "Extreme: Armed person, King St W and Bay St",
    "text": TEXT,
    "html": "<html><body><p>"
    + TEXT.replace("\n", "<br>").replace("{link}", '<a href="{link}">{link}</a>')
    + "</p></body></html>",
}
TEXTS = {"en": WORDS, "fr": WORDS}
CARDS: dict[str, dict[str, Any]] = {
    language: {
        "headline": "Armed person, King St W and Bay St",
        "html": "<article>" + "x" * 1_000 + "</article>",
    }
    for language in TEXTS
}


def post(audience: Audience, at: datetime, *, severity: Severity = Severity.EXTREME) -> Notice:
    """Through the door that alerts use, in a transaction of its own."""
    key = f"bench:{uuid4()}"
    with transaction.atomic():
        return outbox.post(
            partner_id=None,
            key=key, topic=key, series=key, texts=TEXTS, cards=CARDS, severity=severity,
            audience=audience, at=at, expires_at=at + timedelta(hours=6),
        )  # fmt: skip


_RESIDENTS = "SELECT s.id FROM subscriptions_subscriber s WHERE s.user_id IS NULL AND s.id <= %(up_to)s"
_CAN_BE_TOLD = """
    SELECT FROM subscriptions_contactpoint c
    WHERE c.subscriber_id = s.id AND c.verified_at IS NOT NULL AND c.stopped_at IS NULL AND c.gone_at IS NULL
"""
_BY_THIS_ALONE = f"AND EXISTS ({_CAN_BE_TOLD} HAVING array_agg(c.channel::text) = ARRAY[%(channel)s])"


def to_residents(up_to: int) -> Audience:
    """All residents up to an id."""
    return Audience(NOBODY.sql, {"up_to": up_to}, _RESIDENTS)


def by(channel: str, count: int) -> Audience:
    """So many residents who can be told by this channel, and by no other."""
    statement = f"{_RESIDENTS} {_BY_THIS_ALONE} ORDER BY s.id LIMIT %(count)s"
    return Audience(NOBODY.sql, {"up_to": 2**62, "channel": channel, "count": count}, statement)
