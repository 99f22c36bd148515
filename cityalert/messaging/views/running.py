"""Opening a conversation, who takes part, and closing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.tlp import Tlp
from cityalert.messaging import actions, forms, queries, whom
from partners.middleware import Request, actor_required
from partners.roles import Permission

_CHOSEN = ("partner", "group", "colleague")


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def open_(request: Request) -> HttpResponse:
    """With whom, and about what."""
    if not request.actor.may(Permission.ANSWER):
        raise NotThere
    refusal = None
    if request.method == "POST":
        at = clock.now()
        label = forms.label_from(request.POST.get("tlp", "")) or Tlp.AMBER
        try:
            them = forms.whom_from(request, request.actor, at=at)
            subject = request.POST.get("subject", "")
            made = actions.open_conversation(request.actor, subject, them, tlp=label, at=at)
        except NotThere:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("messaging:detail", made.pk)
    context = {
        **_choices(request),
        "labels": Tlp,
        "label": request.POST.get("tlp", Tlp.AMBER.value),
        "refusal": refusal,
    }
    return render(request, "messaging/new.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def people(request: Request, conversation_id: UUID) -> HttpResponse:
    """Who takes part; whoever runs it lets more in."""
    standing = queries.get_for(request.actor, conversation_id)
    refusal = None
    if request.method == "POST":
        at = clock.now()
        try:
            them = forms.whom_from(request, request.actor, at=at)
            actions.invite(request.actor, standing.conversation, them, at=at)
        except NotThere:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(
                request, _("They take part from here on. What was said before stays with the others.")
            )
            return redirect("messaging:people", conversation_id)
    context = {
        **(_choices(request) if standing.may_run else {}),
        "standing": standing,
        "conversation": standing.conversation,
        "people": queries.called(standing),
        "refusal": refusal,
    }
    return render(request, "messaging/people.html", context, status=refusal.status if refusal else 200)


@require_POST
@actor_required
def leave(request: Request, conversation_id: UUID) -> HttpResponse:
    """Take part no longer."""
    standing = queries.get_for(request.actor, conversation_id)
    actions.leave(request.actor, standing.conversation, at=clock.now())
    messages.success(request, _("You take part no longer."))
    return redirect("messaging:list")


@require_POST
@actor_required
def rename(request: Request, conversation_id: UUID) -> HttpResponse:
    """Call it something else."""
    standing = queries.get_for(request.actor, conversation_id)
    actions.rename(request.actor, standing.conversation, request.POST.get("subject", ""), at=clock.now())
    return redirect("messaging:people", conversation_id)


@require_POST
@actor_required
def close(request: Request, conversation_id: UUID) -> HttpResponse:
    """Nobody writes any more."""
    standing = queries.get_for(request.actor, conversation_id)
    actions.close(request.actor, standing.conversation, at=clock.now())
    return redirect("messaging:detail", conversation_id)


@require_POST
@actor_required
def reopen(request: Request, conversation_id: UUID) -> HttpResponse:
    """It goes on."""
    standing = queries.get_for(request.actor, conversation_id)
    actions.reopen(request.actor, standing.conversation, at=clock.now())
    return redirect("messaging:detail", conversation_id)


def _choices(request: Request) -> dict[str, Any]:
    """Whom the form offers, and what of it was chosen."""
    partners, groups, colleagues = whom.choices(request.actor)
    return {
        "partners": partners,
        "groups": groups,
        "colleagues": colleagues,
        "chosen": {key for name in _CHOSEN for key in request.POST.getlist(name)},
        "typed": {name: request.POST.get(name, "") for name in ("subject", "unit", "unit_of", "addresses")},
    }
