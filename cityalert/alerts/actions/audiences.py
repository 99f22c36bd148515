"""Audiences under a name: save what a draft has, rename, make the default, delete. They are the partner's own."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import queries
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.audience_words import FIELDS
from cityalert.alerts.models import Alert, SavedAudience
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import words
from cityalert.lib.refusals import Refusal
from partners.actor import Actor
from partners.roles import Permission

_LONGEST = 80


class AudienceName(Refusal):
    """A saved audience has a name of its own."""

    code = "audience_name"
    status = 422
    sentence = _("Give the audience a name of at most 80 characters.")


class AudienceNameTaken(Refusal):
    """The partner has one of that name."""

    code = "audience_name_taken"
    status = 422
    sentence = _("There is an audience of this name already. Choose another.")


@transaction.atomic
def save_audience(actor: Actor, name: str, alert: Alert, *, at: datetime) -> SavedAudience:
    """Keep whom a draft is for under a name; under the same name it takes the place of what was there."""
    _need(actor)
    name = _clean(name)
    saved = queries.audiences(actor).filter(name__iexact=name).first() or SavedAudience(partner=actor.partner)
    saved.name, saved.saved_at, saved.saved_by = name, at, actor.user
    for field in FIELDS:
        setattr(saved, field, getattr(alert, field))
    saved.save()
    record(Verb.AUDIENCE_SAVED, actor, saved, at=at, name=name)
    return saved


@transaction.atomic
def rename_audience(actor: Actor, audience_id: UUID, name: str, *, at: datetime) -> None:
    """Call it something else."""
    saved = _held(actor, audience_id)
    saved.name = _clean(name)
    try:
        with transaction.atomic():
            saved.save(update_fields=["name"])
    except IntegrityError as error:
        raise AudienceNameTaken(field="name") from error
    record(Verb.AUDIENCE_CHANGED, actor, saved, at=at, name=saved.name)


@transaction.atomic
def make_default(actor: Actor, audience_id: UUID, *, is_default: bool, at: datetime) -> None:
    """New alerts of the partner begin with it; at most one is."""
    saved = _held(actor, audience_id)
    if saved.is_default == is_default:
        return
    queries.audiences(actor).filter(is_default=True).update(is_default=False)
    saved.is_default = is_default
    saved.save(update_fields=["is_default"])
    record(Verb.AUDIENCE_CHANGED, actor, saved, at=at, is_default=is_default)


@transaction.atomic
def delete_audience(actor: Actor, audience_id: UUID, *, at: datetime) -> None:
    """Forget it. Alerts that took it stay as they are."""
    saved = _held(actor, audience_id)
    key = saved.pk
    saved.delete()
    saved.pk = key
    record(Verb.AUDIENCE_DELETED, actor, saved, at=at, name=saved.name)


def _held(actor: Actor, audience_id: UUID) -> SavedAudience:
    _need(actor)
    queries.audience_for(actor, audience_id)
    return SavedAudience.objects.select_for_update().get(pk=audience_id)


def _need(actor: Actor) -> None:
    if not actor.may(Permission.DRAFT):
        raise MayNot


def _clean(name: str) -> str:
    name = words.line(name)
    if not name or len(name) > _LONGEST:
        raise AudienceName(field="audience_name")
    return name
