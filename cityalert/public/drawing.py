"""A still map of areas: the schematic ground and the areas on it, as SVG for pages and as a picture for previews.

Pure but for the ground, which is read once. The live map in browsers is static/js/map.js; its ground is the same file.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.contrib.staticfiles import finders

from cityalert.geo.metres import polygons

Points = list[tuple[float, float]]

# The narrowest a map becomes, in degrees of latitude: about 800 m.
_LEAST = 0.0072
_ROOM = 1.6
# From the bottom to the top; "block" and labels of spots are for the live map.
_KINDS = ("water", "land", "park", "ground", "river", "rail", "minor", "major", "highway")
_MINOR_BELOW = 0.06


@dataclass(frozen=True)
class Frame:
    """A window on the city of `width` × `height` units, the same number of units for a metre in both directions."""

    west: float
    north: float
    east: float
    south: float
    width: int
    height: int

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point stands, from the upper left corner."""
        x = (lon - self.west) / (self.east - self.west) * self.width
        y = (self.north - lat) / (self.north - self.south) * self.height
        return round(x, 1), round(y, 1)

    def meets(self, points: Iterable[Iterable[float]]) -> bool:
        """Does the box around these points touch the window?"""
        lons, lats = zip(*((p[0], p[1]) for p in map(tuple, points)), strict=True)
        return bool(
            min(lons) <= self.east
            and max(lons) >= self.west
            and min(lats) <= self.north
            and max(lats) >= self.south
        )


def around(areas: Iterable[GEOSGeometry], width: int, height: int) -> Frame:
    """The window that shows all of these with room around them; without any, the middle of the city."""
    boxes = [area.extent for area in areas]
    lon, lat = settings.MAP_CENTER
    west = min((box[0] for box in boxes), default=lon - 0.02)
    south = min((box[1] for box in boxes), default=lat - 0.02)
    east = max((box[2] for box in boxes), default=lon + 0.02)
    north = max((box[3] for box in boxes), default=lat + 0.02)
    middle = ((west + east) / 2, (south + north) / 2)
    narrowing = cos(radians(middle[1]))
    tall = max((north - south) * _ROOM, (east - west) * narrowing * _ROOM * height / width, _LEAST)
    wide = tall * width / height / narrowing
    return Frame(
        middle[0] - wide / 2, middle[1] + tall / 2, middle[0] + wide / 2, middle[1] - tall / 2, width, height
    )


@dataclass(frozen=True)
class Drawn:
    """One thing of the ground: its kind, and its lines or rings in the frame's units."""

    kind: str
    is_area: bool
    lines: list[Points]

    @property
    def path(self) -> str:
        """The same, as an SVG path says it."""
        return " ".join(_path(line, closed=self.is_area) for line in self.lines)


def ground(frame: Frame) -> Iterator[Drawn]:
    """What lies in the window, the lowest first."""
    shows_minor = frame.north - frame.south < _MINOR_BELOW
    for kind in _KINDS:
        if kind == "minor" and not shows_minor:
            continue
        for feature in _features().get(kind, ()):
            shape = feature["geometry"]
            is_area = shape["type"] == "Polygon"
            rings = shape["coordinates"] if is_area else [shape["coordinates"]]
            if frame.meets(rings[0]):
                yield Drawn(kind, is_area, [_thinned([frame.place(*p[:2]) for p in ring]) for ring in rings])


def outline(area: MultiPolygon, frame: Frame) -> Drawn:
    """An alert's area in the window."""
    rings = [
        [frame.place(point[0], point[1]) for point in ring] for part in polygons(area) for ring in part.coords
    ]
    return Drawn("area", is_area=True, lines=[_thinned(ring) for ring in rings])


@cache
def _features() -> dict[str, list[dict[str, Any]]]:
    """The ground by kind. Without the file there is none, and areas stand on an empty sheet."""
    found = finders.find("basemap/toronto.json")
    kinds: dict[str, list[dict[str, Any]]] = {}
    if isinstance(found, str):
        for feature in json.loads(Path(found).read_text(encoding="utf-8"))["features"]:
            kinds.setdefault(feature["properties"]["kind"], []).append(feature)
    return kinds


def _thinned(points: Points) -> Points:
    """Without the points nobody could tell from the one before."""
    kept = points[:1]
    for before, point in pairwise(points):
        if abs(point[0] - before[0]) + abs(point[1] - before[1]) >= 0.5 or point == points[-1]:
            kept.append(point)
    return kept


def _path(points: Points, *, closed: bool) -> str:
    pairs = "L".join(f"{x:g} {y:g}" for x, y in points)
    return f"M{pairs}{'Z' if closed else ''}"
