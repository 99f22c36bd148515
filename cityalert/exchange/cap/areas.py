"""A document's shapes as one MultiPolygon for the map. What a shape says stays in the document, whatever is drawn here.

Bounded in time whatever comes. Points are counted first. Mending an outline costs as much as it has crossings, and 300
points can cross 15,000 times: so crossings are counted, and a tangle becomes its hull.
"""

import re
from itertools import pairwise
from math import cos, isfinite, radians
from struct import pack

from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon

from cityalert.exchange.cap.document import Document
from cityalert.exchange.cap.notes import Note, Notes
from cityalert.exchange.cap.opening import TOO_MANY_POINTS, CapRefused
from cityalert.geo.metres import Point, Ring, circle_ring, polygons

MAX_POINTS = 100_000
MAX_SHAPES = 800
# More than this is drawn with fewer; before it is mended, too.
DRAWN_POINTS = 5_000
MENDED_POINTS = 400
# More crossings than this are a tangle; more crossing outlines in one document are not worth the time.
MOST_CROSSINGS = 30
MOST_MENDED = 20
# What a circle without a size is drawn as.
_DOT_M = 100.0
_LARGEST_M = 1_000_000.0
_POINT = re.compile(r"([-+]?[\d.]+(?:[eE][-+]?\d+)?),([-+]?[\d.]+(?:[eE][-+]?\d+)?)(,[-+\d.eE]+)?", re.ASCII)


class NotDrawn(Exception):
    """This shape has no outline."""


def geometry(document: Document) -> tuple[MultiPolygon | None, list[Note]]:
    """All its areas, as WGS 84, None without a shape that can be drawn. Raises CapRefused for too many points."""
    areas = [area for info in document.infos for area in info.areas]
    # The same area stands in each language.
    outlines = list(dict.fromkeys(text for area in areas for text in area.polygons))
    circles = list(dict.fromkeys(text for area in areas for text in area.circles))
    if sum(text.count(",") for text in outlines) > MAX_POINTS or len(outlines) + len(circles) > MAX_SHAPES:
        raise CapRefused(TOO_MANY_POINTS)
    notes = Notes()
    drawn: list[Polygon] = []
    for texts, draw in ((outlines, _outline), (circles, _circle)):
        for text in texts:
            try:
                drawn += draw(text, notes)
            except (NotDrawn, GEOSException, ValueError):
                notes.add("not_drawn", value=text)
    return _together(drawn, notes), notes.all()


def _outline(text: str, notes: Notes) -> list[Polygon]:
    ring = _ring(text, notes)
    if ring[0] != ring[-1]:
        notes.add("unclosed")
        ring.append(ring[0])
    if len(set(ring)) < 3 or len(ring) < 4:
        raise NotDrawn
    return [piece for part in _within_the_map(ring, notes) for piece in _mended(part, notes)]


def _ring(text: str, notes: Notes) -> Ring:
    pairs: list[Point] = []
    for pair in text.split():
        parts = _POINT.fullmatch(pair)
        if parts is None:
            raise NotDrawn
        if parts[3]:
            notes.add("three_dimensions")
        pairs.append((float(parts[1]), float(parts[2])))
    if not pairs:
        raise NotDrawn
    # A latitude beyond the pole is a longitude; if no pair speaks against it they were all swapped.
    if any(abs(lat) > 90 for lat, _lon in pairs) and all(abs(lon) <= 90 for _lat, lon in pairs):
        notes.add("swapped")
        pairs = [(lon, lat) for lat, lon in pairs]
    if not all(isfinite(lat) and isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 360 for lat, lon in pairs):
        raise NotDrawn
    return [(lon, lat) for lat, lon in pairs]


def _within_the_map(ring: Ring, notes: Notes) -> list[Ring]:
    """In parts that lie between the meridians -180 and 180."""
    lons = [lon for lon, _lat in ring]
    if max(lons) - min(lons) > 180:
        # Nobody draws round more than half of the world: it goes the other way, over the 180th meridian.
        ring = [(lon + 360 if lon < 0 else lon, lat) for lon, lat in ring]
        lons = [lon for lon, _lat in ring]
    if min(lons) >= -180 and max(lons) <= 180:
        return [ring]
    notes.add("antimeridian")
    parts = []
    for shift in (-360, 0, 360):
        moved = [(lon + shift, lat) for lon, lat in ring]
        parts += [list(part[0].coords) for part in _cut(moved)]
    if not parts:
        raise NotDrawn
    return parts


