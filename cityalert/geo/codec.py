"""How CAP (lat,lon) and GeoJSON (lon,lat) write an area: the one place where the order changes."""

from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon

from cityalert.geo import shapes
from cityalert.geo.metres import Point, polygons
from cityalert.geo.shapes import ShapeRefused

# Six decimals are 0.1 m.
DECIMALS = 6


def cap_polygon(geometry: GEOSGeometry) -> list[str]:
    """A Polygon or MultiPolygon as CAP 1.2 polygons: "lat,lon lat,lon …", closed, one for each part.

    CAP knows no holes, so a part with holes is cut through them: together the pieces cover what it covers.
    """
    return [_cap_ring(piece) for part in polygons(geometry) for piece in _without_holes(part)]


def parse_cap_polygon(text: str) -> Polygon:
    """A CAP polygon as a Polygon, or ShapeRefused."""
    if len(text) > shapes.MAX_BYTES or text.count(" ") > shapes.MAX_POINTS:
        raise ShapeRefused(shapes.TOO_MUCH)
    return shapes.polygon([[_cap_point(pair) for pair in text.split()]])


def cap_circle(center: Point, radius_m: float) -> str:
    """A circle as CAP writes it: "lat,lon radius", the radius in kilometres."""
    lon, lat = center
    return f"{_decimal(lat)},{_decimal(lon)} {radius_m / 1000:.3f}"


def parse_cap_circle(text: str) -> tuple[Point, float]:
    """A CAP circle as its centre (lon, lat) and its radius in metres, or ShapeRefused."""
    pair, _space, radius = text.strip().partition(" ")
    return _cap_point(pair), _float(radius) * 1000


def geojson(geometry: Polygon | MultiPolygon) -> dict[str, Any]:
    """A Polygon or MultiPolygon as a GeoJSON geometry. For one geometry; lists are left to PostGIS."""
    return {"type": geometry.geom_type, "coordinates": _rounded(geometry.coords)}


def as_shapes(value: object) -> dict[str, Any]:
    """An area editor's value; GeoJSON that was pasted in its place becomes one. Heights are dropped, holes stay."""
    loaded = shapes.load(value)
    if "type" not in loaded:
        return loaded
    return {
        "shapes": [{"type": "Polygon", "coordinates": rings} for rings in _polygon_rings(loaded)],
        "zones": [],
    }


def from_geojson(value: object) -> MultiPolygon:
    """A GeoJSON geometry, feature or collection of polygons, under the same rules as a drawn area."""
    if not isinstance(value, dict):
        raise ShapeRefused(shapes.UNREADABLE)
    return shapes.parse({"shapes": as_shapes(value).get("shapes")}, zones={}).geometry


def _polygon_rings(value: object, depth: int = 0) -> list[Any]:
    if not isinstance(value, dict) or depth > 8:
        raise ShapeRefused(shapes.UNREADABLE)
    match value.get("type"):
        case "Polygon":
            return [value.get("coordinates")]
        case "MultiPolygon":
            return _members(value, "coordinates")
        case "Feature":
            return _polygon_rings(value.get("geometry"), depth + 1)
        case "FeatureCollection" | "GeometryCollection":
            members = _members(value, "features" if value["type"] == "FeatureCollection" else "geometries")
            return [rings for member in members for rings in _polygon_rings(member, depth + 1)]
    raise ShapeRefused(shapes.UNKNOWN_SHAPE)


def _members(value: dict[str, Any], key: str) -> list[Any]:
    members = value.get(key)
    if not isinstance(members, list | tuple):
        raise ShapeRefused(shapes.UNREADABLE)
    return list(members)


def _without_holes(part: Polygon) -> list[Polygon]:
    if not part.num_interior_rings:
        return [part]
    west, south, east, north = part.extent
    lon = part[1].centroid.x
    halves = (Polygon.from_bbox((west, south, lon, north)), Polygon.from_bbox((lon, south, east, north)))
    pieces = (piece for half in halves for piece in polygons(part.intersection(half)))
    return [whole for piece in pieces for whole in _without_holes(piece)]


def _cap_ring(part: Polygon) -> str:
    return " ".join(f"{_decimal(p[1])},{_decimal(p[0])}" for p in part[0].coords)


def _cap_point(pair: str) -> Point:
    lat, comma, lon = pair.partition(",")
    if not comma:
        raise ShapeRefused(shapes.NOT_A_POINT)
    return shapes.position([_float(lon), _float(lat)])


def _float(text: str) -> float:
    try:
        return shapes.number(float(text))
    except ValueError as error:
        raise ShapeRefused(shapes.NOT_A_POINT) from error


def _decimal(degrees: float) -> str:
    # Never "-0.000000" nor "4e-07".
    return f"{round(degrees, DECIMALS) + 0.0:.{DECIMALS}f}"


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, DECIMALS)
    return [_rounded(part) for part in coordinates]
