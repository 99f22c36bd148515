"""The decision: back to the applicant, no, or yes. A yes makes a partner and invites its first owner."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.agreements import actions as agreements
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.joining import checklist, states
from cityalert.joining.actions import links
from cityalert.joining.actions.holding import hold
from cityalert.joining.checklist import Checklist
from cityalert.joining.models import Application, Check
from cityalert.joining.states import State
from cityalert.lib import words
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal
from partners import invitations, names
from partners.actor import Staff
from partners.models import Partner
from partners.roles import Role
from partners.standing import reason_of


class NotChecked(Refusal):
    """The list cannot be skipped."""

    code = "not_checked"
    sentence = _("Not everything has been checked.")


class SecondPersonNeeded(Refusal):
    """One person alone lets nobody in."""

    code = "second_person_needed"
    sentence = _("You did every check yourself. Somebody else has to do at least one, or approve.")


class OwnException(Refusal):
    """Whoever says that no sponsor is needed does not also approve."""

    code = "own_exception"
    sentence = _(
        "You gave the reason why no sponsor is needed. Somebody else has to approve, or to agree to it."
    )


class ShortNameMissing(Refusal):
    """Every text message of theirs begins with it."""

    code = "short_name_missing"
    status = 422
    sentence = _("Give them a short name of up to 40 letters: their text messages begin with it.")


@transaction.atomic
def return_to_applicant(staff: Staff, application: Application, reason: str, *, at: datetime) -> Application:
    """Ask the applicant to change something."""
    reason = reason_of(reason)
    application = hold(application)
    states.check(application.state, State.RETURNED)
    application.state, application.reason = State.RETURNED, reason
    application.save(update_fields=["state", "reason"])
    links.write(application, "returned", at=at)
    record(Verb.APPLICATION_RETURNED, staff, application, at=at, reason=reason)
    return application


@transaction.atomic
def refuse(staff: Staff, application: Application, reason: str, *, at: datetime) -> Application:
    """Say no, and why."""
    reason = reason_of(reason)
    application = hold(application)
    states.check(application.state, State.REFUSED)
    application.state, application.reason = State.REFUSED, reason
    application.decided_at, application.decided_by = at, staff.user
    application.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    links.write(application, "refused", at=at)
    record(Verb.APPLICATION_REFUSED, staff, application, at=at, reason=reason)
    return application


@transaction.atomic
def approve(
    staff: Staff, application: Application, *, short_name: str, network_role: str, at: datetime
) -> Partner:
    """Let them in: the partner is made, its agreements are signed for the network, its first owner is invited.

    Raises NotChecked, SecondPersonNeeded, OwnException, names.NameTaken and names.NamePretends; and what the database
    itself refuses is the same list.
    """
    application = hold(application)
    states.check(application.state, State.APPROVED)
    found = checklist.of(application, at)
    _check(staff, found, at)
    partner = _partner(application, words.line(short_name))
    for agreement, signed in found.texts:
        assert signed is not None  # noqa: S101 - the list is complete
        signer = (signed.signer_name, signed.signer_role, signed.signed_at)
        agreements.take_over(staff, partner, agreement, signer, role=network_role, at=at)
    application.state, application.partner = State.APPROVED, partner
    application.decided_at, application.decided_by, application.reason = at, staff.user, ""
    application.save()
    invitations.invite(
        staff,
        partner,
        application.contact_email,
        application.contact_name,
        Role.OWNER,
        at=at,
        language=Language(application.language),
    )
    links.write(application, "approved", at=at)
    record(Verb.PARTNER_JOINED, staff, partner, at=at, application=application.pk, kind=partner.kind)
    record(Verb.APPLICATION_APPROVED, staff, application, at=at, partner=partner.pk)
    return partner


def _check(staff: Staff, found: Checklist, at: datetime) -> None:
    if not found.is_complete:
        missing = [item.key for item in found.items if not item.is_done]
        raise NotChecked(detail={"missing": missing})
    if not found.other_than(staff.user):
        raise SecondPersonNeeded
    is_sponsored = any(checklist.counts(one, found.application, at) for one in found.sponsorships)
    exceptions = {check.by_id for check in found.of_kind(Check.Kind.EXCEPTION)}
    if not is_sponsored and exceptions == {staff.user_id}:
        raise OwnException


def _partner(application: Application, short_name: str) -> Partner:
    names.check(application.name)
    if not 0 < len(short_name) <= 40:
        raise ShortNameMissing(field="short_name")
    partner = Partner(kind=application.kind, name=application.name, short_name=short_name)
    try:
        with transaction.atomic():
            partner.save(force_insert=True)
    except IntegrityError as error:
        raise names.NameTaken(field="name") from error
    return partner
