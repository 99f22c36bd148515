"""Keys to a partner's feeds: made and revoked by its administrators, shown once, tried at every reading."""

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import tenancy, words
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.public.models import FeedKey
from partners.actor import Actor
from partners.models import Partner
from partners.roles import Permission

AT_MOST = 20


class NoName(Refusal):
    """A key that nobody can tell from the others would never be revoked."""

    code = "no_name"
    status = 422
    sentence = _("Say what will read with this key, for example “Wall screen in the lobby”.")


class TooManyKeys(Refusal):
    """So many are not looked after."""

    code = "too_many_keys"
    status = 409
    sentence = _("You have twenty keys. Revoke one that is not used any more.")


def visible_to(actor: Actor) -> QuerySet[FeedKey]:
    """The partner's keys, the newest first. Raises NotThere for whoever does not manage it."""
    if not actor.may(Permission.MANAGE):
        raise NotThere
    return FeedKey.objects.filter(partner=actor.partner_id).select_related("made_by", "revoked_by")


def get_for(actor: Actor, key_id: UUID) -> FeedKey:
    """One of them. Raises NotThere."""
    key = visible_to(actor).filter(pk=key_id).first()
    if key is None:
        raise NotThere
    return key


@transaction.atomic
def make(actor: Actor, name: str, *, at: datetime) -> tuple[FeedKey, str]:
    """A new key, and the secret that is never seen again."""
    there = visible_to(actor)
    name = words.line(name)[: FeedKey._meta.get_field("name").max_length]
    if not name:
        raise NoName(field="name")
    # One at a time for each partner, so that two presses do not make more than there may be.
    Partner.objects.select_for_update().get(pk=actor.partner_id)
    if there.filter(revoked_at=None).count() >= AT_MOST:
        raise TooManyKeys
    secret = secrets.token_urlsafe(24)
    key = FeedKey.objects.create(
        partner=actor.partner, name=name, digest=_digest(secret), made_at=at, made_by=actor.user
    )
    record(Verb.FEED_KEY_MADE, actor, key, at=at)
    return key, secret


@transaction.atomic
def revoke(actor: Actor, key: FeedKey, *, at: datetime) -> None:
    """From now on it opens nothing. Again changes nothing."""
    held = visible_to(actor).select_for_update(of=("self",)).get(pk=key.pk)
    if held.revoked_at is None:
        held.revoked_at, held.revoked_by = at, actor.user
        held.save(update_fields=["revoked_at", "revoked_by"])
        record(Verb.FEED_KEY_REVOKED, actor, held, at=at)


@tenancy.across("a feed's key says whose it is")
def partner_of(secret: str, *, at: datetime) -> Partner:
    """Whose feeds it opens. Raises NotThere for a key that is not, is revoked, or is a suspended partner's."""
    key = FeedKey.objects.filter(
        digest=_digest(secret), revoked_at=None, partner__is_active=True
    ).select_related("partner")
    found = key.first()
    if found is None:
        raise NotThere
    today = timezone.localtime(at).date()
    if found.read_on != today:
        FeedKey.objects.filter(pk=found.pk).update(read_on=today)
    return found.partner


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
