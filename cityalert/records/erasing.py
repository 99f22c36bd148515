"""The end of what was kept long enough. Decided and done in PostgreSQL: the application itself may delete no word.

`erase_conversation` (migration 0002) erases one only when each partner that ever took part has a time for its kind,
all of them are over, and nobody holds it.
"""

from datetime import datetime

from django.db import connection, transaction

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.messaging.models import Conversation
from cityalert.records.models import LEAST_DAYS

AT_ONCE = 200

_OLD = f"""
    SELECT c.id FROM messaging_conversation c
    WHERE c.last_at < %(at)s::timestamptz - interval '{LEAST_DAYS} days'
      AND may_erase_conversation(c.id, %(at)s::timestamptz)
    ORDER BY c.last_at LIMIT {AT_ONCE}
"""


def erase_due(*, at: datetime) -> int:
    """Erase what is over; each conversation in a transaction of its own. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_OLD, {"at": at})
        due = [key for (key,) in cursor.fetchall()]
    return sum(_erase(Conversation(pk=key), at) for key in due)


@transaction.atomic
def _erase(conversation: Conversation, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_conversation(%s, %s)", [conversation.pk, at])
        (posts,) = cursor.fetchone()
    if posts is None:
        return False
    record(Verb.CORRESPONDENCE_ERASED, None, conversation, at=at, messages=posts)
    return True
