"""What is done to incidents, mostly by whoever leads them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cityalert.alerts import queries as alerts
from cityalert.incidents import actions, forms, queries, rooms, tasks
from cityalert.incidents.leave import IsClosed
from cityalert.incidents.views.reading import listed, shown
from cityalert.lib import clock
from cityalert.lib.refusals import Refusal
from partners.middleware import Request, actor_required


@require_POST
@actor_required
def open_by_hand(request: Request) -> HttpResponse:
    """Without an alert yet."""
    title = request.POST.get("title", "")
    try:
        incident = actions.open_incident(request.actor, title, at=clock.now())
    except actions.NoTitle as refusal:
        context = {**listed(request), "refusal": refusal, "title": title}
        return render(request, "incidents/list.html", context, status=refusal.status)
    return redirect("incidents:detail", incident.pk)


@require_POST
@actor_required
def from_alert(request: Request, alert_id: UUID) -> HttpResponse:
    """One press on an alert: to its incident, which is opened if there is none."""
    alert = alerts.get_for(request.actor, alert_id)
    incident = actions.from_alert(request.actor, alert, at=clock.now())
    return redirect("incidents:detail", incident.pk)


@require_POST
@actor_required
def room_of_alert(request: Request, alert_id: UUID) -> HttpResponse:
    """One press on an alert: to where everybody it told talks."""
    alert = alerts.get_for(request.actor, alert_id)
    room = actions.room_of_alert(request.actor, alert, at=clock.now())
    return redirect("messaging:detail", room.pk)


@require_POST
@actor_required
def room(request: Request, incident_id: UUID) -> HttpResponse:
    """Where those who take part talk."""
    incident = queries.get_for(request.actor, incident_id)
    return redirect("messaging:detail", rooms.open_rooms(request.actor, incident, at=clock.now()).pk)


@require_POST
@actor_required
def task(request: Request, incident_id: UUID) -> HttpResponse:
    """Something to be done, by one of those who take part."""
    incident = queries.get_for(request.actor, incident_id)
    form = forms.TaskForm(request.POST)
    try:
        tasks.add(request.actor, incident, form.wanted(), at=clock.now())
    except (tasks.NotATask, IsClosed) as refusal:
        return _again(request, incident_id, refusal, typed=request.POST)
    return redirect("incidents:detail", incident.pk)


@require_POST
@actor_required
def do_task(request: Request, incident_id: UUID, task_id: int) -> HttpResponse:
    """It is done, or not after all."""
    incident = queries.get_for(request.actor, incident_id)
    is_done = request.POST.get("done") == "1"
    tasks.tick(request.actor, incident, task_id, is_done=is_done, at=clock.now())
    return redirect("incidents:detail", incident.pk)


@require_POST
@actor_required
def note(request: Request, incident_id: UUID) -> HttpResponse:
    """Something for the timeline."""
    incident = queries.get_for(request.actor, incident_id)
    text = request.POST.get("text", "")
    try:
        actions.note(request.actor, incident, text, at=clock.now())
    except (actions.NothingNoted, IsClosed) as refusal:
        return _again(request, incident_id, refusal, text=text)
    return redirect("incidents:detail", incident.pk)


@require_POST
@actor_required
def tie(request: Request, incident_id: UUID) -> HttpResponse:
    """One more alert belongs to it."""
    incident = queries.get_for(request.actor, incident_id)
    alert = alerts.get_for(request.actor, request.POST.get("alert", ""))
    actions.tie(request.actor, incident, alert, at=clock.now())
    messages.success(request, _("The alert belongs to the incident, with every version to come."))
    return redirect("incidents:detail", incident.pk)


@require_POST
@actor_required
def partners(request: Request, incident_id: UUID) -> HttpResponse:
    """Who takes part beside the lead."""
    incident = queries.get_for(request.actor, incident_id)
    chosen = {key for text in request.POST.getlist("partner")[:500] if (key := _uuid(text))}
    actions.let_take_part(request.actor, incident, chosen, at=clock.now())
    messages.success(request, _("Saved."))
    return redirect("incidents:detail", incident.pk)


@require_POST
@actor_required
def close(request: Request, incident_id: UUID) -> HttpResponse:
    """It is over."""
    incident = queries.get_for(request.actor, incident_id)
    actions.close(request.actor, incident, request.POST.get("outcome", ""), at=clock.now())
    messages.success(request, _("Closed. You can ask those who acknowledged how it went."))
    return redirect("incidents:detail", incident.pk)


@require_POST
@actor_required
def reopen(request: Request, incident_id: UUID) -> HttpResponse:
    """It goes on after all."""
    incident = queries.get_for(request.actor, incident_id)
    actions.reopen(request.actor, incident, at=clock.now())
    return redirect("incidents:detail", incident.pk)


def _again(request: Request, incident_id: UUID, refusal: Refusal, **typed: Any) -> HttpResponse:
    """The page once more, with what was typed and why it was not taken."""
    context = {**shown(request, incident_id=incident_id), **typed, "refusal": refusal}
    return render(request, "incidents/detail.html", context, status=refusal.status)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
