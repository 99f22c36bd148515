"""Writes: setting single sign-on up, confirming a domain, and letting somebody in whom a provider names."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import keys
from cityalert.accounts.models import User
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import words
from cityalert.lib.refusals import NotThere, Refusal
from partners import actions, managing
from partners.actor import Actor, Staff
from partners.identity import Domain, SignOn
from partners.models import Membership
from partners.roles import Role
from partners.signon.provider import NOT_CLEAR, NotAdmitted
from partners.signon.queries import domain_of


class SecretMissing(Refusal):
    """There is none yet to be kept."""

    code = "secret_missing"
    status = 422
    sentence = _("Paste the client's secret. It is kept sealed, and shown to nobody again.")


class DomainTaken(Refusal):
    """Another partner's, confirmed."""

    code = "domain_taken"
    sentence = _("That domain decides for another partner already.")


class Service(TypedDict):
    """What is said of a provider, beside its secret and its domains; see the model's fields."""

    issuer: str
    client_id: str
    is_required: bool
    default_role: str


@transaction.atomic
def set_up(
    actor: Actor, *, secret: str, domains: Iterable[str], at: datetime, **service: Unpack[Service]
) -> SignOn:
    """Say where the partner's people sign in. An empty secret keeps the one there is."""
    managing.check_may_manage(actor, actor.partner)
    held = SignOn.objects.select_for_update().filter(partner=actor.partner).first()
    # A secret goes to the provider it was made for, and to no other.
    if not secret and (held is None or held.issuer != service["issuer"]):
        raise SecretMissing(field="secret")
    sealed = keys.seal(secret) if secret else held.sealed_secret if held else ""
    sign_on, _is_new = SignOn.objects.update_or_create(
        partner=actor.partner,
        defaults={**service, "sealed_secret": sealed, "changed_at": at},
    )
    wanted = set(domains)
    Domain.objects.filter(partner=actor.partner).exclude(name__in=wanted).delete()
    Domain.objects.bulk_create(
        [Domain(partner=actor.partner, name=name, claimed_at=at) for name in sorted(wanted)],
        ignore_conflicts=True,
    )
    facts = {**service, "domains": sorted(wanted), "is_new_secret": bool(secret)}
    record(Verb.SIGN_ON_CHANGED, actor, sign_on, at=at, **facts)
    return sign_on


@transaction.atomic
def take_down(actor: Actor, *, at: datetime) -> None:
    """Everybody signs in with a password again."""
    managing.check_may_manage(actor, actor.partner)
    sign_on = SignOn.objects.select_for_update().filter(partner=actor.partner).first()
    if sign_on is None:
        raise NotThere
    record(Verb.SIGN_ON_REMOVED, actor, sign_on, at=at, issuer=sign_on.issuer)
    Domain.objects.filter(partner=actor.partner).delete()
    sign_on.delete()


@transaction.atomic
def confirm(staff: Staff, domain: Domain, *, at: datetime) -> Domain:
    """Staff have seen for themselves that the domain is the partner's; from now on it decides."""
    domain = Domain.objects.select_for_update().get(pk=domain.pk)
    if domain.confirmed_at:
        return domain
    domain.confirmed_at, domain.confirmed_by = at, staff.user
    try:
        with transaction.atomic():
            domain.save(update_fields=["confirmed_at", "confirmed_by"])
    except IntegrityError as error:
        raise DomainTaken from error
    record(Verb.DOMAIN_CONFIRMED, staff, domain, at=at, partner=domain.partner_id, domain=domain.name)
    return domain


@transaction.atomic
def admit(sign_on: SignOn, said: dict[str, Any], *, at: datetime) -> Membership:
    """Whom the provider names, as a member of the partner. Raises NotAdmitted with the reason in a sentence."""
    email = _address(sign_on, said)
    user = User.objects.filter(email=email).first()
    if user is not None:
        membership = Membership.objects.valid(at).filter(user=user, partner=sign_on.partner_id).first()
        if membership:
            return membership
        is_known = Membership.objects.filter(user=user, partner=sign_on.partner_id).exists()
        if is_known or not user.is_active:
            raise NotAdmitted(_("Your membership is not active. Speak to whoever manages the members there."))
    if not sign_on.default_role:
        raise NotAdmitted(_("You are not a member yet. Ask whoever manages the members there to invite you."))
    if user is None:
        claims = said.get("userinfo") or {}
        user = User(email=email, name=words.line(str(claims.get("name") or email))[:120])
        user.set_unusable_password()
        user.save()
        record(Verb.PERSON_ADDED, None, user, at=at, by="single sign-on")
    return actions.add_member(None, user, sign_on.partner, Role(sign_on.default_role), at=at)


def _address(sign_on: SignOn, said: dict[str, Any]) -> str:
    """The address, if both of the provider's answers speak of one person and it is one this provider decides for."""
    token, person = said.get("id_token"), said.get("userinfo")
    if not isinstance(token, dict) or not isinstance(person, dict) or token.get("sub") != person.get("sub"):
        raise NotAdmitted(NOT_CLEAR)
    email = person.get("email")
    if not isinstance(email, str) or person.get("email_verified") is not True:
        raise NotAdmitted(_("Your organisation's sign-in gave no verified e-mail address for you."))
    email = email.strip().lower()
    confirmed = Domain.objects.filter(
        partner=sign_on.partner_id, name=domain_of(email), confirmed_at__isnull=False
    )
    if len(email) > 254 or not confirmed.exists():
        raise NotAdmitted(_("That address belongs to a domain which this organisation does not decide for."))
    return email
