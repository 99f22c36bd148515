"""Reads of zones and places. Geometry is written as JSON by PostGIS, never in Python."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.contrib.gis.db.models import Union
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Length

from cityalert.geo import codec, shapes
from cityalert.geo.gazetteer import fold
from cityalert.geo.models import Place, Zone

ZONES = """
    SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(feature), '[]'))::text
    FROM (
        SELECT json_build_object(
            'type', 'Feature', 'id', id, 'geometry', ST_AsGeoJSON(area, 5)::json,
            'properties', json_build_object(
                'id', id, 'kind', kind, 'name', name, 'name_fr', coalesce(nullif(name_fr, ''), name),
                'is_schematic', is_schematic)
        ) AS feature
        FROM geo_zone WHERE %(kind)s::text IS NULL OR kind = %(kind)s
        ORDER BY kind, name
    ) features
"""


def zones_geojson(kind: str | None = None) -> str:
    """The zones, of one kind or of all, as the text of a GeoJSON FeatureCollection."""
    with connection.cursor() as cursor:
        cursor.execute(ZONES, {"kind": kind})
        return str(cursor.fetchone()[0])


def zone_geometries(ids: Iterable[UUID]) -> dict[UUID, GEOSGeometry]:
    """The geometry of each zone that exists."""
    return dict(Zone.objects.filter(pk__in=list(ids)).order_by().values_list("pk", "area"))


def city() -> GEOSGeometry:
    """The city: its zones of that kind, or what lies within 50 km of the middle of the map when there is none."""
    zones = Zone.objects.filter(kind=Zone.Kind.CITY).aggregate(area=Union("area"))["area"]
    lon, lat = settings.MAP_CENTER
    return zones or shapes.circle((lon, lat), 50_000)


def area_of(value: object) -> shapes.Area:
    """The area of an editor's value, or of GeoJSON, its zones looked up; ShapeRefused when it cannot be used."""
    read = codec.as_shapes(value)
    return shapes.parse(read, zones=zone_geometries(shapes.named_zones(read)))


def find_places(text: str, limit: int = 8) -> list[Place]:
    """Places whose name has all the typed words, in any order, the last one perhaps unfinished."""
    folded = fold(text)
    if not folded:
        return []
    found = Place.objects.all()
    for word in folded.split():
        # `fold` leaves letters and digits only: nothing here is a wildcard of LIKE.
        found = found.filter(Q(search__startswith=word) | Q(search__contains=f" {word}"))
    first = Case(
        When(search__startswith=folded, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return list(found.order_by(first, Length("name"), "name")[:limit])
