"""Whom to call next where too few have answered: the calls of each notice, frozen when it was posted.

A call releases what was held back for those it means, and asks those again who were told. What the steps mean is
`duty.steps`'; PostgreSQL holds what is due, and a call ends in the transaction that makes it.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import quiet, watchers
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.models import Call, Notice, Recipient
from cityalert.delivery.priority import priority
from cityalert.duty import queries as duty
from cityalert.duty import steps
from cityalert.duty.steps import ANYBODY, EVERYBODY, Whom
from cityalert.lib import jobs
from cityalert.lib.refusals import Refusal
from cityalert.subscriptions.queries import NOT_BEFORE, USABLE

Outcome = Call.Outcome
# Whoever is asked too often stops listening.
AGAIN = timedelta(minutes=5)


class Over(Refusal):
    """Nobody needs to answer it any more."""

    code = "over"
    status = 409
    sentence = _("It has ended, or a newer version took its place: nobody is asked to answer it any more.")


class AskedJustNow(Refusal):
    """Too often."""

    code = "asked_just_now"
    status = 429
    sentence = _("They were asked again a moment ago. Wait five minutes before you ask once more.")


class NobodySilent(Refusal):
    """All have answered, or cannot be reached, or are being told this moment."""

    code = "nobody_silent"
    status = 409
    sentence = _("There is nobody to ask: all have answered, are being told right now, or cannot be reached.")


# How many of a partner's people have answered, and how many were told and have not. Whoever answers at a screen is
# somebody, and once, whatever they answered for.
_ANSWERED = """
    SELECT r.partner_id,
        count(DISTINCT coalesce(r.acknowledged_by_id, -r.id)) FILTER (WHERE r.acknowledged_at IS NOT NULL),
        count(*) FILTER (WHERE r.kind = 'member' AND r.acknowledged_at IS NULL AND EXISTS (
            SELECT FROM delivery_delivery d WHERE d.recipient_id = r.id AND d.state <> 'waiting'))
    FROM delivery_recipient r WHERE r.notice_id = %(notice)s AND r.partner_id = ANY(%(partners)s)
    GROUP BY r.partner_id
"""

# The sender's wish is for those who have no policy: their deputies wait.
_WAITING = """
    SELECT DISTINCT r.partner_id FROM delivery_delivery d JOIN delivery_recipient r ON r.id = d.recipient_id
    WHERE d.notice_id = %(notice)s AND d.state = 'waiting' AND r.partner_id IS NOT NULL
      AND r.partner_id NOT IN (
          SELECT u.partner_id FROM delivery_call u WHERE u.notice_id = %(notice)s AND u.partner_id IS NOT NULL)
"""

# Whom each call means, as `steps.called`: nobody on duty is everybody, and whoever has none of the channels is
# called by what they have. A wish for deputies is for nobody else.
_MEANT = f"""
    WITH asked AS (
        SELECT * FROM unnest(%(dues)s::bigint[], %(partners)s::uuid[]) AS t(due_id, partner_id)
    ), on_duty AS (
        SELECT * FROM unnest(%(duty_partners)s::uuid[], %(duty_users)s::bigint[]) AS t(partner_id, user_id)
    ), possible AS MATERIALIZED (
        SELECT u.id AS due_id, u.channels, u.partner_id IS NULL AS is_wish, r.id AS recipient_id, r.partner_id,
            r.acknowledged_at, s.id AS subscriber_id, s.language,
            {NOT_BEFORE.format(severity="%(severity)s")} AS free_at,
            CASE u.whom
                WHEN 'first' THEN r.call_order = 1
                WHEN 'deputies' THEN r.call_order > 1
                WHEN 'on_duty' THEN (r.partner_id, s.user_id) IN (SELECT * FROM on_duty)
                WHEN 'told' THEN EXISTS (
                    SELECT FROM delivery_delivery d WHERE d.recipient_id = r.id AND d.state <> 'waiting')
                ELSE true END AS is_meant
        FROM asked a JOIN delivery_call u ON u.id = a.due_id
        JOIN delivery_recipient r ON r.notice_id = %(notice)s AND r.partner_id = a.partner_id AND r.kind = 'member'
        JOIN subscriptions_subscriber s ON s.id = r.subscriber_id
    ), meant AS MATERIALIZED (
        SELECT p.* FROM possible p
        WHERE p.acknowledged_at IS NULL AND (p.is_meant OR NOT p.is_wish AND NOT EXISTS (
            SELECT FROM possible o WHERE o.due_id = p.due_id AND o.partner_id = p.partner_id AND o.is_meant))
    )
