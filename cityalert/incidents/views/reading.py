"""Looking at incidents: the list, one of them, and what is taken along of it."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cityalert.alerts.vocabulary import mark_of
from cityalert.incidents import looking, queries
from cityalert.incidents import report as paper
from cityalert.lib import clock
from cityalert.lib.exits import Exit
from partners.middleware import Request, actor_required
from partners.roles import Permission


@require_GET
@actor_required
def overview(request: Request) -> HttpResponse:
    """The incidents the partner takes part in: those that go on, then the others."""
    return render(request, "incidents/list.html", listed(request))


def listed(request: Request) -> dict[str, object]:
    """What the page of the list needs."""
    seen = queries.visible_to(request.actor)
    open_ = list(seen.filter(closed_at=None))
    closed = list(seen.exclude(closed_at=None).order_by("-closed_at")[: queries.CLOSED_SHOWN])
    rows = queries.alerts_of(request.actor, [*open_, *closed])
    leads = queries.leads([*open_, *closed])
    said = queries.statuses(rows)
    return {
        "at": clock.now(),
        "groups": [
            (is_open, [(one, leads[one.partner_id], rows[one.pk], mark_of(said[one.pk])) for one in some])
            for is_open, some in ((True, open_), (False, closed))
        ],
        "may_open": request.actor.may(Permission.DRAFT),
    }


@require_GET
@actor_required
def detail(request: Request, incident_id: UUID) -> HttpResponse:
    """One incident."""
    incident = queries.get_for(request.actor, incident_id)
    return render(request, "incidents/detail.html", shown(request, incident_id=incident.pk))


def shown(request: Request, *, incident_id: UUID) -> dict[str, object]:
    """What the page of one incident needs."""
    incident = queries.get_for(request.actor, incident_id)
    look = looking.at_incident(request.actor, incident)
    there = {one.pk for one in look.partners}
    others = [] if not look.may_lead else queries.invitable(request.actor, look.alerts)
    known = dict(others) | {one.pk: one.name for one in look.partners if one.pk != incident.partner_id}
    return {
        "at": clock.now(),
        "look": look,
        "tieable": queries.tieable(request.actor, incident) if look.may_lead and look.is_open else [],
        "invitable": [(key, name, key in there) for key, name in sorted(known.items(), key=lambda p: p[1])],
    }


@require_GET
@actor_required
def story(request: Request, incident_id: UUID) -> HttpResponse:
    """The timeline alone, for a page that is open."""
    incident = queries.get_for(request.actor, incident_id)
    look = looking.at_incident(request.actor, incident)
    return render(request, "incidents/_story.html", {"look": look, "at": clock.now()})


@require_GET
@actor_required
def map_(request: Request, incident_id: UUID) -> HttpResponse:
    """The areas of its alerts, as GeoJSON."""
    incident = queries.get_for(request.actor, incident_id)
    return JsonResponse(looking.areas(request.actor, incident), content_type="application/geo+json")


@require_GET
@actor_required
def report(request: Request, incident_id: UUID) -> HttpResponse:
    """The report as a PDF."""
    at = clock.now()
    incident = queries.get_for(request.actor, incident_id)
    look = looking.at_incident(request.actor, incident, Exit.PRINT)
    answer = HttpResponse(paper.pdf(look, at=at), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="incident-{at:%Y-%m-%d}.pdf"'
    return answer


@require_GET
@actor_required
def export(request: Request, incident_id: UUID) -> HttpResponse:
    """The same for programs, as JSON."""
    at = clock.now()
    incident = queries.get_for(request.actor, incident_id)
    look = looking.at_incident(request.actor, incident, Exit.EXPORT)
    answer = JsonResponse(
        looking.exported(look, at=at), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = f'attachment; filename="incident-{at:%Y-%m-%d}.json"'
    return answer
