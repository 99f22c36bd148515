"""Finding what was said, in English and French, in what the actor may read, as far as its label lets."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery

from cityalert.lib import words
from cityalert.lib.exits import Exit
from cityalert.messaging import queries, showing
from cityalert.messaging.models import Conversation, Post
from cityalert.messaging.queries import Standing
from cityalert.messaging.showing import Line
from partners.actor import Actor

MOST = 50
LONGEST = 200
# Around what was found; nobody can type them, for they are not kept (`lib.words`).
_START, _END = "\x02", "\x03"


@dataclass(frozen=True)
class Found:
    """One post that holds the words: where, who said it, and the piece of it that holds them: (text, is a hit)."""

    conversation: Conversation
    line: Line
    pieces: list[tuple[str, bool]]


def find(actor: Actor, text: str) -> list[Found]:
    """The posts that hold all these words, the best first. Nothing of what the actor may not read."""
    wanted = words.line(text)[:LONGEST]
    if not wanted:
        return []
    posts = list(_holding(actor, wanted)[:MOST])
    standings = _standings(actor, {post.conversation_id for post in posts})
    found = []
    for post in posts:
        standing = standings.get(post.conversation_id)
        if standing and standing.may_read(post, Exit.SNIPPET):
            (line,) = showing.lines(standing.conversation, [post], actor=actor)
            found.append(Found(standing.conversation, line, pieces(getattr(post, "headline", ""))))
    return found


def pieces(headline: str) -> list[tuple[str, bool]]:
    """PostgreSQL's headline cut at its marks."""
    cut = []
    for n, part in enumerate(headline.split(_START)):
        hit, end, rest = part.partition(_END)
        if n and end:
            cut.append((hit, True))
        cut.append((rest if n and end else part, False))
    return [one for one in cut if one[0]]


def _holding(actor: Actor, wanted: str) -> QuerySet[Any]:
    asked = SearchQuery(wanted, config="english", search_type="websearch") | SearchQuery(
        wanted, config="french", search_type="websearch"
    )
    since = queries.taking_part(actor).filter(conversation=OuterRef("conversation")).order_by()
    least = since.values("conversation").annotate(least=Min("since")).values("least")
    return (
        Post.objects.annotate(since=Subquery(least))
        .filter(Q(found_by=asked), since__isnull=False, position__gt=F("since"), deleted_at=None)
        .annotate(
            rank=SearchRank(F("found_by"), asked),
            headline=SearchHeadline(
                "text", asked, config="english", start_sel=_START, stop_sel=_END, max_words=30, min_words=12
            ),
        )
        .select_related("reply_to")
        .prefetch_related("attachments", "reactions")
        .order_by("-rank", "-posted_at")
    )


def _standings(actor: Actor, keys: set[UUID]) -> dict[UUID, Standing]:
    there = queries.visible_to(actor).filter(pk__in=keys)
    return {one.pk: queries.standing(actor, one) for one in there}
