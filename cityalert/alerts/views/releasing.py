"""Letting an alert out: one confirmation, one button; a second person where the public hears it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cityalert.accounts import step_up
from cityalert.alerts import actions, lifecycle, preview, queries
from cityalert.alerts.actions.approving import SamePerson, check_is_another
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.actions.releasing import KeyReused
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.lifecycle import State
from cityalert.alerts.models import Alert
from cityalert.alerts.preview import Outlook
from cityalert.alerts.views.drafts import draft_for, go, keep, show_preview, to_mend
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, actor_required
from partners.roles import Permission

# Where an approved alert stands when it has not gone out by that.
_APPROVED: dict[State, Any] = {
    State.APPROVED: gettext_lazy("Approved. Nobody is told before it is sent."),
    State.PENDING: gettext_lazy("Approved. One more person is asked; nobody is told before they agree."),
}


@require_POST
@actor_required
def confirm(request: Request, alert_id: UUID) -> HttpResponse:
    """Everything once more, with fresh counts, above the one button that sends or asks."""
    alert, at = draft_for(request, alert_id), clock.now()
    if alert.state in lifecycle.WAITING:
        return show_confirmation(request, preview.of(request.actor, alert, at))
    draft = keep(request, alert, at)
    context = draft.context(at_once=False)
    in_the_way = [check for check in context["checks"] if check.kind == "wrong"]
    if draft.is_sound and not in_the_way:
        return show_confirmation(request, context["outlook"], kept=context)
    response = show_preview(request, draft)
    response.status_code = 422
    return to_mend(response, in_the_way[0]) if in_the_way else response


def show_confirmation(
    request: Request, outlook: Outlook, *, refusal: Refusal | None = None, kept: dict[str, Any] | None = None
) -> HttpResponse:
    """The dialog's content; a page of its own for a browser without script."""
    key = "" if isinstance(refusal, KeyReused) else request.POST.get("key", "")
    context = {
        **(kept or {}),
        "oob": bool(kept and request.htmx),
        "alert": outlook.alert,
        "outlook": outlook,
        "version": request.POST.get("version", "") if refusal else actions.version(outlook.alert),
        "key": key or str(uuid4()),
        "code": request.POST.get("code", ""),
        "refusal": refusal,
        "asks_code": not _only_asks(outlook) and not step_up.fresh(request, outlook.at),
        "passkey_url": step_up.passkey_url(),
    }
    status = 200 if refusal is None else 422 if request.htmx else refusal.status
    name = "alerts/_confirm.html" if request.htmx else "alerts/confirm.html"
    return render(request, name, context, status=status)


@require_POST
@actor_required
def publish(request: Request, alert_id: UUID) -> HttpResponse:
    """Send it. The same key again answers with what was sent."""
    at = clock.now()

    def act(alert: Alert) -> Alert:
        step_up.require(request, code=request.POST.get("code"), at=at)
        with _as_confirmed(request, alert):
            return actions.publish(request.actor, alert, key=request.POST.get("key", ""), at=at)

    return _carry_out(request, alert_id, at, act, _("Published. It is on its way."))


@require_POST
@actor_required
def approve(request: Request, alert_id: UUID) -> HttpResponse:
    """The second person sends it, or with `hold` leaves that to whoever wrote it."""
    at, sends = clock.now(), "hold" not in request.POST

    def act(alert: Alert) -> Alert:
        step_up.require(request, code=request.POST.get("code"), at=at)
        with _as_confirmed(request, alert):
            return actions.approve(request.actor, alert, sends=sends, at=at)

    return _carry_out(request, alert_id, at, act, _("Approved and published. It is on its way."))


@require_POST
@actor_required
def submit(request: Request, alert_id: UUID) -> HttpResponse:
    """Ask a second person; nobody is told yet."""
    at = clock.now()

    def act(alert: Alert) -> Alert:
        with _as_confirmed(request, alert):
            return actions.submit(request.actor, alert, at=at)

    return _carry_out(
        request, alert_id, at, act, _("A second person was asked. Nobody is told before they agree.")
    )


@require_POST
@actor_required
def return_to_author(request: Request, alert_id: UUID) -> HttpResponse:
    """The approver says what has to change, or with `reject` why it must not go out; the submitter takes it back."""
    alert, at = draft_for(request, alert_id), clock.now()
    reason = request.POST.get("reason", "")
    is_own = alert.submitted_by_id == request.actor.user_id
    rejects = "reject" in request.POST
    answer = actions.reject if rejects else actions.return_to_author
    try:
        answer(request.actor, alert, reason, at=at)
    except NotUsable as refusal:
        return show_waiting(request, alert, at, refusal=refusal, reason=reason)
    if is_own and not rejects:
        return go(request, "alerts:compose", alert.pk)
    done = _("Rejected. Nobody was told anything.") if rejects else _("Returned. Nobody was told anything.")
    messages.success(request, done)
    return go(request, "alerts:inbox")


def show_waiting(
    request: Request, alert: Alert, at: datetime, *, refusal: Refusal | None = None, reason: str = ""
) -> HttpResponse:
    """What waits for a second person, was approved or rejected: whoever may do something has the buttons for it."""
    context = {
        "alert": alert,
        "outlook": preview.of(request.actor, alert, at),
        "version": actions.version(alert),
        "may_approve": alert.state == State.PENDING and _may_approve(request, alert),
        "may_send": alert.state == State.APPROVED and request.actor.may(Permission.PUBLISH),
        "answered": queries.last_return(alert),
        "siblings": queries.waiting_versions(request.actor, alert),
        "is_own": alert.submitted_by_id == request.actor.user_id,
        "refusal": refusal,
        "reason": reason,
        "area": queries.area_geojson(alert, request.actor.language),
    }
    return render(request, "alerts/approve.html", context, status=refusal.status if refusal else 200)


def _carry_out(
    request: Request, alert_id: UUID, at: datetime, act: Callable[[Alert], Alert], done: str
) -> HttpResponse:
    """Do it; a refusal stands in the dialog, beside what was typed there."""
    alert = draft_for(request, alert_id)
    try:
        alert = act(alert)
    except (NotThere, MayNot):
        raise
    except Refusal as refusal:
        alert = draft_for(request, alert_id)
        return show_confirmation(request, preview.of(request.actor, alert, at), refusal=refusal)
    messages.success(request, _APPROVED.get(State(alert.state), done) if alert.approved_by_id else done)
    is_out = alert.state not in lifecycle.UNSAID
    return go(request, "alerts:reach" if is_out else "alerts:compose", alert.pk)


def _as_confirmed(request: Request, alert: Alert) -> AbstractContextManager[Alert]:
    """What is sent is what stood in the confirmation."""
    return actions.unchanged_since(alert, request.POST.get("version", ""))


def _may_approve(request: Request, alert: Alert) -> bool:
    """Those who stand behind it are different persons."""
    try:
        check_is_another(request.actor, alert)
    except SamePerson:
        return False
    return request.actor.may(Permission.APPROVE, for_=alert.partner)


def _only_asks(outlook: Outlook) -> bool:
    """Does the button only ask somebody? Then nothing leaves, and no code is wanted."""
    return outlook.alert.state == State.DRAFT and outlook.needs_second
