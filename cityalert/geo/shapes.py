"""What an alert's area may be: the editor's value in, a MultiPolygon out. How CAP writes it is in `codec`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cityalert.geo.metres import CIRCLE_POINTS, Point, Ring, area_km2, circle_ring, polygons
from cityalert.lib.refusals import Refusal

MAX_BYTES = 1_048_576
MAX_POINTS = 50_000
MAX_STORED_POINTS = 5_000
MAX_ZONES = 500
MIN_RADIUS_M, MAX_RADIUS_M = 10, 50_000
# Wider than this is no city; it also keeps clear of the poles and of the 180th meridian.
MAX_SPAN_DEGREES = 5
MAX_LATITUDE = 85
SMALLEST_KM2 = 1e-6
# About a metre in Toronto.
SIMPLIFY_DEGREES = 1e-5
# What rounding may leave outside a border that was followed exactly: 100 m².
OUTSIDE_TOLERANCE_KM2 = 1e-4

EMPTY = _("Draw an area or choose a zone: an alert without an area reaches nobody.")
UNREADABLE = _("The area could not be read. Draw it again.")
TOO_MUCH = _("The area has too many points (at most 50,000). Draw it more simply.")
TOO_DETAILED = _("The area is too detailed to send (at most 5,000 points). Draw it more simply.")
UNKNOWN_SHAPE = _("Only polygons and circles can be drawn.")
NOT_A_POINT = _("A corner of the area is not a pair of numbers (longitude, latitude).")
OFF_THE_MAP = _("A corner of the area lies off the map.")
SWAPPED = _("Latitude and longitude seem to be swapped: the longitude comes first.")
UNCLOSED = _("The outline is not closed: its last point must be its first.")
TOO_FEW = _("An area needs at least three corners.")
FLAT = _("The outline encloses nothing: its corners lie on one line.")
CROSSING = _("The outline crosses itself. Move the corner so that it does not.")
BAD_HOLE = _("A hole in the area does not lie inside its outline.")
BAD_RADIUS = _("The radius of a circle must be between 10 m and 50 km.")
TOO_WIDE = _("The area is wider than a city and its surroundings.")
UNKNOWN_ZONE = _("A chosen zone is not there any more. Choose it again.")
TOO_MANY_ZONES = _("Too many zones were chosen (at most 500).")
OUTSIDE = _("Part of the area lies outside the area where you may alert.")
NOWHERE = _("Your organisation has no area where it may alert yet. Ask the network's administrator.")


class ShapeRefused(Refusal):
    """The area cannot be used; `detail["at"]` is [lon, lat] where the map can show why."""

    code = "shape_refused"
    status = 422
    sentence = UNREADABLE

    def __init__(self, sentence: str | Promise, at: Point | None = None) -> None:
        super().__init__(sentence, field="area", detail={"at": [round(c, 6) for c in at]} if at else {})


@dataclass(frozen=True)
class Area:
    """A usable area: the union as WGS 84 MultiPolygon, its size, and what was drawn, cleaned."""

    geometry: MultiPolygon
    km2: float
    shapes: dict[str, Any]


def parse(value: object, *, zones: Mapping[UUID, GEOSGeometry]) -> Area:
    """The editor's value as an Area, or ShapeRefused.

    `value` is JSON text or what it says: {"shapes": [{"type": "Polygon", "coordinates": [ring, …]} or
    {"type": "Circle", "center": [lon, lat], "radius_m": 300}], "zones": ["<uuid>", …]}. `zones` holds the
    geometry of every zone the value names (`named_zones` says which).
    """
    loaded = load(value)
    shapes = [_shape(shape) for shape in _listed(loaded, "shapes")]
    ids = named_zones(loaded)
    if not shapes and not ids:
        raise ShapeRefused(EMPTY)
    if any(zone not in zones for zone in ids):
        raise ShapeRefused(UNKNOWN_ZONE)
    geometry = _union([polygon for _clean, polygon in shapes] + [zones[zone] for zone in ids])
    cleaned = {"shapes": [clean for clean, _polygon in shapes], "zones": [str(zone) for zone in ids]}
    return Area(geometry, area_km2(geometry), cleaned)


def named_zones(value: object) -> list[UUID]:
    """The zones a value names, once each, in its order."""
    listed = _listed(load(value), "zones")
    if len(listed) > MAX_ZONES:
        raise ShapeRefused(TOO_MANY_ZONES)
    try:
        return list(dict.fromkeys(UUID(zone) for zone in listed))
    except (ValueError, TypeError, AttributeError) as error:
        raise ShapeRefused(UNKNOWN_ZONE) from error


def within(area: Area, jurisdiction: GEOSGeometry | None) -> None:
    """Refuse an area that leaves the place where its sender may alert."""
    if jurisdiction is None or jurisdiction.empty:
        raise ShapeRefused(NOWHERE)
    outside = area.geometry.difference(jurisdiction)
    if outside.empty or area_km2(polygons_of(outside)) <= OUTSIDE_TOLERANCE_KM2:
        return
    if not area.geometry.intersects(jurisdiction) and _swapped(area.geometry).intersects(jurisdiction):
        raise ShapeRefused(SWAPPED, _inside(area.geometry))
    raise ShapeRefused(OUTSIDE, _inside(outside))


def polygon(rings: list[Ring]) -> Polygon:
    """A valid Polygon of closed rings, the outline first and then its holes, or ShapeRefused."""
    for ring in rings:
        _check_ring(ring)
    shape = Polygon(*rings, srid=4326)
    if shape.convex_hull.geom_type != "Polygon":
        raise ShapeRefused(FLAT, rings[0][0])
    if not shape.valid:
        reason = shape.valid_reason
        raise ShapeRefused(BAD_HOLE if "ole" in reason.split("[")[0] else CROSSING, _spot(reason))
    if area_km2(shape) < SMALLEST_KM2:
        raise ShapeRefused(FLAT, rings[0][0])
    return shape


def circle(center: Point, radius_m: float) -> Polygon:
    """A circle as a Polygon of 64 corners, its radius in metres, or ShapeRefused."""
    if not MIN_RADIUS_M <= radius_m <= MAX_RADIUS_M:
        raise ShapeRefused(BAD_RADIUS, center)
    return Polygon(circle_ring(center, radius_m), srid=4326)


def position(value: object) -> Point:
    """One [lon, lat, …] as a point; heights are dropped."""
    if not isinstance(value, list | tuple) or not 2 <= len(value) <= 4:
        raise ShapeRefused(NOT_A_POINT)
    lon, lat = number(value[0]), number(value[1])
    if MAX_LATITUDE < abs(lat) <= 180 and abs(lon) <= MAX_LATITUDE:
        raise ShapeRefused(SWAPPED)
    if abs(lat) > MAX_LATITUDE or abs(lon) > 180:
        raise ShapeRefused(OFF_THE_MAP)
    return lon, lat


def number(value: object) -> float:
    """A finite number; true and "12" are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ShapeRefused(NOT_A_POINT)
    try:
        result = float(value)
    except OverflowError as error:
        raise ShapeRefused(OFF_THE_MAP) from error
    if not isfinite(result):
        raise ShapeRefused(NOT_A_POINT)
    return result


