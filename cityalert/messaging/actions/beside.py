"""What is done beside the words: reacting, pinning, reading, being left in peace."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from cityalert.lib.refusals import NotThere
from cityalert.live.announce import announce
from cityalert.messaging import queries
from cityalert.messaging.models import Conversation, Post, Reaction, ReadMark
from cityalert.messaging.queries import Standing
from cityalert.messaging.refusals import IsDeleted
from partners.actor import Actor


@transaction.atomic
def react(actor: Actor, conversation: Conversation, position: int, kind: str, *, at: datetime) -> bool:
    """Say one of the few words, or take it back if it was said. Returns whether it stands now."""
    standing, post = _post(actor, conversation, position)
    if kind not in Reaction.Kind.values:
        raise NotThere
    gone, _rows = Reaction.objects.filter(post=post, user=actor.user, kind=kind).delete()
    if not gone:
        Reaction.objects.create(
            conversation=standing.conversation,
            post=post,
            kind=kind,
            partner=actor.partner,
            user=actor.user,
            at=at,
        )
    announce(standing.conversation.topic, f"changed {position}")
    return not gone


@transaction.atomic
def pin(actor: Actor, conversation: Conversation, position: int, *, at: datetime) -> None:
    """Keep it in sight above the conversation. Again changes nothing."""
    standing, post = _post(actor, conversation, position)
    if Post.objects.filter(pk=post.pk, pinned_at=None).update(pinned_at=at, pinned_by=actor.user):
        announce(standing.conversation.topic, f"changed {position}")


@transaction.atomic
def unpin(actor: Actor, conversation: Conversation, position: int) -> None:
    """No longer."""
    standing, post = _post(actor, conversation, position)
    if Post.objects.filter(pk=post.pk, pinned_at__isnull=False).update(pinned_at=None, pinned_by=None):
        announce(standing.conversation.topic, f"changed {position}")


@transaction.atomic
def mark_read(actor: Actor, conversation: Conversation, position: int, *, at: datetime) -> None:
    """This person has read up to here. It never goes back, nor beyond what was said."""
    last = Conversation.objects.filter(pk=conversation.pk).values_list("last_position", flat=True).get()
    mark, is_new = _mark(actor, conversation, position=min(position, last), read_at=at)
    if not is_new:
        ReadMark.objects.filter(pk=mark.pk, position__lt=position).update(
            position=Greatest(F("position"), min(position, last)), read_at=at
        )


@transaction.atomic
def mute(actor: Actor, conversation: Conversation, is_muted: bool) -> None:
    """Tell this person of nothing new in it, unless they are named; or do again."""
    queries.get_for(actor, conversation.pk)
    mark, _is_new = _mark(actor, conversation)
    ReadMark.objects.filter(pk=mark.pk).update(is_muted=is_muted)


def _mark(actor: Actor, conversation: Conversation, **new: object) -> tuple[ReadMark, bool]:
    return ReadMark.objects.get_or_create(
        conversation=conversation, user=actor.user, partner=actor.partner, defaults=new
    )


def _post(actor: Actor, conversation: Conversation, position: int) -> tuple[Standing, Post]:
    standing = queries.get_for(actor, conversation.pk)
    if not standing.may_post:
        raise NotThere
    post = queries.get_post(standing, position)
    if post.deleted_at:
        raise IsDeleted
    return standing, post
