"""One text to one address of one person: what is no alert and goes to nobody else, such as a code."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from cityalert.delivery.models import Delivery, Notice, Recipient
from cityalert.delivery.outbox import FRESH_LINK
from cityalert.delivery.priority import priority
from cityalert.lib import jobs, tenancy
from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import ContactPoint

# A person waits for it, and everybody in danger goes first.
URGENCY = Severity.MODERATE


@tenancy.across("a text to one person")
def send(
    point: ContactPoint,
    texts: Mapping[str, Mapping[str, str]],
    *,
    key: str,
    at: datetime,
    expires_at: datetime,
) -> Notice:
    """Say something at a contact point, verified or not, in the caller's transaction; as `outbox.post` takes `texts`.

    It is tried, received and ended like every delivery, and not acknowledged. The same key twice says it once.
    """
    topic = f"{Notice.ABOUT_CONTACT}{point.pk}"
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "topic": topic,
            "series": topic,
            "texts": texts,
            "severity": URGENCY,
            "posted_at": at,
            "expires_at": expires_at,
            "fanned_out_at": at,
        },
    )
    if is_new:
        kind = Recipient.Kind.RESIDENT if point.subscriber.is_resident else Recipient.Kind.MEMBER
        recipient = Recipient.objects.create(
            notice=notice, kind=kind, subscriber=point.subscriber, call_order=1, token=_fresh_link()
        )
        Delivery.objects.create(
            notice=notice,
            recipient=recipient,
            channel=point.channel,
            address=point.address,
            language=point.subscriber.language,
            priority=priority(URGENCY, False),
            state_at=at,
            next_at=at,
        )
        jobs.after_commit("delivery.send", point.channel)
    return notice


def _fresh_link() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FRESH_LINK}")
        (link,) = cursor.fetchone()
    return str(link)
