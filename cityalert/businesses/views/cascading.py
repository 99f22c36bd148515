"""The pages of passing on: what was sent, sending, who has it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.accounts import step_up
from cityalert.alerts import queries as alerts
from cityalert.alerts.models import Alert
from cityalert.businesses import leave, listing
from cityalert.businesses.cascading import actions, correcting, queries
from cityalert.businesses.cascading.actions import Choice
from cityalert.businesses.models import Cascade
from cityalert.lib import clock
from cityalert.lib.refusals import Refusal
from cityalert.lib.severity import Severity
from partners.middleware import Request, actor_required


@require_GET
@actor_required
def sent(request: Request) -> HttpResponse:
    """What was passed on so far."""
    context = {
        "cascades": queries.visible_to(request.actor)[:100],
        "may_change": leave.may_change(request.actor),
    }
    return render(request, "businesses/cascades.html", context)


@require_http_methods(["GET", "POST"])
@actor_required
def say(request: Request) -> HttpResponse:
    """A notice of the BIA's own."""
    return _sending(request, None)


@require_http_methods(["GET", "POST"])
@actor_required
def pass_on(request: Request, received_id: UUID) -> HttpResponse:
    """An alert that was received."""
    leave.need_change(request.actor)
    alert = alerts.get_for(request.actor, received_id)
    actions.check_may_pass_on(alert, at=clock.now())
    return _sending(request, alert)


@require_GET
@actor_required
def reached(request: Request, cascade_id: UUID) -> HttpResponse:
    """Who has it; the part that moves alone for a fragment."""
    cascade = queries.get_for(request.actor, cascade_id)
    context = {
        "cascade": cascade,
        "reached": queries.reached(cascade),
        "follows": Cascade.objects.filter(corrects=cascade).first(),
        "may_change": leave.may_change(request.actor),
    }
    return render(request, "businesses/_reached.html" if request.htmx else "businesses/cascade.html", context)


@require_POST
@actor_required
def end(request: Request, cascade_id: UUID) -> HttpResponse:
    """A notice of the BIA's own is over."""
    cascade = queries.get_for(request.actor, cascade_id)
    over = correcting.end(request.actor, cascade, at=clock.now())
    messages.success(request, _("Everybody who heard it is told that it is over."))
    return redirect("businesses:cascade", over.pk)


def _sending(request: Request, alert: Alert | None) -> HttpResponse:
    leave.need_change(request.actor)
    at, refusal = clock.now(), None
    said = request.POST if request.method == "POST" else request.GET
    choice = Choice(
        said.get("class", "")[:60].replace("\x00", ""), said.get("tag", "")[:40].replace("\x00", "")
    )
    if request.method == "POST":
        try:
            step_up.require(request, code=request.POST.get("code"), at=at)
            cascade = _send(request, alert, choice)
        except Refusal as refused:
            if refused.status == 404:
                raise
            refusal = refused
        else:
            messages.success(request, _("It is on its way."))
            return redirect("businesses:cascade", cascade.pk)
    businesses = actions.chosen(request.actor, choice)
    context: dict[str, Any] = {
        "alert": alert,
        "typed": said,
        "choice": choice,
        "businesses": businesses,
        "contacts": sum(one.is_reachable for business in businesses for one in business.contacts.all()),
        "silent": [one for one in businesses if not any(c.is_reachable for c in one.contacts.all())],
        "severities": Severity.choices,
        "key": said.get("key") or str(uuid4()),
        "refusal": refusal,
        "code": request.POST.get("code", ""),
        "asks_code": not step_up.fresh(request, at),
        "passkey_url": step_up.passkey_url(),
        **listing.choices(request.actor),
    }
    if request.htmx and request.method == "GET":
        return render(request, "businesses/_cascade_sum.html", context)
    status = refusal.status if refusal else 200
    return render(request, "businesses/cascade_new.html", context, status=status)


def _send(request: Request, alert: Alert | None, choice: Choice) -> Cascade:
    said, key, at = request.POST, request.POST.get("key") or str(uuid4()), clock.now()
    if alert is not None:
        return actions.pass_on(request.actor, alert, choice, note=said.get("note", ""), key=key, at=at)
    grave = said.get("severity", "")
    return actions.say(
        request.actor,
        said.get("headline", ""),
        said.get("instruction", ""),
        int(grave) if grave.isdecimal() and len(grave) == 1 else -1,
        choice,
        key=key,
        at=at,
    )
