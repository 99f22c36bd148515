"""What a partner's managers change about who is on duty, and about how its people are called."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.duty import hours, queries, steps
from cityalert.duty.hours import Stretch
from cityalert.duty.models import Hours, Policy, Roster, Step
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.severity import Severity
from partners.actor import Actor
from partners.models import Membership
from partners.roles import Permission


class StepsRefused(Refusal):
    """Steps that make no policy."""

    code = "steps_refused"
    status = 422
    sentence = _("The first step is at once; each later one comes after the one before it.")


@transaction.atomic
def set_zone(actor: Actor, zone: hours.Zone | None, *, at: datetime) -> Roster:
    """Say by which clock duty is meant; None: by the city's."""
    _check_may_manage(actor)
    roster, _is_new = Roster.objects.update_or_create(partner=actor.partner, defaults={"zone": zone or ""})
    record(Verb.DUTY_ZONE, actor, actor.partner, at=at, zone=roster.zone)
    return roster


@transaction.atomic
def set_hours(actor: Actor, membership: Membership, stretches: Sequence[Stretch], *, at: datetime) -> None:
    """Say when a member is on duty; none: nobody says."""
    _check_may_manage(actor)
    if membership.partner_id != actor.partner_id:
        raise NotThere
    Hours.objects.filter(membership=membership).delete()
    Hours.objects.bulk_create(
        Hours(partner=actor.partner, membership=membership, begins=one.begins, minutes=one.minutes)
        for one in stretches
    )
    total = sum(one.minutes for one in stretches) / 60
    record(Verb.DUTY_SET, actor, membership, at=at, member=membership.user_id, hours=total)


@transaction.atomic
def set_policy(actor: Actor, severity: Severity, said: Sequence[steps.Step], *, at: datetime) -> Policy:
    """Say how we are called for alerts from a severity on. What is under way keeps the steps it was published with.

    Raises StepsRefused.
    """
    _check_may_manage(actor)
    after = [step.after_min for step in said]
    if not said or after[0] != 0 or after != sorted(set(after)) or len(said) > steps.MOST_STEPS:
        raise StepsRefused
    if said[0].whom == steps.Whom.TOLD:
        raise StepsRefused(_("At first nobody has been told: choose who is called at once."))
    policy, _is_new = Policy.objects.get_or_create(partner=actor.partner, from_severity=severity)
    Policy.objects.select_for_update().get(pk=policy.pk)
    policy.steps.all().delete()
    Step.objects.bulk_create(
        Step(
            policy=policy, partner=actor.partner, position=position, after_min=step.after_min, whom=step.whom,
            channels=list(step.channels), enough=step.enough, times=step.times, every_min=step.every_min,
        )
        for position, step in enumerate(said, start=1)
    )  # fmt: skip
    record(Verb.ESCALATION_SET, actor, policy, at=at, severity=severity.label, steps=len(said))
    return policy


@transaction.atomic
def remove_policy(actor: Actor, severity: int, *, at: datetime) -> None:
    """Be called as everybody who says nothing. Raises NotThere."""
    policy = queries.policy_from(actor, severity)
    record(Verb.ESCALATION_REMOVED, actor, policy, at=at, severity=Severity(severity).label)
    policy.delete()


def _check_may_manage(actor: Actor) -> None:
    if not actor.may(Permission.MANAGE):
        raise NotThere
