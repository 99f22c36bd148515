"""Telling some people of something that is no alert: nobody is asked to acknowledge, and quiet hours are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cityalert.delivery import outbox
from cityalert.delivery.audience import Audience
from cityalert.delivery.models import Notice
from cityalert.lib import tenancy
from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import Subscriber

_PEOPLE = """
    SELECT 'member' AS kind, p.partner_id, s.id AS subscriber_id, 1 AS call_order
    FROM unnest(%(users)s::bigint[], %(partners)s::uuid[]) AS p(user_id, partner_id)
    JOIN subscriptions_subscriber s ON s.user_id = p.user_id
"""


@tenancy.across("telling people of something that is no alert")
def tell(
    people: Sequence[tuple[int, UUID]],
    texts: Mapping[str, Mapping[str, str]],
    *,
    key: str,
    about: str,
    severity: Severity,
    at: datetime,
    expires_at: datetime,
) -> bool:
    """Say it to these people (user, and the partner they act for) by the channels they chose for this severity.

    In the caller's transaction; `texts` as `outbox.post` takes them. The same key twice says it once. Whether there is
    anybody to tell.
    """
    users, partners = [user for user, _ in people], [partner for _, partner in people]
    if not Subscriber.objects.filter(user__in=users).exists():
        return False
    topic = f"{Notice.ABOUT_CONTACT}{about}"
    outbox.post(
        key=key, partner_id=None, topic=topic, series=topic, texts=texts, cards={}, severity=severity,
        audience=Audience(_PEOPLE, {"users": users, "partners": partners}), at=at, expires_at=expires_at,
    )  # fmt: skip
    return True
