"""Looking at dossiers: the list, one of them, its map, the briefing to print, a file."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cityalert.dossiers import inviting, looking, paper, queries
from cityalert.dossiers.leave import may_write
from cityalert.lib import clock
from partners.middleware import Request, actor_required

PAST_SHOWN = 50


@require_GET
@actor_required
def overview(request: Request) -> HttpResponse:
    """The events the partner takes part in: what comes, then what is over."""
    at = clock.now()
    seen = queries.visible_to(request.actor)
    coming = list(seen.filter(ends_at__gt=at))
    past = list(seen.filter(ends_at__lte=at).order_by("-begins_at")[:PAST_SHOWN])
    context = {
        "at": at,
        "groups": [(True, coming), (False, past)],
        "hosts": queries.hosts([*coming, *past]),
        "may_write": may_write(request.actor),
    }
    return render(request, "dossiers/list.html", context)


@require_GET
@actor_required
def detail(request: Request, dossier_id: UUID) -> HttpResponse:
    """One dossier."""
    at = clock.now()
    look = looking.at_dossier(request.actor, queries.get_for(request.actor, dossier_id), at=at)
    leads = look.is_host and look.may_write
    context = {
        "at": at,
        "look": look,
        "choices": inviting.choices(request.actor, look.dossier) if leads else [],
        "tieable": queries.tieable(request.actor, look.dossier) if leads else [],
    }
    return render(request, "dossiers/detail.html", context)


@require_GET
@actor_required
def map_(request: Request, dossier_id: UUID) -> HttpResponse:
    """Where it is, as GeoJSON."""
    dossier = queries.get_for(request.actor, dossier_id)
    return JsonResponse(looking.area(dossier), content_type="application/geo+json")


@require_GET
@actor_required
def briefing(request: Request, dossier_id: UUID) -> HttpResponse:
    """What whoever stands at a post takes along, to print."""
    at = clock.now()
    look = looking.at_dossier(request.actor, queries.get_for(request.actor, dossier_id), at=at)
    return render(
        request, "dossiers/briefing.html", {"at": at, "look": look, "paper": paper.of(request.actor, look)}
    )


@never_cache
@require_GET
@actor_required
def file(request: Request, version_id: int) -> HttpResponse:
    """A file as it was sent. Nothing in it runs: the browser is told to keep it, not to show it."""
    version = queries.version_for(request.actor, version_id)
    answer = HttpResponse(bytes(version.content), content_type=version.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, version.file_name) or "attachment"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
