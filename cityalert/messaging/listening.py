"""Who may hear a conversation on the live socket, and what is handed to them: the answers `live` asks for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils import timezone, translation

from cityalert.lib import clock
from cityalert.lib.exits import Answer, Exit, Item, Reader, may
from cityalert.lib.language import Language
from cityalert.lib.tlp import Tlp
from cityalert.live import streams
from cityalert.live.streams import News
from cityalert.live.topics import Listener
from cityalert.messaging import queries, showing
from cityalert.messaging.models import Attachment, Conversation, Post

PREFIX = "conversation"
_CLAIM = "partner:"
# Of a conversation in which more was said than this at one look, the rest comes with the next.
_AT_ONCE = 200


def may_listen(listeners: Iterable[Listener], key: str) -> set[Listener]:
    """Which of these take part in the conversation of this key, as the partner for which they listen."""
    wanted = _uuid(key)
    if wanted is None:
        return set()
    asked = list(listeners)
    inside = queries.people_in(wanted, [user_id for user_id, _claim in asked], at=clock.now())
    return {(user_id, claim) for user_id, claim in asked if (user_id, claim.removeprefix(_CLAIM)) in inside}


def news(after: Mapping[str, int | None]) -> dict[str, News]:
    """What was said in conversations (by key) after a position, read for all of them at once."""
    wanted = {key: position for text, position in after.items() if (key := _uuid(text))}
    found = Conversation.objects.in_bulk(list(wanted))
    moved = {
        key: one for key, one in found.items() if (p := wanted[key]) is not None and one.last_position > p
    }
    said = _posts({key: wanted[key] or 0 for key in moved})
    return {
        str(key): News(one.last_position, _items(one, said[key]) if key in moved else [])
        for key, one in found.items()
    }


def _posts(after: Mapping[UUID, int]) -> Mapping[UUID, list[Post]]:
    said: defaultdict[UUID, list[Post]] = defaultdict(list)
    if not after:
        return said
    newer = Q()
    for key, position in after.items():
        newer |= Q(conversation=key, position__gt=position, position__lte=position + _AT_ONCE)
    posts = Post.objects.filter(newer).select_related("reply_to").order_by("position")
    for post in posts.prefetch_related(
        Prefetch("attachments", queryset=Attachment.objects.order_by("name")), "reactions"
    ):
        said[post.conversation_id].append(post)
    return said


def _items(conversation: Conversation, posts: list[Post]) -> list[streams.Item]:
    """In a hidden conversation each sees other names, and RED is read by persons: there the page is told to fetch."""
    whole = [] if conversation.is_hidden else [post for post in posts if _may_be_handed_out(post)]
    cards: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for language in Language.values:
        with translation.override(language), timezone.override(ZoneInfo(settings.TIME_ZONE)):
            for line in showing.lines(conversation, whole):
                html = showing.html(conversation, line, at=line.post.posted_at)
                cards[line.post.position][language] = {"author": line.author, "html": html}
    return [streams.Item(post.position, cards.get(post.position)) for post in posts]


def _may_be_handed_out(post: Post) -> bool:
    item = Item(Tlp(post.tlp), frozenset({post.partner_id}))
    return may(item, Reader(partner_id=post.partner_id), Exit.SCREEN) is Answer.WHOLE


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
