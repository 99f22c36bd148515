"""Who is on duty, and how a partner wants to be called."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from cityalert.duty import rotation, steps
from cityalert.duty.hours import Stretch
from cityalert.duty.models import Hours, Note, Policy, Roster, Step, Swap, Turns
from cityalert.lib.refusals import NotThere
from cityalert.subscriptions.away import without_the_absent
from cityalert.subscriptions.models import ContactPoint
from partners.actor import Actor
from partners.models import Membership
from partners.roles import TOLD_BY_DEFAULT, Permission


def zone_of(partner_id: UUID) -> str:
    """By which clock a partner's duty is meant; empty: the city's."""
    return Roster.objects.filter(pk=partner_id).values_list("zone", flat=True).first() or ""


def schedules(partner_ids: Collection[UUID], since: datetime) -> dict[UUID, rotation.Schedule]:
    """What each of these partners says of its duty, if it says anything; swaps that ended before are left out."""
    zones = dict(Roster.objects.filter(pk__in=partner_ids).values_list("partner_id", "zone"))
    weeks: dict[UUID, list[tuple[int, Stretch]]] = defaultdict(list)
    for one in Hours.objects.filter(partner__in=partner_ids).order_by("membership_id", "begins"):
        weeks[one.partner_id].append((one.membership_id, one.stretch))
    layers: dict[UUID, list[rotation.Layer]] = defaultdict(list)
    for turns in Turns.objects.filter(partner__in=partner_ids).prefetch_related("places").order_by("pk"):
        layers[turns.partner_id].append(turns.layer)
    swaps: dict[UUID, list[rotation.Swap]] = defaultdict(list)
    for swap in Swap.objects.filter(partner__in=partner_ids, ends_at__gt=since).order_by("pk"):
        swaps[swap.partner_id].append(swap.said)
    return {
        key: rotation.Schedule(zones.get(key, ""), tuple(weeks[key]), tuple(layers[key]), tuple(swaps[key]))
        for key in [*{**weeks, **layers, **swaps}]
    }


def schedule_of(partner_id: UUID, since: datetime) -> rotation.Schedule:
    """What one partner says, also when it is nothing but its zone."""
    found = schedules([partner_id], since).get(partner_id)
    return found or rotation.Schedule(zone_of(partner_id))


def on_duty(partner_ids: Collection[UUID], at: datetime) -> dict[UUID, set[int]]:
    """The memberships on duty at a moment, for each of these partners that says anything of duty."""
    return {key: rotation.on_duty(schedule, at) for key, schedule in schedules(partner_ids, at).items()}


def by_turns(at: datetime) -> dict[UUID, set[int]]:
    """Who is on duty now at each partner whose members take turns or have swapped: not by their weeks alone."""
    turning = set(Turns.objects.values_list("partner_id", flat=True))
    turning |= set(
        Swap.objects.filter(begins_at__lte=at, ends_at__gt=at).values_list("partner_id", flat=True)
    )
    now = on_duty(turning, at) if turning else {}
    members = (
        Membership.objects.valid(at).filter(pk__in=set().union(*now.values())).values_list("pk", flat=True)
    )
    valid = set(members)
    return {key: people & valid for key, people in now.items()}


def people_on_duty(partner_ids: Collection[UUID], at: datetime) -> list[tuple[UUID, int]]:
    """Who is called when whoever is on duty is: (partner, user). Nobody who is away."""
    now = on_duty(partner_ids, at)
    there = without_the_absent(set().union(*now.values()), at)
    members = Membership.objects.valid(at).filter(pk__in=there)
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


def turns(actor: Actor) -> list[Turns]:
    """The turns of the actor's partner, with their places and people."""
    found = Turns.objects.filter(partner=actor.partner).prefetch_related("places__membership__user")
    return list(found.order_by("pk"))


def swaps(actor: Actor, at: datetime) -> list[Swap]:
    """The swaps of the actor's partner that are not over, the next first."""
    found = Swap.objects.filter(partner=actor.partner, ends_at__gt=at)
    return list(found.select_related("takes__user", "gives__user").order_by("begins_at", "pk"))


def notes(actor: Actor) -> list[Note]:
    """The last notes that were left."""
    return list(Note.objects.filter(partner=actor.partner).select_related("user")[:3])


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
