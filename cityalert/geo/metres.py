"""Lengths and areas on WGS 84, in metres, without a database. A point here is always (lon, lat)."""

from collections.abc import Iterator
from itertools import pairwise
from math import asin, atan2, cos, degrees, hypot, log, pi, radians, sin, sqrt

from django.contrib.gis.geos import GeometryCollection, GEOSGeometry, Polygon

Point = tuple[float, float]
Ring = list[Point]

EQUATOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
_E2 = FLATTENING * (2 - FLATTENING)
_E = sqrt(_E2)
CIRCLE_POINTS = 64


def _radii(lat: float) -> tuple[float, float]:
    """How many metres a radian is at a latitude: northward, and eastward before the meridians close in."""
    w = 1 - _E2 * sin(radians(lat)) ** 2
    return EQUATOR_M * (1 - _E2) / w**1.5, EQUATOR_M / sqrt(w)


def distance_m(a: Point, b: Point) -> float:
    """Metres between two points; within 0.1 % up to 100 km, which is as far as a city goes."""
    middle = (a[1] + b[1]) / 2
    north, east = _radii(middle)
    return hypot((b[1] - a[1]) * north, (b[0] - a[0]) * east * cos(radians(middle))) * pi / 180


def size_m(geometry: GEOSGeometry) -> tuple[float, float]:
    """Width and height in metres of the smallest upright box around a geometry."""
    west, south, east, north = geometry.extent
    middle = (south + north) / 2
    return distance_m((west, middle), (east, middle)), distance_m((west, south), (west, north))


def area_km2(geometry: GEOSGeometry) -> float:
    """Square kilometres of the polygons of a geometry, on the equal-area cylinder of the ellipsoid."""
    return sum(_polygon_m2(polygon) for polygon in polygons(geometry)) / 1e6


def polygons(geometry: GEOSGeometry) -> Iterator[Polygon]:
    """The polygons of a geometry, however deep: intersections and repairs leave points and lines beside them."""
    if isinstance(geometry, Polygon):
        if not geometry.empty:
            yield geometry
    elif isinstance(geometry, GeometryCollection):
        for part in geometry:
            yield from polygons(part)


def _polygon_m2(polygon: Polygon) -> float:
    shell, *holes = (_ring_m2(ring) for ring in polygon.coords)
    return max(0.0, shell - sum(holes))


def _ring_m2(ring: tuple[tuple[float, ...], ...]) -> float:
    flat = [(radians(point[0]) * EQUATOR_M, _equal_area_y(point[1])) for point in ring]
    x0, y0 = flat[0]  # near the ring, so that subtracting large numbers loses nothing
    local = [(x - x0, y - y0) for x, y in flat]
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(local))) / 2


def _equal_area_y(lat: float) -> float:
    """Snyder, Map Projections (USGS 1395), 3-12: q, scaled so that x·y is an area."""
    s = sin(radians(lat))
    q = (1 - _E2) * (s / (1 - _E2 * s * s) - log((1 - _E * s) / (1 + _E * s)) / (2 * _E))
    return EQUATOR_M * q / 2


def circle_ring(center: Point, radius_m: float) -> Ring:
    """A circle as a closed ring of 64 corners, counter-clockwise, all `radius_m` from the centre."""
    lon, lat = center
    north, east = _radii(lat)
    ring = []
    for corner in range(CIRCLE_POINTS):
        angle = 2 * pi * corner / CIRCLE_POINTS
        # On a sphere the step is exact; the ellipsoid only makes a degree north and a degree east differ.
        dx, dy = radius_m * cos(angle) / east, radius_m * sin(angle) / north
        ring.append(_step(lon, lat, hypot(dx, dy), atan2(dx, dy)))
    return [*ring, ring[0]]


def _step(lon: float, lat: float, distance: float, bearing: float) -> Point:
    """The point `distance` radians from another on the unit sphere, `bearing` radians from north."""
    phi = radians(lat)
    there = asin(sin(phi) * cos(distance) + cos(phi) * sin(distance) * cos(bearing))
    turn = atan2(sin(bearing) * sin(distance) * cos(phi), cos(distance) - sin(phi) * sin(there))
    return lon + degrees(turn), degrees(there)