"""


def _by_these(way: str) -> str:
    """A way by which somebody is meant to be called; any, where those of the call are none of theirs, or failed."""
    return f"""
        (cardinality(m.channels) = 0 OR {way}.channel = ANY(m.channels) OR NOT EXISTS (
            SELECT FROM delivery_delivery x WHERE x.recipient_id = m.recipient_id AND x.channel = ANY(m.channels)
              AND x.state NOT IN ('failed', 'opted_out')))"""


_WHY = "CASE WHEN m.free_at > %(at)s THEN %(quiet)s ELSE '' END"

# Asked again: another round wherever they were told and can still be told, unless something is on its way there.
_ASK_AGAIN = f"""
    {_MEANT}
    INSERT INTO delivery_delivery
        (notice_id, sender_id, recipient_id, channel, address, round, language, priority, is_correction, state,
         state_at, next_at, reason)
    SELECT DISTINCT ON (m.recipient_id, cp.channel, cp.address)
        %(notice)s, %(sender)s, m.recipient_id, cp.channel, cp.address, e.round + 1, m.language, %(priority)s,
        false, 'queued', %(at)s, m.free_at, {_WHY}
    FROM meant m JOIN subscriptions_contactpoint cp ON cp.subscriber_id = m.subscriber_id
        AND {USABLE} AND {_by_these("cp")}
    CROSS JOIN LATERAL (
        SELECT max(d.round) AS round, bool_or(d.state IN ('waiting', 'queued', 'sending', 'unknown')) AS is_under_way
        FROM delivery_delivery d
        WHERE d.recipient_id = m.recipient_id AND d.channel = cp.channel AND d.address = cp.address) e
    WHERE e.round IS NOT NULL AND NOT e.is_under_way
    ORDER BY m.recipient_id, cp.channel, cp.address
    ON CONFLICT DO NOTHING
    RETURNING recipient_id
"""
_RELEASE = f"""
    {_MEANT}
    UPDATE delivery_delivery d SET state = 'queued', state_at = %(at)s, next_at = m.free_at, reason = {_WHY}
    FROM meant m WHERE d.recipient_id = m.recipient_id AND d.state = 'waiting' AND {_by_these("d")}
    RETURNING d.recipient_id
