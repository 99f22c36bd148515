"""Asking businesses whether what is kept of them is still right: some by hand, or all of them once a year."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import letters
from cityalert.accounts.models import User
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.businesses import queries
from cityalert.businesses.alone import alone
from cityalert.businesses.leave import need_change
from cityalert.businesses.models import Asking, Business, Contact, Function, Hushed, Yearly
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.models import Partner

YEAR, GOOD_FOR, SOON = timedelta(days=365), timedelta(days=60), timedelta(days=14)
# In one round: what a small office can answer the telephone for.
BATCH = 50
# Whom one asks first.
ORDER = (Function.OWNER, Function.MANAGER, Function.AFTER_HOURS, Function.SECURITY)
OPEN = (Asking.State.ASKED, Asking.State.CHANGED)


class NobodyToAsk(Refusal):
    """No contact has an address that wants to be asked."""

    code = "nobody_to_ask"
    sentence = _("Nobody there has an e-mail address to ask at, or wants to be asked. Call them instead.")


class AskedLately(Refusal):
    """They have it in their mail, or said something that waits for the BIA."""

    code = "asked_lately"
    sentence = _("They were asked less than two weeks ago, or their answer waits for you.")


@dataclass(frozen=True)
class Unnamed:
    """For the audit log: whoever answers by a link, or the yearly round, on behalf of no member."""

    partner_id: UUID
    user_id: None = None
    user_name: str = ""


def digest(token: str) -> str:
    """What is kept of the secret in a link."""
    return sha256(token.encode()).hexdigest()


def due(partner_id: UUID, *, at: datetime) -> QuerySet[Business]:
    """The businesses of a BIA to be asked: not within a year, someone not confirmed for one, and someone to ask."""
    asked = Asking.objects.filter(business=OuterRef("pk"))
    contacts = Contact.objects.filter(business=OuterRef("pk"))
    unsure = contacts.exclude(phone="", email="").filter(
        Q(confirmed_at=None) | Q(confirmed_at__lte=at - YEAR)
    )
    hushed = Hushed.objects.filter(partner=partner_id).values("email")
    return Business.objects.filter(
        ~Exists(asked.filter(Q(state=Asking.State.CHANGED) | Q(asked_at__gt=at - YEAR))),
        Exists(unsure),
        Exists(contacts.exclude(email="").exclude(email__in=hushed)),
        partner=partner_id,
        archived_at=None,
    ).order_by("pk")


@transaction.atomic
def ask_some(actor: Actor, *, at: datetime) -> int:
    """Ask the next of those that are due, at most `BATCH`; how many were asked."""
    need_change(actor)
    return _ask_due(actor.partner, actor, at=at)


@transaction.atomic
def ask_one(actor: Actor, business_id: UUID, *, at: datetime) -> Asking:
    """Ask one business now, also where it was asked within the year."""
    need_change(actor)
    alone(actor.partner_id)
    business = queries.get_for(actor, business_id)
    lately = Q(asked_at__gt=at - SOON) & ~Q(state=Asking.State.STOPPED) | Q(state=Asking.State.CHANGED)
    if business.archived_at is not None:
        raise NotThere
    if business.askings.filter(lately).exists():
        raise AskedLately
    asked = _ask(actor.partner, [business], actor, at=at)
    if not asked:
        raise NobodyToAsk
    return asked[0]


@transaction.atomic
def ask_yearly(actor: Actor, *, wanted: bool, at: datetime) -> None:
    """Have all be asked once a year, some each working day; or no longer. Again changes nothing."""
    need_change(actor)
    there = Yearly.objects.filter(partner=actor.partner_id)
    if wanted == there.exists():
        return
    if wanted:
        Yearly.objects.get_or_create(partner=actor.partner, defaults={"begun_at": at})
    else:
        there.delete()
    record(Verb.BUSINESSES_YEARLY, actor, actor.partner, at=at, wanted=wanted)


def ask_due(*, at: datetime) -> int:
    """A chore of beat: the next of every BIA that wants it. Doing it again asks nobody twice."""
    end_silent(at=at)
    wanting = Partner.objects.filter(pk__in=Yearly.objects.values("partner"), is_active=True)
    return sum(_ask_round(partner, at=at) for partner in wanting.order_by("pk"))


def end_silent(*, at: datetime) -> None:
    """Links that ran out are answered no more."""
    Asking.objects.filter(state=Asking.State.ASKED, expires_at__lte=at).update(state=Asking.State.SILENT)


@transaction.atomic
def _ask_round(partner: Partner, *, at: datetime) -> int:
    return _ask_due(partner, None, at=at)


def _ask_due(partner: Partner, actor: Actor | None, *, at: datetime) -> int:
    alone(partner.pk)
    return len(_ask(partner, due(partner.pk, at=at).prefetch_related("contacts")[:BATCH], actor, at=at))


def _ask(
    partner: Partner, businesses: Iterable[Business], actor: Actor | None, *, at: datetime
) -> list[Asking]:
    """Write to whom one asks first at each; those with nobody are left out."""
    hushed = set(Hushed.objects.filter(partner=partner).values_list("email", flat=True))
    chosen = [(one, contact) for one in businesses if (contact := whom(list(one.contacts.all()), hushed))]
    still_open = Asking.objects.filter(
        business__in=[one for one, _contact in chosen], state=Asking.State.ASKED
    )
    still_open.update(state=Asking.State.SILENT)
    by = actor.user if actor else None
    asked = [_write(partner, one, contact, by, at=at) for one, contact in chosen]
    if asked:
        about = asked[0].business if len(asked) == 1 else partner
        record(Verb.BUSINESSES_ASKED, actor or Unnamed(partner.pk), about, at=at, businesses=len(asked))
    return asked


def whom(contacts: Sequence[Contact], hushed: set[str]) -> Contact | None:
    """The contact to ask: the first in order who has an address and wants to be asked."""
    able = {one.function: one for one in contacts if one.email and one.email not in hushed}
    return next((able[function] for function in ORDER if function in able), None)


def _write(
    partner: Partner, business: Business, contact: Contact, by: User | None, *, at: datetime
) -> Asking:
    token = secrets.token_urlsafe(32)
    facts = {
        "business": business,
        "contact": contact,
        "partner": partner,
        "by": by,
        "days": GOOD_FOR.days,
        "link": settings.PUBLIC_URL + reverse("businesses:still_right", args=[token]),
    }
    letter = letters.post(
        "businesses/mail/still_right", contact.email, Language(contact.language), facts, at=at
    )
    return Asking.objects.create(
        partner=partner, business=business, function=contact.function, name=contact.name, email=contact.email,
        language=contact.language, digest=digest(token), letter=letter, by=by, asked_at=at,
        expires_at=at + GOOD_FOR,
    )  # fmt: skip
