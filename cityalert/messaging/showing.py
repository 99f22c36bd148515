"""Posts as a page shows them: who says it, what it answers, what was said to it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cityalert.messaging import queries
from cityalert.messaging.models import Conversation, Post, Reaction
from partners.actor import Actor

QUOTED = 140


@dataclass(frozen=True)
class Line:
    """One post: its speaker, what it quotes (speaker, words, position), reactions with their number."""

    post: Post
    name: str
    partner: str
    is_own: bool
    author: int | None
    quote: tuple[str, str, int] | None
    reactions: list[tuple[str, int]]

    @property
    def is_gone(self) -> bool:
        """Was it deleted?"""
        return self.post.deleted_at is not None


def lines(conversation: Conversation, posts: Iterable[Post], *, actor: Actor | None = None) -> list[Line]:
    """The posts for a page of one actor; without one for all at once, who find out themselves what is theirs."""
    said = list(posts)
    answered = [post.reply_to for post in said if post.reply_to]
    called = _callers(conversation, [*said, *answered], actor)
    return [
        Line(
            post=post,
            name=called[post.pk][0],
            partner=called[post.pk][1],
            is_own=actor is not None and post.author_id == actor.user_id,
            author=None if conversation.is_hidden else post.author_id,
            quote=_quote(post.reply_to, called),
            reactions=_reactions(post),
        )
        for post in said
    ]


def html(conversation: Conversation, line: Line, *, at: datetime, **more: Any) -> str:
    """One line as it stands in the page."""
    context = {"line": line, "conversation": conversation, "at": at, **more}
    return render_to_string("messaging/_post.html", context)


def _callers(
    conversation: Conversation, posts: list[Post], actor: Actor | None
) -> dict[int, tuple[str, str]]:
    """What the speakers are called. In a hidden conversation only its host has a name; the host sees all."""
    names = queries.names(posts)
    if not conversation.is_hidden or (actor and actor.partner_id == conversation.partner_id):
        return names
    numbers = queries.numbers(conversation)
    return {post.pk: _veiled(post, conversation, actor, names, numbers) for post in posts}


def _veiled(
    post: Post,
    conversation: Conversation,
    actor: Actor | None,
    names: dict[int, tuple[str, str]],
    numbers: dict[UUID, int],
) -> tuple[str, str]:
    if post.partner_id in {conversation.partner_id, actor.partner_id if actor else None}:
        return names[post.pk]
    return _("Participant %(n)d") % {"n": numbers[post.partner_id]}, ""


def _quote(answered: Post | None, called: dict[int, tuple[str, str]]) -> tuple[str, str, int] | None:
    if answered is None:
        return None
    text = answered.text if len(answered.text) <= QUOTED else f"{answered.text[:QUOTED].rstrip()}…"
    return called[answered.pk][0], text or _("(no words)"), answered.position


def _reactions(post: Post) -> list[tuple[str, int]]:
    counted = Counter(one.kind for one in post.reactions.all())
    return [(str(kind.label), counted[kind.value]) for kind in Reaction.Kind if counted[kind.value]]