"""


def freeze(notice: Notice, *, deputies_at: datetime | None, by_policy: bool) -> None:
    """Write down every call that follows if nobody answers, in the caller's transaction.

    `by_policy`: as each partner wants it. `deputies_at`: the sender's wish for those who do not say.
    """
    said = duty.steps_for(notice.severity) if by_policy else {}
    people = Recipient.objects.filter(notice=notice, kind=Recipient.Kind.MEMBER, partner__in=said)
    told = people.values_list("partner_id", flat=True).distinct() if said else []
    dues = [
        Call(
            notice=notice, sender_id=notice.partner_id, partner_id=partner, number=call.number, next_at=call.at,
            whom=call.step.whom, channels=list(call.step.channels), enough=call.step.enough,
        )
        for partner in told
        for call in steps.calls(said[partner], notice.posted_at)
    ]  # fmt: skip
    if deputies_at:
        wish = Call(notice=notice, number=1, next_at=deputies_at, whom=Whom.DEPUTIES, enough=ANYBODY)
        wish.sender_id = notice.partner_id
        dues.append(wish)
    Call.objects.bulk_create(dues)


def holding(notice_id: int) -> list[UUID]:
    """The partners whose people are called by their own policy: until a call nothing is sent to them."""
    own = Call.objects.filter(notice=notice_id, ended_at=None).exclude(partner=None)
    return list(own.order_by("partner_id").values_list("partner_id", flat=True).distinct())


def escalate_due(*, at: datetime) -> int:
    """Make every call whose moment has come; returns how many people were called."""
    due = Call.objects.filter(next_at__lte=at, ended_at=None, notice__fanned_out_at__isnull=False)
    return sum(
        escalate(notice_id, at=at) for notice_id in sorted(set(due.values_list("notice_id", flat=True)))
    )


@transaction.atomic
def escalate(notice_id: int, *, at: datetime) -> int:
    """Make the calls of a notice that are due, each once; returns how many people were called.

    The notice is held: a correction waits, or has superseded it and nobody is called.
    """
    live = Notice.objects.select_for_update(skip_locked=True).filter(
        superseded_at=None, ended_at=None, expires_at__gt=at, fanned_out_at__isnull=False
    )
    notice = live.filter(pk=notice_id).first()
    people = call(notice, at=at) if notice else {}
    if notice and people:
        watchers.tell(notice, people)
        for channel in CHANNELS:
            jobs.after_commit("delivery.send", channel)
        record(
            Verb.ALERT_ESCALATED,
            None,
            notice.subject,
            at=at,
            partners=len(people),
            people=sum(people.values()),
        )
    return sum(people.values())


def call(notice: Notice, *, at: datetime) -> dict[UUID, int]:
    """The calls of a notice that are due, in a transaction that holds it; how many people at each partner."""
    dues = list(
        Call.objects.filter(notice=notice, next_at__lte=at, ended_at=None).order_by("partner_id", "number")
    )
    if not dues:
        return {}
    with connection.cursor() as cursor:
        asked = _asked(cursor, notice, dues)
        partners = {partner for _due, partner in asked}
        answered = _answered(cursor, notice.pk, partners)
        silent = [
            (due, partner)
            for due, partner in asked
            if not steps.is_enough(due.enough, *answered.get(partner, (0, 0)))
        ]
        called = _call(cursor, notice, silent, at) if silent else {}
    for due in dues:
        mine = [partner for one, partner in silent if one is due]
        due.people = sum(called.get(partner, 0) for partner in mine)
        due.outcome = Outcome.CALLED if due.people else Outcome.NOBODY if mine else Outcome.ANSWERED
        due.ended_at = at
    Call.objects.bulk_update(dues, ["people", "outcome", "ended_at"])
    return called


@transaction.atomic
def ask_again(notice_id: int, *, at: datetime) -> int:
    """Tell whoever was told and is silent once more, in every way they have; returns how many people.

    Raises Over for what was replaced or has ended, AskedJustNow, NobodySilent.
    """
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.superseded_at or notice.ended_at or notice.expires_at <= at:
        raise Over
    wishes = Call.objects.filter(notice=notice, partner=None)
    if wishes.filter(whom=Whom.TOLD, next_at__gt=at - AGAIN).exists():
        raise AskedJustNow
    silent = Recipient.objects.filter(notice=notice, kind=Recipient.Kind.MEMBER, acknowledged_at=None)
    partners = list(silent.exclude(partner=None).values_list("partner_id", flat=True).distinct())
    asked = Call.objects.create(
        notice=notice, sender_id=notice.partner_id, number=wishes.count() + 1, next_at=at, ended_at=at,
        whom=Whom.TOLD, enough=EVERYBODY, outcome=Outcome.CALLED,
    )  # fmt: skip
    with connection.cursor() as cursor:
        called = _call(cursor, notice, [(asked, partner) for partner in partners], at)
    if not called:
        raise NobodySilent
    asked.people = sum(called.values())
    asked.save(update_fields=["people"])
    watchers.tell(notice, called)
    for channel in CHANNELS:
        jobs.after_commit("delivery.send", channel)
    return asked.people


def stop_where_enough(notice_ids: Collection[int], partner_ids: Sequence[UUID], *, at: datetime) -> None:
    """Somebody of these partners answered: end the calls of which that is enough, in the caller's transaction.

    A call that is being made this moment is not waited for: it asks by itself.
    """
    dues = Call.objects.select_for_update(skip_locked=True).filter(
        notice__in=notice_ids, partner__in=partner_ids, ended_at=None
    )
    ended = []
    with connection.cursor() as cursor:
        answered: dict[int, dict[UUID, tuple[int, int]]] = {}
        for due in dues:
            if due.notice_id not in answered:
                answered[due.notice_id] = _answered(cursor, due.notice_id, partner_ids)
            count = answered[due.notice_id].get(due.partner_id, (0, 0)) if due.partner_id else (0, 0)
            if steps.is_enough(due.enough, *count):
                ended.append(due.pk)
    if ended:
        Call.objects.filter(pk__in=ended).update(ended_at=at, outcome=Outcome.ANSWERED)


def end(notice_ids: Collection[int], outcome: Call.Outcome, *, at: datetime) -> None:
    """Nobody more is called for these notices."""
    Call.objects.filter(notice__in=notice_ids, ended_at=None).update(ended_at=at, outcome=outcome)


def _asked(cursor: CursorWrapper, notice: Notice, dues: Sequence[Call]) -> list[tuple[Call, UUID]]:
    """Each call with its partner; the sender's wish with each partner that it concerns."""
    own = [(due, due.partner_id) for due in dues if due.partner_id]
    wishes = [due for due in dues if not due.partner_id]
    if not wishes:
        return own
    cursor.execute(_WAITING, {"notice": notice.pk})
    return own + [(due, partner) for (partner,) in cursor.fetchall() for due in wishes]


def _answered(
    cursor: CursorWrapper, notice_id: int, partners: Collection[UUID]
) -> dict[UUID, tuple[int, int]]:
    cursor.execute(_ANSWERED, {"notice": notice_id, "partners": list(partners)})
    return {partner: (answered, silent) for partner, answered, silent in cursor.fetchall()}


def _call(
    cursor: CursorWrapper, notice: Notice, asked: Sequence[tuple[Call, UUID]], at: datetime
) -> dict[UUID, int]:
    wanted = {partner for due, partner in asked if due.whom == Whom.ON_DUTY}
    on_duty = duty.people_on_duty(wanted, at) if wanted else []
    params: dict[str, Any] = {
        **quiet.params(notice, at=at),
        "dues": [due.pk for due, _partner in asked],
        "partners": [partner for _due, partner in asked],
        "duty_partners": [partner for partner, _user in on_duty],
        "duty_users": [user for _partner, user in on_duty],
        "notice": notice.pk,
        "sender": notice.partner_id,
        "severity": notice.severity,
        "priority": priority(notice.severity, notice.is_exercise),
    }
    called: set[int] = set()
    for statement in (_ASK_AGAIN, _RELEASE):
        cursor.execute(statement, params)
        called |= {recipient for (recipient,) in cursor.fetchall()}
    return Counter(Recipient.objects.filter(pk__in=called).values_list("partner_id", flat=True))
