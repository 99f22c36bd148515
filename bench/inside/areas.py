"""The areas that are targeted, from a block to the city, and the alert drawn over each."""

from collections.abc import Iterator
from datetime import datetime
from math import cos, pi, sin

from django.contrib.gis.geos import MultiPolygon

from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Scope
from cityalert.geo import queries as geo
from cityalert.geo.models import Zone
from cityalert.lib.severity import Severity
from partners.models import Partner

KING_AND_BAY = (-79.3815, 43.6487)
# Degrees in a kilometre, east and north, in Toronto.
KM = (1 / 80.5, 1 / 111.1)


def all_areas() -> Iterator[tuple[str, MultiPolygon]]:
    """From small to large, each with its name."""
    yield "300 m circle", _circle(300)
    yield "2 km circle", _circle(2_000)
    yield "ward, 200 points", _drawn({"type": "Polygon", "coordinates": [_ward(200)]})
    yield "whole city", Zone.objects.get(kind=Zone.Kind.CITY).area


def alert_over(area: MultiPolygon, at: datetime) -> Alert:
    """A public alert to everybody in an area, written but not saved: what `alerts.targeting` is asked with."""
    return Alert(
        partner=Partner.objects.get(name="Toronto Police Service"),
        scope=Scope.PUBLIC,
        severity=Severity.EXTREME,
        area=area,
        published_at=at,
    )


def _circle(radius_m: int) -> MultiPolygon:
    return _drawn({"type": "Circle", "center": list(KING_AND_BAY), "radius_m": radius_m})


def _drawn(shape: dict[str, object]) -> MultiPolygon:
    """As if somebody had drawn it: through the product's own reading of shapes."""
    return geo.area_of({"shapes": [shape], "zones": []}).geometry


def _ward(points: int) -> list[list[float]]:
    """A closed outline about 6 km across that bends in and out, as a border along streets and rivers does."""
    ring = []
    for step in range(points):
        angle = 2 * pi * step / points
        km = 3 + 0.25 * sin(5 * angle) + (0.12 if step % 2 else 0)
        ring.append([KING_AND_BAY[0] + km * KM[0] * cos(angle), KING_AND_BAY[1] + km * KM[1] * sin(angle)])
    return [*ring, ring[0]]
