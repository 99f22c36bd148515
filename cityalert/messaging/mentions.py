"""Who is named in a post: "@Corin Walsh", as people write it."""

from datetime import datetime

from cityalert.messaging import queries, telling
from cityalert.messaging.models import Mention, Post
from cityalert.messaging.queries import Standing


def named_in(text: str, names: dict[int, str]) -> set[int]:
    """Of these people, those whose whole name stands after an @ in a text, whatever the case."""
    said = text.casefold()
    return {user_id for user_id, name in names.items() if f"@{name.casefold()}" in said}


def write(standing: Standing, post: Post, *, at: datetime) -> None:
    """Keep who is named, of those who take part. In a hidden conversation only its host can be named by others."""
    if "@" not in post.text:
        return
    near = {standing.actor.partner_id, standing.conversation.partner_id}
    people = queries.everybody_since(standing.conversation, at=at)
    users = [user for user, partner, _since in people if standing.sees_others or partner in near]
    named = named_in(post.text, queries.names_of(users)) - {standing.actor.user_id}
    before = set(Mention.objects.filter(post=post).values_list("user", flat=True))
    for user_id in sorted(named - before):
        Mention.objects.create(conversation=standing.conversation, post=post, user_id=user_id)
    telling.tell_named(post, named - before, at=at)