def _cut(ring: Ring) -> list[Polygon]:
    whole = _polygon(_fewer(ring, MENDED_POINTS))
    if not _is_valid(whole):
        whole = whole.convex_hull
    inside = whole.intersection(Polygon.from_bbox((-180, -90, 180, 90)))
    return list(polygons(inside))


def _mended(ring: Ring, notes: Notes) -> list[Polygon]:
    if len(ring) > DRAWN_POINTS:
        notes.add("simplified")
        ring = _fewer(ring, DRAWN_POINTS)
    shape = _polygon(ring)
    if not _is_valid(shape):
        shape = _untangled(ring, notes)
    found = [part for part in polygons(shape) if part.area > 0]
    if not found:
        raise NotDrawn
    return found


def _untangled(ring: Ring, notes: Notes) -> GEOSGeometry:
    ring = _fewer(ring, MENDED_POINTS)
    shape = _polygon(ring)
    met = notes.times("self_crossing") + notes.times("tangle")
    if met < MOST_MENDED and _crossings(ring) <= MOST_CROSSINGS:
        whole = shape.make_valid()
        if whole.area > 0:
            notes.add("self_crossing")
            return whole
    notes.add("tangle")
    return shape.convex_hull


def _polygon(ring: Ring) -> GEOSGeometry:
    # As well-known binary: GeoDjango sets points one by one, which takes thirty times as long.
    flat = [number for point in ring for number in point]
    return GEOSGeometry(memoryview(pack(f"<BIII{len(flat)}d", 1, 3, 1, len(ring), *flat)), srid=4326)


def _is_valid(shape: GEOSGeometry) -> bool:
    # Unlike `valid` this writes nothing into the log.
    return shape.valid_reason == "Valid Geometry"


def _crossings(ring: Ring) -> int:
    """How often a ring crosses itself; counted no further than is too often."""
    edges = list(pairwise(ring))
    found = 0
    for place, (a, b) in enumerate(edges):
        for c, d in edges[place + 2 :]:
            if min(a[0], b[0]) > max(c[0], d[0]) or max(a[0], b[0]) < min(c[0], d[0]):
                continue
            found += _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0
            if found > MOST_CROSSINGS:
                return found
    return found


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _fewer(ring: Ring, points: int) -> Ring:
    """No more than so many points, the first of every few."""
    if len(ring) <= points:
        return ring
    kept = ring[:-1][:: len(ring) // (points - 1) + 1]
    return [*kept, kept[0]]


def _circle(text: str, notes: Notes) -> list[Polygon]:
    center, _blank, size = text.strip().partition(" ")
    [(lon, lat)] = _ring(center, notes)
    radius = float(size) * 1000
    if not (isfinite(radius) and 0 <= radius <= _LARGEST_M) or abs(lat) >= 85 or abs(lon) > 180:
        raise NotDrawn
    if radius < _DOT_M / 100:
        notes.add("no_size")
        radius = _DOT_M
    # Where it would come round the pole it is no circle on a map.
    if abs(lat) + radius / 111_000 >= 89 or radius / (111_000 * cos(radians(lat))) > 90:
        raise NotDrawn
    return [
        piece
        for part in _within_the_map(circle_ring((lon, lat), radius), notes)
        for piece in _mended(part, notes)
    ]


def _together(drawn: list[Polygon], notes: Notes) -> MultiPolygon | None:
    if not drawn:
        return None
    whole: GEOSGeometry = MultiPolygon(*drawn, srid=4326)
    try:
        whole = whole.unary_union
    except GEOSException:
        notes.add("self_crossing")
        whole = MultiPolygon(*(one.convex_hull for one in drawn), srid=4326).unary_union
    parts = list(polygons(whole))
    return MultiPolygon(*parts, srid=4326) if parts else None
