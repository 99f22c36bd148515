"""What every template may speak of. The database is asked when a page shows the number: pages for faults do not."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cityalert.alerts import queries
from cityalert.lib import clock
from cityalert.messaging import queries as talk


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names for the frame of a page: the site, the city, for whom the person acts."""
    actor = getattr(request, "actor", None)
    return {
        "site_name": settings.SITE_NAME,
        "city_name": settings.CITY_NAME,
        "is_demo": settings.IS_DEMO,
        "sandbox_url": settings.SANDBOX_URL if settings.IS_DEMO else "",
        "basemap_style_url": settings.BASEMAP_STYLE_URL,
        "map_center": settings.MAP_CENTER,
        "geocoder_attribution": settings.GEOCODER_ATTRIBUTION if settings.GEOCODER_URL else "",
        "actor": actor,
        "unanswered": SimpleLazyObject(lambda: queries.unanswered(actor, clock.now())) if actor else 0,
        "unread": SimpleLazyObject(lambda: talk.unread(actor)) if actor else 0,
        "request_id": getattr(request, "request_id", ""),
    }
