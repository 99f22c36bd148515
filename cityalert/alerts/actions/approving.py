"""A second pair of eyes: submit, take back, return, reject, approve. Sending it is `releasing`'s."""

from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import content, lifecycle, readiness, sharing
from cityalert.alerts.actions.leave import hold, need
from cityalert.alerts.actions.releasing import ChangedSince, release
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.actions.writing import withdraw
from cityalert.alerts.approvals import Approval
from cityalert.alerts.lifecycle import Act, NotAllowed, State
from cityalert.alerts.models import Alert
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import tenancy, words
from cityalert.lib.refusals import Refusal
from cityalert.live.announce import announce
from cityalert.subscriptions.queries import shares_address
from partners.actor import Actor
from partners.roles import Permission

MAX_REASON = 300

_SUBMISSION = ["state", "submitted_at", "submitted_by", "submitted_hash", "approved_by"]


class SamePerson(Refusal):
    """Each person who stands behind it must be another one."""

    code = "same_person"
    status = 409
    sentence = _("You wrote, submitted or approved this alert. Somebody else has to approve it.")


@transaction.atomic
def submit(actor: Actor, alert: Alert, *, at: datetime) -> Alert:
    """Ask a second person. What they will approve is exactly what it says now."""
    need(actor, Permission.DRAFT, alert)
    alert = hold(alert)
    state = lifecycle.after(alert.state, Act.SUBMIT)
    readiness.check(alert, at)
    alert.state, alert.submitted_at, alert.submitted_by = state, at, actor.user
    alert.submitted_hash = content.fingerprint(alert)
    alert.save(update_fields=_SUBMISSION)
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
    lifecycle.after(alert.state, Act.RETURN)
    reason = _reason(reason, _("Say in a few words what has to change."), is_needed=not own)
    withdraw(alert)
    alert.save(update_fields=_SUBMISSION)
    announce(alert.topic, "returned")
    record(Verb.ALERT_RETURNED, actor, alert, at=at, reason=reason)
    return alert


@transaction.atomic
def reject(actor: Actor, alert: Alert, reason: str, *, at: datetime) -> Alert:
    """It will not go out. It is kept as it was, with the reason; another attempt is a new alert."""
    need(actor, Permission.APPROVE, alert)
    alert = hold(alert)
    state = lifecycle.after(alert.state, Act.REJECT)
    reason = _reason(reason, _("Say in a few words why it must not go out."))
    alert.state, alert.ended_at = state, at
    alert.save(update_fields=["state", "ended_at"])
    announce(alert.topic, "rejected")
    record(Verb.ALERT_REJECTED, actor, alert, at=at, reason=reason, content=alert.submitted_hash)
    return alert


@transaction.atomic
def approve(actor: Actor, alert: Alert, *, sends: bool = True, at: datetime) -> Alert:
    """Agree to what somebody else submitted. The last who is needed sends it, or leaves that to whoever may publish.

    Approving it twice publishes it once.
    """
    need(actor, Permission.APPROVE, alert)
    alert = hold(alert)
    if alert.state != State.DRAFT and alert.approvals.filter(person=actor.user_id).exists():
        return alert
    if alert.state == State.DRAFT:
        raise NotAllowed(_("Nobody has submitted this alert for approval."))
    agreed = lifecycle.after(alert.state, Act.APPROVE)
    check_is_another(actor, alert)
    if content.fingerprint(alert) != alert.submitted_hash:
        raise ChangedSince
    sharing.check_ceiling(actor, alert)
    Approval.objects.create(
        alert=alert,
        partner=alert.partner,
        person=actor.user,
        content_hash=alert.submitted_hash,
        approved_at=at,
    )
    alert.approved_by = actor.user
    is_enough = still_needed(alert) == 0
    if is_enough:
        alert.state = agreed
    if is_enough and sends:
        return release(actor, alert, is_approval=True, at=at)
    readiness.check(alert, at)
    alert.save(update_fields=["state", "approved_by"])
    announce(alert.topic, "approved")
    record(Verb.ALERT_APPROVED, actor, alert, at=at, content=alert.submitted_hash)
    return alert


def still_needed(alert: Alert) -> int:
    """How many people have yet to agree, beside whoever submitted it."""
    return max(0, readiness.persons_needed(alert) - 1 - alert.approvals.count())


def check_is_another(actor: Actor, alert: Alert) -> None:
    """Raise `SamePerson` if the actor wrote, submitted or approved it, or is reached where one of these is."""
    others = {alert.submitted_by_id, alert.edited_by_id, *alert.approvals.values_list("person_id", flat=True)}
    check_is_none_of(actor, [one for one in others if one is not None])


def check_is_none_of(actor: Actor, known: list[int]) -> None:
    """Raise `SamePerson` if the actor is one of these people, or is reached where one of them is."""
    if actor.user_id in known:
        raise SamePerson
    with tenancy.across("whether two accounts are one natural person"):
        if shares_address(actor.user_id, known):
            raise SamePerson(
                _(
                    "Your telephone number or e-mail address is also that of somebody who wrote, submitted or "
                    "approved this alert. Another person has to approve it."
                )
            )


def _reason(reason: str, sentence: str | Promise, *, is_needed: bool = True) -> str:
    reason = words.line(reason)
    if len(reason) > MAX_REASON or (is_needed and not reason):
        raise NotUsable(sentence, field="reason")
    return reason
