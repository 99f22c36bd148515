"""Reads of drills: those of the actor's own partner, for whoever may see how far its alerts came."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from cityalert.alerts import actions as alerts
from cityalert.exercises.models import Drill, Run
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.models import Membership, Partner
from partners.roles import Permission

RUNS_SHOWN = 12


def visible_to(actor: Actor) -> QuerySet[Drill]:
    """The drills of the actor's partner. Raises NotThere for who has no say in its alerts."""
    if not (actor.may(Permission.REACH) or alerts.may_exercise(actor)):
        raise NotThere
    held = Prefetch("runs", queryset=Run.objects.select_related("alert").order_by("-planned_for"))
    return (
        Drill.objects.filter(partner=actor.partner_id)
        .select_related("planned_by", "template")
        .prefetch_related(held)
    )


def get_for(actor: Actor, drill_id: UUID) -> Drill:
    """One of them. Raises NotThere."""
    drill = visible_to(actor).filter(pk=drill_id).first()
    if drill is None:
        raise NotThere
    return drill


def run_for(actor: Actor, run_id: UUID) -> Run:
    """One time it was held, or was not. Raises NotThere."""
    run = Run.objects.filter(pk=run_id, drill__in=visible_to(actor).order_by().values("pk")).select_related(
        "alert", "drill__planned_by", "stopped_by"
    )
    found = run.first()
    if found is None:
        raise NotThere
    return found


def before(run: Run, at_most: int = 3) -> list[Run]:
    """The times it was held before, the latest first."""
    held = Run.objects.filter(drill=run.drill_id, planned_for__lt=run.planned_for, alert__isnull=False)
    return list(held.select_related("alert").order_by("-planned_for")[:at_most])


def names(drills: Iterable[Drill]) -> dict[UUID, str]:
    """What the partners that take part are called, by name."""
    keys = {key for drill in drills for key in drill.invited_partners}
    with tenancy.across("the names of those who were chosen"):
        return dict(Partner.objects.filter(pk__in=keys).order_by("name").values_list("pk", "name"))


def people(drill: Drill) -> list[str]:
    """The single members who take part, by name."""
    chosen = Membership.objects.filter(pk__in=drill.invited_members, partner=drill.partner_id)
    return list(chosen.order_by("user__name").values_list("user__name", flat=True))


def own_members(actor: Actor) -> list[tuple[int, int]]:
    """(User, membership) of the actor's own partner, where the actor may mend how they are reached."""
    if not actor.may(Permission.MANAGE):
        return []
    return list(
        Membership.objects.filter(partner=actor.partner_id, is_active=True).values_list("user_id", "pk")
    )