def polygons_of(geometry: GEOSGeometry) -> MultiPolygon:
    """Only the polygons of a geometry, as one MultiPolygon."""
    return MultiPolygon(*polygons(geometry), srid=4326)


def load(value: object) -> dict[str, Any]:
    """What JSON text says, or what it said already; never too much of it. Raises ShapeRefused."""
    if value in (None, "", {}):
        raise ShapeRefused(EMPTY)
    if isinstance(value, str):
        if len(value) > MAX_BYTES:
            raise ShapeRefused(TOO_MUCH)
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise ShapeRefused(UNREADABLE) from error
    if value in (None, {}):
        raise ShapeRefused(EMPTY)
    if not isinstance(value, dict):
        raise ShapeRefused(UNREADABLE)
    if count_points(value) > MAX_POINTS:
        raise ShapeRefused(TOO_MUCH)
    return value


def count_points(value: object) -> int:
    """How many points a loaded JSON value holds, a circle counting as the corners it becomes."""
    points, waiting = 0, [value]
    while waiting and points <= MAX_POINTS:
        item = waiting.pop()
        if isinstance(item, dict):
            points += CIRCLE_POINTS * ("radius_m" in item)
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            # Anything listed counts, so that a million empty lists are as heavy as they are.
            points += 1
            waiting.extend(part for part in item if isinstance(part, list | tuple | dict))
    return points


