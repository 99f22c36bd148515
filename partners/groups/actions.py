"""Writes: making and running a group, inviting, answering, leaving. Nobody is put in against their will."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.groups import conditions, queries
from partners.groups.queries import Standing
from partners.groups.rules import ASKED_AGAIN
from partners.models import Partner
from partners.roles import Permission, Role
from partners.sharing import GroupInvitation, Participant, SharingGroup

_S = Participant.State
# So many partners are invited at a time.
AT_MOST = 50


class MayNotInvite(Refusal):
    """The group is there, but inviting is others' business."""

    code = "may_not_invite"
    status = 403
    sentence = _("Only the host of the group, and whom the host gave leave, can invite others.")


class MayNotDecide(Refusal):
    """The partner is concerned, but this person does not decide for it."""

    code = "may_not_decide"
    status = 403
    sentence = _("Only an owner or administrator can decide this for your organisation.")


class NameTaken(Refusal):
    """The host has a group of that name already."""

    code = "group_name_taken"
    status = 422
    sentence = _("You already run a group of this name. Choose another.")


class StaysHidden(Refusal):
    """Whoever joined a hidden group was promised that it stays so."""

    code = "stays_hidden"
    status = 422
    sentence = _("Those who joined were promised that nobody learns of them. Make a new group instead.")


class NotNow(Refusal):
    """The participant's state does not allow it."""

    code = "not_now"
    sentence = _("That cannot be done any more. Load the page again.")


class NobodyNamed(Refusal):
    """An invitation without a name, or with a name that nobody has."""

    code = "nobody_named"
    status = 422
    sentence = _("Write the name of at least one partner.")


class Facts(TypedDict):
    """What a group says of itself."""

    name: str
    purpose: str
    ceiling: str
    is_hidden: bool


@transaction.atomic
def create(actor: Actor, *, at: datetime, **facts: Unpack[Facts]) -> SharingGroup:
    """Make a group, with the actor's partner as its host."""
    if not actor.may(Permission.MANAGE):
        raise MayNotDecide
    group = SharingGroup(host=actor.partner, **facts)
    _save(group)
    Participant.objects.create(
        group=group, partner=actor.partner, host=actor.partner, state=_S.JOINED,
        invited_at=at, invited_by=actor.partner, answered_at=at, answered_by=actor.user,
    )  # fmt: skip
    record(Verb.GROUP_CREATED, actor, group, at=at, hidden=group.is_hidden, ceiling=group.ceiling)
    return group


@transaction.atomic
def change(actor: Actor, group_id: UUID, *, at: datetime, **facts: Unpack[Facts]) -> SharingGroup:
    """Change what a group says of itself. A hidden group stays hidden."""
    group = _run(actor, group_id).group
    if group.is_hidden and not facts["is_hidden"]:
        raise StaysHidden(field="is_hidden")
    changed = [name for name, value in facts.items() if getattr(group, name) != value]
    if not changed:
        return group
    for name in changed:
        setattr(group, name, facts[name])  # type: ignore[literal-required]
    _save(group)
    record(Verb.GROUP_CHANGED, actor, group, at=at, fields=changed)
    return group


@transaction.atomic
def open_or_close(actor: Actor, group_id: UUID, *, is_active: bool, at: datetime) -> SharingGroup:
    """A closed group reaches nobody and keeps its members. Again changes nothing."""
    group = _run(actor, group_id).group
    if group.is_active != is_active:
        group.is_active = is_active
        group.save(update_fields=["is_active"])
        record(Verb.GROUP_OPENED if is_active else Verb.GROUP_CLOSED, actor, group, at=at)
    return group


def find(names: Sequence[str]) -> list[Partner]:
    """The partners of these names. Raises NobodyNamed, which says which name nobody has."""
    names = list(dict.fromkeys(names))
    if not names:
        raise NobodyNamed(field="names")
    if len(names) > AT_MOST:
        raise NobodyNamed(
            _("Invite at most %(count)d partners at a time.") % {"count": AT_MOST}, field="names"
        )
    found = queries.named(names)
    unknown = [name for name, partner in found.items() if partner is None]
    if unknown:
        sentence = _("No partner is called “%(name)s”. Write the name as the directory has it.")
        raise NobodyNamed(sentence % {"name": unknown[0][:80]}, field="names")
    return [partner for partner in found.values() if partner is not None]


@transaction.atomic
def invite(actor: Actor, group_id: UUID, partners: Sequence[Partner], *, at: datetime) -> int:
    """Ask partners to join; says how many are newly asked, which is for the host alone to hear.

    Whoever is in the group already is passed over by the same statements: an extender learns nothing from asking.
    """
    standing = queries.get_for(actor, group_id)
    if not standing.may_invite:
        raise MayNotInvite
    with tenancy.across("inviting other partners"):
        asked = _ask(standing, partners, at)
    record(Verb.GROUP_INVITED, actor, standing.group, at=at, partners=sorted(str(one.pk) for one in partners))
    return asked


@transaction.atomic
def accept(actor: Actor, group_id: UUID, *, at: datetime) -> None:
    """Join, as the partner was invited to. Again changes nothing."""
    own = _decide(actor, group_id)
    if own.state == _S.JOINED:
        return
    _need(own, _S.INVITED)
    conditions.check(actor.partner, at)
    _answer(own, _S.JOINED, actor, at)
    record(Verb.GROUP_JOINED, actor, own.group, at=at)


