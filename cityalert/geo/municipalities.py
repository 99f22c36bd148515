"""Which municipalities an area lies in, by Statistics Canada's code (SGC). They are a file that a city extends."""

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point

from cityalert.geo.shapes import polygons_of


def codes(area: MultiPolygon) -> list[str]:
    """The codes of those it lies in, in the file's order; one that it only borders on is none of them.

    Of an area that lies in none, on the lake for example, the code of the city itself (MAP_CENTER), if it is there.
    """
    lon, lat = settings.MAP_CENTER
    return _holding(area) or _holding(Point(lon, lat, srid=area.srid))


def _holding(shape: GEOSGeometry) -> list[str]:
    known = load(settings.MUNICIPALITIES)
    return [code for code, place in known if place.intersects(shape) and not place.touches(shape)]


@cache
def load(path: str) -> list[tuple[str, MultiPolygon]]:
    """(Code, polygons) of a GeoJSON file whose features have a `code`."""
    features = json.loads(Path(path).read_text(encoding="utf-8"))["features"]
    return [
        (str(one["properties"]["code"]), polygons_of(GEOSGeometry(json.dumps(one["geometry"]))))
        for one in features
    ]
