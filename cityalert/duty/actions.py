"""What a partner's managers change about who is on duty, and about how its people are called."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.duty import queries, rotation, steps
from cityalert.duty.hours import Stretch
from cityalert.duty.models import Hours, Note, Place, Policy, Roster, Step, Swap, Turns
from cityalert.lib import words
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.severity import Severity
from cityalert.lib.zones import Zone
from partners.actor import Actor
from partners.models import Membership
from partners.roles import Permission

LONGEST_SWAP, FURTHEST = timedelta(weeks=4), timedelta(days=366)


class StepsRefused(Refusal):
    """Steps that make no policy."""

    code = "steps_refused"
    status = 422
    sentence = _("The first step is at once; each later one comes after the one before it.")


class TurnsRefused(Refusal):
    """Turns of nobody, or of somebody twice."""

    code = "turns_refused"
    status = 422
    sentence = _("Choose at least one member, and nobody twice.")


class SwapRefused(Refusal):
    """A swap that is none."""

    code = "swap_refused"
    status = 422
    sentence = _("Choose two different people, and a time of at most four weeks, not over and within a year.")


class NoteEmpty(Refusal):
    """Nothing to hand over."""

    code = "note_empty"
    status = 422
    sentence = _("Write what whoever comes should know.")


@transaction.atomic
def set_zone(actor: Actor, zone: Zone | None, *, at: datetime) -> Roster:
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


@transaction.atomic
def set_turns(actor: Actor, turns_id: int | None, name: str, layer: rotation.Layer, *, at: datetime) -> Turns:
    """Have members take turns; without an id these are new. Raises NotThere, and TurnsRefused without people."""
    _check_may_manage(actor)
    own = Turns.objects.select_for_update().filter(partner=actor.partner)
    if not layer.people or len(set(layer.people)) != len(layer.people):
        raise TurnsRefused
    _check_ours(actor, layer.people, at)
    if turns_id is None and own.count() >= rotation.MOST_TURNS:
        raise TurnsRefused(_("These are enough: change or remove one of them."))
    turns = Turns(partner=actor.partner) if turns_id is None else own.filter(pk=turns_id).first()
    if turns is None:
        raise NotThere
    turns.name, turns.starts_on, turns.days = words.line(name)[:80], layer.starts_on, layer.days
    turns.hands_over, turns.begins, turns.minutes = layer.hands_over, layer.begins, layer.minutes
    turns.save()
    turns.places.all().delete()
    Place.objects.bulk_create(
        Place(turns=turns, partner=actor.partner, position=position, membership_id=person)
        for position, person in enumerate(layer.people, start=1)
    )
    record(Verb.DUTY_TURNS, actor, turns, at=at, people=len(layer.people), days=layer.days)
    return turns


@transaction.atomic
def remove_turns(actor: Actor, turns_id: int, *, at: datetime) -> None:
    """They take turns no more. Raises NotThere."""
    _check_may_manage(actor)
    turns = Turns.objects.filter(partner=actor.partner, pk=turns_id).first()
    if turns is None:
        raise NotThere
    record(Verb.DUTY_TURNS_REMOVED, actor, turns, at=at)
    turns.delete()


@transaction.atomic
def swap(actor: Actor, said: rotation.Swap, note: str, *, at: datetime) -> Swap:
    """For a time have one on duty in the place of another, or as well. Raises SwapRefused."""
    _check_may_manage(actor)
    lasts = said.ends_at - said.begins_at
    if (
        said.takes == said.gives
        or not timedelta(0) < lasts <= LONGEST_SWAP
        or not at < said.ends_at < at + FURTHEST
    ):
        raise SwapRefused
    _check_ours(actor, [person for person in (said.takes, said.gives) if person], at)
    made = Swap.objects.create(
        partner=actor.partner, takes_id=said.takes, gives_id=said.gives, begins_at=said.begins_at,
        ends_at=said.ends_at, note=words.line(note)[:200],
    )  # fmt: skip
    record(Verb.DUTY_SWAPPED, actor, made, at=at, hours=lasts.total_seconds() / 3600)
    return made


@transaction.atomic
def remove_swap(actor: Actor, swap_id: int, *, at: datetime) -> None:
    """It is as it was. Raises NotThere."""
    _check_may_manage(actor)
    made = Swap.objects.filter(partner=actor.partner, pk=swap_id).first()
    if made is None:
        raise NotThere
    record(Verb.DUTY_SWAP_REMOVED, actor, made, at=at)
    made.delete()


@transaction.atomic
def hand_over(actor: Actor, text: str, *, at: datetime) -> Note:
    """Leave a note for whoever comes. Raises NoteEmpty."""
    if not actor.may(Permission.ANSWER):
        raise NotThere
    text = words.line(text)[:500]
    if not text:
        raise NoteEmpty(field="text")
    note = Note.objects.create(partner=actor.partner, user=actor.user, written_at=at, text=text)
    record(Verb.DUTY_HANDED_OVER, actor, note, at=at)
    return note


def _check_ours(actor: Actor, people: Collection[int], at: datetime) -> None:
    if Membership.objects.valid(at).filter(partner=actor.partner, pk__in=people).count() != len(people):
        raise NotThere


def _check_may_manage(actor: Actor) -> None:
    if not actor.may(Permission.MANAGE):
        raise NotThere
