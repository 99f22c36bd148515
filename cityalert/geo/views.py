"""Zones and places as JSON, for the area editor and the map."""

from dataclasses import asdict

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from cityalert.geo import queries
from cityalert.geo.geocoding import geocoder
from cityalert.lib import clock


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
    found = geocoder().find(request.GET.get("q", "").replace("\x00", ""), at=clock.now())
    return JsonResponse([asdict(place) for place in found], safe=False)