@transaction.atomic
def decline(actor: Actor, group_id: UUID, *, at: datetime) -> None:
    """Say no to an invitation."""
    own = _decide(actor, group_id)
    _need(own, _S.INVITED)
    _answer(own, _S.DECLINED, actor, at)
    record(Verb.GROUP_DECLINED, actor, own.group, at=at)


@transaction.atomic
def leave(actor: Actor, group_id: UUID, *, at: datetime) -> None:
    """Be in the group no more. The host cannot: it may close the group."""
    own = _decide(actor, group_id)
    if own.partner_id == own.group.host_id:
        raise NotNow(_("The host cannot leave the group. Close it instead."))
    _need(own, _S.JOINED, _S.SUSPENDED)
    _answer(own, _S.LEFT, actor, at)
    record(Verb.GROUP_LEFT, actor, own.group, at=at)


@transaction.atomic
def suspend(actor: Actor, group_id: UUID, partner_id: UUID, *, at: datetime) -> None:
    """Nothing more reaches the partner through this group, until it is restored."""
    _move(actor, group_id, partner_id, Verb.GROUP_SUSPENDED, (_S.JOINED,), _S.SUSPENDED, at)


@transaction.atomic
def restore(actor: Actor, group_id: UUID, partner_id: UUID, *, at: datetime) -> None:
    """End a suspension."""
    _move(actor, group_id, partner_id, Verb.GROUP_RESTORED, (_S.SUSPENDED,), _S.JOINED, at)


@transaction.atomic
def remove(actor: Actor, group_id: UUID, partner_id: UUID, *, at: datetime) -> None:
    """Put a partner out, or take an invitation back."""
    there = (_S.INVITED, _S.JOINED, _S.SUSPENDED)
    _move(actor, group_id, partner_id, Verb.GROUP_REMOVED, there, _S.REMOVED, at)


@transaction.atomic
def delegate(actor: Actor, group_id: UUID, partner_id: UUID, role: Role | None, *, at: datetime) -> None:
    """Let a partner's managers, and its members in that role, invite others; with None nobody there any more."""
    one = _participant(_run(actor, group_id), partner_id)
    _need(one, _S.JOINED)
    if one.extender_role != (role or ""):
        one.extender_role = role or ""
        one.save(update_fields=["extender_role"])
        record(Verb.GROUP_DELEGATED, actor, one.group, at=at, partner=partner_id, role=role)


def _ask(standing: Standing, partners: Sequence[Partner], at: datetime) -> int:
    group, by = standing.group, standing.actor.partner
    keys = [one.pk for one in partners]
    rows = Participant.objects.filter(group=group, partner__in=keys)
    before = rows.filter(state=_S.INVITED).count()
    Participant.objects.bulk_create(
        [
            Participant(
                group=group, partner_id=key, host_id=group.host_id, invited_at=at, invited_by=by, to_tell=True
            )
            for key in keys
        ],
        ignore_conflicts=True,
    )
    again = (*ASKED_AGAIN, _S.REMOVED) if standing.is_host else ASKED_AGAIN
    rows.filter(state__in=again).update(
        state=_S.INVITED, invited_at=at, invited_by=by, answered_at=None, answered_by=None, extender_role="",
        to_tell=True,
    )  # fmt: skip
    GroupInvitation.objects.bulk_create(
        [
            GroupInvitation(group=group, partner_id=key, host_id=group.host_id, invited_by=by, invited_at=at)
            for key in keys
        ],
        update_conflicts=True,
        unique_fields=["group", "partner", "invited_by"],
        update_fields=["invited_at"],
    )
    return rows.filter(state=_S.INVITED).count() - before


def _run(actor: Actor, group_id: UUID) -> Standing:
    """The group, for those who run it. To everybody else who knows of it, this is not theirs to do."""
    standing = queries.get_for(actor, group_id)
    if not standing.may_run:
        raise NotThere
    return standing


def _decide(actor: Actor, group_id: UUID) -> Participant:
    """The own place in the group, held, for those who decide for their partner."""
    own = queries.get_for(actor, group_id).own
    if not actor.may(Permission.MANAGE):
        raise MayNotDecide
    held = Participant.objects.select_for_update(of=("self",)).filter(Q(pk=own.pk)).first()
    if held is None:
        raise NotThere
    held.group = own.group
    return held


def _participant(standing: Standing, partner_id: UUID) -> Participant:
    """Another's place, held. The host's own is not moved."""
    rows = Participant.objects.select_for_update(of=("self",)).filter(group=standing.group)
    found = rows.filter(partner=partner_id).exclude(partner=standing.group.host_id).first()
    if found is None:
        raise NotThere
    found.group = standing.group
    return found


def _move(
    actor: Actor,
    group_id: UUID,
    partner_id: UUID,
    verb: Verb,
    before: Sequence[str],
    after: str,
    at: datetime,
) -> None:
    one = _participant(_run(actor, group_id), partner_id)
    if one.state == after:
        return
    _need(one, *before)
    one.state = after
    one.save(update_fields=["state"])
    record(verb, actor, one.group, at=at, partner=partner_id)


def _need(one: Participant, *states: str) -> None:
    if one.state not in states:
        raise NotNow


def _answer(own: Participant, state: str, actor: Actor, at: datetime) -> None:
    own.state, own.answered_at, own.answered_by = state, at, actor.user
    if state != _S.JOINED:
        own.extender_role = ""
    own.save(update_fields=["state", "answered_at", "answered_by", "extender_role"])


def _save(group: SharingGroup) -> None:
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as error:
        raise NameTaken(field="name") from error
