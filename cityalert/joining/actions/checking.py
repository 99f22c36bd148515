"""What staff find out about an applicant. A check is written once; another is another."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.joining import states
from cityalert.joining.actions.holding import hold
from cityalert.joining.models import Application, Check
from cityalert.joining.states import State
from cityalert.lib import phones, words
from cityalert.lib.refusals import Refusal
from partners.actor import Staff


class OwnNumber(Refusal):
    """Whoever answers there is whom the applicant wants us to reach."""

    code = "own_number"
    status = 422
    sentence = _(
        "The applicant gave this number. Find another one yourself: in a directory, on an invoice, from somebody who "
        "knows them."
    )


class NoNumber(Refusal):
    """It cannot have been called."""

    code = "no_number"
    status = 422
    sentence = _("This is no telephone number. Write it as 416-555-0123, or with the country's code.")


class NotYetCalled(Refusal):
    """A call that has not happened tells nothing."""

    code = "not_yet_called"
    status = 422
    sentence = _("The call would be in the future. Say when it was.")


class SaysNothing(Refusal):
    """A check that does not say what was found is none."""

    code = "says_nothing"
    status = 422
    sentence = _("Say in a few words what you did and what you found.")


@transaction.atomic
def call_back(
    staff: Staff,
    application: Application,
    said: dict[str, str],
    *,
    called_at: datetime,
    at: datetime,
) -> Check:
    """The applicant was called at a number found elsewhere: `number`, `number_found`, `spoke_with`, `found`."""
    number = phones.e164(said["number"])
    if not number:
        raise NoNumber(field="number")
    if called_at > at:
        raise NotYetCalled(field="called_at")
    held = hold(application)
    if number in held.numbers:
        raise OwnNumber(field="number")
    return _write(
        staff,
        held,
        Check(
            kind=Check.Kind.CALL_BACK,
            number=number,
            number_found=_said(said, "number_found", 200),
            spoke_with=_said(said, "spoke_with", 120),
            found=_said(said, "found", 500),
            called_at=called_at,
        ),
        at,
    )


@transaction.atomic
def identity(staff: Staff, application: Application, kind: Check.Kind, found: str, *, at: datetime) -> Check:
    """Their domain or a document was looked at."""
    check = Check(kind=kind, found=_said({"found": found}, "found", 500))
    return _write(staff, hold(application), check, at)


@transaction.atomic
def except_sponsor(staff: Staff, application: Application, reason: str, *, at: datetime) -> Check:
    """Nobody need sponsor them, for a reason. Whoever says so cannot be who approves."""
    check = Check(kind=Check.Kind.EXCEPTION, found=_said({"reason": reason}, "reason", 500))
    return _write(staff, hold(application), check, at)


def _write(staff: Staff, application: Application, check: Check, at: datetime) -> Check:
    if application.state != State.VETTING:
        raise states.NotNow
    check.application, check.about = application, application.about
    check.by, check.at = staff.user, at
    check.save(force_insert=True)
    record(Verb.APPLICATION_CHECKED, staff, application, at=at, check=check.kind)
    return check


def _said(said: dict[str, str], field: str, longest: int) -> str:
    text = words.line(said[field])
    if not 0 < len(text) <= longest:
        raise SaysNothing(field=field)
    return text
