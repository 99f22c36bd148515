"""Looking at conversations: the list, one of them, what is new in it, one post with all that became of it."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cityalert.lib import clock
from cityalert.lib.exits import Exit
from cityalert.lib.tlp import Tlp
from cityalert.live import feed
from cityalert.messaging import actions, queries, showing
from cityalert.messaging import search as finding
from cityalert.messaging.models import Conversation, Reaction
from cityalert.messaging.queries import Standing
from partners.middleware import Request, actor_required
from partners.roles import Permission

# What a page that was away fetches in one go; what it missed beyond that it loads anew.
CATCH_UP = 200


@require_GET
@actor_required
def overview(request: Request) -> HttpResponse:
    """The conversations the actor takes part in, what was said last first."""
    context = {
        "at": clock.now(),
        "conversations": queries.listed(request.actor),
        "may_open": request.actor.may(Permission.ANSWER),
    }
    return render(request, "messaging/list.html", context)


@require_GET
@actor_required
def search(request: Request) -> HttpResponse:
    """What was said, by words (`?q=`)."""
    text = request.GET.get("q", "")
    context = {"at": clock.now(), "q": text[: finding.LONGEST], "found": finding.find(request.actor, text)}
    return render(request, "messaging/search.html", context)


@require_GET
@actor_required
def detail(request: Request, conversation_id: UUID) -> HttpResponse:
    """One conversation; reading it marks it read."""
    standing = queries.get_for(request.actor, conversation_id)
    context = shown(request, standing)
    actions.mark_read(request.actor, standing.conversation, context["last"], at=context["at"])
    return render(request, "messaging/detail.html", context)


def shown(request: Request, standing: Standing) -> dict[str, Any]:
    """What the page of one conversation needs. `?before=` goes back, `?reply=` answers a post."""
    at, position = clock.now(), feed.position()
    until = _number(request.GET.get("before", ""))
    posts = queries.posts(standing, before=until)
    conversation = standing.conversation
    read_until = queries.mark_of(request.actor, conversation)
    pinned = queries.said_in(standing).filter(pinned_at__isnull=False).order_by("-pinned_at")[:5]
    return {
        "at": at,
        "feed_position": position,
        "standing": standing,
        "conversation": conversation,
        "lines": showing.lines(conversation, posts, actor=request.actor),
        "pinned": showing.lines(conversation, pinned, actor=request.actor),
        "earlier": posts[0].position if posts and posts[0].position > standing.since + 1 else None,
        "last": posts[-1].position if posts else conversation.last_position,
        "is_newest": until is None,
        "read_until": max(read_until.position, standing.since) if read_until else standing.since,
        "is_muted": bool(read_until and read_until.is_muted),
        "people": queries.called(standing),
        "labels": Tlp.up_to(standing.ceiling),
        "label": Tlp(conversation.tlp)
        if Tlp(conversation.tlp).is_within(standing.ceiling)
        else standing.ceiling,
        "client_id": uuid4(),
        "answers": _answered(request, standing),
        "typed": {},
    }


@require_GET
@actor_required
def since(request: Request, conversation_id: UUID) -> HttpResponse:
    """For a page that is open: what was said after a position (`?after=`), as {position, html} in its order."""
    standing = queries.get_for(request.actor, conversation_id)
    posts = queries.posts(standing, after=_number(request.GET.get("after", "")) or 0, limit=CATCH_UP)
    at, conversation = clock.now(), standing.conversation
    said = showing.lines(conversation, posts, actor=request.actor)
    if request.GET.get("seen") == "1" and posts:
        actions.mark_read(request.actor, conversation, posts[-1].position, at=at)
    rows = [
        {"position": one.post.position, "author": one.author, "html": showing.html(conversation, one, at=at)}
        for one in said
    ]
    return JsonResponse({"posts": rows, "last": conversation.last_position})


@require_GET
@actor_required
def line(request: Request, conversation_id: UUID, position: int) -> HttpResponse:
    """One post as it stands in the conversation now."""
    standing = queries.get_for(request.actor, conversation_id)
    post_ = queries.get_post(standing, position)
    (found,) = showing.lines(standing.conversation, [post_], actor=request.actor)
    return HttpResponse(showing.html(standing.conversation, found, at=clock.now()))


@require_GET
@actor_required
def post(request: Request, conversation_id: UUID, position: int) -> HttpResponse:
    """One post: what can be done with it, what it said before, who has read it."""
    standing = queries.get_for(request.actor, conversation_id)
    return render(request, "messaging/post.html", of_post(request, standing, position))


def of_post(request: Request, standing: Standing, position: int) -> dict[str, Any]:
    """What the page of one post needs."""
    actor, post_ = request.actor, queries.get_post(standing, position)
    (found,) = showing.lines(standing.conversation, [post_], actor=actor)
    is_own = post_.author_id == actor.user_id and post_.partner_id == actor.partner_id
    mine = {one.kind for one in post_.reactions.all() if one.user_id == actor.user_id}
    return {
        "at": clock.now(),
        "standing": standing,
        "conversation": standing.conversation,
        "line": found,
        "is_own": is_own and standing.may_post and not found.is_gone,
        "may_delete": (is_own or standing.may_run) and standing.may_post and not found.is_gone,
        "may_react": standing.may_post and not found.is_gone,
        "kinds": [(kind.value, kind.label, kind.value in mine) for kind in Reaction.Kind],
        # What was deleted is not read again by opening its history.
        "wordings": [] if found.is_gone or not standing.may_read(post_, Exit.PAGE) else post_.wordings.all(),
        "readers": queries.readers(standing, post_),
        "others": _others(request, standing) if not found.is_gone else [],
        "client_id": uuid4(),
        "text": post_.text,
    }


def _others(request: Request, standing: Standing) -> list[Conversation]:
    """Where else the actor talks."""
    if not request.actor.may(Permission.ANSWER):
        return []
    open_ = queries.visible_to(request.actor).filter(closed_at=None).exclude(pk=standing.conversation.pk)
    return list(open_.order_by("-last_at")[:50])


def _answered(request: Request, standing: Standing) -> showing.Line | None:
    wanted = _number(request.GET.get("reply", ""))
    if wanted is None:
        return None
    found = queries.said_in(standing).filter(position=wanted, deleted_at=None)
    return next(iter(showing.lines(standing.conversation, found, actor=request.actor)), None)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
