"""One text to one address of one person: what is no alert and goes to nobody else, such as a code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from cityalert.delivery import reasons
from cityalert.delivery.ladder import State
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
    partner_id: UUID | None = None,
) -> Notice:
    """Say something at a contact point, verified or not, in the caller's transaction; as `outbox.post` takes `texts`.

    It is tried, received and ended like every delivery, and stops nothing. The same key twice says it once. With the
    partner for whom the person acts, the link in it leads to a page on which they say that it came.
    """
    subscriber = point.subscriber
    kind = Recipient.Kind.RESIDENT if subscriber.is_resident else Recipient.Kind.MEMBER
    to = Recipient(kind=kind, subscriber=subscriber, partner_id=partner_id)
    where = Delivery(channel=point.channel, address=point.address, language=subscriber.language)
    return _say(f"{Notice.ABOUT_CONTACT}{point.pk}", to, where, texts, key, at, expires_at)


@tenancy.across("a text to somebody who is nobody yet")
def send_to(
    channel: str, address: str, language: str, texts: Mapping[str, Mapping[str, str]], *, key: str, at: datetime,
    expires_at: datetime,
) -> Notice:  # fmt: skip
    """The same to an address of which nothing is kept: somebody says that it is theirs."""
    to = Recipient(kind=Recipient.Kind.RESIDENT)
    where = Delivery(channel=channel, address=address, language=language)
    return _say(f"{Notice.ABOUT_CONTACT}new", to, where, texts, key, at, expires_at)


@dataclass(frozen=True)
class Outcome:
    """What became of one text to one address: how far it came, and whether somebody answered."""

    point_id: int
    state: State
    reason: str
    answered_at: datetime | None

    @property
    def words(self) -> str:
        """Why, for people."""
        return reasons.words(self.reason)

    @property
    def is_under_way(self) -> bool:
        """May it still come?"""
        return self.state in {State.QUEUED, State.SENDING, State.UNKNOWN}


@tenancy.across("what became of one's own texts")
def outcomes(key: str) -> list[Outcome]:
    """Of all that was said under keys that begin so, in that order."""
    said = Delivery.objects.filter(notice__key__startswith=key).select_related("notice", "recipient")
    return [
        Outcome(
            int(one.notice.topic.removeprefix(Notice.ABOUT_CONTACT)),
            State(one.state),
            one.reason,
            one.recipient.acknowledged_at,
        )
        for one in said.order_by("pk")
    ]


@tenancy.across("when one's own texts were sent")
def last_key(key: str) -> tuple[str, datetime] | None:
    """The latest key that begins so, and when it was said."""
    said = Notice.objects.filter(key__startswith=key).order_by("-posted_at", "-pk")
    return said.values_list("key", "posted_at").first()


def _say(
    topic: str,
    to: Recipient,
    where: Delivery,
    texts: Mapping[str, Mapping[str, str]],
    key: str,
    at: datetime,
    expires_at: datetime,
) -> Notice:
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
        to.notice, to.call_order, to.token = notice, 1, _fresh_link()
        to.save(force_insert=True)
        where.notice, where.recipient, where.priority = notice, to, priority(URGENCY, False)
        where.state_at = where.next_at = at
        where.save(force_insert=True)
        jobs.after_commit("delivery.send", where.channel)
    return notice


def _fresh_link() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FRESH_LINK}")
        (link,) = cursor.fetchone()
    return str(link)
