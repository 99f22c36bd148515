"""Saying something, changing it, and what is done beside the words."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.messaging import actions, forms, queries, showing
from cityalert.messaging.models import Post
from cityalert.messaging.queries import Standing
from cityalert.messaging.views.reading import of_post, shown
from partners.middleware import Request, actor_required

# What the form held, given back with the sentence that says why it was not taken.
_TYPED = ("text", "tlp", "reply_to", "lat", "lon", "place_name", "client_id")


@require_POST
@actor_required
def say(request: Request, conversation_id: UUID) -> HttpResponse:
    """Post it: a script gets the line back, a page without one the conversation."""
    at = clock.now()
    standing = queries.get_for(request.actor, conversation_id)
    try:
        saying = forms.saying_from(request)
        client_id = forms.client_id_from(request)
        made = actions.post(request.actor, standing.conversation, saying, client_id=client_id, at=at)
    except NotThere:
        raise
    except Refusal as refusal:
        return _refused(request, standing, refusal)
    if request.htmx:
        return _line(request, standing, made)
    return redirect(f"{_page(conversation_id)}#p-{made.position}")


@require_POST
@actor_required
def read(request: Request, conversation_id: UUID) -> HttpResponse:
    """The person has read up to here."""
    standing = queries.get_for(request.actor, conversation_id)
    actions.mark_read(
        request.actor, standing.conversation, _number(request.POST.get("position")), at=clock.now()
    )
    return HttpResponse(status=204)


@require_POST
@actor_required
def mute(request: Request, conversation_id: UUID) -> HttpResponse:
    """Be left in peace by it, or not."""
    standing = queries.get_for(request.actor, conversation_id)
    is_muted = request.POST.get("muted") == "1"
    actions.mute(request.actor, standing.conversation, is_muted)
    said = _("You are told only when you are named.") if is_muted else _("You are told of what is new.")
    messages.success(request, said)
    return redirect("messaging:detail", conversation_id)


@require_POST
@actor_required
def edit(request: Request, conversation_id: UUID, position: int) -> HttpResponse:
    """Say it otherwise."""
    standing = queries.get_for(request.actor, conversation_id)
    text = request.POST.get("text", "")
    try:
        actions.edit(request.actor, standing.conversation, position, text, at=clock.now())
    except NotThere:
        raise
    except Refusal as refusal:
        context = {**of_post(request, standing, position), "refusal": refusal, "text": text}
        return render(request, "messaging/post.html", context, status=refusal.status)
    return redirect(f"{_page(conversation_id)}#p-{position}")


@require_POST
@actor_required
def delete(request: Request, conversation_id: UUID, position: int) -> HttpResponse:
    """Take it from the page."""
    standing = queries.get_for(request.actor, conversation_id)
    actions.delete(request.actor, standing.conversation, position, at=clock.now())
    return redirect(f"{_page(conversation_id)}#p-{position}")


@require_POST
@actor_required
def copy(request: Request, conversation_id: UUID, position: int) -> HttpResponse:
    """Take it into another conversation (`into`)."""
    standing = queries.get_for(request.actor, conversation_id)
    there = queries.get_for(request.actor, request.POST.get("into", ""))
    client_id = forms.client_id_from(request)
    try:
        made = actions.copy(
            request.actor,
            standing.conversation,
            position,
            there.conversation,
            client_id=client_id,
            at=clock.now(),
        )
    except NotThere:
        raise
    except Refusal as refusal:
        context = {**of_post(request, standing, position), "refusal": refusal}
        return render(request, "messaging/post.html", context, status=refusal.status)
    return redirect(f"{_page(there.conversation.pk)}#p-{made.position}")


@require_POST
@actor_required
def react(request: Request, conversation_id: UUID, position: int) -> HttpResponse:
    """One of the few words, or not any more."""
    standing = queries.get_for(request.actor, conversation_id)
    actions.react(
        request.actor, standing.conversation, position, request.POST.get("kind", ""), at=clock.now()
    )
    return redirect(f"{_page(conversation_id)}#p-{position}")


@require_POST
@actor_required
def pin(request: Request, conversation_id: UUID, position: int) -> HttpResponse:
    """Keep it in sight, or not any more (`off`)."""
    standing = queries.get_for(request.actor, conversation_id)
    if request.POST.get("off"):
        actions.unpin(request.actor, standing.conversation, position)
    else:
        actions.pin(request.actor, standing.conversation, position, at=clock.now())
    return redirect(f"{_page(conversation_id)}#p-{position}")


def _line(request: Request, standing: Standing, made: Post) -> HttpResponse:
    post = queries.get_post(standing, made.position)
    (line,) = showing.lines(standing.conversation, [post], actor=request.actor)
    html = showing.html(standing.conversation, line, at=clock.now())
    return JsonResponse({"position": made.position, "html": html})


def _refused(request: Request, standing: Standing, refusal: Refusal) -> HttpResponse:
    """The page once more, with what was typed and why it was not taken; a script gets the sentence."""
    if request.htmx:
        return HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in _TYPED}
    context = {**shown(request, standing), "refusal": refusal, "typed": typed}
    return render(request, "messaging/detail.html", context, status=refusal.status)


def _page(conversation_id: UUID) -> str:
    return reverse("messaging:detail", args=[conversation_id])


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