def _listed(value: dict[str, Any], key: str) -> list[Any]:
    listed = value.get(key)
    if listed is None:
        return []
    if not isinstance(listed, list | tuple):
        raise ShapeRefused(UNREADABLE)
    return list(listed)


def _shape(value: object) -> tuple[dict[str, Any], Polygon]:
    """One drawn shape, cleaned, and the polygon it stands for."""
    if not isinstance(value, dict):
        raise ShapeRefused(UNREADABLE)
    if value.get("type") == "Polygon":
        rings = [_ring(ring) for ring in _listed(value, "coordinates")]
        if not rings:
            raise ShapeRefused(EMPTY)
        return {"type": "Polygon", "coordinates": [[list(p) for p in ring] for ring in rings]}, polygon(rings)
    if value.get("type") == "Circle":
        center, radius_m = position(value.get("center")), _radius(value.get("radius_m"))
        return {"type": "Circle", "center": list(center), "radius_m": radius_m}, circle(center, radius_m)
    raise ShapeRefused(UNKNOWN_SHAPE)


def _ring(value: object) -> Ring:
    if not isinstance(value, list | tuple):
        raise ShapeRefused(UNREADABLE)
    return [position(point) for point in value]


def _radius(value: object) -> float:
    try:
        return number(value)
    except ShapeRefused as refused:
        raise ShapeRefused(BAD_RADIUS) from refused


def _check_ring(ring: Ring) -> None:
    if not ring:
        raise ShapeRefused(EMPTY)
    if ring[0] != ring[-1]:
        raise ShapeRefused(UNCLOSED, ring[-1])
    if len(ring) < 4 or len(set(ring)) < 3:
        raise ShapeRefused(TOO_FEW, ring[0])


def _union(parts: list[GEOSGeometry]) -> MultiPolygon:
    try:
        geometry = MultiPolygon(*(p for part in parts for p in polygons(part)), srid=4326).unary_union
        if not geometry.valid:
            geometry = geometry.make_valid()
        if geometry.num_coords > MAX_STORED_POINTS:
            geometry = geometry.simplify(SIMPLIFY_DEGREES, preserve_topology=True)
    except GEOSException as error:
        raise ShapeRefused(UNREADABLE) from error
    union = polygons_of(geometry)
    if union.empty or area_km2(union) < SMALLEST_KM2:
        raise ShapeRefused(FLAT)
    if union.num_coords > MAX_STORED_POINTS:
        raise ShapeRefused(TOO_DETAILED)
    west, south, east, north = union.extent
    if east - west > MAX_SPAN_DEGREES or north - south > MAX_SPAN_DEGREES:
        raise ShapeRefused(TOO_WIDE)
    if west < -180 or east > 180:
        raise ShapeRefused(OFF_THE_MAP)
    return union


def _swapped(geometry: MultiPolygon) -> MultiPolygon:
    return MultiPolygon(
        *(Polygon(*([(p[1], p[0]) for p in ring] for ring in part.coords)) for part in polygons(geometry)),
        srid=4326,
    )


def _inside(geometry: GEOSGeometry) -> Point:
    point = geometry.point_on_surface
    return point.x, point.y


def _spot(reason: str) -> Point | None:
    """Where GEOS says the trouble is: "Self-intersection[-79.38 43.65]"."""
    found = re.search(r"\[(\S+) (\S+)\]", reason)
    return (float(found[1]), float(found[2])) if found else None
