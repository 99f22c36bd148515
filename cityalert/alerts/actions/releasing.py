"""Letting an alert out: submit, return, approve, publish. Two persons stand behind what the public hears."""

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import cap, content, lifecycle, readiness, render, sharing, targeting
from cityalert.alerts.actions.leave import hold, need
from cityalert.alerts.actions.writing import NotUsable, withdraw
from cityalert.alerts.lifecycle import NotAllowed, State
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType, Status
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import outbox
from cityalert.lib import words
from cityalert.lib.refusals import Refusal
from cityalert.lib.severity import Severity
from cityalert.live.announce import announce
from partners.actor import Actor
from partners.roles import Permission

MAX_REASON = 300

# What becomes of the versions that a correction replaces, and how the log calls it.
_REPLACED = {
    MsgType.UPDATE: (State.UPDATED, Verb.ALERT_UPDATED),
    MsgType.CANCEL: (State.CANCELLED, Verb.ALERT_CANCELLED),
}


class SecondPersonNeeded(Refusal):
    """It goes to the public: two natural persons stand behind it."""

    code = "second_person_needed"
    status = 409
    sentence = _("The public hears this, so a second person has to approve it. Submit it for approval.")


class SamePerson(Refusal):
    """The second person must be another one."""

    code = "same_person"
    status = 409
    sentence = _("You wrote or submitted this alert. Somebody else has to approve it.")


class ChangedSince(Refusal):
    """What is there is not what was submitted."""

    code = "changed_since"
    status = 409
    sentence = _("The alert has changed since it was submitted. It has to be submitted again.")


class KeyReused(Refusal):
    """One idempotency key, two different alerts."""

    code = "key_reused"
    status = 422
    sentence = _("Under this key another alert was published. Load the page again.")


@transaction.atomic
def submit(actor: Actor, alert: Alert, *, at: datetime) -> Alert:
    """Ask a second person. What they will approve is exactly what it says now."""
    need(actor, Permission.DRAFT, alert)
    alert = hold(alert)
    lifecycle.check(alert.state, State.PENDING)
    readiness.check(alert, at)
    alert.state, alert.submitted_at, alert.submitted_by = State.PENDING, at, actor.user
    alert.submitted_hash = content.fingerprint(alert)
    alert.save(update_fields=["state", "submitted_at", "submitted_by", "submitted_hash"])
    announce(alert.topic, "submitted")
    record(Verb.ALERT_SUBMITTED, actor, alert, at=at, content=alert.submitted_hash)
    return alert


@transaction.atomic
def return_to_author(actor: Actor, alert: Alert, reason: str, *, at: datetime) -> Alert:
    """Back to a draft: the approver says why, the submitter may simply take it back."""
    alert = hold(alert)
    own = alert.submitted_by_id == actor.user_id and actor.may(Permission.DRAFT, for_=alert.partner)
    if not own:
        need(actor, Permission.APPROVE, alert)
    lifecycle.check(alert.state, State.DRAFT)
    reason = words.line(reason)
    if len(reason) > MAX_REASON or not (reason or own):
        raise NotUsable(_("Say in a few words what has to change."), field="reason")
    withdraw(alert)
    alert.save(update_fields=["state", "submitted_at", "submitted_by", "submitted_hash"])
    announce(alert.topic, "returned")
    record(Verb.ALERT_RETURNED, actor, alert, at=at, reason=reason)
    return alert


@transaction.atomic
def approve(actor: Actor, alert: Alert, *, at: datetime) -> Alert:
    """Publish what somebody else submitted. Approving it twice publishes it once."""
    need(actor, Permission.APPROVE, alert)
    alert = hold(alert)
    if alert.state == State.PUBLISHED and alert.approved_by_id == actor.user_id:
        return alert
    if alert.state != State.PENDING:
        lifecycle.check(alert.state, State.PUBLISHED)
        raise NotAllowed(_("Nobody has submitted this alert for approval."))
    if actor.user_id in {alert.submitted_by_id, alert.edited_by_id}:
        raise SamePerson
    if content.fingerprint(alert) != alert.submitted_hash:
        raise ChangedSince
    alert.approved_by = actor.user
    return _release(actor, alert, at=at)


