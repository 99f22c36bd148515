"""The ground: the city's outline, divisions, BIAs, neighbourhoods and places. All shapes are schematic."""

from collections.abc import Iterable
from functools import cache
from math import cos, radians, sin

from django.contrib.gis.geos import MultiPolygon, Polygon

from cityalert.geo.gazetteer import fold
from cityalert.geo.models import Place, Zone
from cityalert.geo.shapes import polygons_of
from cityalert.ops.demo.identity import point, rows, uid

# Downtown's streets stand this far off the points of the compass.
TILT = radians(16.4)
METRES_PER_DEGREE = (80_450, 111_100)


@cache
def outline() -> MultiPolygon:
    """The city with its harbour and islands."""
    return MultiPolygon(_ring(row for row in rows("outline") if row["part"] != "shore"), srid=4326)


@cache
def land() -> Polygon:
    """Where people live: the city without the lake and the islands."""
    return _ring(row for row in rows("outline") if row["part"] != "lake")


def zones() -> list[Zone]:
    """The city, its divisions, and the named rectangles along its streets."""
    # Corners are shared; those in the lake or beyond the city's limits are cut off by the outline.
    corners = {row["corner"]: row for row in rows("corners")}
    divisions = {
        row["number"]: outline().intersection(_ring(corners[name] for name in row["corners"].split()))
        for row in rows("divisions")
    }
    return [
        _zone(Zone.Kind.CITY, "Toronto", "Toronto", outline()),
        *(
            _zone(Zone.Kind.DIVISION, f"{number} Division", f"Division {number}", polygons_of(area))
            for number, area in divisions.items()
        ),
        *(_zone(row["kind"], row["name"], row["name_fr"], _rectangle(row)) for row in rows("zones")),
    ]


def places() -> list[Place]:
    """The gazetteer: crossings, then landmarks that no crossing is called like."""
    named = {f"{row['street']} & {row['cross_street']}": point(row) for row in rows("crossings")}
    for row in rows("sites"):
        named.setdefault(row["name"], point(row))
    return [Place(name=name, search=fold(name), location=at) for name, at in named.items()]


def _zone(kind: str, name: str, name_fr: str, area: MultiPolygon) -> Zone:
    return Zone(
        id=uid(f"zone {kind}", name), kind=kind, name=name, name_fr=name_fr, area=area, is_schematic=True
    )


def _ring(corners: Iterable[dict[str, str]]) -> Polygon:
    ring = [point(row).coords for row in corners]
    return Polygon([*ring, ring[0]], srid=4326)


def _rectangle(row: dict[str, str]) -> MultiPolygon:
    """A rectangle of so many metres along the streets and across them."""
    lat, lon = float(row["lat"]), float(row["lon"])
    half_width, half_height = float(row["width_m"]) / 2, float(row["height_m"]) / 2
    ring = []
    for along, across in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)):
        x, y = along * half_width, across * half_height
        east, north = x * cos(TILT) - y * sin(TILT), x * sin(TILT) + y * cos(TILT)
        ring.append((lon + east / METRES_PER_DEGREE[0], lat + north / METRES_PER_DEGREE[1]))
    return polygons_of(outline().intersection(Polygon(ring, srid=4326)))
