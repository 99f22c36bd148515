"""The pages about drills: the list, a new one, one of them, and one time it was held."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.alerts import actions as alerts
from cityalert.exercises import exporting, holding, planning, queries, results
from cityalert.exercises.forms import DrillForm
from cityalert.exercises.planning import NotPlannable
from cityalert.lib import clock
from cityalert.lib.forms import posted
from partners.middleware import Request, actor_required


@require_GET
@actor_required
def overview(request: Request) -> HttpResponse:
    """What is planned, and how it went the last times."""
    drills = list(queries.visible_to(request.actor))
    shown = {drill.pk: list(drill.runs.all())[: queries.RUNS_SHOWN] for drill in drills}
    at = clock.now()
    context = {
        "at": at,
        "drills": sorted(drills, key=lambda one: (one.next_at is None, one.next_at or one.planned_at)),
        "runs": shown,
        "paces": results.paces(run for some in shown.values() for run in some[:1]),
        "may_plan": alerts.may_exercise(request.actor),
    }
    return render(request, "exercises/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def plan(request: Request) -> HttpResponse:
    """A new one."""
    planning.need(request.actor)
    at = clock.now()
    form = DrillForm(posted(request), actor=request.actor, template=request.GET.get("template", ""))
    if request.htmx and not form.is_bound:
        # Another template was chosen: its words and blanks alone.
        return render(request, "exercises/_said.html", {"form": form})
    if not form.is_bound:
        tomorrow = timezone.localtime(at, planning.city_zone()) + timedelta(days=1)
        first = {"first_on": tomorrow.date(), "wall_time": "10:00", "zone": planning.city_zone().key}
        form.initial = {**form.initial, **first}
    elif form.is_valid():
        try:
            drill = planning.plan(request.actor, form.plan(), at=at)
        except NotPlannable as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The drill is planned."))
            return redirect("exercises:drill", drill.pk)
    return render(request, "exercises/plan.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@actor_required
def detail(request: Request, drill_id: UUID) -> HttpResponse:
    """One drill: what is said, to whom, when next; and each time it was held."""
    drill, at = queries.get_for(request.actor, drill_id), clock.now()
    runs = list(drill.runs.all())[: queries.RUNS_SHOWN]
    context = {
        "at": at,
        "drill": drill,
        "runs": runs,
        "paces": results.paces(runs),
        "partners": queries.names([drill]).values(),
        "people": queries.people(drill),
        "may_plan": alerts.may_exercise(request.actor),
        "is_going_on": holding.going_on(drill, at),
    }
    return render(request, "exercises/detail.html", context)


@require_POST
@actor_required
def call_off(request: Request, drill_id: UUID) -> HttpResponse:
    """It does not take place any more."""
    planning.call_off(request.actor, queries.get_for(request.actor, drill_id), at=clock.now())
    messages.success(request, _("Called off. What was held stays here."))
    return redirect("exercises:drill", drill_id)


@require_POST
@actor_required
def start(request: Request, drill_id: UUID) -> HttpResponse:
    """Hold it once, now."""
    run = holding.start_now(request.actor, queries.get_for(request.actor, drill_id), at=clock.now())
    return redirect("exercises:run", run.pk)


@require_GET
@actor_required
def run(request: Request, run_id: UUID) -> HttpResponse:
    """One time it was held: live while it goes on, the results afterwards."""
    held = queries.run_for(request.actor, run_id)
    context = {
        "results": results.of(request.actor, held, clock.now()),
        "may_plan": alerts.may_exercise(request.actor),
    }
    # The page's own part alone, for a page that is open.
    return render(request, "exercises/_run.html" if request.htmx else "exercises/run.html", context)


@require_POST
@actor_required
def stop(request: Request, run_id: UUID) -> HttpResponse:
    """Now."""
    holding.stop(request.actor, queries.run_for(request.actor, run_id), at=clock.now())
    messages.success(request, _("Stopped. Everybody who heard it is told that it is over."))
    return redirect("exercises:run", run_id)


@require_GET
@actor_required
def export(request: Request, run_id: UUID) -> HttpResponse:
    """One row for each person, as CSV."""
    held, at = queries.run_for(request.actor, run_id), clock.now()
    content = exporting.as_csv(request.actor, results.of(request.actor, held, at), at=at)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="drill-{held.planned_for:%Y-%m-%d}.csv"'
    return response
