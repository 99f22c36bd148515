"""What comes back: acknowledgements, responses, and the provider's news. Everything here only moves forward."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Value
from django.db.models.functions import Coalesce

from cityalert.audit.record import Who, record
from cityalert.audit.verbs import Verb
from cityalert.delivery import escalation, reports, watchers
from cityalert.delivery.ladder import State, below
from cityalert.delivery.models import Attempt, Delivery, Notice, Receipt, Recipient
from cityalert.delivery.news import take_in, told
from cityalert.delivery.response import Response
from cityalert.lib.refusals import NotThere
from partners.queries import is_member

# A person's own link: most stand in mails.
LINK = "email"

_ACKNOWLEDGE = """
    UPDATE delivery_recipient SET acknowledged_at = %(at)s, acknowledged_by_id = %(user)s,
        seen_at = COALESCE(seen_at, %(at)s)
    WHERE id = ANY(%(recipients)s) AND acknowledged_at IS NULL
    RETURNING id
"""

# Nothing more for this person, and nobody else of a partner of which no more answers are awaited.
_STOP = """
    UPDATE delivery_delivery d SET state = 'stopped', state_at = %(at)s, next_at = NULL
    FROM delivery_recipient r
    WHERE r.id = d.recipient_id AND d.notice_id = ANY(%(notices)s)
      AND ((d.recipient_id = ANY(%(recipients)s) AND d.state IN ('queued', 'waiting') AND d.until IS NULL)
           OR (r.partner_id = ANY(%(partners)s) AND d.state = 'waiting' AND NOT EXISTS (
               SELECT FROM delivery_call u
               WHERE u.notice_id = d.notice_id AND u.partner_id = r.partner_id AND u.ended_at IS NULL)))
"""

_MOVE = """
    UPDATE delivery_delivery SET state = %(state)s, state_at = %(at)s
    WHERE recipient_id = ANY(%(recipients)s) AND channel = %(channel)s AND state = ANY(%(below)s)
"""


@transaction.atomic
def acknowledge(
    recipients: Sequence[Recipient], *, actor: Who | None, user_id: int | None, at: datetime, via: str
) -> bool:
    """These recipients have it: stop what is queued for them. False when they had said so before.

    `via` is the channel it came by. A partner of which enough have answered needs no deputies any more.
    """
    ids = _lock(recipients)
    with connection.cursor() as cursor:
        cursor.execute(_ACKNOWLEDGE, {"recipients": ids, "at": at, "user": user_id})
        changed = [pk for (pk,) in cursor.fetchall()]
        if not changed:
            return False
        notices = {recipient.notice_id for recipient in recipients}
        partner_ids = [recipient.partner_id for recipient in recipients if recipient.partner_id]
        escalation.stop_where_enough(notices, partner_ids, at=at)
        cursor.execute(
            _STOP,
            {
                "recipients": ids,
                "notices": sorted(notices),
                "partners": partner_ids,
                "at": at,
            },
        )
        _move(cursor, ids, via, State.ACKNOWLEDGED, at)
    for notice in Notice.objects.filter(pk__in=notices).order_by("pk"):
        watchers.tell(notice, {r.partner_id for r in recipients if r.notice_id == notice.pk})
        partners = {str(r.partner_id) for r in recipients if r.notice_id == notice.pk and r.partner_id}
        record(Verb.ALERT_ACKNOWLEDGED, actor, notice.subject, at=at, via=via, partners=sorted(partners))
    return True


@transaction.atomic
def respond(
    recipients: Sequence[Recipient],
    *,
    response: Response,
    note: str,
    actor: Who | None,
    user_id: int | None,
    at: datetime,
    via: str,
) -> None:
    """Safe, need help, or not on site; may be changed, and each is kept. Whoever responds has acknowledged."""
    ids = _lock(recipients)
    acknowledge(recipients, actor=actor, user_id=user_id, at=at, via=via)
    Recipient.objects.filter(pk__in=ids).update(response=response, response_note=note[:500], responded_at=at)
    reports.responded(recipients, response=response, note=note, user_id=user_id, via=via, at=at)
    for notice in Notice.objects.filter(pk__in={r.notice_id for r in recipients}).order_by("pk"):
        watchers.tell(notice, {r.partner_id for r in recipients if r.notice_id == notice.pk})
        partners = {str(r.partner_id) for r in recipients if r.notice_id == notice.pk and r.partner_id}
        record(
            Verb.ALERT_RESPONDED,
            actor,
            notice.subject,
            at=at,
            via=via,
            response=response.value,
            has_note=bool(note),
            partners=sorted(partners),
        )


@transaction.atomic
def seen(recipients: Sequence[Recipient], *, at: datetime, via: str) -> int:
    """Somebody had it before their eyes; returns for how many that is news."""
    ids = _lock(recipients)
    changed = Recipient.objects.filter(pk__in=ids, seen_at=None).update(seen_at=at)
    with connection.cursor() as cursor:
        _move(cursor, ids, via, State.SEEN, at)
    if changed:
        for notice in Notice.objects.filter(pk__in={recipient.notice_id for recipient in recipients}):
            watchers.tell(notice, {r.partner_id for r in recipients if r.notice_id == notice.pk})
    return changed


def _lock(recipients: Sequence[Recipient]) -> list[int]:
    """Their keys, the rows locked in one order, so that two people answering at once wait instead of clashing."""
    ids = sorted(recipient.pk for recipient in recipients)
    return list(
        Recipient.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk", flat=True)
    )


def _move(cursor: CursorWrapper, recipient_ids: list[int], channel: str, state: State, at: datetime) -> None:
    cursor.execute(
        _MOVE,
        {"recipients": recipient_ids, "channel": channel, "state": state, "below": below(state), "at": at},
    )


def recipients_of(notice_ids: Sequence[int], *, partner_id: UUID, user_id: int) -> list[Recipient]:
    """The partner's screens and the person's own row in these notices: what one person at a screen answers for."""
    own = Recipient.objects.filter(notice_id__in=notice_ids, subscriber__user_id=user_id)
    screens = Recipient.objects.filter(
        notice_id__in=notice_ids, kind=Recipient.Kind.SCREEN, partner_id=partner_id
    )
    return [*screens, *own]


def by_token(token: str, *, at: datetime) -> Recipient:
    """The recipient whose own link this is. Raises NotThere, also for a member who has left since."""
    recipient = (
        Recipient.objects.select_related("notice", "subscriber__user", "partner").filter(token=token).first()
    )
    if recipient is None or has_left(recipient, at):
        raise NotThere
    return recipient


def has_left(recipient: Recipient, at: datetime) -> bool:
    """Was this said to a member of a partner who is none any more? Who has no account does not leave."""
    if recipient.kind != Recipient.Kind.MEMBER or recipient.subscriber is None:
        return False
    user_id, partner_id = recipient.subscriber.user_id, recipient.partner_id
    if user_id is None:  # a resident, or a contact of a BIA's business
        return False
    return partner_id is None or not is_member(user_id, partner_id, at)


def acknowledge_by_link(recipient: Recipient, *, at: datetime, via: str = LINK) -> bool:
    """The person pressed the button on the page behind their own link, or (`via` "push") on the message itself."""
    return acknowledge([recipient], actor=None, user_id=person(recipient), at=at, via=via)


def respond_by_link(recipient: Recipient, response: Response, *, at: datetime) -> None:
    """One of the buttons below it."""
    respond([recipient], response=response, note="", actor=None, user_id=person(recipient), at=at, via=LINK)


def person(recipient: Recipient) -> int | None:
    """Whoever has the account; residents, and the contacts of businesses, have none."""
    return recipient.subscriber.user_id if recipient.subscriber else None


def last_told(address: str, *, channel: str, at: datetime) -> Recipient | None:
    """Whom a reply from this address speaks for: the latest live notice that was sent there, and may be answered."""
    delivery = (
        Delivery.objects.filter(
            channel=channel,
            address=address,
            state__in=[
                State.SENDING,
                State.UNKNOWN,
                State.UNCERTAIN,
                State.SENT,
                State.DELIVERED,
                State.SEEN,
                State.ACKNOWLEDGED,
            ],
            notice__expires_at__gt=at,
        )
        .exclude(notice__topic__startswith=Notice.ABOUT_CONTACT)
        .select_related("recipient__notice", "recipient__subscriber")
        .order_by("-notice__posted_at", "-pk")
        .first()
    )
    return delivery.recipient if delivery and not has_left(delivery.recipient, at) else None


def provider_says(
    *,
    provider: str,
    attempt_id: int,
    provider_id: str,
    news: str,
    state: State | None,
    reason: str,
    at: datetime,
) -> bool:
    """One piece of news of a provider's, in its words (`news`) and ours. False when nothing changed."""
    return take_in([told(provider, attempt_id, provider_id, news, state, reason)], at=at) > 0


