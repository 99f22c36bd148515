"""Inviting somebody to become a member, by a link in a mail that works once. Becoming one is `actions.add_member`."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Unpack

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import letters
from cityalert.accounts.models import Letter, User
from cityalert.accounts.person import Person
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners import actions, managing
from partners.actor import Actor, Staff
from partners.models import Invitation, Membership, Partner, Site
from partners.roles import Role

GOOD_FOR = timedelta(days=7)


class AlreadyInvited(Refusal):
    """One open invitation for each partner and address."""

    code = "already_invited"
    sentence = _("This address was invited already. Send the invitation again, or withdraw it first.")


class NoLongerOpen(Refusal):
    """It was accepted or withdrawn meanwhile."""

    code = "invitation_closed"
    sentence = _("This invitation is no longer open. Invite the person again if they should still come.")


class ForSomebodyElse(Refusal):
    """The link is for the address it was sent to."""

    code = "invitation_of_another"
    status = 403
    sentence = _("This invitation is for another address. Sign in as the person it was sent to.")


class WeakPassword(Refusal):
    """The password does not keep to the rules; `sentence` says which."""

    code = "weak_password"
    status = 422


@transaction.atomic
def invite(
    actor: Actor | Staff | None,
    partner: Partner,
    email: str,
    name: str,
    role: Role,
    *,
    at: datetime,
    language: Language = Language.EN,
    **terms: Unpack[actions.Terms],
) -> Invitation:
    """Ask somebody to become a member; the mail leaves after the commit. Terms are those of the membership.

    Raises AlreadyMember and AlreadyInvited, beside what `managing` and the terms refuse.
    """
    managing.check_may_manage(actor, partner)
    managing.check_may_give(actor, role)
    email = email.strip().lower()
    if Membership.objects.filter(partner=partner, user__email=email).exists():
        raise actions.AlreadyMember(field="email")
    _check_terms(partner, terms.get("site"), terms.get("valid_until"), at)
    # One that ran out stands in nobody's way.
    Invitation.objects.open().filter(partner=partner, email=email, expires_at__lte=at).update(withdrawn_at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        partner=partner,
        email=email,
        name=name.strip(),
        language=language,
        role=role,
        invited_by=actor.user if actor else None,
        is_by_staff=isinstance(actor, Staff),
        invited_at=at,
        expires_at=at + GOOD_FOR,
        token_digest=_digest(token),
        **terms,
    )
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyInvited(field="email") from error
    _write(invitation, token, at)
    record(Verb.MEMBER_INVITED, actor, invitation, at=at, partner=partner.pk, role=role)
    return invitation


@transaction.atomic
def resend(actor: Actor | Staff | None, invitation: Invitation, *, at: datetime) -> Invitation:
    """Send a new link, good for another seven days. The old one no longer works."""
    invitation = _locked(invitation)
    managing.check_may_manage(actor, invitation.partner)
    managing.check_may_give(actor, Role(invitation.role))
    token = secrets.token_urlsafe(32)
    invitation.token_digest = _digest(token)
    invitation.expires_at = at + GOOD_FOR
    # Whoever sends it answers for it.
    invitation.invited_by = actor.user if actor else None
    invitation.is_by_staff = isinstance(actor, Staff)
    _write(invitation, token, at)
    record(Verb.INVITATION_RESENT, actor, invitation, at=at, partner=invitation.partner_id)
    return invitation


@transaction.atomic
def withdraw(actor: Actor | Staff | None, invitation: Invitation, *, at: datetime) -> None:
    """Take it back: the link no longer works."""
    invitation = _locked(invitation)
    managing.check_may_manage(actor, invitation.partner)
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    record(Verb.INVITATION_WITHDRAWN, actor, invitation, at=at, partner=invitation.partner_id)


def by_token(token: str, *, at: datetime) -> Invitation:
    """The invitation this link belongs to. Used, withdrawn, run out, unknown: NotThere, all the same."""
    invitation = (
        Invitation.objects.good(at)
        .select_related("partner", "site")
        .filter(token_digest=_digest(token))
        .first()
    )
    if invitation is None or User.objects.filter(email=invitation.email, is_active=False).exists():
        raise NotThere
    return invitation


def account_of(invitation: Invitation) -> User | None:
    """Whoever signs in with the invited address already."""
    return User.objects.filter(email=invitation.email, is_active=True).first()


@transaction.atomic
def accept(token: str, user: User, *, at: datetime) -> Membership:
    """The person behind the address, signed in, becomes a member. Raises NotThere, ForSomebodyElse."""
    invitation = _hold(token, at)
    if user.email != invitation.email:
        raise ForSomebodyElse
    return _accept(invitation, user, at)


@transaction.atomic
def accept_as_new(token: str, name: str, password: str, language: Language, *, at: datetime) -> Membership:
    """Make the account of somebody new, with a password of their own, and let them in.

    Raises NotThere, ForSomebodyElse when there is an account by now, WeakPassword.
    """
    invitation = _hold(token, at)
    if User.objects.filter(email=invitation.email).exists():
        raise ForSomebodyElse
    user = User(email=invitation.email, name=name.strip() or invitation.name, language=language)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), field="password") from error
    user.set_password(password)
    user.save()
    record(Verb.PERSON_ADDED, Person(user), user, at=at, by="invitation")
    return _accept(invitation, user, at)


def _accept(invitation: Invitation, user: User, at: datetime) -> Membership:
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    membership = actions.add_member(
        None,
        user,
        invitation.partner,
        Role(invitation.role),
        at=at,
        unit=invitation.unit,
        site=invitation.site,
        call_order=invitation.call_order,
        valid_until=invitation.valid_until,
    )
    record(
        Verb.INVITATION_ACCEPTED,
        Person(user),
        invitation,
        at=at,
        partner=invitation.partner_id,
        member=membership.pk,
    )
    return membership


def _hold(token: str, at: datetime) -> Invitation:
    """The same invitation accepted twice at the same moment is accepted once."""
    held = (
        Invitation.objects.select_for_update().filter(token_digest=_digest(token)).values_list("pk").first()
    )
    if held is None:
        raise NotThere
    return by_token(token, at=at)


def _locked(invitation: Invitation) -> Invitation:
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("partner", "site")
        .filter(pk=invitation.pk)
        .first()
    )
    if found is None:
        raise NotThere
    if found.accepted_at or found.withdrawn_at:
        raise NoLongerOpen
    return found


def _write(invitation: Invitation, token: str, at: datetime) -> None:
    """The mail, in the person's language; what an earlier one said is taken back if it has not left."""
    if invitation.letter_id:
        Letter.objects.filter(pk=invitation.letter_id, sent_at=None).delete()
    facts = {
        "invitation": invitation,
        "partner": invitation.partner,
        "role": Role(invitation.role),
        "inviter": invitation.invited_by,
        "link": settings.PUBLIC_URL + reverse("members:invited", args=[token]),
    }
    invitation.letter = letters.post(
        "partners/mail/invitation", invitation.email, Language(invitation.language), facts, at=at
    )
    invitation.save()


def _check_terms(partner: Partner, site: Site | None, valid_until: datetime | None, at: datetime) -> None:
    if valid_until is not None and valid_until <= at:
        raise actions.WrongDates(field="valid_until")
    if site is not None and site.partner_id != partner.pk:
        raise actions.SiteOfAnother(field="site")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
