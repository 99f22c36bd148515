"""Letting an alert out. Two persons stand behind what the public hears: the second is `approving`'s."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import cap, content, lifecycle, readiness, render, sharing, targeting
from cityalert.alerts.actions.leave import hold, need
from cityalert.alerts.lifecycle import Act, State
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Ending, MsgType, Status
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import outbox
from cityalert.lib.refusals import Refusal
from cityalert.lib.severity import Severity
from cityalert.live.announce import announce
from partners.actor import Actor
from partners.roles import Permission

# What becomes of the versions that a correction replaces, and how the log calls it.
_REPLACING = {
    MsgType.UPDATE: (Act.UPDATE, Verb.ALERT_UPDATED),
    MsgType.CANCEL: (Act.CANCEL, Verb.ALERT_CANCELLED),
}


class SecondPersonNeeded(Refusal):
    """It goes to the public, or the partner's policy asks for more than one natural person."""

    code = "second_person_needed"
    status = 409
    sentence = _("A second person has to approve this. Submit it for approval.")


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


def publish(actor: Actor, alert: Alert, *, key: str, at: datetime) -> Alert:
    """Publish a draft: freeze who gets it and what it says, and hand both to delivery.

    `key` makes it safe to ask again: the same key and content give the alert that was published under it,
    another content is refused with KeyReused. Raises SecondPersonNeeded where one person is not enough.
    """
    need(actor, Permission.PUBLISH, alert)

    def send(held: Alert) -> Alert:
        lifecycle.after(held.state, Act.PUBLISH)
        if held.state == State.APPROVED:
            # Somebody agreed to this and to nothing else, and reaches as far as it goes.
            if content.fingerprint(held) != held.submitted_hash:
                raise ChangedSince
        else:
            if readiness.persons_needed(held) > 1:
                raise SecondPersonNeeded
            sharing.check_ceiling(actor, held)
        return release(actor, held, at=at)

    return once(actor, alert, send, key=key)


def once(actor: Actor, alert: Alert, send: Callable[[Alert], Alert], *, key: str) -> Alert:
    """The alert held and sent; or what was published under the key, if it says the same."""
    key = _private_key(actor, key)
    try:
        return _send_once(alert, send, key)
    except IntegrityError:
        # The same key, at the same moment, for another alert: whoever committed first has it.
        earlier = Alert.objects.filter(idempotency_key=key).first()
        if earlier is None:
            raise
        return _again(earlier, alert)


@transaction.atomic
def _send_once(alert: Alert, send: Callable[[Alert], Alert], key: str) -> Alert:
    alert = hold(alert)
    earlier = Alert.objects.filter(idempotency_key=key).first()
    if earlier:
        return _again(earlier, alert)
    alert.idempotency_key = key
    return send(alert)


def _again(earlier: Alert, alert: Alert) -> Alert:
    if content.fingerprint(alert) != earlier.content_hash:
        raise KeyReused
    return earlier


def release(
    actor: Actor, alert: Alert, act: Act = Act.PUBLISH, *, is_approval: bool = False, at: datetime
) -> Alert:
    """Checked, held and cleared: it goes out, and what it replaces is over. `is_approval`: agreed to by this act."""
    replaced = _hold_replaced(alert)
    expires_at = readiness.check(alert, at)
    alert.state, alert.published_at = lifecycle.after(alert.state, act), at
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
        deputies_at=_deputies_at(alert, at),
        by_policy=alert.msg_type != MsgType.CANCEL,
    )
    alert.save()
    for one, state in replaced:
        one.state, one.ended_at = state, at
        one.save(update_fields=["state", "ended_at"])
        announce(one.topic, one.state)
    announce(alert.topic, "published")
    # The log, last: it makes other writers wait until the commit.
    for one, _state in replaced:
        record(_replacing(alert)[1], actor, one, at=at, by=str(alert.pk))
    if is_approval:
        record(Verb.ALERT_APPROVED, actor, alert, at=at, content=alert.content_hash)
    record(Verb.ALERT_PUBLISHED, actor, alert, at=at, **_facts(alert))
    return alert


def _hold_replaced(alert: Alert) -> list[tuple[Alert, State]]:
    """The versions this one corrects, held, and what becomes of them. Of two who do so the second is told."""
    held = list(Alert.objects.select_for_update(of=("self",)).filter(followed_by=alert).order_by("pk"))
    return [(one, lifecycle.after(one.state, _replacing(alert)[0])) for one in held]


def _deputies_at(alert: Alert, at: datetime) -> datetime | None:
    if not alert.escalate_after_min or alert.msg_type == MsgType.CANCEL:
        return None
    return at + timedelta(minutes=alert.escalate_after_min)


def _private_key(actor: Actor, key: str) -> str:
    """Keys are each partner's own: nobody learns that another used the same."""
    if not key:
        raise KeyReused(_("The key that makes publishing safe to repeat is missing. Load the page again."))
    return hashlib.sha256(f"{actor.partner_id} {key}".encode()).hexdigest()


def _replacing(alert: Alert) -> tuple[Act, Verb]:
    if alert.ending == Ending.ERROR:
        return Act.WITHDRAW, Verb.ALERT_WITHDRAWN
    return _REPLACING[MsgType(alert.msg_type)]


def _facts(alert: Alert) -> dict[str, object]:
    return {
        "msg_type": alert.msg_type,
        "status": alert.status,
        "scope": alert.scope,
        "ending": alert.ending,
        "content": alert.content_hash,
        "submitted_by": alert.submitted_by_id,
    }
