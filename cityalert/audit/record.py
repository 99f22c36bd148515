"""Writing the audit log: `record`, the only door in. Reading is in `queries`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, models
from django.db.transaction import TransactionManagementError

from cityalert.audit import chain
from cityalert.audit.models import Entry
from cityalert.audit.verbs import Verb
from cityalert.lib import tenancy

# Entries follow one another in commit order: whoever writes holds this lock until its transaction ends.
LOCK = 0x41554449  # "AUDI"


class Who(Protocol):
    """Somebody who acts. `partners.actor.Actor` is one."""

    @property
    def user_id(self) -> int | None:
        """The person's key; it is kept after the person is gone."""

    @property
    def user_name(self) -> str:
        """The person's name at the time."""

    @property
    def partner_id(self) -> UUID | None:
        """The partner the person acts for."""


@dataclass(frozen=True)
class Subject:
    """A thing named by those who may not import it: `Subject("alert", "<uuid>")` from delivery."""

    kind: str
    id: str


@tenancy.across("the audit log is one chain")
def record(
    verb: Verb, actor: Who | None, obj: models.Model | Subject | None, *, at: datetime, **facts: Any
) -> Entry:
    """Write that `actor` (None: the system) did `verb` to `obj`, in the caller's transaction.

    Call it last in the transaction: it makes every other writer of the log wait until the commit. Facts are
    counts, ids and words that explain the act; never an address, a telephone number or a secret, for they
    stay for ever. Raises TransactionManagementError without a transaction, ValueError for NaN or infinity.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("The audit log is written in the transaction of the act.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    subject = _subject(obj)
    head = Entry.objects.order_by("-position").values_list("position", "hash").first() or (0, chain.GENESIS)
    entry = Entry(
        position=head[0] + 1,
        recorded_at=at,
        verb=verb.value,
        user_id=actor.user_id if actor else None,
        user_name=actor.user_name[:200] if actor else "",
        partner_id=actor.partner_id if actor else None,
        object_kind=subject.kind,
        object_id=subject.id,
        facts=chain.plain(facts),
        previous_hash=head[1],
    )
    entry.hash = chain.digest(chain.content(entry))
    entry.save(force_insert=True)
    return entry


def _subject(obj: models.Model | Subject | None) -> Subject:
    if isinstance(obj, models.Model):
        return Subject(obj._meta.model_name or "", str(obj.pk))
    return obj or Subject("", "")
