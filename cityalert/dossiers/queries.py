"""Reads of dossiers, from the actor: a partner that takes part sees the frame, its own parts and the shared ones."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from cityalert.accounts.models import User
from cityalert.alerts import queries as alerts
from cityalert.alerts.lifecycle import UNSAID
from cityalert.alerts.models import Alert
from cityalert.dossiers.kinds import Kind
from cityalert.dossiers.models import Dossier, Guest, Part, Source, Tick, Tie, Version
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere
from cityalert.lib.tlp import Tlp
from partners.actor import Actor
from partners.models import Membership, Partner

TIEABLE = 30


def visible_to(actor: Actor) -> QuerySet[Dossier]:
    """The dossiers in which the actor's partner takes part."""
    taking_part = Guest.objects.filter(partner=actor.partner_id).values("dossier")
    return Dossier.objects.filter(pk__in=taking_part).defer("area", "shapes")


def get_for(actor: Actor, dossier_id: UUID) -> Dossier:
    """One of them. Raises NotThere."""
    dossier = visible_to(actor).filter(pk=dossier_id).first()
    if dossier is None:
        raise NotThere
    return dossier


def between(actor: Actor, begins_at: datetime, ends_at: datetime) -> list[Dossier]:
    """Those that touch a stretch of time, the first first."""
    return list(visible_to(actor).filter(begins_at__lt=ends_at, ends_at__gt=begins_at))


def parts_for(actor: Actor) -> QuerySet[Part]:
    """What is the partner's own or shared, in dossiers it takes part in; of RED what names the person."""
    ours = Q(partner=actor.partner_id) | Q(is_shared=True)
    named = ~Q(tlp=Tlp.RED) | Q(people__contains=[actor.user_id])
    seen = visible_to(actor).order_by().values("pk")
    return Part.objects.filter(ours, named, dossier__in=seen, removed_at=None)


def parts_of(actor: Actor, dossier: Dossier) -> list[Part]:
    """All that the actor may read of one dossier."""
    return list(parts_for(actor).filter(dossier=dossier))


def part_for(actor: Actor, part_id: UUID) -> Part:
    """One of them. Raises NotThere."""
    part = parts_for(actor).select_related("dossier").filter(pk=part_id).first()
    if part is None:
        raise NotThere
    return part


def version_for(actor: Actor, version_id: int) -> Version:
    """One file of a part that the actor may read, with its bytes. Raises NotThere."""
    parts = parts_for(actor).order_by().values("pk")
    version = Version.objects.filter(pk=version_id, part__in=parts).first()
    if version is None:
        raise NotThere
    return version


def versions_of(parts: Iterable[Part]) -> dict[UUID, list[Version]]:
    """Of each part its files, the newest first, without their bytes."""
    found: dict[UUID, list[Version]] = {}
    keys = [one.pk for one in parts if one.kind == Kind.DOCUMENT]
    for version in Version.objects.filter(part__in=keys).defer("content"):
        found.setdefault(version.part_id, []).append(version)
    return found


@tenancy.across("who ticked what in a dossier the actor sees")
def ticks_of(parts: Iterable[Part]) -> dict[UUID, list[Tick]]:
    """Of each part who said that it is done, and when, the first first."""
    found: dict[UUID, list[Tick]] = {}
    for tick in Tick.objects.filter(part__in=[one.pk for one in parts]).select_related("user", "partner"):
        found.setdefault(tick.part_id, []).append(tick)
    return found


def sources_of(actor: Actor, dossier: Dossier) -> dict[int, str]:
    """The names of the actor's own partner's sources; of others' there is nothing to read."""
    own = Source.objects.filter(dossier=dossier, partner=actor.partner_id)
    return dict(own.values_list("pk", "name"))


@tenancy.across("who takes part in a dossier the actor sees")
def guests_of(dossier: Dossier) -> list[Partner]:
    """Its partners, the host first."""
    joined = Guest.objects.filter(dossier=dossier).order_by("partner__name").select_related("partner")
    return sorted((one.partner for one in joined), key=lambda one: one.pk != dossier.partner_id)


@tenancy.across("the names of those who keep dossiers the actor sees")
def hosts(dossiers: Iterable[Dossier]) -> dict[UUID, str]:
    """Who keeps each of these, by name."""
    keys = {one.partner_id for one in dossiers}
    return dict(Partner.objects.filter(pk__in=keys).values_list("pk", "name"))


@tenancy.across("the names of those whose parts the actor reads")
def names(parts: Iterable[Part]) -> dict[UUID, str]:
    """The partners whose parts these are, by name."""
    keys = {one.partner_id for one in parts}
    return dict(Partner.objects.filter(pk__in=keys).values_list("pk", "name"))


def authors_of(actor: Actor, parts: Iterable[Part]) -> dict[int, str]:
    """Who of the actor's own partner wrote these, by name."""
    keys = {one.author_id for one in parts if one.partner_id == actor.partner_id}
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "name"))


def own_people(actor: Actor) -> list[tuple[int, str]]:
    """(User's key, name) of the actor's own partner's members, by name."""
    own = Membership.objects.filter(partner=actor.partner_id, is_active=True, user__is_active=True)
    return list(own.order_by("user__name").values_list("user_id", "user__name"))


def nameable(actor: Actor, dossier: Dossier) -> list[tuple[int, str]]:
    """For whom RED may be: the partner's own people, and those whom shared contacts name. (User's key, name.)"""
    known = dict(own_people(actor))
    contacts = parts_for(actor).filter(dossier=dossier, kind=Kind.CONTACT, is_shared=True)
    theirs = contacts.exclude(person_id=None).exclude(partner=actor.partner_id)
    known = {key: title for key, title in theirs.values_list("person_id", "title") if key} | known
    return sorted(known.items(), key=lambda pair: pair[1].casefold())


def alerts_of(actor: Actor, dossier: Dossier) -> list[Alert]:
    """Of each happening that belongs to the event the newest version that the actor may see."""
    tied = Tie.objects.filter(dossier=dossier).values("series")
    return _newest(_said(actor).filter(series__in=tied))


def tieable(actor: Actor, dossier: Dossier) -> list[Alert]:
    """What could still be tied to it: the latest that the actor sees."""
    tied = Tie.objects.filter(dossier=dossier).values("series")
    return _newest(_said(actor).exclude(series__in=tied)[: 3 * TIEABLE])[:TIEABLE]


def _said(actor: Actor) -> QuerySet[Alert]:
    said = alerts.visible_to(actor).exclude(state__in=UNSAID)
    said = said.prefetch_related("infos").select_related("partner").defer("cap_xml", "shapes", "area")
    return said.order_by("-published_at", "-notice_id")


def _newest(said: Iterable[Alert]) -> list[Alert]:
    by_series: dict[UUID, Alert] = {}
    for alert in said:
        by_series.setdefault(alert.series, alert)
    return list(by_series.values())
