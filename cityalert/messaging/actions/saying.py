"""Saying something, changing it, taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import words
from cityalert.lib.refusals import NotThere
from cityalert.lib.tlp import Tlp
from cityalert.live.announce import announce
from cityalert.messaging import mentions, queries
from cityalert.messaging.actions.beside import mark_read
from cityalert.messaging.models import PLACE, TEXT, Attachment, Content, Conversation, Post, Wording
from cityalert.messaging.queries import Standing
from cityalert.messaging.refusals import IsClosed, IsDeleted, KeyReused, NothingSaid, TooLong, TooStrict
from cityalert.messaging.stored import Stored
from partners.actor import Actor


@dataclass(frozen=True)
class Saying:
    """What somebody wants to say. Without a label it is marked as is usual in the conversation."""

    text: str = ""
    tlp: Tlp | str | None = None
    reply_to: int | None = None
    place: Point | None = None
    place_name: str = ""
    files: Sequence[Stored] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Nothing at all?"""
        return not (self.text or self.place or self.files)


@transaction.atomic
def post(actor: Actor, conversation: Conversation, saying: Saying, *, client_id: UUID, at: datetime) -> Post:
    """Say something. The same client id again gives the post that was made of it the first time.

    A reply is marked at least as strictly as what it answers. Whoever posts waits for whoever was before them in the
    same conversation: positions are in the order of commits. Raises NothingSaid, TooLong, TooStrict, IsClosed.
    """
    standing = queries.get_for(actor, conversation.pk)
    if not standing.may_post and standing.conversation.closed_at is None:
        raise NotThere
    said = _cleaned(saying)
    held = Conversation.objects.select_for_update().get(pk=conversation.pk)
    earlier = Post.objects.filter(conversation=held, author=actor.user, client_id=client_id).first()
    if earlier:
        return _again(earlier, said)
    if held.closed_at:
        raise IsClosed
    answered = queries.get_post(standing, said.reply_to) if said.reply_to is not None else None
    made = Post.objects.create(
        conversation=held, position=held.last_position + 1, partner=actor.partner, author=actor.user,
        client_id=client_id, tlp=_label(standing, said, answered), text=said.text, reply_to=answered,
        place=said.place, place_name=said.place_name, posted_at=at,
    )  # fmt: skip
    _attach(made, said.files)
    mentions.write(standing, made, at=at)
    Conversation.objects.filter(pk=held.pk).update(last_position=made.position, last_at=at)
    mark_read(actor, held, made.position, at=at)
    announce(held.topic, str(made.position))
    return made


@transaction.atomic
def edit(actor: Actor, conversation: Conversation, position: int, text: str, *, at: datetime) -> Post:
    """Its author says it otherwise. What it said before stays to be read, its label stays as it is."""
    standing, held = _own(actor, conversation, position)
    text = _within(words.block(text))
    if not text and not held.attachments.exists() and held.place is None:
        raise NothingSaid(field="text")
    if text == held.text:
        return held
    _keep(actor, held, Wording.Act.EDITED, at=at)
    held.text, held.edited_at = text, at
    held.save(update_fields=["text", "edited_at"])
    mentions.write(standing, held, at=at)
    announce(standing.conversation.topic, f"changed {position}")
    record(Verb.POST_EDITED, actor, standing.conversation, at=at, position=position)
    return held


@transaction.atomic
def delete(actor: Actor, conversation: Conversation, position: int, *, at: datetime) -> Post:
    """Gone from the page, and that it was there stays. What it said is kept for whoever the law lets ask."""
    standing, held = _own(actor, conversation, position, or_runs=True)
    _keep(actor, held, Wording.Act.DELETED, at=at)
    held.text, held.place, held.place_name = "", None, ""
    held.deleted_at, held.deleted_by, held.pinned_at, held.pinned_by = at, actor.user, None, None
    held.save(
        update_fields=["text", "place", "place_name", "deleted_at", "deleted_by", "pinned_at", "pinned_by"]
    )
    announce(standing.conversation.topic, f"changed {position}")
    record(Verb.POST_DELETED, actor, standing.conversation, at=at, position=position)
    return held


def _cleaned(saying: Saying) -> Saying:
    text, name = _within(words.block(saying.text)), words.line(saying.place_name)[:PLACE]
    said = Saying(text, saying.tlp, saying.reply_to, saying.place, name, tuple(saying.files))
    if said.is_empty:
        raise NothingSaid(field="text")
    return said


def _within(text: str) -> str:
    if len(text) > TEXT:
        raise TooLong(field="text")
    return text


def _again(earlier: Post, said: Saying) -> Post:
    """What was changed or deleted since is the same all the same."""
    if earlier.text != said.text and not earlier.edited_at and not earlier.deleted_at:
        raise KeyReused
    return earlier


def _label(standing: Standing, said: Saying, answered: Post | None) -> Tlp:
    chosen = Tlp(said.tlp or standing.conversation.tlp)
    label = Tlp.strictest(chosen, answered.tlp) if answered else chosen
    if not label.is_within(standing.ceiling):
        sentence = TooStrict.sentence % {"label": label, "ceiling": standing.ceiling}
        raise TooStrict(sentence, field="tlp")
    return label


def _attach(made: Post, files: Sequence[Stored]) -> None:
    for file in files:
        attachment = Attachment.objects.create(
            conversation=made.conversation, post=made, kind=file.kind, name=file.name,
            content_type=file.content_type, size=len(file.data), sha256=file.sha256,
        )  # fmt: skip
        Content.objects.create(attachment=attachment, conversation=made.conversation, data=file.data)


def _own(
    actor: Actor, conversation: Conversation, position: int, *, or_runs: bool = False
) -> tuple[Standing, Post]:
    """A post held, that the actor wrote, or may take away because the conversation is theirs to run."""
    standing = queries.get_for(actor, conversation.pk)
    held = (
        Post.objects.select_for_update(of=("self",)).filter(pk=queries.get_post(standing, position).pk).get()
    )
    is_own = held.author_id == actor.user_id and held.partner_id == actor.partner_id
    if not is_own and not (or_runs and standing.may_run):
        raise NotThere
    if held.deleted_at:
        raise IsDeleted
    if not standing.may_post:
        raise IsClosed
    return standing, held


def _keep(actor: Actor, held: Post, act: Wording.Act, *, at: datetime) -> None:
    Wording.objects.create(
        conversation_id=held.conversation_id, post=held, act=act, text=held.text, place=held.place,
        place_name=held.place_name, until_at=at, by=actor.user,
    )  # fmt: skip
