"""Sending to the public alone, what waits for a review, and what is overdue on the whole network."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.accounts import step_up
from cityalert.alerts import actions, preview, queries
from cityalert.alerts.actions.approving import SamePerson
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.approvals import Verdict
from cityalert.alerts.lifecycle import Act, NotAllowed, after
from cityalert.alerts.views.drafts import draft_for, go
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, StaffRequest, actor_required, staff_required
from partners.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def send(request: Request, alert_id: UUID) -> HttpResponse:
    """Why, a code, and the button."""
    alert, at = draft_for(request, alert_id), clock.now()
    if not request.actor.may(Permission.APPROVE, for_=alert.partner):
        raise NotThere
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            step_up.require(request, code=request.POST.get("code"), at=at)
            with actions.unchanged_since(alert, request.POST.get("version", "")):
                reason, key = request.POST.get("reason", ""), request.POST.get("key", "")
                alert = actions.send_alone(request.actor, alert, reason, key=key, at=at)
        except (NotThere, MayNot):
            raise
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Sent. Those who could have approved it are being told."))
            return go(request, "alerts:reach", alert.pk)
    else:
        after(alert.state, Act.SEND_ALONE)
    alert = draft_for(request, alert_id)
    context = {
        "alert": alert,
        "outlook": preview.of(request.actor, alert, at),
        "version": request.POST.get("version") or actions.version(alert),
        "reason": request.POST.get("reason", ""),
        "key": request.POST.get("key") or str(uuid4()),
        "code": request.POST.get("code", ""),
        "refusal": refusal,
        "asks_code": not step_up.fresh(request, at),
        "passkey_url": step_up.passkey_url(),
    }
    return render(request, "alerts/alone.html", context, status=refusal.status if refusal else 200)


@require_GET
@actor_required
def reviews(request: Request) -> HttpResponse:
    """What one person of the partner sent alone: what waits first, then what was made of the others."""
    return _reviews(request)


@require_POST
@actor_required
def review(request: Request, alert_id: UUID) -> HttpResponse:
    """Say what one makes of it."""
    alert = queries.get_for(request.actor, alert_id)
    verdict, note = request.POST.get("verdict", ""), request.POST.get("note", "")
    try:
        actions.review(request.actor, alert, verdict, note, at=clock.now())
    except (NotUsable, SamePerson, NotAllowed) as refusal:
        return _reviews(request, refusal=refusal, at_fault=alert_id)
    messages.success(request, _("Kept."))
    return go(request, "alerts:reviews")


@require_GET
@staff_required
def overdue(request: StaffRequest) -> HttpResponse:
    """Every review that is missing, on the whole network, the oldest first."""
    rows = queries.unreviewed()
    return render(request, "alerts/overdue.html", {"rows": rows, "at": clock.now()})


def _reviews(
    request: Request, *, refusal: Refusal | None = None, at_fault: UUID | None = None
) -> HttpResponse:
    sent = list(queries.sent_alone(request.actor))
    context = {
        "at": clock.now(),
        "waiting": [one for one in sent if one.reviewed_at is None],
        "reviewed": [one for one in sent if one.reviewed_at],
        "verdicts": Verdict.choices,
        "refusal": refusal,
        "at_fault": at_fault,
        "typed": request.POST,
    }
    return render(request, "alerts/reviews.html", context, status=refusal.status if refusal else 200)
