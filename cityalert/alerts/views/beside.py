"""Two people in one draft: who else is there, and whether what is on the page is still what is kept."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cityalert.alerts import actions, presence, queries
from cityalert.alerts.lifecycle import State
from cityalert.alerts.views.drafts import draft_for, go
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere
from partners.middleware import Request, actor_required

# htmx: swap, and ask no more.
STOP = 286


@require_GET
@actor_required
def look(request: Request, alert_id: UUID) -> HttpResponse:
    """One line above the form, asked for every few seconds."""
    at = clock.now()
    try:
        alert = draft_for(request, alert_id)
    except NotThere:
        queries.discarded_for(request.actor, alert_id)
        return render(request, "alerts/_beside.html", {"is_gone": True}, status=STOP)
    if alert.state != State.DRAFT:
        return go(request, "alerts:compose", alert.pk)
    known = request.GET.get("version", "")
    context = {
        "alert": alert,
        "others": presence.here(request.actor, alert.pk, at),
        "is_changed": known != actions.version(alert) and alert.edited_by_id != request.actor.user_id,
    }
    return render(request, "alerts/_beside.html", context)
