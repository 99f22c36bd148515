"""System checks: the file of municipalities can be read before an alert needs it."""

from typing import Any

from django.conf import settings
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException
from django.core.checks import CheckMessage, Error, register

from cityalert.geo import municipalities


@register()
def municipalities_can_be_read(**_: Any) -> list[CheckMessage]:
    """Each has a code of seven digits and a polygon."""
    try:
        known = municipalities.load(settings.MUNICIPALITIES)
    except (OSError, ValueError, LookupError, TypeError, GDALException, GEOSException) as fault:
        known, why = [], repr(fault)
    else:
        # One that crosses itself would stop an alert at the moment it is sent.
        wrong = [code for code, place in known if len(code) != 7 or place.empty or not place.valid]
        why = f"no code, or no whole polygon: {', '.join(wrong)}" if wrong else ""
    if not why:
        return []
    hint = "A GeoJSON FeatureCollection of polygons, each with its SGC code of seven digits as the property “code”."
    return [Error(f"MUNICIPALITIES cannot be used: {why}", hint=hint, id="geo.E001")]
