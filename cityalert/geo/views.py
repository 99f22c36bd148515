"""Zones and places as JSON, for the area editor and the map."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from cityalert.geo import queries

LONGEST_NAME = 200


@require_GET
@login_required
@cache_control(private=True, max_age=300)
def zones(request: HttpRequest) -> HttpResponse:
    """All zones, or those of `?kind=`."""
    text = queries.zones_geojson(request.GET.get("kind", "").replace("\x00", "") or None)
    return HttpResponse(text, content_type="application/geo+json")


@require_GET
@login_required
@cache_control(private=True, max_age=300)
def places(request: HttpRequest) -> JsonResponse:
    """Places named like `?q=`."""
    found = queries.find_places(request.GET.get("q", "")[:LONGEST_NAME])
    return JsonResponse(
        [{"name": place.name, "lon": place.location.x, "lat": place.location.y} for place in found],
        safe=False,
    )
