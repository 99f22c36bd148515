"""Reads of the directory. Those that look across partners are asked by `actions`, which counts them first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from cityalert.directory.models import Alarm, Canary, Contact, Entry, Liaison
from cityalert.duty import queries as duty
from cityalert.geo.models import Zone
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.models import Membership, Partner, Site
from partners.roles import Role

MOST_SITES = 20


@dataclass(frozen=True)
class Listing:
    """A partner's page in the directory: what it publishes."""

    partner: Partner
    about: str
    sites: list[Site]
    contacts: list[Contact]
    # Who is told first; and who is on duty at this hour, None where no hours are said.
    units: list[str]
    on_duty: list[str] | None


@tenancy.across("the directory")
def listed(partner_id: UUID) -> Partner:
    """A partner that the directory shows, a canary like any other. NotThere for what is unlisted or is not."""
    found = _shown().filter(pk=partner_id).defer("jurisdiction").first()
    if found is None:
        raise NotThere
    return found


@tenancy.across("the directory")
def shows_any(partner_ids: list[UUID]) -> bool:
    """Is one of these in the directory? Canaries are, or this would tell them from the others."""
    return _shown().filter(pk__in=partner_ids).exists()


def _shown() -> QuerySet[Partner]:
    hidden = Entry.objects.filter(is_listed=False).values("partner_id")
    shown = Q(is_active=True) | Q(pk__in=Canary.objects.values("partner_id"))
    return Partner.objects.filter(shown).exclude(pk__in=hidden)


@tenancy.across("the directory")
def listing(partner: Partner, at: datetime) -> Listing:
    """What a partner publishes."""
    entry = Entry.objects.filter(pk=partner.pk).first() or Entry(partner=partner)
    sites = Site.objects.filter(partner=partner, archived_at=None).defer("location", "notes").order_by("name")
    units = (
        Membership.objects.valid(at)
        .filter(partner=partner, call_order=1, role__in=[Role.OPERATOR, Role.APPROVER, Role.PUBLISHER])
        .exclude(unit="")
        .order_by("unit")
        .values_list("unit", flat=True)
        .distinct()
    )
    return Listing(
        partner,
        entry.about,
        list(sites[:MOST_SITES]) if entry.shows_sites else [],
        list(Contact.objects.filter(partner=partner)),
        list(units[:5]),
        duty.units_on_duty(partner.pk, at),
    )


@tenancy.across("the directory")
def contact(partner: Partner, contact_id: int) -> Contact:
    """One of the contacts that a partner publishes."""
    found = Contact.objects.filter(partner=partner, pk=contact_id).first()
    if found is None:
        raise NotThere
    return found


@tenancy.across("the directory")
def is_canary(partner_id: UUID) -> bool:
    """Is this one nobody looks for?"""
    return Canary.objects.filter(pk=partner_id).exists()


def entry_of(actor: Actor) -> Entry:
    """What the actor's partner publishes; not yet kept if it never said."""
    return Entry.objects.filter(pk=actor.partner_id).first() or Entry(partner=actor.partner)


def contacts_of(actor: Actor) -> QuerySet[Contact]:
    """Whom the actor's partner names."""
    return Contact.objects.filter(partner=actor.partner)


def divisions() -> QuerySet[Zone]:
    """The police divisions, by name, without their shapes."""
    return Zone.objects.filter(kind=Zone.Kind.DIVISION).defer("area").order_by("name")


@tenancy.across("the directory")
def liaisons(zone_id: UUID, at: datetime) -> list[Liaison]:
    """The liaison officers of a division whose membership counts."""
    return list(
        Liaison.objects.filter(zone_id=zone_id, membership__in=Membership.objects.valid(at))
        .select_related("membership__user", "partner")
        .defer("partner__jurisdiction")
        .order_by("membership__user__name")
    )


def own_liaisons(actor: Actor) -> QuerySet[Liaison]:
    """The liaison officers that the actor's partner named."""
    return (
        Liaison.objects.filter(partner=actor.partner)
        .select_related("membership__user", "zone")
        .defer("zone__area")
        .order_by("zone__name", "membership__user__name")
    )


def open_alarm(actor: Actor) -> Alarm | None:
    """What closed the directory to this person, if anything did."""
    return Alarm.objects.filter(user=actor.user, lifted_at=None).first()


def alarms() -> QuerySet[Alarm]:
    """For those who run the installation: all, the open ones first."""
    return (
        Alarm.objects.select_related("user", "partner", "lifted_by")
        .defer("partner__jurisdiction")
        .order_by(F("lifted_at").asc(nulls_first=True), "-raised_at")
    )
