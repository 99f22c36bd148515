"""Asking how it went, and saying so."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.alerts.vocabulary import mark_of
from cityalert.incidents import feedback as asking
from cityalert.incidents import queries
from cityalert.lib import clock
from partners.middleware import Request, actor_required


@require_POST
@actor_required
def ask(request: Request, incident_id: UUID) -> HttpResponse:
    """Ask whoever acknowledged."""
    incident = queries.get_for(request.actor, incident_id)
    people = asking.ask(request.actor, incident, at=clock.now())
    said = ngettext("%(n)d person is asked, by mail.", "%(n)d people are asked, by mail.", people)
    messages.success(request, said % {"n": people})
    return redirect("incidents:detail", incident.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def feedback(request: Request, incident_id: UUID) -> HttpResponse:
    """Three questions, once."""
    asked = asking.get_for(request.actor, incident_id)
    chosen = {name: request.POST.get(name, "") for name in (*asking.QUESTIONS, "remark")}
    refusal = None
    if request.method == "POST":
        try:
            asking.answer(request.actor, asked, chosen, at=clock.now())
        except asking.Unanswered as refused:
            refusal = refused
        else:
            return redirect("incidents:feedback", incident_id)
    questions = [
        (name, asking.words_of(name), choices.choices, chosen[name])
        for name, choices in asking.QUESTIONS.items()
    ]
    status = queries.statuses([incident_id])[incident_id]
    context = {
        "asked": asked,
        "title": asking.title_of(asked),
        "status": status,
        "mark": mark_of(status),
        "questions": questions,
        "remark": chosen["remark"],
        "refusal": refusal,
    }
    return render(request, "incidents/feedback.html", context, status=refusal.status if refusal else 200)


@require_GET
@actor_required
def waiting(request: Request) -> HttpResponse:
    """For the list of alerts: what this person was asked and has not answered."""
    asked = list(queries.asked(request.actor)[:3])
    said = queries.statuses([one.incident_id for one in asked])
    waits = [(one, asking.title_of(one), mark_of(said[one.incident_id])) for one in asked]
    return render(request, "incidents/_waiting.html", {"waits": waits})
