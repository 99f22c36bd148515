"""One person is told once more because somebody presses a button; asking all who are silent is `escalation`'s."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.delivery import reasons, watchers
from cityalert.delivery.escalation import Over
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Delivery, Notice, Recipient
from cityalert.delivery.priority import priority
from cityalert.lib import jobs, tenancy
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.subscriptions.models import ContactPoint

# Whoever presses twice sends once.
PAUSE = timedelta(minutes=1)
_UNDER_WAY = {State.WAITING, State.QUEUED, State.SENDING, State.UNKNOWN}


class HasAnswered(Refusal):
    """There is nothing to tell them any more."""

    code = "has_answered"
    status = 409
    sentence = _("They have acknowledged it: nothing is sent again.")


class OnItsWay(Refusal):
    """Something is being sent, or was a moment ago."""

    code = "on_its_way"
    status = 409
    sentence = _("A message to them is on its way, or was a minute ago. Wait for what becomes of it.")


class Dead(Refusal):
    """Every way to them is at an end."""

    code = "dead"
    status = 409
    sentence = _("Nothing can be sent to them: no number or address of theirs works. Ask them for another.")


@transaction.atomic
@tenancy.across("telling one person again")
def again(notice_id: int, recipient_id: int, *, at: datetime) -> list[str]:
    """Tell a member of this notice's audience once more, by every way that works now, also one that is new.

    Returns the channels. Raises NotThere, Over, HasAnswered, OnItsWay, and Dead with the reason.
    """
    notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
    people = Recipient.objects.select_related("subscriber").filter(kind=Recipient.Kind.MEMBER)
    recipient = people.filter(notice=notice_id, pk=recipient_id).first()
    if notice is None or recipient is None or recipient.subscriber is None:
        raise NotThere
    if notice.superseded_at or notice.ended_at or notice.expires_at <= at:
        raise Over
    if recipient.acknowledged_at:
        raise HasAnswered
    told = list(recipient.deliveries.order_by("state_at"))
    if any(one.state in _UNDER_WAY or (one.round > 1 and one.state_at > at - PAUSE) for one in told):
        raise OnItsWay
    ways = list(_usable(recipient.subscriber_id, notice.severity))
    if not ways:
        last = next((one for one in reversed(told) if one.reason), None)
        raise Dead(_because(last.reason)) if last else Dead
    Delivery.objects.bulk_create(_more(recipient, notice, ways, told, at))
    watchers.tell(notice, [recipient.partner_id])
    channels = sorted({way.channel for way in ways})
    for channel in channels:
        jobs.after_commit("delivery.send", channel)
    return channels


def _usable(subscriber_id: int | None, severity: int) -> list[ContactPoint]:
    return list(
        ContactPoint.objects.filter(
            subscriber=subscriber_id, verified_at__isnull=False, stopped_at=None, gone_at=None,
            min_severity__lte=severity,
        ).order_by("pk")
    )  # fmt: skip


def _more(
    recipient: Recipient, notice: Notice, ways: list[ContactPoint], told: list[Delivery], at: datetime
) -> list[Delivery]:
    rounds: dict[tuple[str, str], int] = {}
    for one in told:
        key = one.channel, one.address
        rounds[key] = max(rounds.get(key, 0), one.round)
    language = recipient.subscriber.language if recipient.subscriber else "en"
    return [
        Delivery(
            notice=notice, sender_id=notice.partner_id, recipient=recipient, channel=way.channel, address=way.address,
            # Never the first: that it was said once more, on purpose, is what the auditor and the page are told.
            round=max(rounds.get((way.channel, way.address), 1), 1) + 1, language=language,
            priority=priority(notice.severity, notice.is_exercise), is_correction=False, state=State.QUEUED,
            state_at=at, next_at=at, tries=0, provider_id="", reason="",
        )
        for way in ways
    ]  # fmt: skip


def _because(reason: str) -> str:
    said = _("Nothing can be sent to them: %(reason)s. %(advice)s")
    return str(said) % {"reason": reasons.words(reason), "advice": reasons.advice(reason).label}