def publish(actor: Actor, alert: Alert, *, key: str, at: datetime) -> Alert:
    """Publish a draft: freeze who gets it and what it says, and hand both to delivery.

    `key` makes it safe to ask again: the same key and content give the alert that was published under it,
    another content is refused with KeyReused. Raises SecondPersonNeeded for what the public would hear.
    """
    need(actor, Permission.PUBLISH, alert)
    key = _private_key(actor, key)
    try:
        return _publish_once(actor, alert, key=key, at=at)
    except IntegrityError:
        # The same key, at the same moment, for another alert: whoever committed first has it.
        earlier = Alert.objects.filter(idempotency_key=key).first()
        if earlier is None:
            raise
        return _again(earlier, alert)


@transaction.atomic
def _publish_once(actor: Actor, alert: Alert, *, key: str, at: datetime) -> Alert:
    alert = hold(alert)
    earlier = Alert.objects.filter(idempotency_key=key).first()
    if earlier:
        return _again(earlier, alert)
    lifecycle.check(alert.state, State.PUBLISHED)
    if readiness.needs_second_person(alert):
        raise SecondPersonNeeded
    alert.idempotency_key = key
    return _release(actor, alert, at=at)


def _again(earlier: Alert, alert: Alert) -> Alert:
    if content.fingerprint(alert) != earlier.content_hash:
        raise KeyReused
    return earlier


def _release(actor: Actor, alert: Alert, *, at: datetime) -> Alert:
    """Checked, held and cleared: it goes out, and what it replaces is over."""
    sharing.check_ceiling(actor, alert)
    replaced = _hold_replaced(alert)
    expires_at = readiness.check(alert, at)
    alert.state, alert.published_at = State.PUBLISHED, at
    alert.content_hash = content.fingerprint(alert)
    alert.cap_xml = cap.xml(alert)
    alert.notice = outbox.post(
        key=alert.topic,
        partner_id=alert.partner_id,
        topic=alert.topic,
        series=str(alert.series),
        texts=render.texts(alert),
        cards=render.cards(alert),
        severity=Severity(alert.severity),
        audience=targeting.audience(alert, at),
        at=at,
        expires_at=expires_at,
        is_exercise=alert.status != Status.ACTUAL,
        follows=targeting.follows(alert),
        shown_to=[alert.partner_id],
        escalate_at=_escalate_at(alert, at),
    )
    alert.save()
    for one in replaced:
        one.state, one.ended_at = _REPLACED[MsgType(alert.msg_type)][0], at
        one.save(update_fields=["state", "ended_at"])
        announce(one.topic, one.state)
    announce(alert.topic, "published")
    _record(actor, alert, replaced, at)
    return alert


def _hold_replaced(alert: Alert) -> list[Alert]:
    """The versions this one corrects, held. Whoever comes second, of two who correct the same, is told."""
    held = list(Alert.objects.select_for_update(of=("self",)).filter(followed_by=alert).order_by("pk"))
    for one in held:
        lifecycle.check(one.state, _REPLACED[MsgType(alert.msg_type)][0])
    return held


def _escalate_at(alert: Alert, at: datetime) -> datetime | None:
    if not alert.escalate_after_min or alert.msg_type == MsgType.CANCEL:
        return None
    return at + timedelta(minutes=alert.escalate_after_min)


def _private_key(actor: Actor, key: str) -> str:
    """Keys are each partner's own: nobody learns that another used the same."""
    if not key:
        raise KeyReused(_("The key that makes publishing safe to repeat is missing. Load the page again."))
    return hashlib.sha256(f"{actor.partner_id} {key}".encode()).hexdigest()


def _record(actor: Actor, alert: Alert, replaced: list[Alert], at: datetime) -> None:
    """The log, last: it makes other writers wait until the commit."""
    for one in replaced:
        record(_REPLACED[MsgType(alert.msg_type)][1], actor, one, at=at, by=str(alert.pk))
    if alert.approved_by_id:
        record(Verb.ALERT_APPROVED, actor, alert, at=at, content=alert.content_hash)
    record(
        Verb.ALERT_PUBLISHED,
        actor,
        alert,
        at=at,
        msg_type=alert.msg_type,
        status=alert.status,
        scope=alert.scope,
        content=alert.content_hash,
        submitted_by=alert.submitted_by_id,
    )
