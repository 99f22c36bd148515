"""What every template may speak of. It asks the database nothing by itself: error pages use it too."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names for the frame of a page: the site, the city, for whom the person acts."""
    return {
        "site_name": settings.SITE_NAME,
        "city_name": settings.CITY_NAME,
        "is_demo": settings.IS_DEMO,
        "sandbox_url": settings.SANDBOX_URL if settings.IS_DEMO else "",
        "basemap_style_url": settings.BASEMAP_STYLE_URL,
        "map_center": settings.MAP_CENTER,
        "geocoder_attribution": settings.GEOCODER_ATTRIBUTION if settings.GEOCODER_URL else "",
        "actor": getattr(request, "actor", None),
        "request_id": getattr(request, "request_id", ""),
    }
