"""Whether a partner may act on the network: suspended, reinstated. Joining it is `cityalert.joining`'s."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import words
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Staff
from partners.models import Partner

LONGEST_REASON = 300


class ReasonMissing(Refusal):
    """Whoever is shut out, and the log, can read why."""

    code = "reason_missing"
    status = 422
    sentence = _("Say why, in up to 300 letters. It is kept in the log.")


def reason_of(text: str) -> str:
    """A reason as it is kept. Raises ReasonMissing."""
    reason = words.line(text)
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissing(field="reason")
    return reason


@transaction.atomic
def suspend(staff: Staff, partner: Partner, reason: str, *, at: datetime) -> Partner:
    """Shut a partner out: its members act for it no more, and no new alert is for it. Again changes nothing.

    What its members hold stays, for the day it comes back; alerts it has out stand until they end.
    """
    reason = reason_of(reason)
    held = _held(partner)
    if not held.is_active:
        return held
    held.is_active, held.suspended_at, held.suspended_reason = False, at, reason
    held.save(update_fields=["is_active", "suspended_at", "suspended_reason"])
    record(Verb.PARTNER_SUSPENDED, staff, held, at=at, reason=reason)
    return held


@transaction.atomic
def reinstate(staff: Staff, partner: Partner, reason: str, *, at: datetime) -> Partner:
    """Let a suspended partner act again. Again changes nothing."""
    reason = reason_of(reason)
    held = _held(partner)
    if held.is_active:
        return held
    held.is_active, held.suspended_at, held.suspended_reason = True, None, ""
    held.save(update_fields=["is_active", "suspended_at", "suspended_reason"])
    record(Verb.PARTNER_REINSTATED, staff, held, at=at, reason=reason)
    return held


def _held(partner: Partner) -> Partner:
    held = Partner.objects.select_for_update().filter(pk=partner.pk).first()
    if held is None:
        raise NotThere
    return held
