"""The pages on which a partner's administrators keep its web hooks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.accounts import step_up
from cityalert.delivery.hooks import actions, queries
from cityalert.delivery.models import Hook
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.severity import Severity
from partners.middleware import Request, actor_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def overview(request: Request) -> HttpResponse:
    """The web hooks there are, and a form for another. Its secret is shown in the answer, and never again."""
    at = clock.now()
    queries.visible_to(request.actor)
    made: Hook | None = None
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            step_up.require(request, code=request.POST.get("code"), at=at)
            made = actions.add(request.actor, request.POST.get("url", ""), **_wanted(request), at=at)
        except NotThere:
            raise
        except Refusal as refused:
            refusal = refused
    context = {"hooks": list(queries.visible_to(request.actor)), "made": made, "typed": request.POST}
    return _page(request, "delivery/hooks/list.html", context, refusal, at)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def hook(request: Request, hook_id: UUID) -> HttpResponse:
    """One web hook: where it goes and what it hears, and what became of its last messages."""
    at = clock.now()
    refusal: Refusal | None = None
    if request.method == "POST":
        queries.get_for(request.actor, hook_id)
        try:
            step_up.require(request, code=request.POST.get("code"), at=at)
            actions.change(
                request.actor, hook_id, request.POST.get("url", ""), **_wanted(request),
                is_on=bool(request.POST.get("is_on")), at=at,
            )  # fmt: skip
        except NotThere:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Saved."))
            return redirect("hooks:hook", hook_id=hook_id)
    return _one(request, hook_id, refusal, at)


@require_POST
@actor_required
def renew_secret(request: Request, hook_id: UUID) -> HttpResponse:
    """Another secret, shown in the answer and never again."""
    at = clock.now()
    queries.get_for(request.actor, hook_id)
    try:
        step_up.require(request, code=request.POST.get("code"), at=at)
        made = actions.renew_secret(request.actor, hook_id, at=at)
    except NotThere:
        raise
    except Refusal as refusal:
        return _one(request, hook_id, refusal, at)
    return _one(request, hook_id, None, at, made=made)


@require_POST
@actor_required
def try_out(request: Request, hook_id: UUID) -> HttpResponse:
    """A message that is a test."""
    said = _("A test is on its way. Reload the page to see what was answered.")
    return _do(request, hook_id, lambda at: actions.try_out(request.actor, hook_id, at=at), said)


@require_POST
@actor_required
def send_again(request: Request, hook_id: UUID, delivery_id: int) -> HttpResponse:
    """One of its messages once more."""
    said = _("It is sent once more, with the same id. Reload the page to see what was answered.")
    return _do(
        request, hook_id, lambda at: actions.send_again(request.actor, hook_id, delivery_id, at=at), said
    )


@require_POST
@actor_required
def remove(request: Request, hook_id: UUID) -> HttpResponse:
    """Not any more."""
    actions.remove(request.actor, hook_id, at=clock.now())
    messages.success(request, _("Removed. Nothing more is sent there."))
    return redirect("hooks:list")


def _wanted(request: Request) -> dict[str, Any]:
    severity = request.POST.get("severity", "0")
    known = severity.isascii() and severity.isdigit() and len(severity) == 1
    return {"min_severity": int(severity) if known else -1, "exercises": bool(request.POST.get("exercises"))}


def _do(request: Request, hook_id: UUID, act: Callable[[datetime], None], said: str) -> HttpResponse:
    at = clock.now()
    try:
        act(at)
    except NotThere:
        raise
    except Refusal as refusal:
        return _one(request, hook_id, refusal, at)
    messages.success(request, said)
    return redirect("hooks:hook", hook_id=hook_id)


def _one(
    request: Request, hook_id: UUID, refusal: Refusal | None, at: datetime, made: Hook | None = None
) -> HttpResponse:
    there = queries.get_for(request.actor, hook_id)
    context = {
        "hook": there,
        "made": made,
        "deliveries": queries.last_deliveries(there),
        "again": actions.AGAIN,
        "typed": request.POST if refusal else {},
    }
    return _page(request, "delivery/hooks/hook.html", context, refusal, at)


def _page(
    request: Request, template: str, context: dict[str, Any], refusal: Refusal | None, at: datetime
) -> HttpResponse:
    context |= {
        "severities": [(one.value, one.label) for one in Severity],
        "refusal": refusal,
        "asks_code": not step_up.fresh(request, at),
        "code_fault": refusal if refusal and refusal.field == "code" else None,
        "passkey_url": step_up.passkey_url(),
    }
    return render(request, template, context, status=refusal.status if refusal else 200)
