"""The next rank, for partners where nobody answered. One rule for now: the deputies, after the time the notice says."""

from datetime import datetime

from django.db import connection, transaction

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import watchers
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.models import Notice
from cityalert.lib import jobs

# A partner answered when any of its people, or anybody at its screens, acknowledged.
_CALL_UP = """
    UPDATE delivery_delivery d SET state = 'queued', state_at = %(at)s, next_at = %(at)s
    FROM delivery_recipient r
    WHERE d.notice_id = %(notice)s AND d.state = 'waiting' AND r.id = d.recipient_id
      AND NOT EXISTS (
          SELECT FROM delivery_recipient a
          WHERE a.notice_id = %(notice)s AND a.partner_id = r.partner_id AND a.acknowledged_at IS NOT NULL)
    RETURNING r.partner_id, r.id
"""


def escalate_due(*, at: datetime) -> int:
    """Call up the deputies of every notice whose time has come; returns how many people were called up."""
    due = Notice.objects.filter(
        escalate_at__lte=at,
        escalated_at=None,
        superseded_at=None,
        expires_at__gt=at,
        fanned_out_at__isnull=False,
    )
    return sum(escalate(notice_id, at=at) for notice_id in due.values_list("pk", flat=True))


@transaction.atomic
def escalate(notice_id: int, *, at: datetime) -> int:
    """Release the deputies of silent partners, once; returns how many people were called up."""
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.escalated_at or notice.superseded_at:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_CALL_UP, {"notice": notice.pk, "at": at})
        called = cursor.fetchall()
    notice.escalated_at = at
    notice.save(update_fields=["escalated_at"])
    people = len({recipient for _, recipient in called})
    if people:
        for channel in CHANNELS:
            jobs.after_commit("delivery.send", channel)
        watchers.tell(notice)
        record(
            Verb.ALERT_ESCALATED,
            None,
            notice.subject,
            at=at,
            partners=len({partner for partner, _ in called}),
            people=people,
        )
    return people
