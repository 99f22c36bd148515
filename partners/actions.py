"""Writes: who is a member of which partner, and in what role. Grants and the audit log are kept in step."""

from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.accounts.models import User
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib.refusals import NotThere, Refusal
from partners import grants, managing
from partners.actor import Actor, Staff
from partners.letters import News, tell
from partners.models import Former, Membership, Partner, Site
from partners.roles import Role
from partners.signals import member_added


class AlreadyMember(Refusal):
    """One membership for each person and partner."""

    code = "already_member"
    sentence = _("This person is already a member. Change the membership there is.")


class WrongDates(Refusal):
    """A membership ends after it begins."""

    code = "wrong_dates"
    status = 422
    sentence = _("The membership would end before it begins. Choose a later end.")


class SiteOfAnother(Refusal):
    """A member is told about a site of the partner they belong to."""

    code = "site_of_another"
    status = 422
    sentence = _("That site belongs to another partner. Choose one of this partner's sites.")


class Terms(TypedDict, total=False):
    """What a membership says beside its role; see the model's fields."""

    unit: str
    site: Site | None
    call_order: int
    valid_from: datetime
    valid_until: datetime | None


@transaction.atomic
def add_member(
    actor: Actor | Staff | None,
    user: User,
    partner: Partner,
    role: Role,
    *,
    at: datetime,
    **terms: Unpack[Terms],
) -> Membership:
    """Make a person a member, from `at` unless `valid_from` says otherwise. The actor None is the system."""
    managing.check_may_manage(actor, partner)
    managing.check_may_give(actor, role)
    membership = Membership(user=user, partner=partner, role=role, **{"valid_from": at, **terms})
    _check_terms(membership)
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyMember from error
    grants.apply_role(membership, at=at)
    member_added.send(sender=Membership, membership=membership, at=at)
    record(Verb.MEMBER_ADDED, actor, membership, at=at, **_facts(membership), role=role)
    return membership


class Changes(Terms, total=False):
    """What may be changed of a membership."""

    role: Role


def change_role(
    actor: Actor | Staff | None, membership: Membership, role: Role, *, at: datetime
) -> Membership:
    """Give a member another role."""
    return change(actor, membership, at=at, role=role)


@transaction.atomic
def change(
    actor: Actor | Staff | None, membership: Membership, *, at: datetime, **values: Unpack[Changes]
) -> Membership:
    """Change a member's role, unit, site, call order or dates. What is as it was changes nothing."""
    membership = _locked(membership)
    managing.check_may_change(actor, membership)
    changes = {
        name: {"was": getattr(membership, name), "is": value}
        for name, value in values.items()
        if getattr(membership, name) != value
    }
    if not changes:
        return membership
    if "role" in changes:
        managing.check_may_give(actor, values["role"])
    managing.check_owner_left(membership, ends_at=_ends_at(changes, at), at=at)
    for name, of in changes.items():
        setattr(membership, name, of["is"])
    _check_terms(membership)
    membership.save(update_fields=list(changes))
    grants.apply_role(membership, at=at)
    if "role" in changes:
        tell(News.ROLE, actor, membership, at=at)
    record(Verb.MEMBER_CHANGED, actor, membership, at=at, **_facts(membership), changes=changes)
    return membership


@transaction.atomic
def suspend(actor: Actor | Staff | None, membership: Membership, *, at: datetime) -> Membership:
    """Take a member's rights away at once, and keep the membership. Again changes nothing."""
    return _switch(actor, membership, Verb.MEMBER_SUSPENDED, at, is_active=False)


@transaction.atomic
def restore(actor: Actor | Staff | None, membership: Membership, *, at: datetime) -> Membership:
    """Give a suspended member their rights back. Again changes nothing."""
    return _switch(actor, membership, Verb.MEMBER_RESTORED, at, is_active=True)


@transaction.atomic
def remove_member(actor: Actor | Staff | None, membership: Membership, *, at: datetime) -> None:
    """End a membership for good."""
    membership = _locked(membership)
    managing.check_may_change(actor, membership)
    managing.check_owner_left(membership, ends_at=at, at=at)
    grants.revoke_all(membership.user_id, membership.partner_id)
    tell(News.ENDED, actor, membership, at=at)
    key = membership.pk
    membership.delete()
    Former.objects.get_or_create(user_id=membership.user_id, partner_id=membership.partner_id)
    # The entry speaks of the membership by its key, which deleting took away.
    membership.pk = key
    record(Verb.MEMBER_REMOVED, actor, membership, at=at, **_facts(membership), role=membership.role)


def _switch(
    actor: Actor | Staff | None, membership: Membership, verb: Verb, at: datetime, *, is_active: bool
) -> Membership:
    membership = _locked(membership)
    managing.check_may_change(actor, membership)
    if membership.is_active == is_active:
        return membership
    if not is_active:
        managing.check_owner_left(membership, ends_at=at, at=at)
    membership.is_active = is_active
    membership.save(update_fields=["is_active"])
    grants.apply_role(membership, at=at)
    tell(News.RESTORED if is_active else News.SUSPENDED, actor, membership, at=at)
    record(verb, actor, membership, at=at, **_facts(membership))
    return membership


def _locked(membership: Membership) -> Membership:
    found = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "partner", "site")
        .filter(pk=membership.pk)
        .first()
    )
    if found is None:
        raise NotThere
    return found


def _ends_at(changes: dict[str, dict[str, Any]], at: datetime) -> datetime | None:
    """When these changes end what the membership was; None: they do not."""
    if "role" in changes or ("valid_from" in changes and changes["valid_from"]["is"] > at):
        return at
    return changes["valid_until"]["is"] if "valid_until" in changes else None


def _check_terms(membership: Membership) -> None:
    if membership.valid_until is not None and membership.valid_until <= membership.valid_from:
        raise WrongDates(field="valid_until")
    if membership.site is not None and membership.site.partner_id != membership.partner_id:
        raise SiteOfAnother(field="site")


def _facts(membership: Membership) -> dict[str, object]:
    return {"member": membership.user_id, "partner": membership.partner_id}
