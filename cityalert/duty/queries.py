"""Who is on duty, and how a partner wants to be called."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from cityalert.duty import hours, steps
from cityalert.duty.models import Hours, Policy, Roster, Step
from cityalert.lib.refusals import NotThere
from cityalert.subscriptions.models import ContactPoint
from partners.actor import Actor
from partners.models import Membership
from partners.roles import TOLD_BY_DEFAULT, Permission


def zone_of(partner_id: UUID) -> str:
    """By which clock a partner's duty is meant; empty: the city's."""
    return Roster.objects.filter(pk=partner_id).values_list("zone", flat=True).first() or ""


def on_duty(partner_ids: Collection[UUID], at: datetime) -> dict[UUID, set[int]]:
    """The memberships on duty at a moment, for each of these partners that says anything of duty."""
    zones = dict(Roster.objects.filter(pk__in=partner_ids).values_list("partner_id", "zone"))
    minutes = hours.minutes_by_zone(at)
    found: dict[UUID, set[int]] = defaultdict(set)
    for one in Hours.objects.filter(partner__in=partner_ids):
        now = found[one.partner_id]
        if one.stretch.holds(minutes[zones.get(one.partner_id, "")]):
            now.add(one.membership_id)
    return dict(found)


def people_on_duty(partner_ids: Collection[UUID], at: datetime) -> list[tuple[UUID, int]]:
    """Who is called when whoever is on duty is: (partner, user)."""
    now = on_duty(partner_ids, at)
    members = Membership.objects.valid(at).filter(pk__in=set().union(*now.values()))
    return list(members.values_list("partner_id", "user_id"))


def units_on_duty(partner_id: UUID, at: datetime) -> list[str] | None:
    """The units on duty at a partner, a nameless one as ""; None where it says nothing of duty."""
    now = on_duty([partner_id], at)
    if partner_id not in now:
        return None
    members = Membership.objects.valid(at).filter(pk__in=now[partner_id])
    return list(members.order_by("unit").values_list("unit", flat=True).distinct())


def roster(actor: Actor, at: datetime) -> list[Membership]:
    """The members of the actor's partner that count now, with their `duties`, who is told first before the others."""
    members = Membership.objects.valid(at).filter(partner=actor.partner).select_related("user")
    return list(members.prefetch_related("duties").order_by("call_order", "unit", "user__name", "pk"))


def on_roster(actor: Actor, membership_id: int, at: datetime) -> Membership:
    """One of them. Raises NotThere."""
    found = next((one for one in roster(actor, at) if one.pk == membership_id), None)
    if found is None:
        raise NotThere
    return found


def steps_for(severity: int) -> dict[UUID, list[steps.Step]]:
    """How each partner that says so wants to be called for an alert of this severity."""
    fitting = Policy.objects.filter(from_severity__lte=severity).order_by("partner_id", "-from_severity")
    chosen = fitting.distinct("partner_id").values_list("pk", flat=True)
    found: dict[UUID, list[steps.Step]] = defaultdict(list)
    for one in Step.objects.filter(policy__in=list(chosen)).order_by("policy", "position"):
        found[one.partner_id].append(one.said)
    return dict(found)


def policies(actor: Actor) -> QuerySet[Policy]:
    """The policies of the actor's partner with their steps, for the gravest first. Raises NotThere."""
    if not actor.may(Permission.MANAGE):
        raise NotThere
    ordered = Prefetch("steps", queryset=Step.objects.order_by("position"))
    return Policy.objects.filter(partner=actor.partner).prefetch_related(ordered).order_by("-from_severity")


def policy_from(actor: Actor, severity: int) -> Policy:
    """The one from this severity on. Raises NotThere."""
    found = policies(actor).filter(from_severity=severity).first()
    if found is None:
        raise NotThere
    return found


def callable_people(actor: Actor, severity: int, at: datetime) -> list[steps.Person]:
    """The partner's members who would hear an alert of this severity near all of its sites, with their ways."""
    now = on_duty([actor.partner_id], at).get(actor.partner_id, set())
    members = [one for one in roster(actor, at) if one.role in TOLD_BY_DEFAULT]
    ways = _ways((one.user_id for one in members), severity)
    return [
        steps.Person(one.user.name, one.call_order > 1, one.pk in now, frozenset(ways[one.user_id]))
        for one in members
    ]


def _ways(user_ids: Iterable[int], severity: int) -> dict[int, set[str]]:
    points = ContactPoint.objects.filter(
        subscriber__user__in=list(user_ids), verified_at__isnull=False, stopped_at=None, gone_at=None,
        min_severity__lte=severity,
    )  # fmt: skip
    found: dict[int, set[str]] = defaultdict(set)
    for user_id, channel in points.values_list("subscriber__user_id", "channel"):
        found[user_id].add(channel)
    return found