@transaction.atomic
def try_again(  # noqa: PLR0913 - all are named
    *,
    provider: str,
    attempt_id: int,
    provider_id: str,
    news: str,
    reason: str,
    after: timedelta,
    at_most: int,
    may_be_heard: bool,
    at: datetime,
) -> bool:
    """A provider says that it reached nobody: back into the queue, `at_most` so many tries; then it has failed.

    The one way down the ladder. `may_be_heard`: a machine has the words, so that a correction must go there, too. That
    is what the provider's id of a queued delivery says.
    """
    attempt = _attempt_of(provider, attempt_id, provider_id, news, at=at)
    if attempt is None:
        return False
    ended = {"provider_id": provider_id, "outcome": Attempt.Outcome.FAILED, "detail": reason}
    Attempt.objects.filter(pk=attempt_id).update(**ended, ended_at=Coalesce("ended_at", Value(at)))
    if attempt.number < at_most:
        state, next_at = State.QUEUED, at + after
    else:
        state, next_at = State.SENT if may_be_heard else State.FAILED, None
    moved = Delivery.objects.filter(
        pk=attempt.delivery_id, tries=attempt.number, state__in=[State.SENDING, State.UNKNOWN, State.SENT]
    ).update(
        state=state,
        state_at=at,
        next_at=next_at,
        lease_until=None,
        reason=reason,
        provider_id=provider_id if may_be_heard else "",
    )
    if moved:
        watchers.tell(attempt.delivery.notice)
    return bool(moved)


def _attempt_of(
    provider: str, attempt_id: int, provider_id: str, news: str, *, at: datetime
) -> Attempt | None:
    """The attempt that some news is of, if it is its own and is news."""
    attempt = Attempt.objects.select_related("delivery__notice").filter(pk=attempt_id).first()
    if attempt is None or (attempt.provider_id and attempt.provider_id != provider_id):
        return None
    _, is_news = Receipt.objects.get_or_create(
        provider=provider, provider_id=provider_id, news=news[:40], defaults={"received_at": at}
    )
    return attempt if is_news else None
