"""The one door into delivery: `post` says something to a frozen set of people. How they are told is `fanout`'s."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cityalert.delivery import escalation
from cityalert.delivery.audience import Audience, frozen
from cityalert.delivery.channels import dashboard
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Notice
from cityalert.lib import jobs, tenancy
from cityalert.lib.severity import Severity

# Nine random bytes (72 bits) in twelve letters and digits. Drawn by PostgreSQL, which can for 100,000 rows at once;
# gen_random_uuid() is random in bytes 1-6 and 10-12, and what stands between is cut out of the middle.
FRESH_LINK = (
    "left(overlay(translate(encode(uuid_send(gen_random_uuid()), 'base64'), '+/', 'Zz')"
    " PLACING '' FROM 9 FOR 4), 12)"
)

_FREEZE = f"""
    INSERT INTO delivery_recipient (notice_id, sender_id, kind, partner_id, subscriber_id, call_order, because, token)
    SELECT %(notice)s, %(sender)s, f.kind, f.partner_id, f.subscriber_id, f.call_order, f.because, {FRESH_LINK}
    FROM ({{frozen}}) f
"""


@tenancy.across("freezing an audience")
def post(  # noqa: PLR0913 - all are named, and the alert says each once
    *,
    key: str,
    partner_id: UUID | None,
    topic: str,
    series: str,
    texts: Mapping[str, Mapping[str, str]],
    cards: dict[str, dict[str, Any]],
    severity: Severity,
    audience: Audience,
    at: datetime,
    expires_at: datetime,
    is_exercise: bool = False,
    follows: Sequence[int] = (),
    shown_to: Sequence[UUID] = (),
    deputies_at: datetime | None = None,
    by_policy: bool = False,
) -> Notice:
    """Freeze who hears it and show it on their screens; messages follow by `fanout`. In the caller's transaction.

    `partner_id` is whose word it is: they see how far it came. `follows` are the notices this one corrects: nothing
    more of them is sent, and whoever they reached hears this one. `shown_to` are partners whose screens show it
    although they are not recipients. Who is silent is called as their partner's own policy says (`by_policy`), and
    elsewhere the deputies at a moment. The same key twice posts once.
    """
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "partner_id": partner_id,
            "topic": topic,
            "series": series,
            "texts": texts,
            "severity": severity,
            "is_exercise": is_exercise,
            "follows": list(follows),
            "posted_at": at,
            "expires_at": expires_at,
        },
    )
    if is_new:
        supersede(follows, at=at)
        _freeze(notice, frozen(audience, follows))
        escalation.freeze(notice, deputies_at=deputies_at, by_policy=by_policy)
        dashboard.show(notice, cards, shown_to=shown_to, at=at)
        jobs.after_commit("delivery.fan_out", notice.pk)
    return notice


def supersede(notice_ids: Sequence[int], *, at: datetime) -> None:
    """Send nothing more of these notices. What was handed to a provider stays what it is.

    The update of the notice waits for a fan-out under way and stops one that comes later.
    """
    if not notice_ids:
        return
    Notice.objects.filter(pk__in=notice_ids, superseded_at=None).update(superseded_at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_delivery SET state = %s, state_at = %s, next_at = NULL"
            " WHERE notice_id = ANY(%s) AND state IN ('queued', 'waiting')",
            [State.SUPERSEDED, at, list(notice_ids)],
        )
    escalation.end(notice_ids, escalation.Outcome.SUPERSEDED, at=at)


def _freeze(notice: Notice, audience: Audience) -> None:
    with connection.cursor() as cursor:
        # The plan for a block and for a city differ; compiling it costs more than it gains.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(
            _FREEZE.format(frozen=audience.sql),
            {**audience.params, "notice": notice.pk, "sender": notice.partner_id},
        )
