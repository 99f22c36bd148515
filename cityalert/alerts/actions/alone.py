"""Breaking the glass: one person alerts the public alone. The others are told at once, and one of them reviews it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import letters
from cityalert.accounts.models import User
from cityalert.alerts import content, lifecycle, readiness, sharing, telling
from cityalert.alerts.actions.approving import check_is_none_of
from cityalert.alerts.actions.leave import MayNot, need
from cityalert.alerts.actions.releasing import once, release
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.approvals import SingleSend, Verdict
from cityalert.alerts.lifecycle import Act, NotAllowed
from cityalert.alerts.models import Alert
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import plain
from cityalert.lib import days, tenancy, words
from cityalert.lib.language import Language
from partners.actor import Actor
from partners.roles import Permission

REVIEW_WITHIN = timedelta(hours=72)
REMIND_EVERY = timedelta(hours=24)
SHORTEST_REASON, LONGEST_REASON = 20, 500


def send_alone(actor: Actor, alert: Alert, reason: str, *, key: str, at: datetime) -> Alert:
    """Publish what would take another person, now and with a reason. Those who could have approved are told at once.

    Where the partner has nobody else, staff are.

    `key` makes it safe to ask again, as in `publish`.
    """
    need(actor, Permission.APPROVE, alert)
    reason = words.line(reason)
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NotUsable(
            _("Say in 20 to 500 characters why nobody else can approve it in time."), field="reason"
        )

    def send(held: Alert) -> Alert:
        lifecycle.after(held.state, Act.SEND_ALONE)
        if readiness.persons_needed(held) == 1:
            raise NotAllowed(_("One person is enough for this alert. Send it the usual way."))
        sharing.check_ceiling(actor, held)
        held.alone_reason = reason
        held = release(actor, held, Act.SEND_ALONE, at=at)
        sent = SingleSend.objects.create(
            alert=held,
            partner=held.partner,
            sent_by=actor.user,
            sent_at=at,
            due_at=at + REVIEW_WITHIN,
            reminded_at=at,
        )
        if not _tell(held, actor.user, f"alone:{held.pk}", at=at):
            _tell_staff("alerts/mail/alone", sent, at=at)
        record(Verb.ALERT_SENT_ALONE, actor, held, at=at, reason=reason, content=held.content_hash)
        return held

    return once(actor, alert, send, key=key)


@transaction.atomic
def review(actor: Actor, alert: Alert, verdict: str, note: str, *, at: datetime) -> None:
    """Another person who may approve or manages says what they make of it."""
    if not (
        actor.may(Permission.APPROVE, for_=alert.partner) or actor.may(Permission.MANAGE, for_=alert.partner)
    ):
        raise MayNot
    sent = SingleSend.objects.select_for_update(of=("self",)).filter(alert=alert.pk).first()
    if sent is None:
        raise NotAllowed(_("This alert was not sent by one person alone."))
    if sent.reviewed_at:
        raise NotAllowed(_("Somebody has already reviewed this."))
    check_is_none_of(actor, [sent.sent_by_id])
    note = words.line(note)
    if verdict not in Verdict.values:
        raise NotUsable(_("Choose what you make of it."), field="verdict")
    if not 0 < len(note) <= LONGEST_REASON:
        raise NotUsable(_("Say in a few words what you looked at."), field="note")
    sent.reviewed_at, sent.reviewed_by, sent.verdict, sent.note = at, actor.user, verdict, note
    sent.save(update_fields=["reviewed_at", "reviewed_by", "verdict", "note"])
    record(Verb.ALERT_REVIEWED, actor, alert, at=at, verdict=verdict, reason=note)


def remind_reviews(at: datetime) -> int:
    """A chore of the sweep: once a day ask again for each review that is missing; staff too once it is overdue."""
    waiting = SingleSend.objects.filter(reviewed_at=None, reminded_at__lte=at - REMIND_EVERY)
    return sum(_remind(key, at) for key in waiting.values_list("pk", flat=True))


@transaction.atomic
def _remind(key: UUID, at: datetime) -> bool:
    waiting = SingleSend.objects.select_for_update(of=("self",), skip_locked=True)
    sent = (
        waiting.filter(pk=key, reviewed_at=None, reminded_at__lte=at - REMIND_EVERY)
        .select_related("alert__partner", "sent_by")
        .first()
    )
    if sent is None:
        return False
    sent.reminded_at = at
    sent.save(update_fields=["reminded_at"])
    is_overdue = sent.due_at <= at
    is_told = _tell(sent.alert, sent.sent_by, f"alone:{sent.pk}:{at:%Y%m%d%H}", at=at)
    if is_overdue or not is_told:
        _tell_staff("alerts/mail/overdue" if is_overdue else "alerts/mail/alone", sent, at=at)
    record(Verb.ALERT_REVIEW_REMINDED, None, sent.alert, at=at, overdue=is_overdue)
    return True


def _tell(alert: Alert, sender: User, key: str, *, at: datetime) -> bool:
    """Tell everybody else who may approve or manage. Is there anybody?"""

    def say() -> plain.Said:
        facts = {"name": sender.name, "reason": alert.alone_reason}
        due = (alert.published_at or at) + REVIEW_WITHIN
        return plain.Said(
            gettext("Sent to the public by one person alone: %(headline)s")
            % {"headline": content.words_in(alert, get_language() or "en").headline},
            [
                gettext("%(name)s gave as the reason: %(reason)s") % facts,
                gettext("Somebody else has to review it until %(time)s.") % {"time": days.moment(due)},
            ],
            reverse("alerts:reviews"),
        )

    with tenancy.across("who decides for a partner"):
        people = telling.deciders(alert, beside=sender.pk, at=at)
        telling.tell(key, alert, people, say, lasts=REVIEW_WITHIN, at=at)
    return bool(people)


@tenancy.across("whoever runs the network hears what nobody else at a partner can review")
def _tell_staff(template: str, sent: SingleSend, *, at: datetime) -> None:
    for staff in User.objects.filter(is_staff=True, is_active=True):
        facts = {"partner": sent.alert.partner, "name": sent.sent_by.name, "reason": sent.alert.alone_reason}
        facts |= {"due_at": sent.due_at, "url": _hub_url()}
        letters.post(template, staff.email, Language(staff.language), facts, at=at)


def _hub_url() -> str:
    return f"{settings.PUBLIC_URL}{reverse('alerts:overdue')}"
