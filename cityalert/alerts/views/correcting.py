"""Correcting what was published: an update is written like an alert, a cancel is one page and one button."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.accounts import step_up
from cityalert.alerts import actions, content, preview, queries
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.forms import WordsForm
from cityalert.alerts.lifecycle import State
from cityalert.alerts.models import Alert
from cityalert.alerts.preview import Outlook
from cityalert.alerts.views.drafts import draft_for, go
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, actor_required


@require_POST
@actor_required
def update(request: Request, alert_id: UUID) -> HttpResponse:
    """A draft that says the same, to be changed."""
    draft = actions.start_update(request.actor, draft_for(request, alert_id), at=clock.now())
    return go(request, "alerts:compose", draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def cancel(request: Request, alert_id: UUID) -> HttpResponse:
    """The words that end it, already written, and the button that sends them."""
    alert, at = draft_for(request, alert_id), clock.now()
    if alert.state == State.CANCELLED:
        messages.info(request, _("This alert has already been cancelled."))
        return go(request, "alerts:reach", alert.pk)
    if request.method != "POST":
        return _show(request, _rehearse(request, alert, at))
    return _cancel(request, alert, at)


@dataclass
class Rehearsal:
    """What a cancel would say and whom it would reach."""

    outlook: Outlook
    form: WordsForm
    replaced: Alert
    refusal: Refusal | None = None


def _cancel(request: Request, alert: Alert, at: datetime) -> HttpResponse:
    rehearsal = _rehearse(request, alert, at)
    form = rehearsal.form = WordsForm(request.POST, instance=rehearsal.outlook.alert)
    if not form.is_valid():
        return _show(request, rehearsal)
    try:
        step_up.require(request, code=request.POST.get("code"), at=at)
        with transaction.atomic():
            draft = actions.start_cancel(request.actor, alert, at=at)
            draft = actions.edit(request.actor, draft, form.changes(), at=at)
            draft = actions.publish(request.actor, draft, key=request.POST.get("key", ""), at=at)
    except (NotThere, MayNot):
        raise
    except Refusal as refusal:
        rehearsal.refusal = refusal
        form.refuse(refusal)
        return _show(request, rehearsal)
    messages.success(request, _("Cancelled. Everyone who heard it is being told."))
    return go(request, "alerts:reach", draft.pk)


def _rehearse(request: Request, alert: Alert, at: datetime) -> Rehearsal:
    """Made, looked at and rolled back: whoever only looks has written nothing."""
    with transaction.atomic():
        draft = queries.get_for(request.actor, actions.start_cancel(request.actor, alert, at=at).pk)
        outlook = preview.of(request.actor, draft, at)
        # Both ask the database, which is about to forget the draft.
        form, _said = WordsForm(instance=draft), outlook.said
        transaction.set_rollback(True)
    return Rehearsal(outlook, form, alert)


def _show(request: Request, rehearsal: Rehearsal) -> HttpResponse:
    refusal = rehearsal.refusal
    context: dict[str, Any] = {
        "alert": rehearsal.outlook.alert,
        "replaced": rehearsal.replaced,
        "outlook": rehearsal.outlook,
        "form": rehearsal.form,
        "refusal": refusal,
        "key": request.POST.get("key") or str(uuid4()),
        "code": request.POST.get("code", ""),
        "asks_code": not step_up.fresh(request, rehearsal.outlook.at),
        "passkey_url": step_up.passkey_url(),
        "words": content.words_in(rehearsal.replaced, request.actor.language),
    }
    status = refusal.status if refusal else 422 if rehearsal.form.errors else 200
    return render(request, "alerts/cancel.html", context, status=status)
