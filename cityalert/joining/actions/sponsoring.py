"""A partner says that it knows the applicant, or that it does not."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import letters
from cityalert.agreements import queries as agreements
from cityalert.agreements.rules import Act
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.joining import states
from cityalert.joining.actions.holding import hold
from cityalert.joining.models import Application, Sponsorship
from cityalert.joining.states import OPEN, State
from cityalert.lib import words
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor, Staff
from partners.models import Membership, Partner
from partners.roles import PERMISSIONS, Permission, Role


class NotInGoodStanding(Refusal):
    """Only a partner that is active and has signed vouches for others."""

    code = "not_in_good_standing"
    sentence = _("This partner is suspended, or has no information sharing agreement in force. Ask another.")


class SaysNotHow(Refusal):
    """A sponsor says how they know the applicant; who declines says why."""

    code = "says_not_how"
    status = 422
    sentence = _("Say in a few words how you know them, or why you do not vouch for them.")


class AnsweredAlready(Refusal):
    """One answer for each question."""

    code = "answered_already"
    sentence = _("Your organisation has answered already.")


@transaction.atomic
def ask(staff: Staff, application: Application, partner: Partner, *, at: datetime) -> Sponsorship:
    """Ask a partner whether it sponsors the applicant. Asking again, once what they say has changed, asks anew."""
    application = hold(application)
    if application.state != State.VETTING:
        raise states.NotNow
    if not partner.is_active or not agreements.allows(partner, Act.SPONSOR, at=at):
        raise NotInGoodStanding(field="partner")
    sponsorship = put(application, partner, at)
    record(Verb.SPONSOR_ASKED, staff, application, at=at, partner=partner.pk)
    return sponsorship


@transaction.atomic
def answer(
    actor: Actor, sponsorship: Sponsorship, *, is_confirmed: bool, how: str, at: datetime
) -> Sponsorship:
    """Vouch for the applicant as they describe themselves today, or decline."""
    if sponsorship.partner_id != actor.partner_id or not actor.may(Permission.MANAGE):
        raise NotThere
    agreements.check(actor.partner, Act.SPONSOR, at=at)
    held = Sponsorship.objects.select_for_update().get(pk=sponsorship.pk)
    application = sponsorship.application
    if application.state not in OPEN:
        raise states.NotNow
    if held.answered_at is not None:
        raise AnsweredAlready
    how = words.line(how)
    if not 0 < len(how) <= 300:
        raise SaysNotHow(field="words")
    held.is_confirmed, held.words, held.about = is_confirmed, how, application.about
    held.answered_at, held.answered_by = at, actor.user
    held.save()
    record(
        Verb.SPONSOR_ANSWERED, actor, application, at=at, partner=actor.partner_id, is_confirmed=is_confirmed
    )
    return held


def put(application: Application, partner: Partner, at: datetime) -> Sponsorship:
    """The question, and a mail to whoever may answer it. One that stands unanswered is not asked twice."""
    sponsorship, is_new = Sponsorship.objects.get_or_create(
        application=application, partner=partner, defaults={"asked_at": at}
    )
    if not is_new and sponsorship.answered_at is None:
        return sponsorship
    if not is_new:
        _take_back(sponsorship, at)
    facts = {
        "application": application,
        "partner": partner,
        "link": settings.PUBLIC_URL + reverse("joining:sponsoring"),
    }
    managing = [role for role in Role if Permission.MANAGE in PERMISSIONS[role]]
    members = Membership.objects.valid(at).filter(partner=partner, role__in=managing).select_related("user")
    for member in members:
        user = member.user
        letters.post("joining/mail/sponsor", user.email, Language(user.language), facts, at=at)
    return sponsorship


def _take_back(sponsorship: Sponsorship, at: datetime) -> None:
    sponsorship.asked_at, sponsorship.answered_at, sponsorship.answered_by = at, None, None
    sponsorship.is_confirmed, sponsorship.words, sponsorship.about = None, "", ""
    sponsorship.save()
